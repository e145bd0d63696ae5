//! How far outcomes reach.

use crate::intercom::ids::PartId;
use crate::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The time of the last covered customer message, and the messages covered lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Watermark {
    /// `created_at` of the newest covered message.
    pub at: Option<UnixSeconds>,
    /// The messages covered last, oldest first, at most [`REMEMBERED`].
    pub recent: VecDeque<PartId>,
}

/// How many covered messages are remembered by id; older ones are told by their time alone.
pub const REMEMBERED: usize = 100;

/// Webhooks are not ordered: a message so many seconds older than the watermark may still be one that no read has
/// shown. Anything older was there when the watermark was set, and is never new again.
pub const LATE_SECONDS: u64 = 300;

impl Watermark {
    /// Whether a message that a read shows is covered.
    pub fn covers(&self, part: &PartId, at: UnixSeconds) -> bool {
        // Intercom's times have whole seconds, so two messages may share the watermark's.
        self.recent.contains(part) || self.at.is_some_and(|mark| at < mark)
    }

    /// Whether a webhook about this message can only be a duplicate.
    pub fn outdates(&self, part: &PartId, at: UnixSeconds) -> bool {
        self.recent.contains(part) || self.at.is_some_and(|mark| at.0.saturating_add(LATE_SECONDS) < mark.0)
    }

    /// Moves on over these messages. It never goes back.
    pub fn advance(&mut self, newest: UnixSeconds, parts: impl IntoIterator<Item = PartId>) {
        self.at = self.at.max(Some(newest));
        for part in parts {
            if !self.recent.contains(&part) {
                self.recent.push_back(part);
            }
        }
        while self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(id: &str) -> PartId {
        PartId::new(id).expect("test ids are neither empty nor 0")
    }

    #[test]
    fn an_older_message_is_never_new_again_even_when_its_id_is_forgotten() {
        let mut mark = Watermark::default();
        mark.advance(UnixSeconds(1_000), [part("1")]);
        assert!(mark.covers(&part("never seen"), UnixSeconds(999)));
        assert!(mark.outdates(&part("never seen"), UnixSeconds(1_000 - LATE_SECONDS - 1)));
    }

    #[test]
    fn a_message_of_the_same_second_is_new_unless_its_id_is_covered() {
        let mut mark = Watermark::default();
        mark.advance(UnixSeconds(100), [part("1")]);
        assert!(mark.covers(&part("1"), UnixSeconds(100)));
        assert!(!mark.covers(&part("2"), UnixSeconds(100)));
    }

    #[test]
    fn a_late_webhook_of_a_message_that_no_read_showed_is_no_duplicate() {
        let mut mark = Watermark::default();
        mark.advance(UnixSeconds(100), [part("2")]);
        assert!(!mark.outdates(&part("1"), UnixSeconds(99)));
        assert!(mark.outdates(&part("2"), UnixSeconds(100)));
    }

    #[test]
    fn it_never_goes_back_and_stays_bounded() {
        let mut mark = Watermark::default();
        mark.advance(UnixSeconds(100), (0..300).map(|n| part(&format!("p{n}"))));
        mark.advance(UnixSeconds(50), [part("late")]);
        assert_eq!(mark.at, Some(UnixSeconds(100)));
        assert_eq!(mark.recent.len(), REMEMBERED);
        assert!(mark.covers(&part("late"), UnixSeconds(100)));
    }
}
