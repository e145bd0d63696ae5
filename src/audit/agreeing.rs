//! Whether the ledger tells what the thread shows.

use super::claims::{Precedence, ReplyKind};
use super::handling::{Handling, is_assigned_away};
use super::{Case, Disagreement, Finding, FindingKind, reply_of};
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Author, Entry as Part, EntryKind};
use crate::time::UnixSeconds;
use crate::turn::outcome::{Outcome, TurnKey};
use crate::workspace::ledger::LedgerEntry;

impl<'a> Case<'a> {
    pub(super) fn find_disagreements(&self, findings: &mut Vec<Finding>) {
        for (nth, entry) in self.entries.iter().enumerate().filter(|(_, entry)| self.is_judged_entry(entry)) {
            findings.extend(self.not_there(entry));
            findings.extend(self.replied_twice(entry, &self.entries[..nth]));
        }
        for said in self.said.iter().filter(|said| self.is_judged(said.newest)) {
            let late = said.precedence == Precedence::First && self.may_be_late(said);
            if said.words == ReplyKind::Answer && said.entry.is_none() && !late {
                let finding = self.finding_of(FindingKind::LedgerDisagrees, said);
                findings.push(Finding { about: Some(Disagreement::NotEntered), ..finding });
            }
        }
        findings.extend(self.messages_not_entered());
    }

    /// Whether an entry's newest message lies in the window; where that is not known, whether the turn ended in it.
    fn is_judged_entry(&self, entry: &LedgerEntry) -> bool {
        let shown = entry.parts.iter().filter_map(|part| self.place_of(part)).max();
        let at = shown.map(|place| self.parts()[place].at).or(entry.asked_at);
        self.window.holds(at.unwrap_or(UnixSeconds(entry.at.0 / 1_000)))
    }

    /// What an entry claims and the thread does not show.
    fn not_there(&self, entry: &LedgerEntry) -> Option<Finding> {
        if self.is_full() {
            return None;
        }
        match &entry.outcome {
            Outcome::Replied { part, .. } | Outcome::Noted { part } => self
                .place_of(part)
                .is_none()
                .then(|| self.disagreement(Disagreement::NotThere, entry, entry.parts.last(), Some(part))),
            Outcome::HandedOver(_) => {
                let since = entry.parts.iter().filter_map(|part| self.place_of(part)).min().unwrap_or(0);
                let none_notified = !self.parts()[since..].iter().any(notifies_teammates);
                none_notified.then(|| self.disagreement(Disagreement::NobodyTold, entry, entry.parts.last(), None))
            }
            Outcome::StoodDown(_) | Outcome::Failed(_) => None,
        }
    }

    /// A message to which an earlier entry claims another reply.
    fn replied_twice(&self, entry: &LedgerEntry, earlier: &[&LedgerEntry]) -> Option<Finding> {
        let part = reply_of(entry)?;
        let mut others = earlier.iter().filter(|other| reply_of(other).is_some_and(|reply| reply != part));
        let message =
            others.find_map(|other| entry.parts.iter().rev().find(|message| other.parts.contains(message)))?;
        Some(self.disagreement(Disagreement::RepliedTwice, entry, Some(message), Some(part)))
    }

    /// Messages that teammates were notified of, and no entry names.
    fn messages_not_entered(&self) -> Vec<Finding> {
        // A hand-over of a conversation that could not be read names none.
        if self.entries.iter().any(|entry| entry.parts.is_empty()) {
            return Vec::new();
        }
        let is_judged = |part: &Part| part.is_customers() && self.window.holds(part.at);
        let judged = self.parts().iter().enumerate().filter(|(_, part)| is_judged(part));
        let unknown = judged.filter(|(_, part)| self.entry_of(&part.id).is_none());
        let found = unknown.filter_map(|(place, part)| match self.handling(place) {
            Handling::HandedOver(note) => Some(Finding {
                kind: FindingKind::LedgerDisagrees,
                about: Some(Disagreement::MessageNotEntered),
                conversation: self.thread.id.clone(),
                message: Some(part.id.clone()),
                part: Some(note.clone()),
                turn: Some(TurnKey::new(&self.thread.id, Some(&part.id))),
            }),
            Handling::Answered | Handling::ByOthers | Handling::Left | Handling::Unhandled => None,
        });
        found.collect()
    }

    fn disagreement(
        &self,
        about: Disagreement,
        entry: &LedgerEntry,
        message: Option<&PartId>,
        part: Option<&PartId>,
    ) -> Finding {
        Finding {
            kind: FindingKind::LedgerDisagrees,
            about: Some(about),
            conversation: self.thread.id.clone(),
            message: message.cloned(),
            part: part.cloned(),
            turn: Some(entry.turn.clone()),
        }
    }
}

/// Whether this part notifies teammates.
pub(super) fn notifies_teammates(part: &Part) -> bool {
    part.author == Author::Ourselves && (part.kind == EntryKind::Note || is_assigned_away(part))
}
