//! Intercom's ids. They are opaque; Intercom writes them as strings, integers, `null` or `0`, so they are read through [`loose`].

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// `None` where Intercom means nobody: empty or `0`.
            pub fn new(id: impl Into<String>) -> Option<Self> {
                let id = id.into();
                (!id.is_empty() && id != "0").then_some(Self(id))
            }

            /// Reads one through [`loose`]; for `#[serde(default, deserialize_with = …)]`.
            pub fn loose<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
                Ok(loose(from)?.map(Self))
            }

            /// The id as Intercom writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A workspace: `app_id` of a webhook, `app.id_code` of `GET /me`. All other ids are unique only within one.
    AppId
);
id!(
    /// A conversation.
    ConversationId
);
id!(
    /// A conversation's `source` or one of its parts.
    PartId
);
id!(
    /// A teammate's admin.
    AdminId
);
id!(
    /// A team.
    TeamId
);
id!(
    /// A contact: what Intercom calls user, lead or visitor.
    ContactId
);

/// Reads an id that may be a string, an integer, `null` or absent; `0` and the empty string mean nobody.
pub fn loose<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    use serde_json::Value;
    let id = match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        // A number beyond 64 bits has lost digits and is nobody's id.
        Value::Number(number) => (!number.is_f64()).then(|| number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    Ok(id.filter(|id| !id.is_empty() && id != "0"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_are_read_in_every_way_that_intercom_writes_them() {
        #[derive(Deserialize)]
        struct Holder {
            #[serde(default, deserialize_with = "AdminId::loose")]
            id: Option<AdminId>,
        }
        let read = |json: &str| serde_json::from_str::<Holder>(json).unwrap().id;
        assert_eq!(read(r#"{"id":"12"}"#), AdminId::new("12"));
        assert_eq!(read(r#"{"id":12}"#), AdminId::new("12"));
        assert_eq!(read(r#"{"id":18446744073709551615}"#), AdminId::new("18446744073709551615"));
        assert_eq!(read(r#"{"id":"e61b-x"}"#), AdminId::new("e61b-x"));
        for nobody in [
            r#"{"id":0}"#,
            r#"{"id":"0"}"#,
            r#"{"id":""}"#,
            r#"{"id":null}"#,
            "{}",
            r#"{"id":1e3}"#,
            r#"{"id":99999999999999999999}"#,
            r#"{"id":{"a":[1]}}"#,
            r#"{"id":[1]}"#,
            r#"{"id":true}"#,
        ] {
            assert_eq!(read(nobody), None, "{nobody}");
        }
    }
}
