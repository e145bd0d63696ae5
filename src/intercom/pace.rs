//! How fast Intercom may be called. It allows so many calls in windows of ten seconds and tells on each answer how many are left
//! ("Rate limiting"), so we slow down before it refuses, and customers' turns go before everything else.

use crate::http::RateLimit;
use crate::time::{UnixMillis, UnixSeconds};

/// What the last answer told of the present window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceWindow {
    /// `X-RateLimit-Limit`: how many calls a window has.
    limit: u32,
    /// `X-RateLimit-Remaining`, less the calls that were begun since.
    left: u32,
    /// `X-RateLimit-Reset`: when the next window begins.
    resets_at: UnixSeconds,
}

/// Who wants to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A customer's turn.
    Turn,
    /// The sweep or the audit.
    Background,
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It may.
    Go,
    /// Not before this time.
    WaitUntil(UnixSeconds),
}

/// How long a window lasts.
const WINDOW_SECONDS: u64 = 10;

/// One that ends much later is another clock's, and no reason to wait.
const LONGEST_SECONDS: u64 = 60;

impl PaceWindow {
    /// Reads an answer's headers; `None` where one is missing or is no number.
    pub fn read(RateLimit { limit, remaining, reset }: &RateLimit) -> Option<Self> {
        let number = |header: &Option<String>| header.as_deref()?.trim().parse::<u64>().ok();
        let count = |header| number(header).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Some(Self { limit: count(limit)?, left: count(remaining)?, resets_at: UnixSeconds(number(reset)?) })
    }

    /// Whether this caller may call now. A turn may take the last call of a window, the background only the first half of them.
    pub fn pace(self, caller: Caller, now: UnixMillis) -> Pace {
        let kept = match caller {
            Caller::Turn => 0,
            Caller::Background => self.limit / 2,
        };
        let now = now.0 / 1_000;
        let is_present = now < self.resets_at.0 && self.resets_at.0 <= now.saturating_add(LONGEST_SECONDS);
        if is_present && self.left <= kept { Pace::WaitUntil(self.resets_at) } else { Pace::Go }
    }

    /// A call was begun. Until its answer comes it counts as one that the window does not have any more.
    pub fn begin_call(&mut self, now: UnixMillis) {
        let now = now.0 / 1_000;
        if let Some(over_for) = now.checked_sub(self.resets_at.0) {
            // All who waited for it call at once, so their calls are counted before the first answer tells of the new one.
            self.left = self.limit;
            self.resets_at.0 += (over_for / WINDOW_SECONDS + 1) * WINDOW_SECONDS;
        }
        self.left = self.left.saturating_sub(1);
    }

    /// What a later answer tells. Answers of one window may come in any order, so the smaller number counts.
    pub fn learn(&mut self, newest: Self) {
        let is_of_a_window_before =
            newest.resets_at < self.resets_at && self.resets_at.0 <= newest.resets_at.0.saturating_add(LONGEST_SECONDS);
        if is_of_a_window_before {
            // Also where its clock is behind, and each answer looks like one of a window before: how many calls a window has holds on.
            let begun = self.limit.saturating_sub(self.left);
            *self = Self { limit: newest.limit, left: newest.limit.saturating_sub(begun), ..*self };
            return;
        }
        let left = if newest.resets_at == self.resets_at { newest.left.min(self.left) } else { newest.left };
        *self = Self { left, ..newest };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_770_000_000_000);
    const RESET: UnixSeconds = UnixSeconds(1_770_000_007);

    fn window(left: u32) -> PaceWindow {
        PaceWindow { limit: 100, left, resets_at: RESET }
    }

    fn of(headers: [Option<&str>; 3]) -> Option<PaceWindow> {
        let [limit, remaining, reset] = headers.map(|header| header.map(str::to_owned));
        PaceWindow::read(&RateLimit { limit, remaining, reset })
    }

    #[test]
    fn the_headers_are_read_all_or_none() {
        assert_eq!(of([Some("100"), Some(" 42 "), Some("1770000007")]), Some(window(42)));
        assert_eq!(of([Some("100"), None, Some("1770000007")]), None);
        assert_eq!(of([Some("many"), Some("1"), Some("1770000007")]), None);
    }

    // found by: simulation
    #[test]
    fn a_limit_that_was_raised_is_learnt_from_a_clock_that_is_behind() {
        let mut window = PaceWindow { limit: 1, left: 1, resets_at: RESET };
        window.begin_call(RESET.to_millis());
        assert_eq!(window.pace(Caller::Turn, RESET.to_millis()), Pace::WaitUntil(UnixSeconds(RESET.0 + 10)));
        window.learn(PaceWindow { limit: 100, left: 99, resets_at: RESET });
        assert_eq!(window, PaceWindow { limit: 100, left: 99, resets_at: UnixSeconds(RESET.0 + 10) });
    }

    #[test]
    fn a_turn_may_take_the_last_call_and_the_background_only_half() {
        let wait = Pace::WaitUntil(RESET);
        for (left, turn, background) in [
            (100, Pace::Go, Pace::Go),
            (51, Pace::Go, Pace::Go),
            (50, Pace::Go, wait),
            (1, Pace::Go, wait),
            (0, wait, wait),
        ] {
            assert_eq!(window(left).pace(Caller::Turn, NOW), turn, "{left}");
            assert_eq!(window(left).pace(Caller::Background, NOW), background, "{left}");
        }
    }

    #[test]
    fn a_window_that_is_over_or_another_clocks_holds_nobody() {
        assert_eq!(window(0).pace(Caller::Background, RESET.to_millis()), Pace::Go);
        let far = PaceWindow { resets_at: UnixSeconds(1_770_000_061), ..window(0) };
        assert_eq!(far.pace(Caller::Turn, NOW), Pace::Go);
    }

    #[test]
    fn calls_under_way_count_until_a_new_window_begins() {
        let mut seen = window(2);
        seen.begin_call(NOW);
        seen.begin_call(NOW);
        assert_eq!(seen.pace(Caller::Turn, NOW), Pace::WaitUntil(RESET));
        seen.learn(window(1));
        assert_eq!(seen.pace(Caller::Turn, NOW), Pace::WaitUntil(RESET), "the answer of an earlier call");
        seen.learn(PaceWindow { resets_at: UnixSeconds(RESET.0 + 10), ..window(99) });
        assert_eq!(seen.pace(Caller::Turn, RESET.to_millis()), Pace::Go);
    }
    #[test]
    fn calls_that_waited_for_a_new_window_are_counted_before_any_answer_tells_of_it() {
        let mut seen = window(0);
        for _ in 0..100 {
            assert_eq!(seen.pace(Caller::Turn, RESET.to_millis()), Pace::Go);
            seen.begin_call(RESET.to_millis());
        }
        let next = UnixSeconds(RESET.0 + 10);
        assert_eq!(seen.pace(Caller::Turn, RESET.to_millis()), Pace::WaitUntil(next));
        seen.learn(PaceWindow { resets_at: next, ..window(99) });
        assert_eq!(seen.pace(Caller::Turn, RESET.to_millis()), Pace::WaitUntil(next), "the others are under way");
        assert_eq!(seen.pace(Caller::Turn, next.to_millis()), Pace::Go);
    }

    #[test]
    fn a_window_that_was_over_long_ago_is_followed_by_the_present_one() {
        let (mut seen, later) = (window(0), UnixSeconds(RESET.0 + 1_005));
        seen.begin_call(later.to_millis());
        assert_eq!(seen, PaceWindow { limit: 100, left: 99, resets_at: UnixSeconds(RESET.0 + 1_010) });
    }

    #[test]
    fn a_late_answer_of_the_window_before_tells_nothing_of_this_one() {
        let mut seen = PaceWindow { resets_at: UnixSeconds(RESET.0 + 10), ..window(0) };
        seen.learn(window(90));
        let now = UnixMillis(RESET.to_millis().0);
        assert_eq!(seen.pace(Caller::Turn, now), Pace::WaitUntil(UnixSeconds(RESET.0 + 10)));
        // Another clock's, far ahead, is not believed for ever.
        let mut far = PaceWindow { resets_at: UnixSeconds(RESET.0 + 1_000), ..window(0) };
        far.learn(window(90));
        assert_eq!(far, window(90));
    }
}
