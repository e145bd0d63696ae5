//! What the Workspace object is told: how turns ended, and which objects have something open.

use crate::world::workspace::{BETWEEN_OBJECTS, Open, Workspace};
use crate::world::{Happening, World};
use onereply::intercom::ids::ConversationId;
use onereply::time::{UnixMillis, UnixSeconds};
use onereply::workspace::ledger::Entry;
use onereply::workspace::watch::{Standing, look_at};

/// Whether an object is on the list already, and is left there as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// What is there stays, unless its time has come.
    Before,
    /// What is there is replaced.
    Anew,
}

/// Whether an entry was there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entered {
    Now,
    Before,
}

impl Workspace {
    /// Enters how a turn ended, once.
    fn enter(&mut self, entry: &Entry, seen: Option<UnixSeconds>) -> Entered {
        let turn = entry.turn.as_str().to_owned();
        if let Some(corrected) = entry.corrects {
            self.ledger.remove(&(corrected.0, turn.clone()));
        }
        let mut entered = Entered::Before;
        self.ledger.entry((entry.at.0, turn)).or_insert_with(|| {
            entered = Entered::Now;
            (entry.clone(), seen)
        });
        entered
    }

    /// Puts an object on the list of those with something open, or takes it off.
    pub fn list(&mut self, conversation: &str, standing: Standing, listed: Listed, now: u64) {
        // What it waits with beyond what it has read, it was not told.
        let untold =
            self.open.get(conversation).and_then(|open| open.waits_since).filter(|at| Some(*at) > standing.seen);
        let Some(wakes_at) = standing.wakes_at else {
            if untold.is_none() {
                self.open.remove(conversation);
            }
            return;
        };
        let look_at = look_at(wakes_at, UnixMillis(now)).0;
        let listed_before = self.open.get(conversation).filter(|open| listed == Listed::Before && open.look_at > now);
        if listed_before.is_none() {
            self.open.insert(conversation.to_owned(), Open { look_at, waits_since: untold });
        }
    }

    pub fn remember_seen(&mut self, conversation: &ConversationId, seen: Option<UnixSeconds>) {
        let (Some(seen), Some(known)) = (seen, &mut self.memory.seen) else { return };
        let newest = known.entry(conversation.clone()).or_insert(seen);
        *newest = seen.max(*newest);
    }
}

impl World {
    /// A webhook left an object with something open.
    pub fn hear_of_opened(&mut self, conversation: &str, standing: Standing) {
        let number = self.number(conversation);
        let fate = self.fate.inner(self.points.next(number, "opened"), self.now);
        if self.workspace.silent || fate.is_some() {
            return;
        }
        self.workspace.list(conversation, standing, Listed::Before, self.now);
        self.stir();
    }

    /// A conversation reports how turns ended. The same report may come again, and is entered once.
    pub fn hear_report(&mut self, report: usize, conversation: String, turns: Vec<Entry>, standing: Standing) {
        let taken = !self.workspace.silent;
        if taken {
            for turn in &turns {
                self.workspace.remember_seen(&turn.conversation, standing.seen);
                if self.workspace.enter(turn, standing.seen) == Entered::Before {
                    self.tally.count("rounds", REPORT_REPEATED);
                }
            }
            self.workspace.list(&conversation, standing, Listed::Anew, self.now);
        }
        self.note(|| format!("  the workspace hears how {} turns of {conversation} ended: {taken}", turns.len()));
        self.push(self.now + BETWEEN_OBJECTS, Happening::ReportAnswered { report, conversation, turns, taken });
    }
}

pub const REPORT_REPEATED: &str = "report repeated";
