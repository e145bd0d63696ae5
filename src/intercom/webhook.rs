//! From a verified delivery to what one conversation needs of it.

use super::decode::{ParseError, decode};
use super::events::ConversationEvents;
use super::ids::AppId;
use super::item::{BareItem, Item};
use super::signature::VerifiedWebhook;
pub use super::topic::Topic;
use super::wire::{or_default, time};
use crate::time::UnixSeconds;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One delivery ("Webhook object"), reduced to what is acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The workspace.
    pub app_id: Option<AppId>,
    /// Its id, the same for a retry as far as is known; a `ping` has none.
    pub id: Option<WebhookId>,
    /// What it is about.
    pub topic: Topic,
    /// When Intercom made it.
    pub created_at: Option<UnixSeconds>,
    /// Which attempt this is, from 1.
    pub delivery_attempts: u32,
    /// What is to be done.
    pub about: About,
}

/// The `id` of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebhookId(String);

impl WebhookId {
    /// The id as Intercom writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a webhook asks of us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Tell the conversation's object.
    Conversation(ConversationEvents),
    /// Nothing: answer 200.
    Nothing(Nothing),
}

/// Why there is nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// Intercom looked whether we are there.
    Ping,
    /// A topic that was ticked in the Developer Hub although nothing here needs it.
    UnwantedTopic,
    /// A topic that we act on, in which nothing happened but what Intercom does itself, as Operator's "the team will reply".
    OnlyAutomatic,
    /// A topic that we act on, without a conversation's id. It should not exist and is worth a look.
    NoConversation,
    /// A topic that we act on, without `app_id`. It should not exist and is worth a look.
    NoWorkspace,
}

impl Nothing {
    /// A stable name for logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::UnwantedTopic => "unwanted_topic",
            Self::OnlyAutomatic => "only_automatic",
            Self::NoConversation => "no_conversation",
            Self::NoWorkspace => "no_workspace",
        }
    }
}

impl VerifiedWebhook {
    /// Reads the envelope and what is needed of `data.item`. An error means bytes that Intercom signed and nobody understands:
    /// answer non-2xx, so that Intercom tries once more and the operator sees it.
    pub fn parse(&self) -> Result<Webhook, ParseError> {
        parse(self.bytes())
    }
}

fn parse(bytes: &[u8]) -> Result<Webhook, ParseError> {
    // Should Intercom change the shape of something inside, a wake-up with the conversation's id is still worth having.
    parse_item::<Item>(bytes).or_else(|error| parse_item::<BareItem>(bytes).map_err(|_| error))
}

fn parse_item<I: DeserializeOwned + Default + Into<Item>>(bytes: &[u8]) -> Result<Webhook, ParseError> {
    let envelope: WebhookBody<I> = decode(bytes)?;
    let topic = Topic::from(envelope.topic.as_str());
    let item = envelope.data.item.into();
    Ok(Webhook {
        about: about(&topic, &item, envelope.app_id.as_ref(), envelope.created_at),
        app_id: envelope.app_id,
        id: envelope.id.map(WebhookId),
        topic,
        created_at: envelope.created_at,
        delivery_attempts: envelope.delivery_attempts.unwrap_or(1),
    })
}

fn about(topic: &Topic, item: &Item, app_id: Option<&AppId>, created_at: Option<UnixSeconds>) -> About {
    About::Nothing(match (topic, app_id, item.conversation()) {
        (Topic::Ping, _, _) => Nothing::Ping,
        (Topic::Other(_), _, _) => Nothing::UnwantedTopic,
        (_topic, None, _) => Nothing::NoWorkspace,
        (_topic, Some(_), None) => Nothing::NoConversation,
        (topic, Some(app_id), Some(conversation)) => {
            let events = item.events(topic, created_at.or(item.updated_at).unwrap_or(UnixSeconds(0)));
            if !events.is_empty() {
                return About::Conversation(ConversationEvents { app_id: app_id.clone(), conversation, events });
            }
            Nothing::OnlyAutomatic
        }
    })
}

#[derive(Deserialize)]
#[serde(bound = "I: DeserializeOwned + Default")]
struct WebhookBody<I> {
    #[serde(default, deserialize_with = "AppId::loose")]
    app_id: Option<AppId>,
    #[serde(default, deserialize_with = "super::ids::loose")]
    id: Option<String>,
    topic: String,
    #[serde(default, deserialize_with = "time")]
    created_at: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "count")]
    delivery_attempts: Option<u32>,
    #[serde(default, deserialize_with = "or_default")]
    data: Data<I>,
}

#[derive(Default, Deserialize)]
#[serde(bound = "I: DeserializeOwned + Default")]
struct Data<I> {
    #[serde(default, deserialize_with = "or_default")]
    item: I,
}

fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    Ok(Value::deserialize(from)?.as_u64().map(|n| u32::try_from(n).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intercom::decode::ParseProblem;
    use crate::intercom::events::ConversationEvent;
    use crate::intercom::ids::ConversationId;

    fn read(json: &str) -> Result<Webhook, ParseError> {
        parse(json.as_bytes())
    }

    fn wake_up(json: &str) -> (ConversationId, Vec<ConversationEvent>) {
        match read(json).unwrap().about {
            About::Conversation(events) => (events.conversation, events.events),
            About::Nothing(nothing) => panic!("{nothing:?}: {json}"),
        }
    }

    fn something_was_written() -> (ConversationId, Vec<ConversationEvent>) {
        (ConversationId::new("1").unwrap(), vec![ConversationEvent::CustomerWrote { part: None, at: UnixSeconds(900) }])
    }

    fn replied(item: &str) -> String {
        format!(
            r#"{{"app_id":"a","topic":"conversation.user.replied","created_at":900,"data":{{"item":{{"id":"1",{item}}}}}}}"#
        )
    }

    #[test]
    fn a_shape_that_changed_inside_still_wakes_the_conversation() {
        for item in [
            r#""conversation_parts":[]"#,
            r#""conversation_parts":{"conversation_parts":{"7":{}}}"#,
            r#""conversation_parts":{"conversation_parts":["7"]}"#,
            r#""conversation_parts":{"conversation_parts":[{"body":{"blocks":[]}}]}"#,
            r#""source":"3""#,
            r#""updated_at":1e30"#,
            r#""source":{"author":"9"}"#,
            // A duplicate key: Intercom never sends one, and a sender who does must not bring us down.
            r#""source":null,"source":null"#,
        ] {
            assert_eq!(wake_up(&replied(item)), something_was_written(), "{item}");
        }
    }

    #[test]
    fn what_is_not_needed_may_be_anything() {
        let deep = format!(r#""custom_attributes":{}1{}"#, "[".repeat(100), "]".repeat(100));
        for item in [
            deep.as_str(),
            r#""statistics":{"count":1e99,"big":123456789012345678901234567890}"#,
            r#""statistics":1e999999"#,
            r#""title":"half \ud83d""#,
            r#""teammates":null,"topics":{},"links":[],"ticket":7"#,
        ] {
            assert_eq!(wake_up(&replied(item)), something_was_written(), "{}", &item[..40.min(item.len())]);
        }
    }

    #[test]
    fn nonsense_where_it_matters_is_an_error_and_no_panic() {
        let deep = format!(r#""id":{}"#, "[".repeat(100_000));
        for json in [
            replied(&deep),
            r#"{"topic":7}"#.to_owned(),
            r#"{"app_id":"a"}"#.to_owned(),
            "[]".to_owned(),
            "7".to_owned(),
            String::new(),
        ] {
            let error = read(&json).expect_err("nonsense");
            assert!(matches!(error.problem, ParseProblem::Shape | ParseProblem::NotJson), "{error}");
        }
    }

    #[test]
    fn an_error_never_says_what_was_written() {
        let half = replied(r#""source":{"body":"Marie, my password is"#);
        let error = read(half.trim_end_matches("}}}")).expect_err("half a text");
        assert_eq!(error.to_string(), "no JSON at .");
    }

    #[test]
    fn times_and_counts_that_are_missing_are_made_up_for() {
        let bare = read(r#"{"app_id":"a","topic":"conversation.user.replied","data":{"item":{"id":"1"}}}"#).unwrap();
        let events = vec![ConversationEvent::CustomerWrote { part: None, at: UnixSeconds(0) }];
        let conversation = ConversationId::new("1").unwrap();
        let app_id = AppId::new("a");
        assert_eq!(
            bare,
            Webhook {
                about: About::Conversation(ConversationEvents {
                    app_id: app_id.clone().unwrap(),
                    conversation,
                    events
                }),
                app_id,
                id: None,
                topic: Topic::UserReplied,
                created_at: None,
                delivery_attempts: 1,
            }
        );
    }

    #[test]
    fn a_webhook_without_a_place_to_go_says_so() {
        let about = |json: &str| read(json).unwrap().about;
        let nothing = About::Nothing;
        assert_eq!(
            about(r#"{"topic":"conversation.user.replied","data":{"item":{"id":1}}}"#),
            nothing(Nothing::NoWorkspace)
        );
        assert_eq!(
            about(r#"{"app_id":"a","topic":"conversation.user.replied","data":{"item":{"id":0}}}"#),
            nothing(Nothing::NoConversation)
        );
        assert_eq!(about(r#"{"app_id":"a","topic":"conversation.user.replied"}"#), nothing(Nothing::NoConversation));
        assert_eq!(about(r#"{"app_id":"a","topic":"contact.merged","data":null}"#), nothing(Nothing::UnwantedTopic));
        assert_eq!(about(r#"{"topic":"ping"}"#), nothing(Nothing::Ping));
    }
}
