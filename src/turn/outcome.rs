//! How turns end, and what is kept of them: ids, reasons and times, never words.

use crate::intercom::ids::{ConversationId, PartId};
use crate::time::UnixMillis;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::IntoStaticStr;

/// A turn that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settled {
    /// Which turn.
    pub key: TurnKey,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: UnixMillis,
    /// The messages that it stands for; none where no read has shown them.
    pub parts: Vec<PartId>,
    /// Since when it waits for another outcome, because a teammate gave the conversation back or an operator asked for a retry.
    pub reopened_at: Option<UnixMillis>,
}

/// How a turn ended. Every customer message ends in exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
    AnotherProgram,
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
    /// The customer asked for a person (`HANDOVER_PHRASES`).
    CustomerAsked,
    /// GPT Trainer said that a person is needed (`HANDOVER_ANSWERS`).
    AiAsked,
    /// `MAX_REPLIES_PER_CONVERSATION_PER_DAY` was reached.
    DailyCap,
    /// Fin or a workflow has the conversation and said nothing until the deadline.
    OtherBotSilent,
    /// Whether the workspace is paused could not be learnt until the deadline.
    GrantUnavailable,
    /// The customer sent nothing but images or attachments (`ATTACHMENTS=hand_over`).
    OnlyAttachments,
    /// An operator asked for it.
    Operator,
}

/// Why a turn is not ours to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandDownReason {
    /// A teammate has spoken, closed, snoozed, been assigned by a person, or stopped the bot by a note.
    Teammate,
    /// A rule or a workflow has assigned it to a teammate.
    RuleAssigned,
    /// Fin or a workflow has answered.
    OtherBot,
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
    /// The webhook belongs to another workspace.
    ForeignWorkspace,
}

impl StandDownReason {
    /// Whether it was left to teammates, or to another bot: what an explicit resume takes back. The others are settings.
    pub(super) fn is_about_people(self) -> bool {
        match self {
            Self::Teammate | Self::RuleAssigned | Self::HandedOver | Self::OtherBot => true,
            Self::ModeOff
            | Self::Channel
            | Self::NotATester
            | Self::Rollout
            | Self::Vanished
            | Self::ForeignWorkspace => false,
        }
    }
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

    /// The key of the same turn after it was opened again so many times.
    pub fn again(self, times: usize) -> Self {
        if times == 0 { self } else { Self(format!("{}-again{times}", self.0)) }
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
    /// The name, without what belongs to it.
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
