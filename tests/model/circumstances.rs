//! What does not change while a world goes on.

use onereply::intercom::ids::{AdminId, AppId, ConversationId};
use onereply::time::Millis;
use onereply::turn::policy::{
    Attachments, Audience, Citations, CredentialsPrint, OtherBot, Policy, ReplyMode, RuleAssignments, Takeover,
};
use onereply::turn::state::Attempt;

/// When every world begins, in seconds since 1970.
pub const START: u64 = 1_770_000_000;

/// Where commands' numbers begin, so that they cannot be taken for times or counts.
pub const FIRST_ATTEMPT: Attempt = Attempt(1_000_000_000_000_000);

#[derive(Clone)]
pub struct Circumstances {
    pub policy: Policy,
    /// The workspace that the token opens.
    pub opens: AppId,
    pub channel: &'static str,
    /// So many seconds Intercom's clock is ahead of ours.
    pub skew: i64,
    /// So many seconds pass before somebody does something.
    pub tempo: u64,
    pub words: Words,
    pub begins: Begins,
    pub late_posts: LatePosts,
    /// How late a late alarm is.
    pub lateness: Millis,
    /// How worlds that differ in their times only are told apart.
    pub merging: Merging,
}

/// What customers write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Other words each time.
    Distinct,
    /// The same words each time, which get the same answer.
    Same,
}

/// What is known before the first message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// Nothing.
    New,
    /// The workspace.
    Verified,
    /// The workspace and a session.
    WithSession,
}

/// How long a post that was never answered can take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatePosts {
    /// Within `SETTLE_SECONDS`.
    WithinSettle,
    /// As long as the hand-over that it leads to lasts.
    WhileHandedOver,
}

/// Which times matter for what can still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merging {
    /// Only the order of Intercom's times, and how far ours are away, up to the longest wait. True where a hold lasts for
    /// ever, no question grows too old, and all is over before a webhook could be too old to be new
    /// (`LATE_SECONDS`).
    ByOrder,
    /// All of them.
    ByTime,
}

impl Default for Circumstances {
    fn default() -> Self {
        Self {
            policy: policy(),
            opens: app(),
            channel: "messenger",
            skew: 0,
            tempo: 1,
            words: Words::Distinct,
            begins: Begins::WithSession,
            late_posts: LatePosts::WhileHandedOver,
            lateness: Millis::from_seconds(40),
            merging: Merging::ByOrder,
        }
    }
}

/// Short where the length does not matter. Fixed in the source are the time limits of calls (10, 20 and 120 seconds), the
/// pauses and the age of a read.
pub fn policy() -> Policy {
    Policy {
        ourselves: ourselves(),
        mode: ReplyMode::Reply,
        quiet: Millis::from_seconds(2),
        quiet_cap: Millis::from_seconds(3),
        settle: Millis::from_seconds(15),
        answer_deadline: Millis::from_seconds(30),
        max_answer_age: Millis::from_hours(24),
        takeover: Takeover::ForEver,
        takeover_phrase: None,
        resume_phrase: None,
        rule_assignments: RuleAssignments::Count,
        other_bot: OtherBot::StandDown,
        attachments: Attachments::Ask,
        context: vec![],
        citations: Citations::Strip,
        handover_phrases: vec![],
        handover_answers: vec![],
        handover_message: None,
        handover_team: None,
        max_replies_per_conversation_per_day: 15,
        max_replies_per_minute: 60,
        max_replies_per_hour: 600,
        channels: vec!["messenger".into()],
        audience: Audience::Everyone,
        rollout_percent: 100,
        app_id: None,
        credentials: CredentialsPrint("0badc0de".into()),
    }
}

pub fn app() -> AppId {
    AppId::new("abc123def").unwrap()
}

pub fn conversation() -> ConversationId {
    ConversationId::new("215").unwrap()
}

pub fn ourselves() -> AdminId {
    AdminId::new("31").unwrap()
}

pub fn teammate() -> AdminId {
    AdminId::new("96").unwrap()
}
