//! What is stored of a conversation between two events. One row holds all of it, so it always commits as a whole.

use super::outcome::{HandOverReason, Settled, TurnKey};
use super::policy::CredentialsPrint;
use super::watermark::Watermark;
use crate::gpt_trainer::ids::{MessageUuid, SessionUuid};
use crate::gpt_trainer::said::Endpoint;
use crate::intercom::ids::{AppId, ConversationId, PartId};
use crate::text::{AnswerText, PlainText};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};

/// A conversation, as its object knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    /// The workspace that the notifications named.
    pub app: AppId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Whether the workspace is known to be the one that our token opens.
    pub workspace: Workspace,
    /// How far outcomes reach.
    pub watermark: Watermark,
    /// Messages that notifications told of and that no outcome covers yet.
    pub awaited: Vec<Awaited>,
    /// The GPT Trainer session, once there is one.
    pub session: Option<Session>,
    /// The last sign of a teammate.
    pub teammate: Option<TeammateSign>,
    /// When a teammate last closed or snoozed the conversation.
    pub put_away: Option<UnixSeconds>,
    /// By which parts of that second, as far as notifications told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub put_away_by: Vec<PartId>,
    /// When a teammate was last told.
    pub handed_over_at: Option<UnixMillis>,
    /// Public replies that we know to be ours, oldest first, at most [`SENT_REMEMBERED`].
    pub sent: Vec<PartId>,
    /// The last of them, while reads should show it.
    pub last_sent: Option<PartId>,
    /// A post that was given up as unknown: if it lands after all, the record is corrected.
    pub unknown_post: Option<UnknownPost>,
    /// Numbers the commands, so that a result of an earlier one is recognised.
    pub attempt: Attempt,
    /// How the last turns ended, oldest first, at most [`SETTLED_REMEMBERED`].
    pub settled: Vec<Settled>,
    /// What goes on now.
    pub phase: Phase,
}

/// How many of our replies are remembered by id.
pub const SENT_REMEMBERED: usize = 50;

/// How many ended turns are remembered.
pub const SETTLED_REMEMBERED: usize = 20;

/// Whether the workspace was compared with the one that our token opens (`GET /me`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workspace {
    /// Not with the present token.
    Unverified,
    /// It was, with this token.
    Verified(CredentialsPrint),
}

/// A message that a notification told of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Awaited {
    /// Its id; a notification of an old shape has none and is a mere hint.
    pub part: Option<PartId>,
    /// When the customer wrote it.
    pub at: UnixSeconds,
    /// When we heard of it last: a hint is settled only by a read that was asked for later.
    pub heard_at: UnixMillis,
}

/// The conversation's session with GPT Trainer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub uuid: SessionUuid,
    /// Which endpoint answers: the streaming one is public and documented, the other takes over where it is missing.
    pub endpoint: Endpoint,
    /// Until then a question that was never answered may be under way in it, and no other is put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_until: Option<UnixMillis>,
}

/// A sign that a teammate has the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TeammateSign {
    /// When.
    pub at: UnixSeconds,
    /// What it was.
    pub sign: Sign,
}

/// What shows that a teammate has a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// They wrote to the customer.
    Spoke,
    /// It was assigned to them.
    Assigned,
}

/// A post whose fate could not be learnt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnknownPost {
    /// The turn that it belongs to. `None` where two were given up, and a part of ours may be either's.
    pub key: Option<TurnKey>,
    /// Our parts that were there before it.
    pub ours_before: Vec<PartId>,
    /// When it was given up.
    #[serde(default = "long_ago")]
    pub at: UnixMillis,
}

fn long_ago() -> UnixMillis {
    UnixMillis(0)
}

/// The number of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempt(pub u64);

/// What goes on in a conversation.
#[allow(clippy::large_enum_variant, reason = "an object holds one at a time, and only for a moment")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Every message that we know of has its outcome.
    Idle,
    /// A turn waits for its outcome.
    Open {
        /// What is true of it in every stage.
        turn: Turn,
        /// How far it is.
        stage: Stage,
    },
    /// The conversation was deleted.
    Deleted,
}

/// What is true of an open turn in every stage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// When the first message was heard of.
    pub opened_at: UnixMillis,
    /// After this a teammate is told instead of one more retry.
    pub deadline: UnixMillis,
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
    /// Whether the session was lost in this turn.
    pub session_loss: SessionLoss,
    /// A question whose answer nobody will see; it leaves the session before the next one.
    pub superseded: Option<PlainText>,
    /// Whose credentials were refused at that call.
    pub refused_by: Option<Service>,
}

/// Whether GPT Trainer lost the session in this turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionLoss {
    /// It did not.
    None,
    /// It did: the next question starts with a transcript. It happens once a turn at most.
    Lost,
}

/// The kinds of calls that a turn makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `GET /me`.
    Verify,
    /// Reading the conversation.
    Read,
    /// Making a session.
    OpenSession,
    /// Reading or checking a session.
    ReadSession,
    /// The question.
    Ask,
    /// The reply, or the note in its place.
    Post,
    /// A hand-over's assignment.
    Assign,
    /// A hand-over's note.
    Note,
}

impl Call {
    /// Whom it is made to.
    pub fn service(self) -> Service {
        match self {
            Self::Verify | Self::Read | Self::Post | Self::Assign | Self::Note => Service::Intercom,
            Self::OpenSession | Self::ReadSession | Self::Ask => Service::GptTrainer,
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
}

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
    /// The answer's fate is unknown; it is looked for in the session.
    RecoveringAnswer(Progress, Asked, Ended),
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
    /// What GPT Trainer said.
    pub answer: AnswerText,
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

impl State {
    /// A conversation that nothing is known of.
    pub fn new(app: AppId, conversation: ConversationId) -> Self {
        Self {
            app,
            conversation,
            workspace: Workspace::Unverified,
            watermark: Watermark::default(),
            awaited: Vec::new(),
            session: None,
            teammate: None,
            put_away: None,
            put_away_by: Vec::new(),
            handed_over_at: None,
            sent: Vec::new(),
            last_sent: None,
            unknown_post: None,
            attempt: Attempt::default(),
            settled: Vec::new(),
            phase: Phase::Idle,
        }
    }

    /// When the object must be woken: the least of all its deadlines. `None` where nothing waits.
    pub fn wake_at(&self) -> Option<UnixMillis> {
        match &self.phase {
            Phase::Idle | Phase::Deleted => None,
            Phase::Open { stage, .. } => Some(stage.wake_at()),
        }
    }
}

impl Stage {
    fn wake_at(&self) -> UnixMillis {
        match self {
            Self::Gathering { quiet_until, cap_at } => (*quiet_until).min(*cap_at),
            Self::Verifying(progress)
            | Self::Reading(progress)
            | Self::OpeningSession(progress, _)
            | Self::ReadingSession(progress, _)
            | Self::Discarding(progress, ..)
            | Self::CheckingSession(progress, ..)
            | Self::RecoveringAnswer(progress, ..)
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
            Self::OpeningSession(..) => "opening_session",
            Self::ReadingSession(..) => "reading_session",
            Self::Discarding(..) => "discarding",
            Self::Asking(_) => "asking",
            Self::CheckingSession(..) => "checking_session",
            Self::RecoveringAnswer(..) => "recovering_answer",
            Self::Rechecking(..) => "rechecking",
            Self::Posting(_) => "posting",
            Self::Settling(..) => "settling",
            Self::HandingOver(..) => "handing_over",
        }
    }
}

impl Phase {
    /// A stable name for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Open { stage, .. } => stage.name(),
            Self::Deleted => "deleted",
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
