//! What a conversation's object keeps beside its state: outcomes that the workspace has not acknowledged, and when anything happened last.
//! It decides nothing about turns.

use super::ledger::{FoundBy, LedgerEntry};
use super::watchdog::ObjectStatus;
use crate::intercom::events::ConversationEvent;
use crate::intercom::ids::PartId;
use crate::json;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::event::Event;
use crate::turn::outcome::Settled;
use crate::turn::state::{Phase, State};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Beside the state, in the same row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// Outcomes that the workspace has not acknowledged, oldest first.
    pub unreported: Vec<LedgerEntry>,
    /// How often in a row the report failed.
    failures: u32,
    /// Until then it is not tried again.
    not_before: UnixMillis,
    /// Which messages webhooks reported, oldest first, at most [`REMEMBERED`].
    reported_parts: VecDeque<PartId>,
    /// When anything happened last.
    touched_at: UnixMillis,
}

/// How many messages are remembered by id; a turn seldom has more than a few.
const REMEMBERED: usize = 50;

/// The pause before a report that failed is made again; it doubles up to the cap.
const PAUSE: Millis = Millis::from_seconds(5);
const PAUSE_CAP: Millis = Millis::from_minutes(5);

impl Outbox {
    /// Reads a stored text. Where it is damaged, the conversation is kept from now on.
    pub fn read(text: &str, now: UnixMillis) -> Self {
        json::read(text.as_bytes()).unwrap_or_else(|_| Self { touched_at: now, ..Self::default() })
    }

    /// The text that is stored.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("an outbox has string keys only")
    }

    /// An event is about to be taken in.
    pub fn note_event(&mut self, event: &Event) {
        let Event::Reported(ConversationEvent::CustomerWrote { part: Some(part), .. }) = event else { return };
        if !self.reported_parts.contains(part) {
            self.reported_parts.push_back(part.clone());
        }
        while self.reported_parts.len() > REMEMBERED {
            self.reported_parts.pop_front();
        }
    }

    /// The state has changed: turns that ended meanwhile are to be reported.
    pub fn note(&mut self, before: &State, after: &State, now: UnixMillis) {
        self.touched_at = now;
        let is_in = |settled: &Settled, turns: &[Settled]| turns.iter().any(|turn| is_same(turn, settled));
        for settled in after.settled.iter().filter(|settled| !is_in(settled, &before.settled)) {
            // The same turn may also end twice, where a message that had vanished came back: then both stand.
            let corrected = |turn: &&Settled| turn.key == settled.key && !is_in(turn, &after.settled);
            let corrects = before.settled.iter().rev().find(corrected).map(|turn| turn.at);
            // Also where the first one is not reported: it may have been, and its answer lost.
            let entry = self.entry(settled, before, after, corrects);
            self.unreported.push(entry);
        }
    }

    fn entry(&self, settled: &Settled, before: &State, after: &State, corrects: Option<UnixMillis>) -> LedgerEntry {
        let is_reported = |part: &PartId| self.reported_parts.contains(part);
        // Where no read has shown its messages it stands for those that were awaited.
        let awaited = before.awaited.iter().filter_map(|awaited| awaited.part.as_ref());
        let by_webhook =
            settled.parts.iter().any(is_reported) || settled.parts.is_empty() && awaited.into_iter().any(is_reported);
        let covered = settled.parts.last().is_some_and(|last| after.watermark.recent.back() == Some(last));
        LedgerEntry {
            conversation: after.conversation.clone(),
            turn: settled.key.clone(),
            outcome: settled.outcome.clone(),
            at: settled.at,
            parts: settled.parts.clone(),
            asked_at: after.watermark.at.filter(|_| covered),
            found_by: if by_webhook { FoundBy::Webhook } else { FoundBy::Sweep },
            corrects,
        }
    }

    /// What is due to be reported.
    pub fn report(&self, now: UnixMillis) -> &[LedgerEntry] {
        if now < self.not_before { &[] } else { &self.unreported }
    }

    /// The workspace acknowledged these.
    pub fn reported(&mut self, entries: &[LedgerEntry]) {
        self.unreported.retain(|entry| !entries.contains(entry));
        self.failures = 0;
    }

    /// The report failed.
    pub fn not_reported(&mut self, now: UnixMillis) {
        let doubled = PAUSE.0.saturating_mul(1 << self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        self.not_before = now.after(Millis(doubled.min(PAUSE_CAP.0)));
    }

    /// When the object must be woken: for what is open, for a report, or to forget the conversation.
    pub fn wake_at(&self, state: &State, retention: Millis) -> UnixMillis {
        let report = self.report_at();
        let forget = match state.phase {
            // What the workspace was not told is kept, so until then there is nothing to be woken for but that.
            Phase::Idle | Phase::Deleted if !self.unreported.is_empty() => None,
            Phase::Idle => Some(self.touched_at.after(retention)),
            Phase::Deleted => Some(self.touched_at),
            Phase::Open(_) => None,
        };
        let open = state.wake_at();
        // Something is always there to wait for: what is open has its time, and what is not is forgotten one day.
        open.into_iter().chain(report).chain(forget).min().unwrap_or(self.touched_at.after(retention))
    }

    /// What the workspace's list must know of it.
    pub fn status(&self, state: &State) -> ObjectStatus {
        ObjectStatus { wakes_at: state.wake_at().into_iter().chain(self.report_at()).min(), seen: seen(state) }
    }

    /// When the workspace is told, where there is anything to tell. Never in the past as it becomes known: such an alarm would look
    /// like one that was lost.
    fn report_at(&self) -> Option<UnixMillis> {
        (!self.unreported.is_empty()).then_some(self.not_before.max(self.touched_at))
    }

    /// Whether everything that is stored may be deleted: nothing happened for `retention`, or Intercom deleted the conversation.
    pub fn is_over(&self, state: &State, now: UnixMillis, retention: Millis) -> bool {
        let over = match state.phase {
            Phase::Open(_) => false,
            Phase::Idle => now >= self.touched_at.after(retention),
            Phase::Deleted => true,
        };
        over && self.unreported.is_empty()
    }
}

/// Up to which second a nudge would be no news to it, as [`State::has_seen`] says.
pub fn seen(state: &State) -> Option<UnixSeconds> {
    let before_mark = state.watermark.at.map(|at| UnixSeconds(at.0.saturating_sub(1)));
    state.seen.max(before_mark)
}

/// Whether both tell the same of the same turn.
fn is_same(one: &Settled, other: &Settled) -> bool {
    one.key == other.key && one.at == other.at && one.outcome == other.outcome
}

#[cfg(test)]
mod tests;
