//! What is stored of a conversation between two events. One row holds all of it, so it always commits as a whole.

use super::nudge::Nudged;
use super::outcome::{Settled, TurnKey};
use super::policy::{CredentialsPrint, Policy, ReplyMode};
use super::watermark::Watermark;
use crate::gpt_trainer::ids::SessionUuid;
use crate::gpt_trainer::said::{Endpoint, KnownTexts};
use crate::gpt_trainer::variables::Variables;
use crate::intercom::ids::{AppId, ConversationId, PartId};
use crate::json;
use crate::text::PlainText;
use crate::time::{UnixMillis, UnixSeconds};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

pub use super::owner::{GiveBack, GivenBack, SeenAssignee, Sign, TeammateSign};
pub use super::stage::{
    Answered, Asked, Assignment, Covers, Delivery, Ended, HEARTBEAT, HandOver, HandOverStep, Intent, NotFound,
    Progress, Purpose, Question, Stage, Superseded,
};

/// A conversation, as its object knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    /// The workspace that the notifications named.
    pub app: AppId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Whether the workspace is known to be the one that our token opens.
    pub workspace: Workspace,
    /// The mode that the workspace gave last; see [`State::mode`].
    pub mode_heard: Option<ReplyMode>,
    /// How far outcomes reach.
    pub watermark: Watermark,
    /// Messages that notifications told of and that no outcome covers yet.
    pub awaited: Vec<Awaited>,
    /// Up to and including this second a read that was decided on has shown what customers wrote: it has its outcome or is in
    /// hand.
    pub seen: Option<UnixSeconds>,
    /// What the sweep told of and no read has shown.
    pub nudged: Option<Nudged>,
    /// The GPT Trainer session, once there is one.
    pub session: Option<Session>,
    /// The last sign of a teammate, unless the conversation was given back after it.
    pub teammate: Option<TeammateSign>,
    /// When the conversation was last given back to the bot.
    pub given_back: Option<GivenBack>,
    /// An assignee of whose assignment no part tells, and when it was first seen.
    pub unexplained_assignee: Option<SeenAssignee>,
    /// When a teammate last closed or snoozed the conversation.
    pub put_away: Option<UnixSeconds>,
    /// By which parts of that second, as far as notifications told.
    pub put_away_by: Vec<PartId>,
    /// When a teammate was last told. Until one of them speaks, closes or gives the conversation back the bot stays quiet.
    pub handed_over_at: Option<UnixMillis>,
    /// Whether what waits for people is to be answered after all, at the next read.
    pub reopening: Reopening,
    /// When a note was last heard of: what it commands, only a read shows.
    pub note_heard_at: Option<UnixMillis>,
    /// Which notes, and other parts that may be commands, notifications told of since the last read that could be trusted.
    /// One that lacks them is stale.
    pub notes_heard: Vec<PartId>,
    /// The last part of another bot that a notification told of; a read that lacks it is stale.
    pub other_bot: Option<PartId>,
    /// Public replies that we know to be ours, oldest first, at most [`SENT_REMEMBERED`].
    pub sent: Vec<PartId>,
    /// Those of them that are lines of hand-overs and answer nothing, oldest first.
    pub lines: Vec<PartId>,
    /// The last of them, while reads should show it.
    pub last_sent: Option<PartId>,
    /// A post that was given up as unknown: if it lands after all, the record is corrected.
    pub unknown_post: Option<UnknownPost>,
    /// Numbers the commands, so that a result of an earlier one is recognised.
    pub attempt: Attempt,
    /// How the last turns ended, oldest first, at most [`SETTLED_REMEMBERED`].
    #[serde(deserialize_with = "known_turns")]
    pub settled: Vec<Settled>,
    /// What goes on now.
    pub phase: Phase,
}

/// Reads each turn for itself: one whose end only a newer program knows must not make the others unreadable.
fn known_turns<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Settled>, D::Error> {
    Ok(Vec::<Value>::deserialize(from)?.into_iter().filter_map(|turn| json::shape(turn).ok()).collect())
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
    pub busy_until: Option<UnixMillis>,
}

/// Whether messages that were left to people are to be answered after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopening {
    /// They are not.
    No,
    /// A teammate gave the conversation back: those that nobody has answered since.
    GivenBack,
    /// The operator wanted a retry of the last turn.
    Retry,
    /// The operator wants people to see to the last turn, whoever answered it.
    HandOver,
}

/// A post whose fate could not be learnt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnknownPost {
    /// The turn that it belongs to. `None` where two were given up, and a part of ours may be either's.
    pub key: Option<TurnKey>,
    /// Our parts that were there before it.
    pub ours_before: Vec<PartId>,
    /// When it was given up.
    pub at: UnixMillis,
    /// What it would be to the customer.
    pub purpose: Purpose,
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
    /// Whether the session was made in this turn.
    pub session_is: SessionIs,
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
    /// What the operator wants of it.
    pub wish: Wish,
}

/// What the operator wants of an open turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// An answer, as of any.
    Answer,
    /// That people see to it. It is kept until nothing is under way any more that must have its end first.
    HandOver,
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

/// Whether GPT Trainer lost the session in this turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionLoss {
    /// It did not.
    None,
    /// It did: the next question starts with a transcript. It happens once a turn at most.
    Lost,
}

/// When the session was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionIs {
    /// In an earlier turn, or not yet.
    Older,
    /// In this turn: it knows of what was said before only what each question of the turn tells it.
    OfThisTurn,
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
    /// The pause switch and the reply budget.
    Grant,
}

impl Call {
    /// Whom it is made to.
    pub fn service(self) -> Service {
        match self {
            Self::Verify | Self::Read | Self::Post | Self::Assign | Self::Note => Service::Intercom,
            Self::OpenSession | Self::ReadSession | Self::Ask => Service::GptTrainer,
            Self::Grant => Service::Workspace,
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

impl Turn {
    /// A turn that has just been opened.
    pub fn new(opened_at: UnixMillis, deadline: UnixMillis) -> Self {
        Self {
            opened_at,
            deadline,
            answers: 0,
            failing: None,
            failures: 0,
            stale_reads: 0,
            slow_reads: 0,
            session_loss: SessionLoss::None,
            session_is: SessionIs::Older,
            about: Variables::default(),
            known_texts: KnownTexts::default(),
            superseded: None,
            refused_by: None,
            waiting: None,
            looks: 0,
            wish: Wish::Answer,
        }
    }
}

impl State {
    /// A conversation that nothing is known of.
    pub fn new(app: AppId, conversation: ConversationId) -> Self {
        Self {
            app,
            conversation,
            workspace: Workspace::Unverified,
            mode_heard: None,
            watermark: Watermark::default(),
            awaited: Vec::new(),
            seen: None,
            nudged: None,
            session: None,
            teammate: None,
            given_back: None,
            unexplained_assignee: None,
            put_away: None,
            put_away_by: Vec::new(),
            handed_over_at: None,
            reopening: Reopening::No,
            note_heard_at: None,
            notes_heard: Vec::new(),
            other_bot: None,
            sent: Vec::new(),
            lines: Vec::new(),
            last_sent: None,
            unknown_post: None,
            attempt: Attempt::default(),
            settled: Vec::new(),
            phase: Phase::Idle,
        }
    }

    /// The mode that turns go by: the one that the workspace gave last, else the configured one.
    pub fn mode(&self, policy: &Policy) -> ReplyMode {
        self.mode_heard.unwrap_or(policy.mode)
    }

    /// Whether a public answer was posted for this turn whose fate could not be learnt, so that it may still appear.
    pub(super) fn answer_may_land(&self, turn: &Settled) -> bool {
        self.unknown_post
            .as_ref()
            .is_some_and(|post| post.purpose == Purpose::Answer && post.key.as_ref().is_none_or(|key| *key == turn.key))
    }

    /// When the object must be woken: the least of all its deadlines. `None` where nothing waits.
    pub fn wake_at(&self) -> Option<UnixMillis> {
        match &self.phase {
            Phase::Idle | Phase::Deleted => None,
            Phase::Open { stage, .. } => Some(stage.wake_at()),
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
