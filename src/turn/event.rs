//! What can happen to a conversation.

use super::call::Call;
use super::grant::GrantAnswer;
use super::policy::ReplyMode;
use super::state::Attempt;
use crate::fault::Fault;
use crate::gpt_trainer::exchanges::Exchange;
use crate::gpt_trainer::ids::SessionUuid;
use crate::gpt_trainer::said::AiAnswer;
use crate::intercom::events::ConversationEvent;
use crate::intercom::ids::{AppId, PartId};
use crate::intercom::thread::Thread;
use crate::time::UnixMillis;

/// Something that happened. Past tense: an event is a fact, whatever is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A webhook or the sweep reports something. It changes the state and the alarm, and causes no command: the 200 must not wait for one.
    Reported(ConversationEvent),
    /// An operator asks for another try of the last turn. It changes the state and the alarm, as a report does.
    RetryRequested,
    /// An operator hands the open turn, or the last one, over to a teammate. It changes the state and the alarm, as a report does.
    HandOverRequested,
    /// The workspace goes on after a pause. It changes the state and the alarm, as a report does.
    Resumed,
    /// The alarm went off. No command runs at that moment: all of them run inside an alarm's handler, and two handlers never
    /// run together. So a command that the state shows as running was ended with its process. With the mode that the workspace gave
    /// at this wake-up; `None` where it could not be asked.
    Woken(Option<ReplyMode>),
    /// A command brought this result.
    Finished(Attempt, CommandResult),
}

/// What a command found.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and only for a moment")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandResult {
    /// The workspace that our token opens (`GET /me`).
    Workspace(Result<AppId, Fault>),
    /// The conversation, and when it was asked for.
    Conversation(Result<Thread, Fault>, UnixMillis),
    /// Whether the turn may go on.
    Grant(Result<GrantAnswer, Fault>),
    /// A new session.
    SessionOpened(Result<SessionUuid, Fault>),
    /// The session's messages, oldest first.
    SessionMessages(Result<Vec<Exchange>, Fault>),
    /// Whether an exchange could be taken out of the session.
    Discarded(Result<(), Fault>),
    /// What came of the question.
    Answer(Result<AiAnswer, Fault>),
    /// What came of the reply, or of the note in its place.
    Posted(Result<PartId, Fault>),
    /// What came of the assignment.
    Assigned(Result<(), Fault>),
    /// What came of the hand-over's note.
    NoteWritten(Result<PartId, Fault>),
}

impl CommandResult {
    /// The call that brought it.
    pub fn call(&self) -> Call {
        self.call_and_fault().0
    }

    /// `ok`, or the fault's name.
    pub fn result(&self) -> &'static str {
        self.call_and_fault().1.map_or("ok", Fault::name)
    }

    fn call_and_fault(&self) -> (Call, Option<&Fault>) {
        match self {
            Self::Workspace(result) => (Call::VerifyWorkspace, result.as_ref().err()),
            Self::Conversation(result, _) => (Call::ReadConversation, result.as_ref().err()),
            Self::Grant(result) => (Call::SeekGrant, result.as_ref().err()),
            Self::SessionOpened(result) => (Call::OpenSession, result.as_ref().err()),
            Self::SessionMessages(result) => (Call::ReadSession, result.as_ref().err()),
            Self::Discarded(result) => (Call::DiscardExchange, result.as_ref().err()),
            Self::Answer(result) => (Call::Ask, result.as_ref().err()),
            Self::Posted(result) => (Call::Post, result.as_ref().err()),
            Self::Assigned(result) => (Call::Assign, result.as_ref().err()),
            Self::NoteWritten(result) => (Call::WriteNote, result.as_ref().err()),
        }
    }
}
