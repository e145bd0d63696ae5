//! What can be asked of a conversation's object.

use crate::intercom::events::ConversationEvents;
use crate::objects::ask::{ConversationName, calls};
use crate::workspace::watchdog::{ObjectStatus, Receipt};
use serde::{Deserialize, Serialize};
use serde_json::Value;

calls! {
    /// Everything that is asked of a conversation's object, as it travels.
    ConversationCall to ConversationName {
        TakeEvents -> Receipt;
        Look -> ObjectStatus;
        Resume -> ObjectStatus;
        ShowOpenTurn -> Option<Value>;
        ShowRecord -> Shown;
        RetryTurn -> Steered;
        HandOverTurn -> Steered;
    }
}

/// Take this in. The answer means that it is on disk.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct TakeEvents(pub ConversationEvents);

/// Is all well? An alarm that was lost is set again.
#[derive(Serialize, Deserialize)]
pub struct Look;

/// The same, after a pause of the workspace: a turn that waits for its end asks again now.
#[derive(Serialize, Deserialize)]
pub struct Resume;

/// What the open turn waits for, ready to be shown; `None` where no turn is open.
#[derive(Serialize, Deserialize)]
pub struct ShowOpenTurn;

/// What is kept of the conversation.
#[derive(Serialize, Deserialize)]
pub struct ShowRecord;

/// The operator wants the last turn to be tried again.
#[derive(Serialize, Deserialize)]
pub struct RetryTurn {
    /// Even where its reply may still appear, so that the customer could get two.
    pub may_repeat: bool,
}

/// The operator wants a teammate to see to the open turn, or to the last one.
#[derive(Serialize, Deserialize)]
pub struct HandOverTurn;

/// The answer to [`ShowRecord`].
#[derive(Serialize, Deserialize)]
pub enum Shown {
    /// The record.
    Record(Value),
    /// Nothing is kept.
    Nothing,
    /// It cannot be read, for this reason.
    Unreadable(String),
}

/// The answer to what the operator wants.
#[derive(Serialize, Deserialize)]
pub enum Steered {
    /// It is on disk.
    Accepted,
    /// It is under way already.
    UnderWay,
    /// Nothing is kept of the conversation.
    Nothing,
    /// It cannot be.
    Refused {
        /// Why, by a stable name.
        code: String,
        /// Why, in words.
        message: String,
    },
}
