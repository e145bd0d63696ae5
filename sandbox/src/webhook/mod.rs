//! webhooks as Intercom sends them, byte for byte.

mod escaping;
mod signature;

pub use escaping::Escaping;
pub use signature::sign;

use crate::clock::{Millis, seconds};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the topic of its name in `Topic::name`")]
pub enum Topic {
    UserCreated,
    UserReplied,
    AdminSingleCreated,
    AdminReplied,
    AdminNoted,
    AdminAssigned,
    AdminClosed,
    AdminSnoozed,
    AdminOpened,
    OperatorReplied,
    Deleted,
    Ping,
}

impl Topic {
    /// Intercom's name of the topic.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserCreated => "conversation.user.created",
            Self::UserReplied => "conversation.user.replied",
            Self::AdminSingleCreated => "conversation.admin.single.created",
            Self::AdminReplied => "conversation.admin.replied",
            Self::AdminNoted => "conversation.admin.noted",
            Self::AdminAssigned => "conversation.admin.assigned",
            Self::AdminClosed => "conversation.admin.closed",
            Self::AdminSnoozed => "conversation.admin.snoozed",
            Self::AdminOpened => "conversation.admin.opened",
            Self::OperatorReplied => "conversation.operator.replied",
            Self::Deleted => "conversation.deleted",
            Self::Ping => "ping",
        }
    }
}

/// One webhook, its conversation as it was when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// `notif_` and a uuid; a ping has none (`"id": null`).
    pub id: Option<String>,
    /// What happened.
    pub topic: Topic,
    /// The conversation that it is about.
    pub conversation_id: Option<String>,
    /// The workspace's id code.
    pub app_id: String,
    /// When it happened.
    pub created_at: Millis,
    /// `data.item`, as compact JSON.
    pub item: String,
}

impl Webhook {
    /// The test and keep-alive webhook.
    pub fn ping(app_id: &str, now: Millis) -> Self {
        Self {
            id: None,
            topic: Topic::Ping,
            conversation_id: None,
            app_id: app_id.to_owned(),
            created_at: now,
            item: r#"{"type":"ping","message":"This is a ping notification test message."}"#.to_owned(),
        }
    }

    /// The body of the webhook request. `attempt` is 1, or 2 for the one retry.
    pub fn body(&self, escaping: Escaping, attempt: u32) -> Vec<u8> {
        let app_id = serde_json::Value::from(self.app_id.as_str());
        let id = self.id.as_ref().map_or("null".to_owned(), |id| format!("\"{id}\""));
        let status = if self.id.is_some() { "\"pending\"" } else { "null" };
        let created_at = seconds(self.created_at);
        let json = format!(
            concat!(
                r#"{{"type":"notification_event","app_id":{app_id},"#,
                r#""data":{{"type":"notification_event_data","item":{item}}},"links":{{}},"id":{id},"topic":"{topic}","#,
                r#""delivery_status":{status},"delivery_attempts":{attempt},"delivered_at":0,"#,
                r#""first_sent_at":{created_at},"created_at":{created_at},"self":null}}"#
            ),
            app_id = app_id,
            item = self.item,
            id = id,
            topic = self.topic.name(),
            status = status,
            attempt = attempt,
            created_at = created_at,
        );
        escaping.apply(&json).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_ping_has_no_id_and_no_delivery_status() {
        let body = Webhook::ping("abc123def", 1_770_000_000_000).body(Escaping::Utf8, 1);
        assert_eq!(
            String::from_utf8(body).unwrap(),
            concat!(
                r#"{"type":"notification_event","app_id":"abc123def","data":{"type":"notification_event_data","#,
                r#""item":{"type":"ping","message":"This is a ping notification test message."}},"links":{},"id":null,"#,
                r#""topic":"ping","delivery_status":null,"delivery_attempts":1,"delivered_at":0,"#,
                r#""first_sent_at":1770000000,"created_at":1770000000,"self":null}"#
            )
        );
    }

    #[test]
    fn a_retry_differs_in_its_attempt_number_alone() {
        let deleted = Webhook {
            id: Some("notif_1".into()),
            topic: Topic::Deleted,
            conversation_id: Some("7".into()),
            app_id: "abc123def".into(),
            created_at: 5000,
            item: r#"{"type":"conversation","conversation_id":"7"}"#.into(),
        };
        let text = |attempt| String::from_utf8(deleted.body(Escaping::Utf8, attempt)).unwrap();
        assert_ne!(text(1), text(2));
        assert_eq!(text(1).replace(r#""delivery_attempts":1"#, r#""delivery_attempts":2"#), text(2));
    }
}
