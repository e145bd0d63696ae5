//! The audit: turns are recomputed from Intercom's own record, by the code that decides about turns, and compared with what
//! the conversations' objects reported of them.
//!
//! It is a second look and no second opinion: what it asks of a conversation, `turn` answers. What it must find out for itself
//! is which messages a public part of ours stands for (`claims`).
//!
//! Where Intercom's record does not show enough, it finds nothing: a finding must be worth an operator's time.

mod agreeing;
mod claims;
mod handling;
mod owned;
pub mod run;
mod summary;
mod turns;

pub use summary::{Reach, Summary};

use crate::intercom::ids::{ConversationId, PartId};
use crate::intercom::thread::{Author, Entry as Part, EntryKind, PARTS_WINDOW, Redaction, Thread};
use crate::time::UnixSeconds;
use crate::turn::outcome::{Outcome, TurnKey};
use crate::turn::policy::Policy;
use crate::workspace::ledger::LedgerEntry;
use claims::{Precedence, Said};
use serde::{Deserialize, Serialize};

/// Judges the turns of one conversation whose messages lie in the window. `ledger` are the conversation's entries, as many as
/// are still kept; what the thread shows from before the window is context.
pub fn audit(thread: &Thread, ledger: &[LedgerEntry], policy: &Policy, window: &AuditWindow) -> Audited {
    let mut case = Case { thread, entries: latest(ledger), policy, window, said: Vec::new() };
    case.said = claims::said(&case);
    let turns = turns::turns(&case);
    let mut findings = Vec::new();
    case.find_unanswered(&turns, &mut findings);
    case.find_answered_twice(&mut findings);
    case.find_over_a_human(&mut findings);
    case.find_disagreements(&mut findings);
    Audited { turns: u32::try_from(turns.len()).unwrap_or(u32::MAX), findings }
}

/// Which messages are judged, by when Intercom says that they were written. It should end before the present by more than
/// `ANSWER_DEADLINE_SECONDS`: a turn that is still open has no outcome yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditWindow {
    /// The first second.
    pub since: UnixSeconds,
    /// The second after the last.
    pub until: UnixSeconds,
}

/// What came of one conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// How many turns were judged.
    pub turns: u32,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where the ledger and the thread disagree: about what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Disagreement>,
    /// In which conversation.
    pub conversation: ConversationId,
    /// The newest of the customer's messages that it concerns.
    pub message: Option<PartId>,
    /// Our part, shown by the thread or claimed by the ledger.
    pub part: Option<PartId>,
    /// The turn, as the ledger names it, or as it would.
    pub turn: Option<TurnKey>,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A turn with a message that has no outcome which a person can see.
    Unanswered,
    /// A public part of ours for messages that had one before.
    AnsweredTwice,
    /// A public part of ours behind a teammate's sign which held then.
    OverAHuman,
    /// The ledger tells something else than the thread.
    LedgerDisagrees,
}

/// What the ledger and the thread tell differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disagreement {
    /// An entry names a reply or a note that is not there.
    NotThere,
    /// A public answer of ours that no entry names.
    NotEntered,
    /// A note or an assignment of ours stands behind a message, and no entry knows of the message.
    MessageNotEntered,
    /// Two entries claim different replies to one message.
    RepliedTwice,
    /// People were told, says an entry; there is neither a note of ours nor an assignment.
    NobodyTold,
}

/// One conversation under audit.
struct Case<'a> {
    thread: &'a Thread,
    /// The last entry of each turn, oldest first.
    entries: Vec<&'a LedgerEntry>,
    policy: &'a Policy,
    window: &'a AuditWindow,
    /// Our public parts, and what they stand for.
    said: Vec<Said<'a>>,
}

impl AuditWindow {
    fn holds(&self, at: UnixSeconds) -> bool {
        self.since <= at && at < self.until
    }
}

impl<'a> Case<'a> {
    fn find_answered_twice(&self, findings: &mut Vec<Finding>) {
        for said in
            self.said.iter().filter(|said| said.precedence == Precedence::Repeated && self.is_judged(said.newest))
        {
            findings.push(self.finding_of(FindingKind::AnsweredTwice, said));
        }
    }

    fn finding_of(&self, kind: FindingKind, said: &Said<'_>) -> Finding {
        let message = &self.parts()[said.newest].id;
        let turn = said.entry.or_else(|| self.entry_of(message)).map(|entry| entry.turn.clone());
        Finding {
            kind,
            about: None,
            conversation: self.thread.id.clone(),
            message: Some(message.clone()),
            part: Some(self.parts()[said.place].id.clone()),
            turn: Some(turn.unwrap_or_else(|| TurnKey::new(&self.thread.id, Some(message)))),
        }
    }

    fn parts(&self) -> &'a [Part] {
        &self.thread.entries
    }

    fn place_of(&self, part: &PartId) -> Option<usize> {
        self.parts().iter().position(|entry| entry.id == *part)
    }

    /// The last entry that stands for this message.
    fn entry_of(&self, message: &PartId) -> Option<&'a LedgerEntry> {
        self.entries.iter().rev().find(|entry| entry.parts.contains(message)).copied()
    }

    /// Whether the message at this place lies in the window.
    fn is_judged(&self, place: usize) -> bool {
        self.window.holds(self.parts()[place].at)
    }

    /// Whether parts may have fallen out of what Intercom shows.
    fn is_full(&self) -> bool {
        self.parts().len() > PARTS_WINDOW
    }
}

/// What a customer wrote, taken back since or not.
fn is_customers_word(part: &Part) -> bool {
    part.author == Author::Customer && was_public(part)
}

/// Whether a customer could see words here, taken back since or not.
fn was_public(part: &Part) -> bool {
    let visible = match part.kind {
        EntryKind::Comment
        | EntryKind::Open
        | EntryKind::Close
        | EntryKind::Snooze
        | EntryKind::Assignment(_)
        | EntryKind::RuleAssignment(_) => true,
        EntryKind::Note | EntryKind::Automatic => false,
    };
    part.is_message() || visible && part.redaction == Redaction::Redacted
}

/// Of each turn what was reported last: a record may be corrected, and its report comes more than once.
fn latest(ledger: &[LedgerEntry]) -> Vec<&LedgerEntry> {
    let mut latest: Vec<&LedgerEntry> = Vec::with_capacity(ledger.len());
    for entry in ledger {
        match latest.iter_mut().find(|known| known.turn == entry.turn) {
            Some(known) if known.at <= entry.at => *known = entry,
            Some(_) => {}
            None => latest.push(entry),
        }
    }
    latest.sort_by_key(|entry| entry.at);
    latest
}

/// The reply that an entry claims.
fn reply_of(entry: &LedgerEntry) -> Option<&PartId> {
    match &entry.outcome {
        Outcome::Replied { part, .. } => Some(part),
        Outcome::Noted { .. } | Outcome::HandedOver(_) | Outcome::StoodDown(_) | Outcome::Failed(_) => None,
    }
}

#[cfg(test)]
mod tests;
