//! How turns end, and what is kept of them: ids, reasons and times, never words.

use crate::intercom::ids::{ConversationId, PartId};
use crate::time::UnixMillis;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A turn that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settled {
    /// Which turn.
    pub key: TurnKey,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: UnixMillis,
}

/// How a turn ended. Every customer message ends in exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The customer has one public reply.
    Replied {
        /// The reply's part.
        part: PartId,
        /// Who wrote it.
        by: RepliedBy,
    },
    /// The answer stands in an internal note.
    Noted {
        /// The note's part.
        part: PartId,
    },
    /// A teammate was told.
    HandedOver(HandOverReason),
    /// It is not ours to answer.
    StoodDown(StandDownReason),
    /// Nobody could be told.
    Failed(FailureReason),
}

/// Who wrote the reply that settled a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepliedBy {
    /// We did.
    Us,
    /// We did, and the post that was given up as unknown landed after a teammate was told.
    UsLate,
    /// Another program that writes as the same teammate.
    OlderSystem,
}

/// Why a teammate was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverReason {
    /// GPT Trainer could not be asked, or did not answer, until the deadline.
    AiUnavailable,
    /// GPT Trainer refused the question for good.
    AiRefused,
    /// GPT Trainer answered nothing.
    EmptyAnswer,
    /// Intercom refused the reply.
    ReplyRefused,
    /// The post was never answered, and the reply is not to be seen.
    ReplyUnknown,
    /// Intercom could not be read, or failed at the reply, until the deadline.
    IntercomUnavailable,
}

/// Why a turn is not ours to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandDownReason {
    /// A teammate has spoken, closed, snoozed or been assigned.
    Teammate,
    /// A teammate was told before, and has it since.
    HandedOver,
    /// `REPLY_MODE=off`.
    ModeOff,
    /// The conversation's channel is not in `CHANNELS`.
    Channel,
    /// `TESTERS` is set, and this customer is none.
    NotATester,
    /// The conversation is outside `ROLLOUT_PERCENT`.
    Rollout,
    /// The message that woke us is not to be found, or was taken back.
    Vanished,
    /// The notification belongs to another workspace.
    ForeignWorkspace,
}

/// Why nobody could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The conversation does not exist (any more).
    ConversationGone,
    /// Intercom refused the assignment and the note.
    IntercomRefused,
}

/// Names a turn: the conversation and the last message that it covers. Notes carry it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnKey(String);

impl TurnKey {
    /// The key of the turn whose last message is `last`; without one, of whatever `conversation` waits for.
    pub fn new(conversation: &ConversationId, last: Option<&PartId>) -> Self {
        match last {
            Some(part) => Self(format!("{conversation}-{part}")),
            None => Self(format!("{conversation}-unread")),
        }
    }

    /// The key as it stands in notes and logs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TurnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Outcome {
    /// A stable name for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Replied { .. } => "replied",
            Self::Noted { .. } => "noted",
            Self::HandedOver(_) => "handed_over",
            Self::StoodDown(_) => "stood_down",
            Self::Failed(_) => "failed",
        }
    }
}
