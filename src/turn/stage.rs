//! How far an open turn is, and what each stage needs to go on after a crash.

use super::outcome::{HandOverReason, TurnKey};
use super::state::Attempt;
use crate::gpt_trainer::ids::MessageUuid;
use crate::intercom::ids::PartId;
use crate::text::{AnswerText, PlainText, Source};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};

/// How far an open turn is. Each stage can be woken up in after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The customer may still be writing.
    Gathering {
        /// When the turn is read, unless a further message comes.
        quiet_until: UnixMillis,
        /// When the turn is read even if further messages come.
        cap_at: UnixMillis,
    },
    /// The workspace is compared with the token's.
    Verifying(Progress),
    /// The conversation is read, to see what was asked and whose it is to answer.
    Reading(Progress),
    /// The pause switch and the reply budget are asked before the question is.
    SeekingGrant(Progress, Question),
    /// A session is made.
    OpeningSession(Progress, Question),
    /// The session's messages are read, to know its last one before the question is asked.
    ReadingSession(Progress, Question),
    /// An answer that nobody will see is taken out of the session.
    Discarding(Progress, Question, Superseded),
    /// The question is with GPT Trainer.
    Asking(Asked),
    /// The question was not found: is it the session that is gone, or the endpoint that is missing?
    CheckingSession(Progress, Question, NotFound),
    /// The answer's fate is unknown; it is looked for in the session. So are the sources of one that was heard.
    RecoveringAnswer(Progress, Asked, Ended),
    /// The pause switch and the reply budget are asked once more, before the second read.
    RenewingGrant(Progress, Answered),
    /// The conversation is read again, seconds before the post.
    Rechecking(Progress, Answered),
    /// The reply is with Intercom.
    Posting(Intent),
    /// The reply's fate is unknown; it is looked for in the conversation.
    Settling(Progress, Intent, Ended),
    /// A teammate is told.
    HandingOver(Progress, HandOver),
}

/// Whether a stage's command waits or runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It is to run, not before this time.
    Due(UnixMillis),
    /// It runs since this time. Found at a wake-up, it means that the process was ended.
    Running(UnixMillis),
}

/// What was not found in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotFound {
    /// The endpoint that takes the question.
    Ask,
    /// The list of its messages, which a question can do without.
    Messages,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Question {
    /// The words.
    pub text: PlainText,
    /// The customer messages that they stand for.
    pub covers: Covers,
}

/// The customer messages of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Covers {
    /// In Intercom's order; never empty.
    pub parts: Vec<PartId>,
    /// When the newest was written.
    pub newest: UnixSeconds,
}

/// An exchange to be taken out of the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Superseded {
    /// Which.
    pub message: MessageUuid,
    /// The last message that stays.
    pub after: Option<MessageUuid>,
}

/// A question that was put.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// The session's last message before it.
    pub after: Option<MessageUuid>,
    /// When.
    pub since: UnixMillis,
    /// The answer, where it was heard and only its sources are looked for.
    pub heard: Option<AnswerText>,
}

/// How a call with an unknown outcome ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// With an error of the application itself: nothing is in flight any more.
    Answered,
    /// Without a word: it may still be in flight.
    Unanswered,
}

/// An answer on its way to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answered {
    /// What was asked.
    pub question: Question,
    /// What is said: GPT Trainer's words, or the operator's line.
    pub answer: AnswerText,
    /// What it is to the customer.
    pub purpose: Purpose,
    /// The pages that stand below it.
    pub sources: Vec<Source>,
}

/// What words of ours are to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The answer.
    Answer,
    /// The line that ends a hand-over (`HANDOVER_MESSAGE`).
    Line(HandOverReason),
}

/// The written intent to post: from here on a turn has its key, and a crash means that the reply may be there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Intent {
    /// The turn.
    pub key: TurnKey,
    /// What is posted.
    pub answered: Answered,
    /// In public, or as a note.
    pub delivery: Delivery,
    /// All our parts of that kind that were there before.
    pub ours_before: Vec<PartId>,
    /// The command's number.
    pub attempt: Attempt,
    /// When.
    pub since: UnixMillis,
}

/// How an answer is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The customer sees it.
    Reply,
    /// Only teammates see it.
    Note,
    /// The customer sees it; it is the line of a hand-over, in the operator's own words.
    Line,
}

/// What a teammate is told, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HandOver {
    /// Why.
    pub reason: HandOverReason,
    /// The next step.
    pub step: HandOverStep,
    /// The turn's messages, as far as they could be read.
    pub question: Option<Question>,
    /// The answer that the customer has not got, or may not have got.
    pub unsent: Option<AnswerText>,
}

/// The steps of a hand-over, in their order. A step that is done is not done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverStep {
    /// See whether a teammate has it already: an assignment would take it away from them.
    Look,
    /// Assign it.
    Assign,
    /// Write the note, after the assignment was made or refused.
    Note(Assignment),
    /// Look whether a note whose fate is unknown was written.
    FindNote(Assignment),
}

/// What became of the assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// It was made.
    Made,
    /// Intercom refused it.
    Refused,
}

/// How long after a command began an object is woken to see whether its process still lives. While the command runs, its
/// alarm handler does too, and the runtime holds the next alarm back; so this alarm is heard only after a crash.
pub const HEARTBEAT: Millis = Millis::from_seconds(10);

impl Stage {
    /// When the object must be woken.
    pub(super) fn wake_at(&self) -> UnixMillis {
        match self {
            Self::Gathering { quiet_until, cap_at } => (*quiet_until).min(*cap_at),
            Self::Verifying(progress)
            | Self::Reading(progress)
            | Self::SeekingGrant(progress, _)
            | Self::OpeningSession(progress, _)
            | Self::ReadingSession(progress, _)
            | Self::Discarding(progress, ..)
            | Self::CheckingSession(progress, ..)
            | Self::RecoveringAnswer(progress, ..)
            | Self::RenewingGrant(progress, _)
            | Self::Rechecking(progress, _)
            | Self::Settling(progress, ..)
            | Self::HandingOver(progress, _) => progress.wake_at(),
            Self::Asking(asked) => asked.since.after(HEARTBEAT),
            Self::Posting(intent) => intent.since.after(HEARTBEAT),
        }
    }

    /// A stable name for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Gathering { .. } => "gathering",
            Self::Verifying(_) => "verifying",
            Self::Reading(_) => "reading",
            Self::SeekingGrant(..) => "seeking_grant",
            Self::OpeningSession(..) => "opening_session",
            Self::ReadingSession(..) => "reading_session",
            Self::Discarding(..) => "discarding",
            Self::Asking(_) => "asking",
            Self::CheckingSession(..) => "checking_session",
            Self::RecoveringAnswer(..) => "recovering_answer",
            Self::RenewingGrant(..) => "renewing_grant",
            Self::Rechecking(..) => "rechecking",
            Self::Posting(_) => "posting",
            Self::Settling(..) => "settling",
            Self::HandingOver(..) => "handing_over",
        }
    }
}

impl Progress {
    /// When the command began that runs.
    pub fn since(self, now: UnixMillis) -> UnixMillis {
        match self {
            Self::Due(_) => now,
            Self::Running(since) => since,
        }
    }

    fn wake_at(self) -> UnixMillis {
        match self {
            Self::Due(at) => at,
            Self::Running(since) => since.after(HEARTBEAT),
        }
    }
}
