//! How the turns of the last day ended, in memory: a console that is open, and a scrape each minute, would read thousands of rows of the
//! ledger each time.

use super::ledger::{CountedTurn, LedgerEntry};
use super::trends::Span;
use super::turns::TurnPosition;
use crate::time::{Millis, UnixMillis};
use std::collections::BTreeMap;

/// So far back it is kept.
pub const KEPT: Millis = Millis::from_hours(24);

/// What the ledger holds since some time, by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    since: UnixMillis,
    facts: BTreeMap<TurnPosition, CountedTurn>,
}

impl Recent {
    /// All that the ledger holds since then.
    pub fn new(since: UnixMillis, facts: impl IntoIterator<Item = (TurnPosition, CountedTurn)>) -> Self {
        Self { since, facts: facts.into_iter().collect() }
    }

    /// Since when a day is to be kept.
    pub fn begin(now: UnixMillis) -> UnixMillis {
        UnixMillis(now.0.saturating_sub(KEPT.0))
    }

    /// Enters one as the ledger does: in the place of the one that it corrects, and the same one once.
    pub fn enter(&mut self, entry: &LedgerEntry) {
        if let Some(corrected) = entry.corrects {
            self.facts.remove(&TurnPosition { at: corrected, ..TurnPosition::of(entry) });
        }
        if entry.at >= self.since {
            self.facts.entry(TurnPosition::of(entry)).or_insert_with(|| CountedTurn::of(entry));
        }
    }

    /// Forgets what ended before then.
    pub fn forget(&mut self, before: UnixMillis) {
        self.since = self.since.max(before);
        while let Some(oldest) = self.facts.first_entry().filter(|oldest| oldest.key().at < before) {
            oldest.remove();
        }
    }

    /// What ended in a span, oldest first; `None` where it begins before what is kept.
    pub fn within(&self, span: Span) -> Option<Vec<CountedTurn>> {
        if span.from < self.since {
            return None;
        }
        let from = TurnPosition { at: span.from, turn: String::new() };
        let is_in = |fact: &&CountedTurn| span.to.is_none_or(|to| fact.at < to);
        Some(self.facts.range(from..).map(|(_, fact)| fact).take_while(is_in).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intercom::ids::{ConversationId, PartId};
    use crate::time::UnixSeconds;
    use crate::turn::outcome::{FailureReason, Outcome, TurnKey};
    use crate::workspace::ledger::{FoundBy, OutcomeKind};

    fn entry(n: u64, at: u64) -> LedgerEntry {
        let conversation = ConversationId::new("215").unwrap();
        let message = PartId::new(n.to_string()).unwrap();
        LedgerEntry {
            turn: TurnKey::new(&conversation, Some(&message)),
            conversation,
            outcome: Outcome::Noted { part: message },
            at: UnixMillis(at),
            parts: vec![],
            asked_at: Some(UnixSeconds(at / 1_000)),
            found_by: FoundBy::Sweep,
            corrects: None,
        }
    }

    fn recent(since: u64, entries: &[LedgerEntry]) -> Recent {
        Recent::new(UnixMillis(since), entries.iter().map(|entry| (TurnPosition::of(entry), CountedTurn::of(entry))))
    }

    fn ats(recent: &Recent, from: u64, to: Option<u64>) -> Option<Vec<u64>> {
        let span = Span { from: UnixMillis(from), to: to.map(UnixMillis) };
        recent.within(span).map(|facts| facts.iter().map(|fact| fact.at.0).collect())
    }

    #[test]
    fn a_turn_that_has_ended_is_counted_at_once_and_once() {
        let mut recent = recent(1_000, &[entry(1, 2_000)]);
        recent.enter(&entry(2, 1_500));
        recent.enter(&entry(2, 1_500));
        recent.enter(&entry(1, 2_000));
        assert_eq!(ats(&recent, 1_000, None), Some(vec![1_500, 2_000]));
        recent.enter(&entry(3, 2_000));
        assert_eq!(ats(&recent, 1_600, None), Some(vec![2_000, 2_000]), "another turn in the same millisecond");
    }

    #[test]
    fn one_that_is_corrected_takes_the_place_of_the_first() {
        let mut recent = recent(1_000, &[entry(1, 2_000), entry(2, 2_000)]);
        let outcome = Outcome::Failed(FailureReason::ConversationGone);
        recent.enter(&LedgerEntry { corrects: Some(UnixMillis(2_000)), outcome, ..entry(1, 3_000) });
        assert_eq!(ats(&recent, 1_000, None), Some(vec![2_000, 3_000]));
        let last = recent.within(Span { from: UnixMillis(3_000), to: None }).unwrap();
        assert_eq!(last.iter().map(|fact| fact.ended).collect::<Vec<_>>(), [OutcomeKind::Failed]);
    }

    #[test]
    fn only_what_is_kept_is_told_of() {
        let mut recent = recent(1_000, &[entry(1, 1_000), entry(2, 2_000), entry(3, 3_000)]);
        assert_eq!(ats(&recent, 999, None), None, "there may be more, which is not known");
        assert_eq!(ats(&recent, 1_000, Some(3_000)), Some(vec![1_000, 2_000]));
        recent.forget(UnixMillis(2_000));
        assert_eq!((ats(&recent, 1_000, None), ats(&recent, 2_000, None)), (None, Some(vec![2_000, 3_000])));
        recent.enter(&entry(4, 1_999));
        recent.forget(UnixMillis(1_000));
        assert_eq!(recent, self::recent(2_000, &[entry(2, 2_000), entry(3, 3_000)]), "older ones stay forgotten");
    }

    #[test]
    fn a_day_is_kept() {
        assert_eq!(Recent::begin(UnixMillis(KEPT.0 + 5)), UnixMillis(5));
        assert_eq!(Recent::begin(UnixMillis(5)), UnixMillis(0));
    }
}
