//! What the fetch handler tells a conversation's object: that something happened, never what was said.
//!
//! Worker and objects run different versions during a deploy and events may be stored, so readers ignore fields and
//! kinds that they do not know.

use super::ids::{AdminId, AppId, ConversationId, PartId, TeamId};
use crate::json;
use crate::time::UnixSeconds;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One webhook, as far as one conversation needs it. It is a wake-up: the truth is read from Intercom.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConversationEvents {
    /// The workspace.
    pub app_id: AppId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// What happened, in Intercom's order; never empty when it comes from a webhook.
    #[serde(default, deserialize_with = "one_by_one")]
    pub events: Vec<ConversationEvent>,
}

/// One thing that happened. `at` is the part's `created_at`; where that is absent the webhook's; `0` where neither was told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationEvent {
    /// A customer wrote.
    CustomerWrote {
        /// The `source` or part; `None` where it was only told that something was written.
        part: Option<PartId>,
        /// When.
        at: UnixSeconds,
    },
    /// Intercom's search shows that a customer wrote last at this time; the sweep tells it, no webhook does.
    CustomerWaits {
        /// When: the later of `statistics.last_contact_reply_at` and `waiting_since`.
        at: UnixSeconds,
    },
    /// An admin did something. It may be ourselves: the router does not know `INTERCOM_ADMIN_ID`, the object does.
    TeammateActed {
        /// The part; `None` where only the topic told it.
        part: Option<PartId>,
        /// When.
        at: UnixSeconds,
        /// Who; `None` where only the topic told it.
        admin: Option<AdminId>,
        /// What they did.
        act: Act,
    },
    /// The conversation was assigned by a rule, a workflow or Intercom itself.
    RuleAssigned {
        /// The part.
        part: Option<PartId>,
        /// When.
        at: UnixSeconds,
        /// To whom.
        to: AssignedTo,
    },
    /// Fin, Operator or a workflow said something that a customer can see.
    OtherBotSpoke {
        /// The part; `None` where only the topic told it.
        part: Option<PartId>,
        /// When.
        at: UnixSeconds,
    },
    /// The conversation was deleted.
    Deleted,
    /// A part's words were taken back.
    Redacted {
        /// The part, if it was told.
        part: Option<PartId>,
    },
    /// Another conversation was merged into this one.
    Merged {
        /// The part that says so.
        part: Option<PartId>,
        /// When.
        at: UnixSeconds,
    },
    /// A kind that a newer version knows.
    Other,
}

/// What an admin did. One part may be several acts: a first reply often is an assignment with words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Said something that a customer can see, whatever the part's type.
    Spoke,
    /// Wrote an internal note.
    Noted,
    /// Closed it.
    Closed,
    /// Put it to sleep.
    Snoozed,
    /// Woke it.
    Unsnoozed,
    /// Reopened it.
    Opened,
    /// Assigned it.
    Assigned {
        /// To whom.
        to: AssignedTo,
    },
    /// An act that a newer version knows.
    Other,
}

/// Whom a conversation was assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedTo {
    /// An admin; it may be ourselves.
    Admin {
        /// Which.
        id: AdminId,
    },
    /// A team.
    Team {
        /// Which, if it was told.
        id: Option<TeamId>,
    },
    /// Nobody: it was unassigned.
    Nobody,
    /// A bot, or a type that Intercom added later, or not told.
    Other,
}

/// Reads each for itself, so that one of a kind that only a newer version knows does not spoil the others.
fn one_by_one<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ConversationEvent>, D::Error> {
    let values = Vec::<Value>::deserialize(from)?;
    Ok(values.into_iter().map(|event| json::shape(event).unwrap_or(ConversationEvent::Other)).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn events() -> ConversationEvents {
        ConversationEvents {
            app_id: AppId::new("abc123def").unwrap(),
            conversation: ConversationId::new("42").unwrap(),
            events: vec![
                ConversationEvent::CustomerWrote { part: PartId::new("7"), at: UnixSeconds(1_700_000_000) },
                ConversationEvent::TeammateActed {
                    part: PartId::new("8"),
                    at: UnixSeconds(1_700_000_001),
                    admin: AdminId::new("9"),
                    act: Act::Assigned { to: AssignedTo::Team { id: TeamId::new("10") } },
                },
                ConversationEvent::RuleAssigned {
                    part: None,
                    at: UnixSeconds(1_700_000_002),
                    to: AssignedTo::Admin { id: AdminId::new("9").unwrap() },
                },
                ConversationEvent::CustomerWaits { at: UnixSeconds(1_700_000_004) },
                ConversationEvent::OtherBotSpoke { part: None, at: UnixSeconds(1_700_000_003) },
                ConversationEvent::Deleted,
                ConversationEvent::Redacted { part: PartId::new("8") },
                ConversationEvent::Merged { part: None, at: UnixSeconds(0) },
            ],
        }
    }

    fn stored() -> serde_json::Value {
        json!({"app_id": "abc123def", "conversation": "42", "events": [
            {"customer_wrote": {"part": "7", "at": 1_700_000_000}},
            {"teammate_acted": {"part": "8", "at": 1_700_000_001, "admin": "9",
             "act": {"assigned": {"to": {"team": {"id": "10"}}}}}},
            {"rule_assigned": {"part": null, "at": 1_700_000_002, "to": {"admin": {"id": "9"}}}},
            {"customer_waits": {"at": 1_700_000_004}},
            {"other_bot_spoke": {"part": null, "at": 1_700_000_003}},
            "deleted",
            {"redacted": {"part": "8"}},
            {"merged": {"part": null, "at": 0}},
        ]})
    }

    #[test]
    fn the_format_of_events_is_unchanged() {
        assert_eq!(serde_json::to_value(events()).unwrap(), stored());
        assert_eq!(serde_json::from_value::<ConversationEvents>(stored()).unwrap(), events());
    }

    #[test]
    fn what_a_newer_version_says_is_read_as_other() {
        let newer = json!({"app_id": "a", "conversation": "c", "later": 1, "events": [
            {"sang": {"song": {"name": "x"}}},
            {"teammate_acted": {"at": 5, "act": {"danced": {"with": [1]}}}},
            {"customer_wrote": {"part": "7", "at": 6, "later": true}},
        ]});
        assert_eq!(
            serde_json::from_value::<ConversationEvents>(newer).unwrap().events,
            [
                ConversationEvent::Other,
                ConversationEvent::Other,
                ConversationEvent::CustomerWrote { part: PartId::new("7"), at: UnixSeconds(6) }
            ]
        );
    }
}
