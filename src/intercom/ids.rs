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
    /// A workspace: `app_id` of a notification, `app.id_code` of `GET /me`. All other ids are unique only within one.
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
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Loose {
        Text(String),
        Number(serde_json::Number),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Option::<Loose>::deserialize(from)? {
        Some(Loose::Text(text)) => Some(text),
        Some(Loose::Number(number)) => Some(number.to_string()),
        Some(Loose::Other(_)) | None => None,
    }
    .filter(|id| !id.is_empty() && id != "0"))
}
