//! The Workspace object as a turn meets it: the pause switch and the reply budget.

use crate::world::World;
use crate::world::crash::{Alive, Moment};
use crate::world::object::Object;
use crate::world::{HOUR, Happening, MINUTE};
use onereply::fault::{Fault, Silence};
use onereply::time::UnixMillis;
use onereply::turn::command::{Command, Repeatable};
use onereply::turn::event::{Event, Finding};
use onereply::turn::grant::{Grant, GrantKey, Granted, Limits, Verdict, decide};
use onereply::turn::state::Attempt;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Workspace {
    pub paused: bool,
    /// Whether it answers at all.
    pub silent: bool,
    granted: BTreeMap<String, u64>,
}

/// From one object to another and back.
const LATENCY: u64 = 5;

impl Workspace {
    fn grant(&mut self, turn: &GrantKey, limits: Limits, now: u64) -> Result<Grant, Fault> {
        if self.silent {
            return Err(Fault::Unanswered(Silence::ConnectionLost));
        }
        Ok(self.granted(turn, limits, now))
    }

    fn granted(&mut self, turn: &GrantKey, limits: Limits, now: u64) -> Grant {
        if self.paused {
            return Grant::Paused;
        }
        self.granted.retain(|_, at| *at + HOUR > now);
        if self.granted.contains_key(turn.as_str()) {
            return Grant::Given;
        }
        let lately = self.granted.values().filter(|at| **at + MINUTE > now);
        let granted = Granted {
            in_hour: u32::try_from(self.granted.len()).unwrap(),
            in_minute: u32::try_from(lately.clone().count()).unwrap(),
            minute_began: UnixMillis(lately.min().copied().unwrap_or_default()),
        };
        match decide(granted, limits, UnixMillis(now)) {
            Verdict::Give => {
                self.granted.insert(turn.as_str().to_owned(), now);
                Grant::Given
            }
            Verdict::Wait(until) => Grant::WaitUntil(until),
            Verdict::Pause => {
                self.paused = true;
                Grant::Paused
            }
        }
    }
}

impl World {
    /// The operator lets turns go on, and the hour is counted anew.
    pub fn resume(&mut self) {
        self.workspace = Workspace::default();
    }

    /// A turn asks whether it may go on.
    pub fn seek_grant(&mut self, conversation: &str, attempt: Attempt, turn: &GrantKey) {
        let grant = self.workspace.grant(turn, self.settings.policy.limits(), self.now);
        let conversation = conversation.to_owned();
        self.push(self.now + LATENCY, Happening::Granted { conversation, attempt, grant });
    }

    /// It hears the answer, if it still waits.
    pub fn return_grant(&mut self, conversation: &str, attempt: Attempt, grant: Result<Grant, Fault>) {
        let asks = |object: &Object| {
            let waiting = object.run.as_ref()?.waiting.as_ref()?;
            Some(matches!(&waiting.command, Command::Repeatable(own, Repeatable::SeekGrant(_)) if *own == attempt))
        };
        if self.objects.get(conversation).and_then(asks) != Some(true) {
            return;
        }
        self.objects.get_mut(conversation).unwrap().run.as_mut().unwrap().waiting = None;
        if self.survives(conversation, Moment::Returned) == Alive::Yes {
            self.save_what_was_left(conversation);
            self.go_on(conversation, Event::Finished(attempt, Finding::Grant(grant)));
        }
    }
}
