//! One run of the audit: which conversations are read back, and what came of it so far. It is stored as a whole between two calls.

use super::{AuditWindow, Audited, Reach, Summary};
use crate::fault::Fault;
use crate::intercom::ids::ConversationId;
use crate::intercom::search::{Query, Search, SearchPage};
use crate::intercom::thread::Thread;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::workspace::ledger::LedgerEntry;
use crate::workspace::sweep::PagePosition;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A run, under way or ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRun {
    /// Who asked for it.
    pub asked_by: AskedBy,
    /// What customers wrote since then is judged.
    pub since: UnixSeconds,
    /// When it began.
    pub began_at: UnixMillis,
    /// When it ended; `None` while it is under way.
    pub ended_at: Option<UnixMillis>,
    /// What came of it so far.
    pub summary: Summary,
    /// Which page is read next.
    pages: PagePosition,
    /// Conversations that were found and not read back yet.
    unread: Vec<ConversationId>,
    /// How many conversations it may still read.
    reads_left: u32,
    /// How often in a row the call that comes next has failed.
    failures: u32,
    /// Until then it is not made again.
    not_before: UnixMillis,
}

/// Who asked for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedBy {
    /// Nobody: it is made every night.
    Night,
    /// A person, by the API.
    Operator,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditStep {
    /// Read this page of conversations.
    Search(Search),
    /// Read this conversation.
    Read(ConversationId),
    /// Nothing before this time.
    Wait(UnixMillis),
    /// It has ended.
    End,
}

/// A run reads at most so many conversations: a fifth of what Intercom allows in a minute, and a fiftieth of the requests that
/// Cloudflare's free plan has in a day.
pub const MOST_READS: u32 = 2_000;

/// A call that failed so often in a row is given up.
const MOST_FAILURES: u32 = 5;

const PAUSE: Millis = Millis::from_seconds(2);
const PAUSE_CAP: Millis = Millis::from_minutes(1);

impl AuditRun {
    /// Begins one.
    pub fn begin(asked_by: AskedBy, since: UnixSeconds, now: UnixMillis) -> Self {
        Self {
            asked_by,
            since,
            began_at: now,
            ended_at: None,
            summary: Summary::default(),
            pages: PagePosition::First,
            unread: Vec::new(),
            reads_left: MOST_READS,
            failures: 0,
            not_before: UnixMillis(0),
        }
    }

    /// What is to be done now.
    pub fn next(&self, now: UnixMillis) -> AuditStep {
        if self.ended_at.is_some() {
            return AuditStep::End;
        }
        if now < self.not_before {
            return AuditStep::Wait(self.not_before);
        }
        if let Some(conversation) = self.unread.first() {
            return AuditStep::Read(conversation.clone());
        }
        let after = match &self.pages {
            PagePosition::First => None,
            PagePosition::After(cursor) => Some(cursor.clone()),
            PagePosition::Read => return AuditStep::End,
        };
        AuditStep::Search(Search { query: Query::Written(self.since), after })
    }

    /// Takes a page in. Beyond the budget conversations are only counted.
    pub fn page_read(&mut self, page: SearchPage, now: UnixMillis) {
        self.failures = 0;
        let mut found: Vec<_> = page.found.into_iter().map(|found| found.conversation).collect();
        let beyond = found.split_off(found.len().min(self.reads_left as usize));
        self.summary.add_unread(u32::try_from(beyond.len()).unwrap_or(u32::MAX));
        self.reads_left -= u32::try_from(found.len()).unwrap_or(self.reads_left).min(self.reads_left);
        self.unread.extend(found);
        self.pages = match (page.next, &self.pages) {
            // It would never end.
            (Some(next), PagePosition::After(this)) if next == *this => PagePosition::Read,
            (Some(next), _) => PagePosition::After(next),
            (None, _) => PagePosition::Read,
        };
        self.end_if_done(now);
    }

    /// A conversation was read back and judged.
    pub fn judged(&mut self, audited: Audited, now: UnixMillis) {
        self.failures = 0;
        self.unread.remove(0);
        self.summary.add(audited);
        self.end_if_done(now);
    }

    /// The call that came next has failed. It is made again, a bounded number of times.
    pub fn failed(&mut self, fault: &Fault, now: UnixMillis) {
        // It was deleted, and nobody waits in it.
        let is_gone = *fault == Fault::NotFound && !self.unread.is_empty();
        self.failures = self.failures.saturating_add(1);
        self.not_before = match fault {
            Fault::NotFound => now,
            Fault::RateLimited { until: Some(until) } => until.to_millis().max(now.after(Millis::from_seconds(1))),
            _other => now.after(Millis(PAUSE.0.saturating_mul(1 << self.failures.min(10)))),
        };
        self.not_before = self.not_before.min(now.after(PAUSE_CAP));
        if !is_gone && self.failures < MOST_FAILURES {
            return;
        }
        self.failures = 0;
        if self.unread.is_empty() {
            // What stands on further pages is not even known.
            self.pages = PagePosition::Read;
            self.summary.reach = Reach::Unknown;
        } else {
            self.unread.remove(0);
            self.summary.add_unread(u32::from(!is_gone));
        }
        self.end_if_done(now);
    }

    /// What a person is told of it.
    pub fn to_report(&self) -> Value {
        json!({
            "status": if self.ended_at.is_some() { "done" } else { "running" },
            "asked_by": self.asked_by,
            "since": self.since,
            "began_at": self.began_at,
            "ended_at": self.ended_at,
            "summary": self.summary,
        })
    }

    fn end_if_done(&mut self, now: UnixMillis) {
        if self.unread.is_empty() && self.pages == PagePosition::Read {
            self.ended_at = Some(now);
        }
    }
}

/// The nightly run begins in this hour (UTC).
const NIGHT: u64 = 3;

/// Whether the nightly run begins now; `last` is the last run, nightly or an operator's.
pub fn at_night(last: Option<&AuditRun>, now: UnixMillis) -> Night {
    let hour = Millis::from_hours(1);
    let is_night = now.0 / hour.0 % 24 == NIGHT;
    let is_free = last.is_none_or(|run| run.ended_at.is_some());
    let is_done =
        last.is_some_and(|run| run.asked_by == AskedBy::Night && now.since(run.began_at) < Millis::from_hours(12));
    if is_night && is_free && !is_done { Night::Begins } else { Night::Waits }
}

/// Whether a nightly run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Night {
    /// It does.
    Begins,
    /// It is not night, or the run was made, or another one is under way.
    Waits,
}

/// What is judged of a conversation: all since then, but for messages from `fresh_since` on of which no turn has ended. Those may
/// still be open.
pub fn window(thread: &Thread, ledger: &[LedgerEntry], since: UnixSeconds, fresh_since: UnixSeconds) -> AuditWindow {
    let has_ended = |message| ledger.iter().any(|entry| entry.parts.contains(message));
    let open =
        thread.entries.iter().filter(|entry| entry.is_customers() && entry.at >= fresh_since && !has_ended(&entry.id));
    AuditWindow { since, until: open.map(|entry| entry.at).min().unwrap_or(UnixSeconds(u64::MAX)) }
}

#[cfg(test)]
mod tests;
