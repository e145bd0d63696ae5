//! The calls that one run of maintenance may still make. The next run goes on with the rest.

use crate::time::{Millis, UnixMillis};

/// A free plan allows 50 subrequests in one go.
const MOST_CALLS: u32 = 40;

/// A run ends after this time, however slow the others are: the next one begins with the watchdog.
const LONGEST_ROUND: Millis = Millis::from_seconds(20);

pub(super) struct Calls {
    left: u32,
    until: UnixMillis,
}

impl Calls {
    pub(super) fn of_one_run(now: UnixMillis) -> Self {
        Self { left: MOST_CALLS, until: now.after(LONGEST_ROUND) }
    }

    pub(super) fn left(&self) -> u32 {
        self.left
    }

    pub(super) fn spent(&self, now: UnixMillis) -> bool {
        self.left == 0 || now >= self.until
    }

    pub(super) fn take(&mut self) {
        self.left = self.left.saturating_sub(1);
    }
}
