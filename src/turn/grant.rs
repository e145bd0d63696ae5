//! May a turn go on? The workspace's pause switch and its reply budget.

use super::policy::ReplyMode;
use super::state::{State, Turn};
use crate::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names an open turn, so that it is counted once however often it asks. A turn has its [`TurnKey`](super::outcome::TurnKey)
/// only when the intent to post is written; this one it has from its first message on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantKey(String);

/// What the Workspace object answers a turn that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantAnswer {
    /// Whether the turn may go on.
    pub grant: Grant,
    /// The mode that turns go by, so that a change is known before anything is asked or said.
    pub mode: ReplyMode,
    /// What the chatbot says in place of an answer when it is asked too often, where that is known.
    pub rate_limit_message: Option<String>,
}

/// Whether a turn may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// Go on.
    Given,
    /// The minute is full: ask again at this time.
    WaitUntil(UnixMillis),
    /// The workspace is paused.
    Paused,
}

/// What the operator allows (`MAX_REPLIES_PER_MINUTE`, `MAX_REPLIES_PER_HOUR`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Beyond this turns wait.
    pub per_minute: u32,
    /// Beyond this everything pauses.
    pub per_hour: u32,
}

/// What was granted so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// In the last hour, since the last resume.
    pub in_hour: u32,
    /// In the last minute.
    pub in_minute: u32,
    /// When the first of the last minute was granted.
    pub minute_began: UnixMillis,
}

/// What to do with a request that has not been granted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantDecision {
    /// Remember it, and say that it is given.
    Give,
    /// Say that it must wait.
    Wait(UnixMillis),
    /// Something runs wild: pause the workspace until a person resumes it.
    Pause,
}

/// Decides on a request, of a workspace that is not paused.
pub fn decide(granted: Granted, limits: Limits, now: UnixMillis) -> GrantDecision {
    if granted.in_hour >= limits.per_hour {
        GrantDecision::Pause
    } else if granted.in_minute >= limits.per_minute {
        GrantDecision::Wait(granted.minute_began.after(MINUTE).max(now.after(Millis::from_seconds(1))))
    } else {
        GrantDecision::Give
    }
}

/// The length of the shorter window.
pub const MINUTE: Millis = Millis::from_minutes(1);
/// The length of the longer one.
pub const HOUR: Millis = Millis::from_hours(1);

impl GrantKey {
    /// The key of a conversation's open turn.
    pub(super) fn new(state: &State, turn: &Turn) -> Self {
        Self(format!("{}-{}", state.conversation, turn.opened_at.0))
    }

    /// The key as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GrantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { per_minute: 2, per_hour: 5 };
    const NOW: UnixMillis = UnixMillis(1_000_000);

    fn decided(in_hour: u32, in_minute: u32, minute_began: u64) -> GrantDecision {
        decide(Granted { in_hour, in_minute, minute_began: UnixMillis(minute_began) }, LIMITS, NOW)
    }

    #[test]
    fn below_both_limits_it_is_given() {
        assert_eq!(decided(0, 0, 0), GrantDecision::Give);
        assert_eq!(decided(4, 1, 990_000), GrantDecision::Give);
    }

    #[test]
    fn a_full_minute_waits_until_its_first_leaves() {
        assert_eq!(decided(3, 2, 950_000), GrantDecision::Wait(UnixMillis(1_010_000)));
        assert_eq!(decided(3, 2, 940_000), GrantDecision::Wait(UnixMillis(1_001_000)), "at least a second");
    }

    #[test]
    fn a_full_hour_pauses_everything() {
        assert_eq!(decided(5, 0, 0), GrantDecision::Pause);
        assert_eq!(decided(5, 2, 950_000), GrantDecision::Pause);
    }
}
