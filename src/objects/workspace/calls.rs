//! What one round may still do. What is left goes on in the next one.

use crate::time::{Millis, UnixMillis};

/// A free plan allows 50 subrequests in one go.
const MOST_CALLS: u32 = 40;

/// A round ends after so long, whoever is slow: the next one begins with the objects that are looked after.
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
