//! The calls that a turn makes, and to whom.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A call. It has this one name in logs, in the history and in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Call {
    /// `GET /me`.
    VerifyWorkspace,
    /// Reading the conversation.
    ReadConversation,
    /// The pause switch and the reply budget.
    SeekGrant,
    /// Making a session.
    OpenSession,
    /// Reading a session's messages.
    ReadSession,
    /// Taking an exchange out of a session.
    DiscardExchange,
    /// The question.
    Ask,
    /// The reply, the note in its place, or the hand-over message.
    Post,
    /// A hand-over's assignment.
    Assign,
    /// A hand-over's note.
    WriteNote,
}

impl Call {
    /// Whom it is made to.
    pub fn service(self) -> Service {
        match self {
            Self::VerifyWorkspace | Self::ReadConversation | Self::Post | Self::Assign | Self::WriteNote => {
                Service::Intercom
            }
            Self::OpenSession | Self::ReadSession | Self::DiscardExchange | Self::Ask => Service::GptTrainer,
            Self::SeekGrant => Service::Workspace,
        }
    }
}

/// A far side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Intercom.
    Intercom,
    /// GPT Trainer.
    GptTrainer,
    /// Our own Workspace object.
    Workspace,
}
