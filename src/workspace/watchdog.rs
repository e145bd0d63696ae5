//! The watchdog: which conversations have something open, so that one with a lost alarm is woken too.

use crate::time::{Millis, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The status that a conversation's object reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectStatus {
    /// When it wakes next to go on with what is open; `None` where nothing is.
    pub wakes_at: Option<UnixMillis>,
    /// Up to which second it has read what customers wrote.
    pub seen: Option<UnixSeconds>,
}

/// The answer of a conversation's object to events, once they are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whether anything in them was new to the object, or waits until it can be taken in. False for a duplicate.
    pub is_new: bool,
    /// The object's status now.
    pub status: ObjectStatus,
}

impl Receipt {
    /// A receipt without a status.
    pub const NEW: Self = Self { is_new: true, status: ObjectStatus { wakes_at: None, seen: None } };
}

/// How late an alarm may be before the watchdog looks.
const LATE: Millis = Millis::from_seconds(30);

/// One that was found alive is not looked at again sooner.
const BETWEEN_LOOKS: Millis = Millis::from_seconds(45);

/// When the watchdog looks at an object with something open: late enough that most turns have ended by then, early enough that one
/// which does not wake is woken by the next run of the cron trigger but one.
pub fn look_at(wakes_at: UnixMillis, reported_at: UnixMillis) -> UnixMillis {
    wakes_at.after(LATE).min(reported_at.after(LONGEST)).max(reported_at.after(BETWEEN_LOOKS))
}

/// However far ahead its alarm is: something open never waits longer than the operator's pause of five minutes.
const LONGEST: Millis = Millis::from_minutes(5);

#[cfg(test)]
mod tests {
    use super::*;

    const HEARD: UnixMillis = UnixMillis(1_000_000);

    fn looked_at(wakes_in: u64) -> u64 {
        look_at(HEARD.after(Millis::from_seconds(wakes_in)), HEARD).since(HEARD).0 / 1_000
    }

    #[test]
    fn an_alarm_is_given_half_a_minute() {
        assert_eq!(looked_at(20), 50);
        assert_eq!(looked_at(100), 130);
    }

    #[test]
    fn nobody_is_looked_at_all_the_time_nor_never() {
        assert_eq!(looked_at(0), 45);
        assert_eq!(looked_at(4), 45);
        assert_eq!(looked_at(3_600), 300);
    }

    #[test]
    fn one_that_never_wakes_is_woken_within_two_minutes_of_a_cron_trigger_each_minute() {
        // The quiet window, at the usual four seconds, and the longest wait for the next minute.
        assert!(looked_at(4) + 60 <= 120);
    }
}
