//! What an audit of many conversations found, for the API and the console.

use super::{Audited, Finding, FindingKind};
use serde::{Deserialize, Serialize};

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many conversations were looked at.
    pub conversations: u32,
    /// How many turns of theirs.
    pub turns: u32,
    /// How many conversations were not looked at: Intercom could not be asked, or the calls were spent.
    pub unread: u32,
    /// Whether that is all of them.
    pub reach: Reach,
    /// [`FindingKind::Unanswered`].
    pub unanswered: u32,
    /// [`FindingKind::AnsweredTwice`].
    pub answered_twice: u32,
    /// [`FindingKind::OverAHuman`].
    pub over_a_human: u32,
    /// [`FindingKind::LedgerDisagrees`].
    pub ledger_disagrees: u32,
    /// The first of them, at most [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many there are beyond those.
    pub more: u32,
}

/// Whether an audit knows of all conversations of its window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It does.
    #[default]
    All,
    /// Intercom's search failed for good, so nobody knows how many more there are.
    Unknown,
}

/// A summary names at most so many findings; the counts count all.
pub(super) const MOST_FINDINGS: usize = 200;

impl Summary {
    /// One more conversation was looked at.
    pub fn add(&mut self, audited: Audited) {
        self.conversations = self.conversations.saturating_add(1);
        self.turns = self.turns.saturating_add(audited.turns);
        for finding in audited.findings {
            self.add_finding(finding);
        }
    }

    /// So many conversations were not.
    pub fn add_unread(&mut self, conversations: u32) {
        self.unread = self.unread.saturating_add(conversations);
    }

    fn add_finding(&mut self, finding: Finding) {
        let count = match finding.kind {
            FindingKind::Unanswered => &mut self.unanswered,
            FindingKind::AnsweredTwice => &mut self.answered_twice,
            FindingKind::OverAHuman => &mut self.over_a_human,
            FindingKind::LedgerDisagrees => &mut self.ledger_disagrees,
        };
        *count = count.saturating_add(1);
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}
