//! What the Workspace object does each minute, as the real one: it looks after objects whose alarm may be lost, and sweeps.
//! Each run makes a bounded number of calls, and what is left goes on in the next one.

use crate::world::crash::{Alive, Moment};
use crate::world::far_side::Response;
use crate::world::fate::Inner;
use crate::world::ledger::Listed;
use crate::world::program::Configured;
use crate::world::variant::Variant;
use crate::world::webhook::Reaction;
use crate::world::workspace::{BETWEEN_OBJECTS, Open};
use crate::world::{Happening, MINUTE, START, World};
use onereply::fault::Fault;
use onereply::intercom::answers::parse_page;
use onereply::intercom::ids::{AppId, ConversationId};
use onereply::intercom::search::{Found, Page};
use onereply::settings::Ingest;
use onereply::time::{UnixMillis, UnixSeconds};
use onereply::workspace::sweep::{News, Next, Sweep};
use onereply::workspace::watch::Standing;
use std::collections::{BTreeMap, VecDeque};

/// When the cron trigger fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cron {
    /// No round is made in this story.
    #[default]
    Never,
    /// Each minute, as long as there may be something to be done. Is the next one on its way?
    EachMinute { next: Queued, stirred_at: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    Yes,
    No,
}

/// A run that goes on.
pub struct Round {
    number: usize,
    begun: Begun,
    calls: u32,
    due: VecDeque<String>,
    /// Once it sweeps.
    sweep: Option<Sweep>,
    /// The search that it waits for.
    search: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    ByCron,
    ByAlarm,
}

/// What a round asks of an object.
#[derive(Clone)]
pub enum InnerCall {
    /// Is all well?
    Look(String),
    /// One on the list, which could not be told before.
    TellListed(String, UnixSeconds),
    /// What the sweep found.
    TellFound(Found),
}

impl InnerCall {
    fn conversation(&self) -> &str {
        match self {
            Self::Look(conversation) | Self::TellListed(conversation, _) => conversation,
            Self::TellFound(found) => found.conversation.as_str(),
        }
    }
}

/// How the object stands, where it could be reached.
pub type InnerAnswer = Option<Standing>;

/// As the real object.
const MOST_CALLS: u32 = 40;
const UNREACHED_PAUSE: u64 = 30_000;
const REMEMBERED: u64 = 15 * MINUTE;
/// So long after anything happened the cron trigger goes on firing here: until the cursor has passed all of it.
const GOES_ON: u64 = 15 * MINUTE;

impl World {
    /// From here on the cron trigger fires each minute, first some time before anybody writes.
    pub fn every_minute(&mut self, ingest: Ingest) {
        self.settings.ingest = ingest;
        self.now = START - 2 * MINUTE;
        self.cron = Cron::EachMinute { next: Queued::Yes, stirred_at: START };
        self.push(self.now, Happening::Tick);
        if ingest == Ingest::Polling {
            self.webhooks.unticked = Some("");
        }
    }

    /// Something happened, so rounds are made for a while.
    pub fn stir(&mut self) {
        let Cron::EachMinute { next, stirred_at } = &mut self.cron else { return };
        *stirred_at = self.now;
        if *next == Queued::No {
            *next = Queued::Yes;
            self.push_next_tick();
        }
    }

    fn push_next_tick(&mut self) {
        self.push(self.now - self.now % MINUTE + MINUTE, Happening::Tick);
    }

    /// The cron trigger fires.
    pub fn tick(&mut self) {
        let Cron::EachMinute { stirred_at, .. } = self.cron else { return };
        let goes_on = self.now < stirred_at + GOES_ON || self.has_rounds_to_make();
        let next = if goes_on && self.now < START + self.horizon { Queued::Yes } else { Queued::No };
        self.cron = Cron::EachMinute { next, stirred_at };
        if next == Queued::Yes {
            self.push_next_tick();
        }
        self.go_round(Begun::ByCron);
    }

    fn has_rounds_to_make(&self) -> bool {
        !self.workspace.open.is_empty() || self.stored_sweep().is_some_and(|sweep| sweep.pass.is_some())
    }

    /// The Workspace object's own alarm goes off, unless it was set anew.
    pub fn go_on_round_by_alarm(&mut self, at: u64) {
        if self.workspace.alarm == Some(at) {
            self.workspace.alarm = None;
            self.go_round(Begun::ByAlarm);
        }
    }

    fn go_round(&mut self, begun: Begun) {
        // One that is under way has looked already; the real one begins another at its end.
        if self.workspace.silent || self.workspace.memory.round.is_some() {
            return;
        }
        self.rounds += 1;
        let looked_after = self.variant != Variant::LookAfterNobody;
        let mut due: Vec<_> =
            self.workspace.open.iter().filter(|(_, open)| looked_after && open.look_at <= self.now).collect();
        due.sort_by_key(|(_, open)| open.look_at);
        let due = due.into_iter().take(MOST_CALLS as usize / 2).map(|(conversation, _)| conversation.clone()).collect();
        let round = Round { number: self.rounds, begun, calls: MOST_CALLS, due, sweep: None, search: None };
        self.workspace.memory.round = Some(round);
        self.go_on_round();
    }

    /// The next step of the round.
    fn go_on_round(&mut self) {
        let Some(round) = &mut self.workspace.memory.round else { return };
        if let Some(conversation) = round.due.pop_front() {
            let waits_since = self.workspace.open.get(&conversation).and_then(|open| open.waits_since);
            return self.call_object(match waits_since {
                Some(at) => InnerCall::TellListed(conversation, at),
                None => InnerCall::Look(conversation),
            });
        }
        if round.sweep.is_none() {
            let begun = round.begun;
            if round.calls == 0 {
                return self.end_round(Some(self.now));
            }
            if self.settings.ingest == Ingest::Webhook || self.configured == Configured::Wrong {
                return self.end_round(None);
            }
            // Whose token it is was learnt before.
            round.calls -= 1;
            let sweep = self.sweep_of_now(begun);
            self.workspace.memory.round.as_mut().unwrap().sweep = Some(sweep);
        }
        self.go_on_sweeping();
    }

    fn sweep_of_now(&self, begun: Begun) -> Sweep {
        let app = AppId::new(self.far_side.intercom.workspace.app_id.clone()).unwrap();
        let first = || Sweep::first(app.clone(), UnixMillis(self.now), self.settings.backlog);
        let mut sweep = self.stored_sweep().filter(|sweep| sweep.app == app).unwrap_or_else(first);
        if begun == Begun::ByCron {
            sweep.begin(UnixMillis(self.now));
        }
        sweep
    }

    fn stored_sweep(&self) -> Option<Sweep> {
        self.workspace.sweep.as_deref().map(|stored| serde_json::from_str(stored).unwrap())
    }

    fn keep_sweep(&mut self) {
        let sweep = self.workspace.memory.round.as_ref().and_then(|round| round.sweep.as_ref());
        if let Some(sweep) = sweep {
            self.workspace.sweep = Some(serde_json::to_string(sweep).unwrap());
            self.swept_from.get_or_insert(sweep.handled_to);
        }
    }

    fn go_on_sweeping(&mut self) {
        let round = self.workspace.memory.round.as_mut().unwrap();
        let next = round.sweep.as_ref().unwrap().next(UnixMillis(self.now));
        if round.calls == 0 && matches!(next, Next::Search(_) | Next::Tell(_)) {
            return self.end_round(Some(self.now));
        }
        match next {
            Next::Rest => self.end_round(None),
            Next::Wait(at) => self.end_round(Some(at.0)),
            Next::Search(search) => {
                round.calls -= 1;
                let call = self.send("", self.settings.intercom.search(&search));
                self.workspace.memory.round.as_mut().unwrap().search = Some(call);
            }
            Next::Tell(found) => self.call_object(InnerCall::TellFound(found)),
        }
    }

    /// A page of Intercom's search, or what came in its place, if the round still waits for it.
    pub fn return_search(&mut self, call: usize, response: &Response) {
        let Some(round) = self.workspace.memory.round.as_mut().filter(|round| round.search == Some(call)) else {
            return;
        };
        round.search = None;
        self.hears(call, response);
        if self.survives("", Moment::PageRead) == Alive::No {
            return;
        }
        let page = response.clone().map_err(Fault::Unanswered).and_then(|response| parse_page(&response));
        match page {
            Ok(page) => self.read_page(page),
            Err(fault) => self.miss_page(&fault),
        }
        self.keep_sweep();
        if self.survives("", Moment::PageKept) == Alive::Yes {
            self.go_on_sweeping();
        }
    }

    fn read_page(&mut self, mut page: Page) {
        // Those are in this make-believe Intercom, and in another workspace.
        page.found.retain(|found| !self.webhooks.foreign.contains(found.conversation.as_str()));
        self.warm_up();
        let now = UnixMillis(self.now);
        let memory = &mut self.workspace.memory;
        let (Some(seen), Some(round)) = (&memory.seen, &mut memory.round) else { return };
        let is_news = |found: &Found| match (found.at, seen.get(&found.conversation)) {
            (Some(at), Some(seen)) if *seen >= at => News::No,
            (_, _) => News::Yes,
        };
        let pages = if page.next.is_some() { MORE_PAGES } else { LAST_PAGE };
        round.sweep.as_mut().unwrap().page_read(page, self.settings.ingest, now, is_news);
        self.tally.count("rounds", pages);
    }

    fn miss_page(&mut self, fault: &Fault) {
        let (now, variant) = (UnixMillis(self.now), self.variant);
        let sweep = self.workspace.memory.round.as_mut().unwrap().sweep.as_mut().unwrap();
        if variant == Variant::PassFailedPages {
            sweep.page_read(Page { found: vec![], next: None }, Ingest::Both, now, |_| News::No);
        } else {
            sweep.page_failed(fault, now);
        }
        self.tally.count("rounds", PAGE_FAILED);
        self.note(|| format!("  a page failed: {}", fault.name()));
    }

    /// After a start the ledger tells how far objects have read.
    fn warm_up(&mut self) {
        if self.workspace.memory.seen.is_some() {
            return;
        }
        self.workspace.memory.seen = Some(BTreeMap::new());
        let since = self.now.saturating_sub(REMEMBERED);
        let lately = self.workspace.ledger.range((since, String::new())..);
        let lately: Vec<_> = lately.map(|(_, (entry, seen))| (entry.conversation.clone(), *seen)).collect();
        lately.iter().for_each(|(conversation, seen)| self.workspace.remember_seen(conversation, *seen));
    }

    fn call_object(&mut self, call: InnerCall) {
        let round = self.workspace.memory.round.as_mut().unwrap();
        round.calls = round.calls.saturating_sub(1);
        let round = round.number;
        if self.survives("", Moment::RoundCalls) == Alive::Yes {
            self.push(self.now + BETWEEN_OBJECTS, Happening::RoundCalls { round, call });
        }
    }

    /// A round's call has reached its object.
    pub fn call_in_round(&mut self, round: usize, call: InnerCall) {
        let number = self.number(call.conversation());
        let fate = self.fate.inner(self.points.next(number, "round"), self.now);
        if let Some(fate) = fate {
            self.tally.count("calls between objects", fate.name());
        }
        let stands = match (fate, &call) {
            (Some(Inner::Lost), _) => None,
            (_, InnerCall::Look(conversation)) => Some(self.look(conversation)),
            (_, InnerCall::TellListed(conversation, at)) => self.tell_object(conversation, Some(*at)),
            (_, InnerCall::TellFound(found)) => self.tell_object(found.conversation.as_str(), found.at),
        };
        let answer = stands.filter(|_| fate.is_none());
        self.push(self.now + BETWEEN_OBJECTS, Happening::RoundHears { round, call, answer });
    }

    fn tell_object(&mut self, conversation: &str, at: Option<UnixSeconds>) -> Option<Standing> {
        let at = at.unwrap();
        let before = |nudge: &super::sweep::Nudge| nudge.conversation == conversation && nudge.at >= at;
        let told_before = self.webhooks.nudges.iter().any(before);
        let door = self.nudge(conversation, at);
        if door.reaction == Reaction::Acknowledged {
            self.tally.count("rounds", if told_before { TOLD_AGAIN } else { TOLD });
        }
        Some(door.stored?.standing)
    }

    /// The object has answered, or could not be reached.
    pub fn hear_in_round(&mut self, round: usize, call: InnerCall, answer: InnerAnswer) {
        if self.workspace.memory.round.as_ref().is_none_or(|running| running.number != round) {
            return;
        }
        if self.survives("", Moment::RoundHears) == Alive::No {
            return;
        }
        let (now, conversation) = (self.now, call.conversation().to_owned());
        let tells_seen = match &call {
            InnerCall::Look(_) => None,
            InnerCall::TellListed(..) | InnerCall::TellFound(_) => answer.and_then(|standing| standing.seen),
        };
        self.workspace.remember_seen(&ConversationId::new(conversation.clone()).unwrap(), tells_seen);
        match (&call, answer) {
            (InnerCall::Look(_), Some(standing)) => self.workspace.list(&conversation, standing, Listed::Anew, now),
            (InnerCall::TellListed(_, at), Some(standing)) => {
                // It was told with what it waits, and has that on disk.
                let standing = Standing { seen: standing.seen.max(Some(*at)), ..standing };
                self.workspace.list(&conversation, standing, Listed::Anew, now);
            }
            (InnerCall::TellFound(_), Some(standing)) => {
                if standing.wakes_at.is_some() {
                    self.workspace.list(&conversation, standing, Listed::Before, now);
                }
            }
            (InnerCall::Look(_), None) => self.list_unreached(conversation, None),
            (InnerCall::TellListed(_, at), None) => self.list_unreached(conversation, Some(*at)),
            (InnerCall::TellFound(found), None) => self.list_unreached(conversation, found.at),
        }
        if let InnerCall::TellFound(found) = &call {
            let sweep = self.workspace.memory.round.as_mut().unwrap().sweep.as_mut().unwrap();
            sweep.told(found, UnixMillis(now));
        }
        self.go_on_round();
    }

    fn list_unreached(&mut self, conversation: String, waits_since: Option<UnixSeconds>) {
        self.tally.count("rounds", UNREACHED);
        let open = Open { look_at: self.now + UNREACHED_PAUSE, waits_since };
        self.workspace.open.insert(conversation, open);
    }

    /// What is left goes on when the object's own alarm goes off.
    fn end_round(&mut self, more: Option<u64>) {
        self.keep_sweep();
        self.workspace.memory.round = None;
        if let Some(at) = more {
            self.wake_round_at(at.max(self.now));
        }
    }

    fn wake_round_at(&mut self, at: u64) {
        self.workspace.alarm = Some(at);
        self.push(at, Happening::RoundGoesOn { at });
    }

    /// The process has ended: a handler of the object's alarm is called again, a cron trigger is not. What it had sent comes back.
    pub fn end_round_with_process(&mut self, repeated_at: u64) -> Option<usize> {
        let memory = std::mem::take(&mut self.workspace.memory);
        let round = memory.round?;
        if round.begun == Begun::ByAlarm {
            let at = self.workspace.alarm.map_or(repeated_at, |at| at.min(repeated_at));
            self.wake_round_at(at);
        }
        round.search
    }
}

pub const TOLD: &str = "told by the sweep";
pub const TOLD_AGAIN: &str = "told twice";
pub const UNREACHED: &str = "could not be reached";
pub const PAGE_FAILED: &str = "page failed";
pub const MORE_PAGES: &str = "page with another after it";
pub const LAST_PAGE: &str = "last page";
