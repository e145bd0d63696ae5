//! Whether Intercom's webhooks reach us, as far as those that did, and messages that only the sweep found, can tell. Only deliveries that were
//! verified count: a forger must not be able to make us write.

use super::ledger::{FoundBy, LedgerEntry};
use crate::intercom::signature::SignedWith;
use crate::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};

/// A verified delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDelivery {
    /// When it came.
    pub at: UnixMillis,
    /// Its topic.
    pub topic: String,
    /// Which client secret had signed it.
    pub signed_with: SignedWith,
}

/// What is known of webhooks. It is stored as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    /// When the last one came, and its topic.
    pub last: Option<Last>,
    /// When the current client secret matched last.
    pub current_matched_at: Option<UnixMillis>,
    /// When the previous one matched last: some time after a rotation it can be deleted.
    pub previous_matched_at: Option<UnixMillis>,
    /// When the sweep last found a message whose webhook had not come.
    pub missed_at: Option<UnixMillis>,
    /// Since when it has found such ones and no webhook has come.
    pub failing_since: Option<UnixMillis>,
}

/// The last delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When it came.
    pub at: UnixMillis,
    /// Its topic.
    pub topic: String,
}

/// Intercom suspends a private app's subscription after errors for so long ("Handling Webhook notifications").
pub const SUSPENDED_AFTER: Millis = Millis::from_hours(7 * 24);

/// What is known need not be more exact than this on disk.
pub const EXACT: Millis = Millis::from_minutes(1);

/// Whether something has to be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It has.
    Writing,
    /// It is near enough to what is on disk.
    Nothing,
}

impl Webhooks {
    /// A delivery came. `on_disk` is what was written last.
    pub fn delivered(&mut self, delivery: &WebhookDelivery, on_disk: &Self) -> Worth {
        let matched = match delivery.signed_with {
            SignedWith::Current => &mut self.current_matched_at,
            SignedWith::Previous => &mut self.previous_matched_at,
        };
        *matched = (*matched).max(Some(delivery.at));
        if self.last.as_ref().is_none_or(|last| last.at <= delivery.at) {
            self.last = Some(Last { at: delivery.at, topic: delivery.topic.clone() });
        }
        self.failing_since = None;
        let written = match delivery.signed_with {
            SignedWith::Current => on_disk.current_matched_at,
            SignedWith::Previous => on_disk.previous_matched_at,
        };
        let is_near = written.is_some_and(|written| delivery.at.since(written) < EXACT);
        if is_near && on_disk.failing_since.is_none() { Worth::Nothing } else { Worth::Writing }
    }

    /// A turn ended. One that only the sweep found, and that had waited longer than Intercom's own second attempt, was missed.
    pub fn ended(&mut self, entry: &LedgerEntry) -> Worth {
        match (entry.found_by, entry.asked_at) {
            (FoundBy::Sweep, Some(asked_at)) if !entry.parts.is_empty() => {
                self.missed_at = self.missed_at.max(Some(entry.at));
                let since_then = self.last.as_ref().is_none_or(|last| last.at < asked_at.to_millis());
                if since_then {
                    self.failing_since.get_or_insert(asked_at.to_millis());
                }
                Worth::Writing
            }
            (FoundBy::Sweep | FoundBy::Webhook, _) => Worth::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intercom::ids::{ConversationId, PartId};
    use crate::time::UnixSeconds;
    use crate::turn::outcome::{Outcome, StandDownReason, TurnKey};

    const NOW: UnixMillis = UnixMillis(1_770_000_000_000);

    fn after(seconds: u64) -> UnixMillis {
        NOW.after(Millis::from_seconds(seconds))
    }

    fn delivery(seconds: u64, signed_with: SignedWith) -> WebhookDelivery {
        WebhookDelivery { at: after(seconds), topic: "conversation.user.replied".to_owned(), signed_with }
    }

    fn turn(found_by: FoundBy, asked: u64, ended: u64) -> LedgerEntry {
        let conversation = ConversationId::new("1").unwrap();
        let message = PartId::new("2").unwrap();
        LedgerEntry {
            turn: TurnKey::new(&conversation, Some(&message)),
            conversation,
            outcome: Outcome::StoodDown(StandDownReason::ModeOff),
            at: after(ended),
            parts: vec![message],
            asked_at: Some(UnixSeconds(after(asked).0 / 1_000)),
            found_by,
            corrects: None,
        }
    }

    #[test]
    fn deliveries_are_written_down_once_a_minute_for_each_secret() {
        let mut known = Webhooks::default();
        assert_eq!(known.delivered(&delivery(0, SignedWith::Current), &Webhooks::default()), Worth::Writing);
        let on_disk = known.clone();
        assert_eq!(known.delivered(&delivery(59, SignedWith::Current), &on_disk), Worth::Nothing);
        assert_eq!(known.last.as_ref().unwrap().at, after(59), "it is known all the same");
        assert_eq!(known.delivered(&delivery(59, SignedWith::Previous), &on_disk), Worth::Writing);
        assert_eq!(known.delivered(&delivery(60, SignedWith::Current), &on_disk), Worth::Writing);
        assert_eq!((known.current_matched_at, known.previous_matched_at), (Some(after(60)), Some(after(59))));
    }

    #[test]
    fn one_that_comes_late_does_not_turn_time_back() {
        let mut known = Webhooks::default();
        known.delivered(&delivery(10, SignedWith::Current), &Webhooks::default());
        known.delivered(&delivery(5, SignedWith::Current), &Webhooks::default());
        assert_eq!((known.last.as_ref().unwrap().at, known.current_matched_at), (after(10), Some(after(10))));
    }

    #[test]
    fn they_fail_since_the_first_message_that_was_missed_after_the_last_delivery_until_the_next_one() {
        let mut known = Webhooks::default();
        known.delivered(&delivery(0, SignedWith::Current), &Webhooks::default());
        known.ended(&turn(FoundBy::Sweep, 100, 200));
        known.ended(&turn(FoundBy::Sweep, 300, 400));
        assert_eq!((known.failing_since, known.missed_at), (Some(after(100)), Some(after(400))));
        let on_disk = known.clone();
        assert_eq!(known.delivered(&delivery(401, SignedWith::Current), &on_disk), Worth::Writing);
        assert_eq!((known.failing_since, known.missed_at), (None, Some(after(400))));
    }

    #[test]
    fn a_single_message_that_was_missed_between_deliveries_is_no_failing_subscription() {
        let mut known = Webhooks::default();
        known.delivered(&delivery(150, SignedWith::Current), &Webhooks::default());
        known.ended(&turn(FoundBy::Sweep, 100, 200));
        assert_eq!((known.failing_since, known.missed_at), (None, Some(after(200))));
    }

    #[test]
    fn a_turn_that_a_webhook_told_of_was_not_missed() {
        let mut known = Webhooks::default();
        assert_eq!(known.ended(&turn(FoundBy::Webhook, 100, 200)), Worth::Nothing);
        assert_eq!(known, Webhooks::default());
    }
}
