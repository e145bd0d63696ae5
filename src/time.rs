//! Points in time. The core has no clock: the edge reads it and hands the time in.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, by our own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

/// Seconds since the Unix epoch, by Intercom's clock: every time in its API has this unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixSeconds(pub u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// `n` whole seconds.
    pub const fn from_seconds(n: u64) -> Self {
        Self(n.saturating_mul(1_000))
    }

    /// `n` whole minutes.
    pub const fn from_minutes(n: u64) -> Self {
        Self::from_seconds(n.saturating_mul(60))
    }

    /// `n` whole hours.
    pub const fn from_hours(n: u64) -> Self {
        Self::from_minutes(n.saturating_mul(60))
    }
}

impl UnixMillis {
    /// This time, `wait` later.
    pub const fn after(self, wait: Millis) -> Self {
        Self(self.0.saturating_add(wait.0))
    }

    /// How long ago `earlier` was; zero where it lies ahead, as clocks of two machines differ.
    pub const fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl UnixSeconds {
    /// The first millisecond of this second.
    pub const fn to_millis(self) -> UnixMillis {
        UnixMillis(self.0.saturating_mul(1_000))
    }
}
