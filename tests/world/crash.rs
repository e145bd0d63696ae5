//! The process can die at every wait. Disk and far sides stay; requests and calls under way may still arrive.

use crate::world::World;
use crate::world::executor::RUNTIME_REPEATS_AFTER;
use crate::world::fate::Death;

#[derive(Default)]
pub struct CrashPlan {
    /// At which of the moments passed (from 1) the process dies.
    pub at: Vec<usize>,
    /// What becomes of what left the process just before.
    pub in_flight: InFlight,
    /// What wakes the object again.
    pub revival: Revival,
    /// Every moment passed so far.
    pub passed: Vec<Moment>,
}

/// Where a process can die so that it makes a difference. What is written between two waits is written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Somebody outside calls an object, such as the webhook's door.
    CallReceived,
    /// An object has done what was asked, and its answer is not out yet.
    CallHandled,
    /// An object is about to call another one.
    CallLeaves,
    /// The call is under way.
    CallMade,
    /// The answer is there and not taken in.
    CallAnswered,
    /// A request is about to be made.
    RequestLeaves,
    /// It is under way.
    RequestSent,
    /// It had its effect, or none; the answer is under way.
    RequestActed,
    /// The answer is there and not taken in.
    RequestAnswered,
    /// An alarm went off, and nothing is done yet.
    AlarmRang,
    /// An object asks for its alarm.
    AlarmRead,
    /// An object has deleted everything.
    Wiped,
}

impl Moment {
    pub const ALL: [Self; 12] = [
        Self::CallReceived,
        Self::CallHandled,
        Self::CallLeaves,
        Self::CallMade,
        Self::CallAnswered,
        Self::RequestLeaves,
        Self::RequestSent,
        Self::RequestActed,
        Self::RequestAnswered,
        Self::AlarmRang,
        Self::AlarmRead,
        Self::Wiped,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::CallReceived => "a call from outside received",
            Self::CallHandled => "a call handled",
            Self::CallLeaves => "a call to be made",
            Self::CallMade => "a call made",
            Self::CallAnswered => "a call answered",
            Self::RequestLeaves => "a request to be made",
            Self::RequestSent => "a request sent",
            Self::RequestActed => "a far side done",
            Self::RequestAnswered => "a request answered",
            Self::AlarmRang => "an alarm that rang",
            Self::AlarmRead => "an alarm asked for",
            Self::Wiped => "everything deleted",
        }
    }
}

impl CrashPlan {
    fn usual(&self) -> Death {
        Death { in_flight: self.in_flight, revival: self.revival }
    }
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

impl InFlight {
    pub const ALL: [Self; 2] = [Self::Arrives, Self::Lost];

    pub fn name(self) -> &'static str {
        match self {
            Self::Arrives => "what is in flight arrives",
            Self::Lost => "what is in flight is lost",
        }
    }
}

impl Revival {
    pub const ALL: [Self; 2] = [Self::Alarm, Self::Runtime];

    pub fn name(self) -> &'static str {
        match self {
            Self::Alarm => "woken by the alarm",
            Self::Runtime => "called again by the runtime",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alive {
    Yes,
    No,
}

impl World {
    /// Passes a moment, unless the plan says that the process dies there.
    pub fn survives(&mut self, name: &str, moment: Moment) -> Alive {
        self.crashes.passed.push(moment);
        let nth = self.crashes.passed.len();
        let (at, now) = (self.point(name, "moment"), self.now);
        let death = match self.fate.death(at, moment, now) {
            None if self.crashes.at.contains(&nth) => self.crashes.usual(),
            None => return Alive::Yes,
            Some(death) => death,
        };
        self.tally.count("crashes", moment.name());
        self.tally.count("ways to crash", death.in_flight.name());
        self.tally.count("ways to crash", death.revival.name());
        self.note(|| format!("CRASH of all, {name}: {}, {death:?}", moment.name()));
        self.die(death);
        Alive::No
    }

    /// The process ends, as the plan says.
    pub fn crash(&mut self) {
        self.die(self.crashes.usual());
    }

    /// The process ends, with every handler that runs in it.
    fn die(&mut self, death: Death) {
        let repeated_at = self.now + RUNTIME_REPEATS_AFTER;
        if death.in_flight == InFlight::Lost {
            self.lose_what_is_under_way();
        }
        let awake = self.end_process();
        for (name, disk) in &mut self.disks {
            if let Some(((alarm, lost_at), phase)) = disk.faulty.lose(&disk.database) {
                (disk.alarm, disk.alarm_lost_at, disk.phase) = (alarm, lost_at, phase);
            }
            if awake.contains(name) {
                disk.alarm = match death.revival {
                    Revival::Alarm => disk.alarm.or(Some(repeated_at)),
                    Revival::Runtime => Some(disk.alarm.map_or(repeated_at, |at| at.min(repeated_at))),
                };
            }
        }
    }
}
