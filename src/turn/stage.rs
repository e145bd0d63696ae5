//! An open turn: what is true of it, how far it is, and what each stage needs to go on after a crash.

use super::call::{Call, Service};
use super::outcome::HandOverReason;
use super::state::Attempt;
use crate::gpt_trainer::ids::MessageUuid;
use crate::gpt_trainer::said::KnownTexts;
use crate::gpt_trainer::variables::Variables;
use crate::intercom::ids::PartId;
use crate::text::{PlainText, Reply, Source};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A turn that waits for its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Open {
    /// What is true of it in every stage.
    pub turn: Turn,
    /// Whether the stage's command waits or runs.
    pub progress: Progress,
    /// How far it is.
    pub stage: Stage,
}

/// What is true of an open turn in every stage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// When the first message was reported.
    pub opened_at: UnixMillis,
    /// After this a teammate is told instead of one more retry.
    pub deadline: UnixMillis,
    /// What is asked, once a read has shown it.
    pub question: Option<Question>,
    /// How many answers were asked for and given.
    pub answers: u8,
    /// Which call failed last, until that very call succeeds; others may succeed in between.
    pub failing: Option<Call>,
    /// How often it has failed since, for the pause before the next try.
    pub failures: u32,
    /// Reads in a row that lacked what we know to be there.
    pub stale_reads: u8,
    /// Reads before the post that took so long that they were made again.
    pub slow_reads: u8,
    /// Since when the session is there.
    pub session: SessionIs,
    /// What the new session will be told of the customer. It is kept from the read to the making of the session, so that
    /// none is made without it after a crash, and no longer.
    pub about: Variables,
    /// What the chatbot says in place of an answer, as the last grant told.
    pub known_texts: KnownTexts,
    /// A question whose answer nobody will see; it leaves the session before the next one.
    pub superseded: Option<PlainText>,
    /// Whose credentials were refused at that call.
    pub refused_by: Option<Service>,
    /// What the turn waits for, other than a call.
    pub waiting: Option<Waiting>,
    /// How often it was looked whether that is over.
    pub looks: u8,
    /// Whether the operator wants it handed over. It waits until nothing is under way that must have its end first.
    pub hand_over_requested: bool,
}

/// What a turn waits for, other than a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// Fin or a workflow is answering.
    OtherBot,
    /// The operator, or the hourly limit, has paused the workspace.
    Paused,
    /// `MAX_REPLIES_PER_MINUTE` was reached.
    Budget,
}

/// Since when a turn's session is there. A new one knows of what was said before only what each question tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionIs {
    /// From an earlier turn, or not there yet.
    Older,
    /// Made in this turn.
    New,
    /// Lost in this turn, and made anew. That happens once: what is not found again is an endpoint that is missing.
    Replaced,
}

/// How far an open turn is. Each stage can be woken up in after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stage {
    /// The customer may still be writing.
    Gathering {
        /// When the turn is read even if further messages come.
        cap_at: UnixMillis,
    },
    /// The workspace is compared with the token's.
    Verifying,
    /// The conversation is read, to see what was asked and whose it is to answer.
    Reading,
    /// The pause switch and the reply budget are asked before the question is.
    SeekingGrant,
    /// A session is made.
    OpeningSession,
    /// The session's messages are read, to know its last one before the question is asked.
    ReadingSession,
    /// An answer that nobody will see is taken out of the session.
    Discarding(Superseded),
    /// The question is with GPT Trainer.
    Asking(Asked),
    /// The answer's fate is unknown; it is looked for in the session.
    RecoveringAnswer(Asked, Ended),
    /// The sources of the answer are looked for in the session.
    ReadingSources(Reply),
    /// The pause switch and the reply budget are asked once more, before the second read.
    RenewingGrant(Draft),
    /// The conversation is read again, seconds before the post.
    Rechecking(Draft),
    /// The answer is with Intercom.
    Posting(Draft, Intent),
    /// The post's fate is unknown; it is looked for in the conversation.
    Settling(Draft, Intent, Ended),
    /// A teammate is told, and then the customer.
    HandingOver(HandOver),
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
    /// The session's last message before it.
    pub after: Option<MessageUuid>,
    /// When.
    pub since: UnixMillis,
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
pub struct Draft {
    /// GPT Trainer's words.
    pub answer: Reply,
    /// The pages that stand below it.
    pub sources: Vec<Source>,
}

/// The written intent to post: from here on a crash means that the part may be there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Intent {
    /// In public, or as a note.
    pub delivery: Delivery,
    /// All our parts of that kind that were there before.
    pub ours_before: Vec<PartId>,
    /// The command's number.
    pub attempt: Attempt,
}

/// How something of ours is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The customer sees it.
    Reply,
    /// Only teammates see it.
    Note,
}

/// What a teammate is told, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HandOver {
    /// Why.
    pub reason: HandOverReason,
    /// The answer that the customer has not got, or may not have got.
    pub unsent: Option<Reply>,
    /// The next step.
    pub step: HandOverStep,
}

/// The steps of a hand-over, in their order. A step that is done is not done again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Ask whether the hand-over message may go out.
    SeekGrant,
    /// Read the conversation before it does.
    Recheck,
    /// The hand-over message is with Intercom.
    Post(Intent),
    /// Its fate is unknown; it is looked for in the conversation.
    FindPost(Intent, Ended),
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
/// alarm handler does too, and the runtime holds the next alarm back; so this alarm fires only after a crash.
pub const HEARTBEAT: Millis = Millis::from_seconds(10);

impl Turn {
    /// A turn that has just been opened.
    pub fn new(opened_at: UnixMillis, deadline: UnixMillis) -> Self {
        Self {
            opened_at,
            deadline,
            question: None,
            answers: 0,
            failing: None,
            failures: 0,
            stale_reads: 0,
            slow_reads: 0,
            session: SessionIs::Older,
            about: Variables::default(),
            known_texts: KnownTexts::default(),
            superseded: None,
            refused_by: None,
            waiting: None,
            looks: 0,
            hand_over_requested: false,
        }
    }

    /// What is asked, from the stages on that need to know it.
    pub(super) fn asked(&self) -> &Question {
        self.question.as_ref().expect("these stages are entered with a question only")
    }

    /// The messages that the turn stands for, once a read has shown them.
    pub fn covers(&self) -> Option<&Covers> {
        self.question.as_ref().map(|question| &question.covers)
    }
}

impl Stage {
    /// The intent of a post that is under way or whose fate is unknown; with the reason of the hand-over, where it is its message.
    pub(super) fn intent(&self) -> Option<(&Intent, Option<HandOverReason>)> {
        if let Self::Posting(_, intent) | Self::Settling(_, intent, _) = self {
            return Some((intent, None));
        }
        let Self::HandingOver(HandOver { reason, step, .. }) = self else { return None };
        let (HandOverStep::Post(intent) | HandOverStep::FindPost(intent, _)) = step else { return None };
        Some((intent, Some(*reason)))
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

    /// When the object must be woken.
    pub(super) fn wake_at(self) -> UnixMillis {
        match self {
            Self::Due(at) => at,
            Self::Running(since) => since.after(HEARTBEAT),
        }
    }
}
