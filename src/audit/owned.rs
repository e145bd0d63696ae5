//! Whether a public part of ours stands over a teammate.

use super::claims::{ReplyKind, Said};
use super::{Case, Finding, FindingKind, is_customers_word, was_public};
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Author, Entry as Part, EntryKind, Redaction, Thread};
use crate::time::Millis;
use crate::turn::hindsight::{Earlier, gives_back, ownership_of};
use crate::turn::outcome::{Outcome, RepliedBy};
use crate::turn::view::View;
use crate::workspace::ledger::LedgerEntry;

/// What is promised is the last read. It may have been asked for 5 seconds before the post, and the post may take 10: what
/// was written less than so long before our part is not held against it.
const GAP: Millis = Millis::from_seconds(15);

impl Case<'_> {
    pub(super) fn find_over_a_human(&self, findings: &mut Vec<Finding>) {
        for said in &self.said {
            let begun_by_us_then = match said.entry {
                Some(entry) => is_begun_by_us_then(entry),
                None => !self.may_be_late(said),
            };
            if begun_by_us_then && self.is_judged(said.newest) && self.is_owned(said) {
                findings.push(self.finding_of(FindingKind::OverAHuman, said));
            }
        }
    }

    /// Whether a teammate had the conversation when this was begun, for the newest message that it stands for.
    fn is_owned(&self, said: &Said<'_>) -> bool {
        let before = self.known_before(said.place);
        let state = ownership_of(&before, &self.earlier(&before, said.words), self.policy);
        let view = View { state: &state, thread: &before, policy: self.policy };
        view.teammate_owns(self.parts()[said.newest].at).is_some()
    }

    /// What our last read before this place must have shown. That it was given back meanwhile may have been seen too.
    fn known_before(&self, place: usize) -> Thread {
        let at = self.parts()[place].at.to_millis();
        let mut before = self.cut_off(place);
        before.entries.retain(|part| {
            at.since(part.at.to_millis()) > GAP || is_customers_word(part) || gives_back(part, self.policy)
        });
        // What was taken back may have stood there then, and a closing before it was not the last word.
        for word in before.entries.iter_mut().filter(|part| is_customers_word(part)) {
            word.redaction = Redaction::Shown;
        }
        before
    }

    /// When a hand-over was made, and when a teammate closed or snoozed: a webhook told us of that before the customer went
    /// on. The hand-over message may be posted before it comes.
    fn earlier(&self, before: &Thread, words: ReplyKind) -> Vec<Earlier> {
        let hand_overs: Vec<&PartId> = self
            .hand_over_places()
            .into_iter()
            .filter(|at| self.is_theirs_since(*at))
            .map(|at| &self.parts()[at].id)
            .collect();
        let moment = |(place, part): (usize, &Part)| {
            if hand_overs.contains(&&part.id) {
                Some(Earlier::HandedOver(place))
            } else {
                (is_closing_or_snoozing(part) && words == ReplyKind::Answer).then_some(Earlier::Seen(place))
            }
        };
        before.entries.iter().enumerate().filter_map(moment).collect()
    }

    /// Whether the conversation is the teammates' after this hand-over: an assignment is only the beginning of that, and nobody
    /// gave it back while it was done. Of a closing meanwhile no part tells whether it counted as attending to that. A reply that
    /// landed before the hand-over had ended called it off.
    fn is_theirs_since(&self, hand_over: usize) -> bool {
        if self.parts()[hand_over].kind != EntryKind::Note {
            return false;
        }
        let asked = self.parts()[..hand_over].iter().rposition(is_customers_word).unwrap_or(0);
        let is_called_off = self.entry_of(&self.parts()[asked].id).is_some_and(landed_before_its_hand_over_ended);
        let attends =
            |part: &Part| gives_back(part, self.policy) || is_closing_or_snoozing(part) || is_teammates_word(part);
        !is_called_off && !self.parts()[asked..hand_over].iter().any(attends)
    }
}

/// Whether a teammate wrote to the customer here.
fn is_teammates_word(part: &Part) -> bool {
    matches!(part.author, Author::Teammate(_)) && was_public(part)
}

/// Whether a teammate closed or snoozed the conversation here.
fn is_closing_or_snoozing(part: &Part) -> bool {
    matches!(part.author, Author::Teammate(_)) && matches!(part.kind, EntryKind::Close | EntryKind::Snooze)
}

/// Whether a reply was begun by us, shortly before it appeared: another program's was not, and one that landed late may have
/// been begun long before.
fn is_begun_by_us_then(entry: &LedgerEntry) -> bool {
    match &entry.outcome {
        Outcome::Replied { by: RepliedBy::Us, .. } => true,
        Outcome::Replied { by: RepliedBy::UsLate | RepliedBy::AnotherProgram, .. }
        | Outcome::Noted { .. }
        | Outcome::HandedOver(_)
        | Outcome::StoodDown(_)
        | Outcome::Failed(_) => false,
    }
}

/// Whether a reply that had been given up landed during the hand-over. One that landed later corrects the
/// hand-over's entry.
fn landed_before_its_hand_over_ended(entry: &LedgerEntry) -> bool {
    matches!(entry.outcome, Outcome::Replied { by: RepliedBy::UsLate, .. }) && entry.corrects.is_none()
}
