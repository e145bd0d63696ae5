//! The sweep: asks Intercom's search for conversations in which a customer waits, and has their objects told. What webhooks lost is
//! found here, and with `INGEST=polling` everything is.
//!
//! A *pass* goes through all pages from the cursor on. The cursor moves on only when every page was read and every conversation on
//! them was told, or is kept to be told: so it never passes what was not handled, however a pass is cut short. And it stays behind
//! by [`OVERLAP`], since Intercom's index shows a message some time after it was written, and by one pass, since pages shift while they
//! are read: what one pass missed, another looks for, also where both had long to make up for.

use crate::fault::{Fault, Owner};
use crate::intercom::ids::AppId;
use crate::intercom::search::{Cursor, FoundConversation, Query, Search, SearchPage};
use crate::settings::Ingest;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};

/// How far the sweep is. It is stored as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The workspace; another one has another cursor.
    pub app: AppId,
    /// The cursor: what customers wrote before was handled, or was left to teammates at the first run.
    pub handled_to: UnixSeconds,
    /// Where the first run began to answer (`BACKLOG_MINUTES`).
    pub first_from: UnixSeconds,
    /// What the first run found from before that. It is left to teammates, and not found again as new.
    pub left: Vec<FoundConversation>,
    /// What is under way.
    pub pass: Option<Pass>,
    /// How often Intercom's search could not be read since a pass came to its end.
    pub failures: u32,
    /// Until then it is left alone.
    pub not_before: UnixMillis,
    /// The last pass that came to its end.
    pub last: Option<Done>,
}

/// One way through all pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// When it began.
    pub began_at: UnixMillis,
    /// What customers wrote since then is looked for.
    pub since: UnixSeconds,
    /// Which page is read next.
    pub pages: PagePosition,
    /// Conversations that were found and not told yet.
    pub unsent: Vec<FoundConversation>,
    /// How many conversations it found so far.
    pub found: u32,
    /// How many of them were nudged.
    pub told: u32,
}

/// Which page is read next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagePosition {
    /// The first one.
    First,
    /// The one after this cursor.
    After(Cursor),
    /// None: the last one was read.
    Read,
}

/// A pass that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// When it began.
    pub began_at: UnixMillis,
    /// When it ended.
    pub ended_at: UnixMillis,
    /// How many conversations it found.
    pub found: u32,
    /// How many of them were nudged: the others had been read since.
    pub told: u32,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SweepStep {
    /// Read this page.
    Search(Search),
    /// Tell this conversation's object that a customer waits.
    Tell(FoundConversation),
    /// Nothing before this time.
    Wait(UnixMillis),
    /// Nothing until the next pass.
    Rest,
}

/// How far the cursor stays behind. How long Intercom's index lags is not documented for conversations; "a few minutes" is said of
/// contacts.
pub const OVERLAP: Millis = Millis::from_minutes(5);

/// Intercom delivers a webhook again after a minute, so a message that has waited less may still be told by one.
pub const WEBHOOK_HAS: Millis = Millis::from_seconds(90);

/// The pause after a page that could not be read; it doubles up to the cap.
const PAUSE: Millis = Millis::from_seconds(2);
const PAUSE_CAP: Millis = Millis::from_minutes(2);

impl Sweep {
    /// The first run on a workspace: what it finds from before is left to teammates, except the last `backlog` (`BACKLOG_MINUTES`).
    /// It looks back by the overlap, so that what the index shows only later is told from what waited already.
    pub fn first(app: AppId, now: UnixMillis, backlog: Millis) -> Self {
        let first_from = before(now, backlog);
        Self {
            app,
            handled_to: seconds(before(first_from, OVERLAP)),
            first_from: seconds(first_from),
            left: Vec::new(),
            pass: None,
            failures: 0,
            not_before: UnixMillis(0),
            last: None,
        }
    }

    /// Begins a pass, unless one is under way.
    pub fn begin(&mut self, now: UnixMillis) {
        self.pass.get_or_insert_with(|| Pass {
            began_at: now,
            since: self.handled_to,
            pages: PagePosition::First,
            unsent: Vec::new(),
            found: 0,
            told: 0,
        });
    }

    /// What is to be done now.
    pub fn next(&self, now: UnixMillis) -> SweepStep {
        let Some(pass) = &self.pass else { return SweepStep::Rest };
        if let Some(found) = pass.unsent.first() {
            return SweepStep::Tell(found.clone());
        }
        let after = match &pass.pages {
            PagePosition::First => None,
            PagePosition::After(cursor) => Some(cursor.clone()),
            PagePosition::Read => return SweepStep::Rest,
        };
        if now < self.not_before {
            return SweepStep::Wait(self.not_before);
        }
        SweepStep::Search(Search { query: Query::Waiting(pass.since), after })
    }

    /// Takes a page in. `is_new` is false for what the object is known to have read.
    pub fn page_read(
        &mut self,
        page: SearchPage,
        ingest: Ingest,
        now: UnixMillis,
        is_new: impl Fn(&FoundConversation) -> bool,
    ) {
        let Some(pass) = &mut self.pass else { return };
        pass.found = pass.found.saturating_add(u32::try_from(page.found.len()).unwrap_or(u32::MAX));
        let latest = match ingest {
            Ingest::Both => seconds(before(now, WEBHOOK_HAS)),
            Ingest::Polling | Ingest::Webhook => UnixSeconds(u64::MAX),
        };
        // A search that does not know `since` must not make the first run answer the backlog.
        let in_time = |found: &FoundConversation| found.at.is_none_or(|at| pass.since <= at && at <= latest);
        if self.last.is_none() {
            let waited_before = |found: &&FoundConversation| found.at.is_none_or(|at| at < self.first_from);
            self.left.extend(page.found.iter().filter(waited_before).cloned());
        }
        let is_left = |found: &FoundConversation| self.left.contains(found);
        let new = page.found.into_iter().filter(|found| in_time(found) && !is_left(found) && is_new(found));
        pass.unsent.extend(new);
        let leads_to_itself =
            matches!((&page.next, &pass.pages), (Some(next), PagePosition::After(this)) if next == this);
        pass.pages = match page.next {
            // The pages have shifted, and what is behind them was not read.
            Some(_) if leads_to_itself => PagePosition::First,
            Some(next) => PagePosition::After(next),
            None => PagePosition::Read,
        };
        if leads_to_itself {
            self.not_before = now.after(self.next_pause());
        }
        self.end_pass_if_done(now);
    }

    /// A page could not be read: the same one again, later.
    pub fn page_failed(&mut self, fault: &Fault, now: UnixMillis) {
        let pause = self.next_pause();
        self.not_before = match fault {
            Fault::RateLimited { until: Some(until) } => until.to_millis().max(now.after(Millis::from_seconds(1))),
            _other => now.after(pause),
        };
        self.not_before = self.not_before.min(now.after(PAUSE_CAP));
        let Some(pass) = &mut self.pass else { return };
        // A cursor may have run out, so a page that is refused is reached anew from the first one.
        if fault.owner() == Owner::Ours {
            pass.pages = PagePosition::First;
        }
    }

    fn next_pause(&mut self) -> Millis {
        let doubled = PAUSE.0.saturating_mul(1 << self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        Millis(doubled.min(PAUSE_CAP.0))
    }

    /// This conversation's object was told, or it is kept elsewhere to be told.
    pub fn nudged(&mut self, found: &FoundConversation, now: UnixMillis) {
        let Some(pass) = &mut self.pass else { return };
        pass.unsent.retain(|unsent| unsent != found);
        pass.told = pass.told.saturating_add(1);
        self.end_pass_if_done(now);
    }

    fn end_pass_if_done(&mut self, now: UnixMillis) {
        let Some(pass) = self.pass.take_if(|pass| pass.pages == PagePosition::Read && pass.unsent.is_empty()) else {
            return;
        };
        self.failures = 0;
        let twice_passed = self.last.map_or(self.handled_to, |last| seconds(before(last.began_at, OVERLAP)));
        self.handled_to = self.handled_to.max(twice_passed);
        if self.handled_to >= self.first_from {
            self.left.clear();
        }
        self.last = Some(Done { began_at: pass.began_at, ended_at: now, found: pass.found, told: pass.told });
    }
}

fn before(time: UnixMillis, length: Millis) -> UnixMillis {
    UnixMillis(time.0.saturating_sub(length.0))
}

fn seconds(at: UnixMillis) -> UnixSeconds {
    UnixSeconds(at.0 / 1_000)
}

#[cfg(test)]
mod tests;
