//! The Workspace object: what is on its disk and in its memory, and the pause switch and the reply budget as a turn meets them.

use crate::world::World;
use crate::world::crash::{Alive, Moment};
use crate::world::object::Object;
use crate::world::rounds::Round;
use crate::world::{HOUR, Happening, MINUTE};
use onereply::fault::{Fault, Silence};
use onereply::intercom::ids::ConversationId;
use onereply::time::{UnixMillis, UnixSeconds};
use onereply::turn::command::{Command, Repeatable};
use onereply::turn::event::{Event, Finding};
use onereply::turn::grant::{Grant, GrantAnswer, GrantKey, Granted, Limits, Verdict, decide};
use onereply::turn::state::Attempt;
use onereply::workspace::ledger::Entry;
use onereply_sandbox::gpt_trainer::RATE_LIMIT_MESSAGE;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Workspace {
    pub paused: bool,
    /// Whether it answers at all.
    pub silent: bool,
    granted: BTreeMap<String, u64>,
    /// Which conversations it has let go on, and when.
    pub given: Vec<(String, u64)>,
    /// How turns ended, by when and by the turn, and up to when their objects had read.
    pub ledger: BTreeMap<(u64, String), (Entry, Option<UnixSeconds>)>,
    /// By conversation: when its object is looked after.
    pub open: BTreeMap<String, Open>,
    /// How far the sweep is, as it is stored.
    pub sweep: Option<String>,
    /// When it goes on by itself.
    pub alarm: Option<u64>,
    /// What ends with the process.
    pub memory: Memory,
}

/// An object that has something open.
#[derive(Clone)]
pub struct Open {
    pub look_at: u64,
    /// When a customer wrote, where it could not be told of that yet.
    pub waits_since: Option<UnixSeconds>,
}

#[derive(Default)]
pub struct Memory {
    /// Up to when objects have read, once it was warmed up from the ledger.
    pub seen: Option<BTreeMap<ConversationId, UnixSeconds>>,
    pub round: Option<Round>,
}

/// From one object to another and back.
pub const BETWEEN_OBJECTS: u64 = 5;

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
        (self.workspace.paused, self.workspace.silent) = (false, false);
        self.workspace.granted.clear();
    }

    /// A turn asks whether it may go on.
    pub fn seek_grant(&mut self, conversation: &str, attempt: Attempt, turn: &GrantKey) {
        let grant = self.workspace.grant(turn, self.settings.policy.limits(), self.now);
        let conversation = conversation.to_owned();
        if grant == Ok(Grant::Given) {
            self.workspace.given.push((conversation.clone(), self.now));
        }
        self.push(self.now + BETWEEN_OBJECTS, Happening::Granted { conversation, attempt, grant });
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
            let (mode, rate_limit_message) = (self.settings.policy.mode, Some(RATE_LIMIT_MESSAGE.to_owned()));
            let answer = grant.map(|grant| GrantAnswer { grant, mode, rate_limit_message });
            self.go_on(conversation, Event::Finished(attempt, Finding::Grant(answer)));
        }
    }
}
