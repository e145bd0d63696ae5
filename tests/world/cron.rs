//! The cron trigger, which fires each minute, and what the operator does to the whole workspace.

use crate::world::calls::object_of;
use crate::world::host::WORKSPACE;
use crate::world::{Happening, MINUTE, START, World};
use onereply::objects::ask::TheWorkspace;
use onereply::objects::calls::conversation::{HandOverTurn, Steered};
use onereply::objects::calls::workspace::{PauseTurns, ResumeTurns, Tick, Watch};
use onereply::settings::Ingest;
use onereply::workspace::controls::{By, Control, Deed};
use std::rc::Rc;

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

/// So long after anything happened the cron trigger goes on firing here: until the cursor has passed all of it.
const GOES_ON: u64 = 15 * MINUTE;

impl World {
    /// From here on the cron trigger fires each minute, first some time before anybody writes.
    pub fn every_minute(&mut self, ingest: Ingest) {
        Rc::make_mut(&mut self.settings).ingest = ingest;
        self.now = START - 2 * MINUTE;
        self.cron = Cron::EachMinute { next: Queued::Yes, stirred_at: START };
        self.push(self.now, Happening::Tick);
        if ingest == Ingest::Polling {
            self.webhooks.unticked = Some("");
        }
    }

    /// Something happened, so rounds are made for a while.
    pub fn stir(&mut self) {
        let now = self.now;
        let Cron::EachMinute { next, stirred_at } = &mut self.cron else { return };
        *stirred_at = now;
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
        let goes_on = self.now < stirred_at + GOES_ON || self.has_maintenance_to_do();
        let next = if goes_on && self.now < START + self.horizon { Queued::Yes } else { Queued::No };
        self.cron = Cron::EachMinute { next, stirred_at };
        if next == Queued::Yes {
            self.push_next_tick();
        }
        self.tell(WORKSPACE, &TheWorkspace, Tick);
    }

    fn has_maintenance_to_do(&self) -> bool {
        let something = "SELECT 1 FROM open UNION ALL SELECT 1 FROM kept
                         WHERE name = 'sweep' AND value ->> 'pass' IS NOT NULL OR name = 'audit' AND value ->> 'ended_at' IS NULL";
        self.workspace().is_some_and(|disk| !disk.look(something).is_empty())
    }

    /// The operator pauses the workspace, if that can be reached.
    pub fn pause(&mut self) {
        let control = Control::new(&Deed::Paused, &By::LIMIT);
        let paused = self.ask(&TheWorkspace, PauseTurns(control));
        self.note(|| format!("the operator pauses the workspace: {paused:?}"));
    }

    /// The operator lets turns go on, as often as it takes. The workspace answers again.
    pub fn resume(&mut self) {
        self.is_silent = false;
        self.note(|| "the operator lets turns go on".to_owned());
        let resumed = self.ask(&TheWorkspace, ResumeTurns(Control::new(&Deed::Resumed, &By::LIMIT)));
        if resumed.is_none() {
            self.push(self.now + MINUTE, Happening::Act(Box::new(Self::resume)));
        }
    }

    /// The operator has this conversation handed over, where that may be.
    pub fn operator_hands_over(&mut self, conversation: &str) {
        let name = object_of(&self.app(), conversation);
        let steered = self.ask(&name, HandOverTurn);
        self.note(|| format!("the operator hands {conversation} over: {}", steered.is_some()));
        if let Some(Steered::Accepted) = steered {
            self.tally.count("deeds", HANDED_OVER);
            self.tell(&name.to_string(), &TheWorkspace, Watch(name.clone()));
        }
    }
}

/// What is counted where the operator's wish was stored.
pub const HANDED_OVER: &str = "the operator hands over";
