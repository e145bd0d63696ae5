//! What a conversation wants done. A command carries all that it needs, and is carried out only after the state that
//! promised it is on disk.

use super::grant::GrantKey;
use super::outcome::{HandOverReason, Settled, TurnKey};
use super::state::{Attempt, Delivery, GiveBack, Service, Sign, Waiting};
use crate::fault::Fault;
use crate::gpt_trainer::ids::{MessageUuid, SessionUuid};
use crate::gpt_trainer::said::{Endpoint, KnownTexts};
use crate::gpt_trainer::variables::Variables;
use crate::text::{NoteHtml, PlainLine, PlainText, Reply, Source};
use crate::time::UnixSeconds;

/// Something to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A call that does no harm when it is made twice.
    Repeatable(Attempt, Repeatable),
    /// A call that must never be made again before its fate is known.
    Once(Attempt, Once),
    /// Something that the operator should be able to read. No result is expected.
    Announce(Announcement),
}

/// Calls that may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeatable {
    /// Learn which workspace our token opens.
    VerifyWorkspace,
    /// Read the conversation.
    ReadConversation,
    /// Ask whether the workspace is paused, and for a share of the reply budget. The same key is counted once.
    SeekGrant(GrantKey),
    /// Make a session, and tell it this of the customer. One too many costs nothing and is seen by nobody.
    OpenSession(Variables),
    /// Read the session's messages.
    ReadSession(SessionUuid),
    /// Take an exchange out of the session.
    Discard(MessageUuid),
    /// Assign the conversation to the hand-over team, or to nobody.
    Assign,
    /// Write the hand-over's note. It carries the turn's key, so that a second one is recognised for what it is.
    WriteNote(NoteHtml),
}

/// Calls without an idempotency key: neither Intercom nor GPT Trainer has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// Put the question. It costs money, and the session remembers it.
    Ask {
        /// Where.
        session: SessionUuid,
        /// How.
        endpoint: Endpoint,
        /// What.
        text: PlainText,
        /// What the chatbot says in place of an answer.
        known: KnownTexts,
    },
    /// Post the hand-over message, in the operator's words.
    HandOverMessage(PlainLine),
    /// Post the answer.
    Post {
        /// In public, or as a note.
        delivery: Delivery,
        /// What GPT Trainer said.
        answer: Reply,
        /// What stands below it.
        sources: Vec<Source>,
    },
}

/// A line for the operator: ids, reasons and codes, never words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// A turn ended.
    Settled(Settled),
    /// A teammate has taken the conversation.
    TakenOver(Sign),
    /// A teammate has given the conversation back.
    GivenBack(GiveBack),
    /// A turn that was left to teammates is answered after all.
    Reopened(TurnKey),
    /// The turn waits, and for what.
    Waits(Waiting),
    /// A teammate is going to be told.
    HandingOver(HandOverReason),
    /// The answer is not posted: the customer wrote again and all is asked together.
    Superseded,
    /// The record of a turn was corrected: a post that was given up landed after all.
    Corrected(Settled),
    /// Another program writes as the same teammate; it answered this turn.
    AnotherProgramAnswers,
    /// A call failed and will be tried again.
    Failed(Service, Fault),
    /// Credentials were refused: the operator must mend them. The turn waits.
    CredentialsRefused(Service, Fault),
    /// They are accepted again.
    CredentialsAccepted(Service),
    /// `INTERCOM_APP_ID` is not the workspace that the token opens. The turn waits.
    WorkspaceMismatch,
    /// A read lacked what is known to be there; it is made again.
    StaleRead,
    /// Reads in two passes lacked what the sweep told of: there is nothing for a customer to see.
    NudgeUnfounded(UnixSeconds),
    /// A result came for a command that is no longer waited for.
    LateResult(Attempt),
    /// The process was ended while a command ran.
    Interrupted,
    /// The conversation was deleted. Its session and what it waited for are forgotten; ids and outcomes stay.
    Forgotten,
}
