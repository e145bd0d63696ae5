//! What is stored of a conversation between two events. One row holds all of it, so it always commits as a whole.

use super::nudge::Nudged;
use super::outcome::{Settled, TurnKey};
use super::policy::{CredentialsPrint, Policy, ReplyMode};
use super::watermark::Watermark;
use crate::gpt_trainer::ids::SessionUuid;
use crate::gpt_trainer::said::Endpoint;
use crate::intercom::ids::{AppId, ConversationId, PartId};
use crate::json;
use crate::time::{UnixMillis, UnixSeconds};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use strum::IntoStaticStr;

pub use super::call::{Call, Service};
pub use super::owner::{GiveBack, GivenBack, SeenAssignee, Sign, TeammateSign};
pub use super::stage::{
    Asked, Assignment, Covers, Delivery, Draft, Ended, HEARTBEAT, HandOver, HandOverStep, Intent, Open, Progress,
    Question, SessionIs, Stage, Superseded, Turn, Waiting,
};

/// A conversation, as its object knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    /// The workspace that the webhooks named.
    pub app: AppId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Whether the workspace is known to be the one that our token opens.
    pub workspace: WorkspaceCheck,
    /// The mode that the workspace gave last; see [`State::mode`].
    pub last_mode: Option<ReplyMode>,
    /// How far outcomes reach.
    pub watermark: Watermark,
    /// Messages that webhooks told of and that no outcome covers yet.
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
    pub closed_or_snoozed: Option<UnixSeconds>,
    /// By which parts of that second, as far as webhooks told.
    pub closed_or_snoozed_by: Vec<PartId>,
    /// When a teammate was last told. Until one of them speaks, closes or gives the conversation back the bot stays quiet.
    pub handed_over_at: Option<UnixMillis>,
    /// Whether what waits for teammates is to be answered after all, at the next read.
    pub reopening: Reopening,
    /// When a note was last reported: only a read shows its command.
    pub note_reported_at: Option<UnixMillis>,
    /// Parts that exist, whether a read has shown them or not. A read that lacks one is stale.
    pub known_parts: Vec<KnownPart>,
    /// Public replies that we know to be ours, oldest first, at most [`SENT_REMEMBERED`].
    pub sent: Vec<PartId>,
    /// Those of them that are hand-over messages and answer nothing, oldest first.
    pub hand_over_messages: Vec<PartId>,
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
pub enum WorkspaceCheck {
    /// Not with the present token.
    Unverified,
    /// It was, with this token.
    Verified(CredentialsPrint),
}

/// A message that a webhook told of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Awaited {
    /// Its id; a webhook of an old shape has none and is a mere hint.
    pub part: Option<PartId>,
    /// When the customer wrote it.
    pub at: UnixSeconds,
    /// When it was last reported: a hint is settled only by a read that was asked for later.
    pub reported_at: UnixMillis,
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

/// Whether messages that were left to teammates are to be answered after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopening {
    /// They are not.
    No,
    /// A teammate gave the conversation back: those that nobody has answered since.
    GivenBack,
    /// An operator asked for a retry of the last turn.
    Retry,
    /// An operator handed the last turn over, even if it was answered.
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
    /// Whether it is a hand-over message, which answers nothing.
    pub is_hand_over_message: bool,
}

/// A part that a webhook reported, or that we posted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KnownPart {
    /// What it is.
    pub kind: PartKind,
    /// Its id.
    pub part: PartId,
}

/// What a known part is. Of notes there may be several; of the others only the last is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Our last public part.
    Ours,
    /// The last part of another bot.
    OtherBot,
    /// What gave the conversation back. (That a teammate has it counts without being seen.)
    GiveBack,
    /// A note, or another part that may be a command.
    Note,
}

/// The number of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempt(pub u64);

/// What goes on in a conversation.
#[allow(clippy::large_enum_variant, reason = "an object holds one at a time, and only for a moment")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Phase {
    /// Every message that we know of has its outcome.
    Idle,
    /// A turn waits for its outcome.
    Open(Open),
    /// The conversation was deleted.
    Deleted,
}

impl State {
    /// A conversation that nothing is known of.
    pub fn new(app: AppId, conversation: ConversationId) -> Self {
        Self {
            app,
            conversation,
            workspace: WorkspaceCheck::Unverified,
            last_mode: None,
            watermark: Watermark::default(),
            awaited: Vec::new(),
            seen: None,
            nudged: None,
            session: None,
            teammate: None,
            given_back: None,
            unexplained_assignee: None,
            closed_or_snoozed: None,
            closed_or_snoozed_by: Vec::new(),
            handed_over_at: None,
            reopening: Reopening::No,
            note_reported_at: None,
            known_parts: Vec::new(),
            sent: Vec::new(),
            hand_over_messages: Vec::new(),
            unknown_post: None,
            attempt: Attempt::default(),
            settled: Vec::new(),
            phase: Phase::Idle,
        }
    }

    /// The mode that turns go by: the one that the workspace gave last, else the configured one.
    pub fn mode(&self, policy: &Policy) -> ReplyMode {
        self.last_mode.unwrap_or(policy.mode)
    }

    /// Whether this message is awaited.
    pub(super) fn awaits(&self, part: &PartId) -> bool {
        self.awaited.iter().any(|awaited| awaited.part.as_ref() == Some(part))
    }

    /// Whether a public answer was posted for this turn whose fate could not be learnt, so that it may still appear.
    pub(super) fn answer_may_land(&self, turn: &Settled) -> bool {
        self.unknown_post
            .as_ref()
            .is_some_and(|post| !post.is_hand_over_message && post.key.as_ref().is_none_or(|key| *key == turn.key))
    }

    /// When the object must be woken. `None` where nothing waits.
    pub fn wake_at(&self) -> Option<UnixMillis> {
        match &self.phase {
            Phase::Idle | Phase::Deleted => None,
            Phase::Open(open) => Some(open.progress.wake_at()),
        }
    }

    /// A part is known; of its kind it replaces the one before.
    pub(super) fn know_instead(&mut self, kind: PartKind, part: Option<PartId>) {
        self.known_parts.retain(|known| known.kind != kind);
        self.known_parts.extend(part.map(|part| KnownPart { kind, part }));
    }

    /// Notes are known only until a read can be trusted.
    pub(super) fn forget_notes(&mut self) {
        self.note_reported_at = None;
        self.known_parts.retain(|known| known.kind != PartKind::Note);
    }
}

impl Phase {
    /// A stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open(open) => (&open.stage).into(),
            Self::Idle | Self::Deleted => self.into(),
        }
    }
}
