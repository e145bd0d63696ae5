//! Calls on their way: what they ask for, how far they are, and what comes back.

use crate::circumstances::Circumstances;
use crate::intercom::{Parts, Shown};
use crate::trainer::Put;
use onereply::fault::{ErrorCode, Fault, Silence};
use onereply::gpt_trainer::ids::{MessageUuid, SessionUuid};
use onereply::gpt_trainer::requests::{ANSWER_LIMIT, QUICK_LIMIT};
use onereply::gpt_trainer::said::AiAnswer;
use onereply::intercom::ids::{AppId, PartId};
use onereply::intercom::requests::LIMIT;
use onereply::time::{Millis, UnixMillis};
use onereply::turn::event::CommandResult;
use onereply::turn::grant::{Grant, GrantAnswer};
use onereply::turn::outcome::TurnKey;
use onereply::turn::state::Attempt;
use std::sync::Arc;

/// A call, from the moment when it is promised on disk. Whether a dead process had sent it cannot be told by anybody, so a
/// promised call and one under way are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flight {
    pub attempt: Attempt,
    pub call: Call,
    pub since: UnixMillis,
    pub leg: Leg,
}

/// A call that nobody waits for any more and that may still take effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Adrift {
    pub call: Call,
    pub leg: Leg,
    /// From here on it cannot.
    pub until: Option<UnixMillis>,
}

/// What is asked for, with what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Verify,
    Read,
    SeekGrant,
    OpenSession,
    ReadSession(SessionUuid),
    Discard(MessageUuid),
    Ask { session: SessionUuid, text: Arc<str>, key: TurnKey, covers: Parts },
    Post { posted: Posted, text: Arc<str>, key: TurnKey, covers: Parts },
    Assign,
    WriteNote { key: TurnKey },
}

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Posted {
    Reply,
    Note,
    /// What the customer is told of a hand-over.
    HandOverMessage,
}

/// How far a call is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Leg {
    /// It has not arrived.
    Out,
    /// Its question has arrived, and the AI writes.
    Working(u8),
    /// It was dealt with, and the answer is on its way.
    Back(Response),
}

/// What a far side does with a call that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    Done,
    /// A read that lags behind.
    Stale,
    /// The question is there, and the AI writes for a while.
    Working,
    Refused(Refusal),
    /// The grant is not given for now.
    Paused,
    /// A 5xx in the application's own format.
    Failed(Effect),
    /// It is done, and the answer cannot be read.
    Garbled,
    /// The question's answer is none.
    NoAnswer(NoAnswer),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    Unauthorised,
    NotFound,
    RateLimited,
    Unacceptable,
    MethodNotAllowed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    None,
    Done,
    /// It shows only some time later, within `SETTLE_SECONDS`.
    Later,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoAnswer {
    Nothing,
    AnError,
}

/// How an answer stays away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Break {
    /// The connection breaks.
    AtOnce,
    /// The time limit runs out.
    AtTheLimit,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Response {
    App(AppId),
    Shown(Shown),
    Session(SessionUuid),
    Exchanges(Vec<Put>),
    Done,
    Grant(Grant),
    Answer(AiAnswer),
    Made(PartId),
    Fault(Fault),
}

impl Call {
    /// How long the process waits for it.
    pub fn limit(&self) -> Millis {
        match self {
            Self::Verify | Self::Read | Self::SeekGrant | Self::Post { .. } | Self::Assign | Self::WriteNote { .. } => {
                LIMIT
            }
            Self::OpenSession | Self::ReadSession(_) | Self::Discard(_) => QUICK_LIMIT,
            Self::Ask { .. } => ANSWER_LIMIT,
        }
    }

    /// Whether it changes anything that matters at the far side.
    pub fn has_effect(&self) -> bool {
        match self {
            Self::Verify | Self::Read | Self::SeekGrant | Self::OpenSession | Self::ReadSession(_) => false,
            Self::Discard(_) | Self::Ask { .. } | Self::Post { .. } | Self::Assign | Self::WriteNote { .. } => true,
        }
    }

    /// Whether it is made in a conversation, and fails where that is gone.
    pub fn is_intercoms(&self) -> bool {
        matches!(self, Self::Read | Self::Post { .. } | Self::Assign | Self::WriteNote { .. })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Verify => "/me",
            Self::Read => "the read",
            Self::SeekGrant => "the grant",
            Self::OpenSession => "the new session",
            Self::ReadSession(_) => "the session's messages",
            Self::Discard(_) => "the discarding",
            Self::Ask { .. } => "the question",
            Self::Post { posted: Posted::Reply, .. } => "the reply",
            Self::Post { posted: Posted::Note, .. } => "the answer's note",
            Self::Post { posted: Posted::HandOverMessage, .. } => "the hand-over message",
            Self::Assign => "the assignment",
            Self::WriteNote { .. } => "the hand-over's note",
        }
    }
}

impl Refusal {
    pub fn fault(self) -> Fault {
        let code = ErrorCode::none;
        match self {
            Self::Unauthorised => Fault::Unauthorised { status: 401, code: code() },
            Self::NotFound => Fault::NotFound,
            Self::RateLimited => Fault::RateLimited { until: None },
            Self::Unacceptable => Fault::Refused { status: 422, code: code() },
            Self::MethodNotAllowed => Fault::Refused { status: 405, code: code() },
        }
    }
}

pub fn failed() -> Fault {
    Fault::Failed { status: 500, code: ErrorCode::none() }
}

impl Break {
    pub fn fault(self) -> Fault {
        Fault::Unanswered(match self {
            Self::AtOnce => Silence::ConnectionLost,
            Self::AtTheLimit => Silence::Timeout,
        })
    }
}

impl Response {
    /// As the machine hears it, of a call that was made at `since`.
    pub fn finding(self, call: &Call, since: UnixMillis, circumstances: &Circumstances) -> CommandResult {
        let fault = |response: Self| match response {
            Self::Fault(fault) => fault,
            other => panic!("{other:?} is no answer to {}", call.name()),
        };
        let done = |response: Self| if response == Self::Done { Ok(()) } else { Err(fault(response)) };
        let made = |response: Self| match response {
            Self::Made(part) => Ok(part),
            other => Err(fault(other)),
        };
        match call {
            Call::Verify => CommandResult::Workspace(match self {
                Self::App(app) => Ok(app),
                other => Err(fault(other)),
            }),
            Call::Read => CommandResult::Conversation(
                match self {
                    Self::Shown(shown) => Ok(shown.thread(circumstances.channel)),
                    other => Err(fault(other)),
                },
                since,
            ),
            Call::SeekGrant => CommandResult::Grant(match self {
                Self::Grant(grant) => {
                    Ok(GrantAnswer { grant, mode: circumstances.policy.mode, rate_limit_message: None })
                }
                other => Err(fault(other)),
            }),
            Call::OpenSession => CommandResult::SessionOpened(match self {
                Self::Session(uuid) => Ok(uuid),
                other => Err(fault(other)),
            }),
            Call::ReadSession(_) => CommandResult::SessionMessages(match self {
                Self::Exchanges(puts) => Ok(puts.iter().map(Put::exchange).collect()),
                other => Err(fault(other)),
            }),
            Call::Discard(_) => CommandResult::Discarded(done(self)),
            Call::Ask { .. } => CommandResult::Answer(match self {
                Self::Answer(answer) => Ok(answer),
                other => Err(fault(other)),
            }),
            Call::Post { .. } => CommandResult::Posted(made(self)),
            Call::Assign => CommandResult::Assigned(done(self)),
            Call::WriteNote { .. } => CommandResult::NoteWritten(made(self)),
        }
    }
}
