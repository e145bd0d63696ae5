//! What the sweep tells: a customer wrote last at this time, whatever webhooks came. Only a read that shows it makes it done.

use super::state::{Phase, State};
use crate::intercom::thread::{Author, Thread};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The newest time that the sweep told and that no read has shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Nudged {
    /// When the customer wrote, by Intercom's search.
    pub at: UnixSeconds,
    /// When the sweep reported it.
    pub reported_at: UnixMillis,
    /// How often it was given up, after reads in a row that lacked it.
    pub given_up: u8,
    /// Whether it still wants a read: then it opens a turn, and a read that lacks it is stale. One that was given up does not, until
    /// the sweep tells it again.
    pub is_open: bool,
}

/// So many times a nudge is given up before it is believed that there is nothing for a customer to see.
pub(super) const MOST_GIVEN_UP: u8 = 2;

/// A read shows all of a second only where it was asked for so long after its end: clocks differ.
const SECOND_IS_OVER: Millis = Millis::from_seconds(2);

/// Up to which second a read shows what customers wrote; any entry of theirs counts, also one whose words were taken back.
///
/// Times have whole seconds. Within the newest entry's own another may come after the read, so it counts only when it is over.
pub(super) fn shown_up_to(thread: &Thread, requested_at: UnixMillis) -> Option<UnixSeconds> {
    let customers = thread.entries.iter().filter(|entry| entry.author == Author::Customer);
    let newest = customers.map(|entry| entry.at).max()?;
    let next = UnixSeconds(newest.0.saturating_add(1));
    let is_over = requested_at >= next.to_millis().after(SECOND_IS_OVER);
    Some(if is_over { newest } else { UnixSeconds(newest.0.saturating_sub(1)) })
}

impl State {
    /// Whether a nudge with this time is no news, so that the object need not be told: reads have shown what customers wrote
    /// up to then, or the conversation was deleted.
    pub fn has_seen(&self, at: UnixSeconds) -> bool {
        self.phase == Phase::Deleted
            || self.seen.is_some_and(|seen| seen >= at)
            // In the mark's own second there may be another message.
            || self.watermark.at.is_some_and(|mark| mark > at)
    }

    /// The nudge that still wants a read, if there is one.
    pub(super) fn open_nudge(&self) -> Option<&Nudged> {
        self.nudged.as_ref().filter(|nudged| nudged.is_open)
    }

    /// Customers' words up to this second are decided or in hand. It never goes back.
    pub(super) fn mark_seen(&mut self, up_to: UnixSeconds) {
        self.seen = self.seen.max(Some(up_to));
    }
}
