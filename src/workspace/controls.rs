//! What operators, and the hourly limit, have done to the workspace or to one conversation: what, who, by which way and when.

use crate::console::name::OperatorName;
use crate::intercom::ids::ConversationId;
use crate::json;
use crate::time::{Millis, UnixMillis};
use crate::turn::policy::ReplyMode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// By which way something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A person, in the console.
    Console,
    /// A person or a program, by the API with its token.
    Api,
    /// `MAX_REPLIES_PER_HOUR`.
    Limit,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// What they call themselves, if they said so.
    pub name: Option<OperatorName>,
    /// By which way.
    pub via: Via,
}

impl By {
    /// Nobody: the hourly limit.
    pub const LIMIT: Self = Self { name: None, via: Via::Limit };
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The workspace was paused.
    Paused,
    /// It goes on.
    Resumed,
    /// The mode was set; `None` is back to `REPLY_MODE`.
    ModeSet(Option<ReplyMode>),
    /// A conversation's last turn is tried again.
    Retry(ConversationId),
    /// A conversation is handed over.
    HandOver(ConversationId),
    /// An audit of this last length of time was begun.
    AuditBegun(Millis),
}

impl Deed {
    fn in_json(&self) -> (&'static str, Value) {
        match self {
            Self::Paused => ("paused", Value::Null),
            Self::Resumed => ("resumed", Value::Null),
            Self::ModeSet(Some(mode)) => ("mode_set", json!(mode)),
            Self::ModeSet(None) => ("mode_set", json!("configured")),
            Self::Retry(conversation) => ("retry", json!(conversation)),
            Self::HandOver(conversation) => ("hand_over", json!(conversation)),
            Self::AuditBegun(length) => ("audit_begun", json!({ "hours": length.0 / Millis::from_hours(1).0 })),
        }
    }
}

/// What was done and by whom, ready to be shown. It travels between objects and is stored as it is: nothing is
/// decided by it, but what an alert tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Control(Value);

impl Control {
    /// This was done.
    pub fn new(deed: &Deed, by: &By) -> Self {
        let (what, detail) = deed.in_json();
        Self(json!({ "what": what, "detail": detail, "by": by.name, "via": by.via }))
    }

    /// What the person who did it calls themselves, if they said so.
    pub fn who(&self) -> Option<OperatorName> {
        self.0.get("by").and_then(Value::as_str).and_then(OperatorName::new)
    }
}

/// What letting the workspace go on is named.
const RESUMED: &str = "resumed";

/// What was done last, newest first, at most [`Controls::MOST`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Controls(Vec<Value>);

impl Controls {
    /// So many are kept.
    pub const MOST: usize = 50;

    /// Reads a stored text. What cannot be read is gone; what a newer program wrote is shown as it is.
    pub fn read(text: Option<&str>) -> Self {
        match text.map(|text| json::value(text.as_bytes())) {
            Some(Ok(Value::Array(controls))) => Self(controls),
            Some(_) | None => Self::default(),
        }
    }

    /// When the workspace was let go on last, as far back as is kept.
    pub fn resumed_at(&self) -> Option<UnixMillis> {
        let resumed = self.0.iter().find(|deed| deed.get("what").and_then(Value::as_str) == Some(RESUMED))?;
        json::shape(resumed.get("at")?.clone()).ok()
    }

    /// Something was done.
    pub fn add(&mut self, Control(mut control): Control, at: UnixMillis) {
        if let Value::Object(fields) = &mut control {
            fields.insert("at".to_owned(), json!(at));
        }
        self.0.insert(0, control);
        self.0.truncate(Self::MOST);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn by(name: &str) -> By {
        By { name: OperatorName::new(name), via: Via::Api }
    }

    #[test]
    fn when_the_workspace_was_let_go_on_last_is_known() {
        let mut controls = Controls::default();
        assert_eq!(controls.resumed_at(), None);
        for (deed, at) in [(Deed::Resumed, 1), (Deed::Paused, 2), (Deed::Resumed, 3), (Deed::Paused, 4)] {
            controls.add(Control::new(&deed, &by("Ana")), UnixMillis(at));
        }
        let stored = serde_json::to_string(&controls).unwrap();
        assert_eq!(Controls::read(Some(&stored)).resumed_at(), Some(UnixMillis(3)));
        let of_another_program = r#"["odd",{"what":"resumed"}]"#;
        assert_eq!(Controls::read(Some(of_another_program)).resumed_at(), None);
    }

    #[test]
    fn the_newest_deed_comes_first_and_the_oldest_leaves() {
        let mut controls = Controls::default();
        for at in 0..60 {
            controls.add(Control::new(&Deed::Paused, &By::LIMIT), UnixMillis(at));
        }
        let switched_off = Control::new(&Deed::ModeSet(Some(ReplyMode::Off)), &by("Ana"));
        assert_eq!(switched_off.who(), OperatorName::new("Ana"));
        controls.add(switched_off, UnixMillis(60));
        assert_eq!(controls.0.len(), Controls::MOST);
        let newest = json!({ "what": "mode_set", "detail": "off", "by": "Ana", "via": "api", "at": 60 });
        assert_eq!(controls.0[0], newest);
        let before = json!({ "what": "paused", "detail": null, "by": null, "via": "limit", "at": 59 });
        assert_eq!(controls.0[1], before);
        let stored = serde_json::to_string(&controls).unwrap();
        assert_eq!(Controls::read(Some(&stored)), controls);
        assert_eq!((Controls::read(None), Controls::read(Some("{"))), Default::default());
    }

    #[test]
    fn each_deed_says_what_it_was_about() {
        let one = ConversationId::new("215").unwrap();
        for (deed, what, detail) in [
            (Deed::Resumed, "resumed", Value::Null),
            (Deed::ModeSet(None), "mode_set", json!("configured")),
            (Deed::Retry(one.clone()), "retry", json!("215")),
            (Deed::HandOver(one), "hand_over", json!("215")),
            (Deed::AuditBegun(Millis::from_hours(24)), "audit_begun", json!({ "hours": 24 })),
        ] {
            assert_eq!(deed.in_json(), (what, detail));
        }
    }
}
