//! What the operator decided, as the turn machine needs it. Built from the settings, never read from the environment.

use super::grant::Limits;
use crate::intercom::ids::{AdminId, AppId, ContactId, TeamId};
use crate::text::PlainLine;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// The operator's decisions. The setting behind each field is named in its documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `INTERCOM_ADMIN_ID`: the teammate that we write as.
    pub ourselves: AdminId,
    /// `REPLY_MODE`. What turns go by is [`State::mode`](super::state::State::mode).
    pub mode: ReplyMode,
    /// `QUIET_SECONDS`: how long nobody must have written before a turn is read.
    pub quiet: Millis,
    /// `QUIET_CAP_SECONDS`: after this long a turn is read even if the customer goes on writing.
    pub quiet_cap: Millis,
    /// `SETTLE_SECONDS`: how long an unanswered post counts as still in flight.
    pub settle: Millis,
    /// `ANSWER_DEADLINE_SECONDS`: how long a turn is retried before a teammate is told.
    pub answer_deadline: Millis,
    /// `MAX_ANSWER_AGE_MINUTES`: an older question is not answered in public.
    pub max_answer_age: Millis,
    /// `TAKEOVER_HOURS`.
    pub takeover: Takeover,
    /// `TAKEOVER_PHRASE`.
    pub takeover_phrase: Option<String>,
    /// `RESUME_PHRASE`.
    pub resume_phrase: Option<String>,
    /// `RULE_ASSIGNMENTS`.
    pub rule_assignments: RuleAssignments,
    /// `OTHER_BOT`.
    pub other_bot: OtherBot,
    /// `ATTACHMENTS`.
    pub attachments: Attachments,
    /// `CONTEXT`.
    pub context: Vec<Fact>,
    /// `CITATIONS`.
    pub citations: Citations,
    /// `HANDOVER_PHRASES`, lower case.
    pub handover_phrases: Vec<String>,
    /// `HANDOVER_ANSWERS`.
    pub handover_answers: Vec<String>,
    /// `HANDOVER_MESSAGE`.
    pub handover_message: Option<PlainLine>,
    /// `HANDOVER_TEAM_ID`.
    pub handover_team: Option<TeamId>,
    /// `MAX_REPLIES_PER_CONVERSATION_PER_DAY`.
    pub max_replies_per_conversation_per_day: u32,
    /// `MAX_REPLIES_PER_MINUTE`.
    pub max_replies_per_minute: u32,
    /// `MAX_REPLIES_PER_HOUR`.
    pub max_replies_per_hour: u32,
    /// `CHANNELS`, lower case.
    pub channels: Vec<String>,
    /// `TESTERS`.
    pub audience: Audience,
    /// `ROLLOUT_PERCENT`, 0 to 100.
    pub rollout_percent: u8,
    /// `INTERCOM_APP_ID`, where the operator gave one.
    pub app_id: Option<AppId>,
    /// Tells one access token from another without being it; a workspace is verified once for each.
    pub credentials: CredentialsPrint,
}

impl Policy {
    /// What the workspace as a whole may spend.
    pub fn limits(&self) -> Limits {
        Limits { per_minute: self.max_replies_per_minute, per_hour: self.max_replies_per_hour }
    }
}

/// How answers reach the conversation, the loudest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReplyMode {
    /// Not at all: nothing is asked and nothing written.
    Off,
    /// As an internal note.
    Note,
    /// In public.
    Reply,
}

impl ReplyMode {
    /// The name, as it is set and shown.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Something about the customer that the chatbot may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// What they are called.
    Name,
    /// Their e-mail address.
    Email,
    /// The page on which they began the conversation.
    Page,
}

/// What becomes of the sources of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Citations {
    /// Their markers are left out.
    Strip,
    /// Those of the web are listed under the answer.
    Links,
}

/// How long a teammate's word keeps the bot quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takeover {
    /// So long after their last word.
    For(Millis),
    /// Until the bot is told to go on.
    ForEver,
}

/// Whether an assignment to a person that a rule made stands the bot down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleAssignments {
    /// It does, as one made by hand.
    Count,
    /// It does not.
    Ignore,
}

/// What to do while Fin or a workflow is answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherBot {
    /// Hold the turn until it hands off or has answered.
    StandDown,
    /// Take its answers as answers, and the next turn.
    TakeTurns,
}

/// What becomes of a turn without words: nothing but images and attachments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attachments {
    /// The AI is asked, and told what was sent.
    Ask,
    /// A person is fetched, who can look at it.
    HandOver,
}

/// Who is answered at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody.
    Everyone,
    /// Only these.
    Testers(Vec<Tester>),
}

/// One entry of `TESTERS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tester {
    /// A contact.
    Contact(ContactId),
    /// Everyone with an e-mail address at this domain (lower case, without `@`).
    EmailDomain(String),
}

/// The first characters of a digest of the access token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CredentialsPrint(pub String);
