//! The process can die between any two things that it does. Disk and far sides stay; requests under way may still arrive.

use crate::world::World;

#[derive(Default)]
pub struct CrashPlan {
    /// At which of the moments passed (from 1) the process dies.
    pub at: Vec<usize>,
    /// What becomes of a request that left the process just before.
    pub in_flight: InFlight,
    /// What wakes the object again.
    pub revival: Revival,
    /// Every moment passed so far.
    pub passed: Vec<Moment>,
}

/// Where a process can die so that it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A notification came in and is not stored.
    NoticeReceived,
    /// It is stored and not acknowledged.
    NoticeStored,
    /// An event is about to be taken in.
    BeforeCommit,
    /// State and alarm are on disk; what they promise is not begun.
    Committed,
    /// A request is under way.
    Sent,
    /// It had its effect, or none; the answer is under way.
    Acted,
    /// The answer is there and not taken in.
    Returned,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InFlight {
    /// It arrives although nobody waits.
    #[default]
    Arrives,
    /// It is lost with the process.
    Lost,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Revival {
    /// The alarm that is on disk; where the handler died before it set one, the runtime's repetition.
    #[default]
    Alarm,
    /// The runtime repeats every handler that died, before the alarm that it set.
    Runtime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alive {
    Yes,
    No,
}

/// How soon the runtime repeats an alarm whose handler died.
const RUNTIME_REPEATS_AFTER: u64 = 2_000;

impl World {
    /// Passes a moment, unless the plan says that the process dies there.
    pub fn survives(&mut self, moment: Moment) -> Alive {
        self.crashes.passed.push(moment);
        if !self.crashes.at.contains(&self.crashes.passed.len()) {
            return Alive::Yes;
        }
        self.crash();
        Alive::No
    }

    /// A far side is done with a request: a moment for us, too, as long as somebody waits.
    pub fn passes_acted(&mut self) {
        if self.objects.values().any(|object| object.run.is_some()) {
            self.survives(Moment::Acted);
        }
    }

    /// The process ends, with every handler that runs in it.
    pub fn crash(&mut self) {
        let repeated_at = self.now + RUNTIME_REPEATS_AFTER;
        let mut unsent = Vec::new();
        for object in self.objects.values_mut() {
            let Some(run) = object.run.take() else { continue };
            let alarm = &mut object.disk.alarm;
            *alarm = match self.crashes.revival {
                Revival::Alarm => alarm.or(Some(repeated_at)),
                Revival::Runtime => Some(alarm.map_or(repeated_at, |at| at.min(repeated_at))),
            };
            unsent.extend(run.waiting.map(|waiting| waiting.call));
        }
        if self.crashes.in_flight == InFlight::Lost {
            unsent.into_iter().for_each(|call| self.cancel_arrival(call));
        }
    }
}
