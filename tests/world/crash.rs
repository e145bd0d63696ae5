//! The process can die between any two things that it does. Disk and far sides stay; requests under way may still arrive.

use crate::world::World;
use crate::world::fate::Death;
use crate::world::object::RUNTIME_REPEATS_AFTER;

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
    /// The workspace is about to be told how turns ended.
    Reporting,
    /// It was told, and that is not on disk.
    Reported,
    /// The workspace goes round: it is about to call an object.
    RoundCalls,
    /// The object has answered, and that is not on disk.
    RoundHears,
    /// A page of Intercom's search is there, and what it tells is not on disk.
    PageRead,
    /// What it tells is on disk, and nobody is told yet.
    PageKept,
}

impl Moment {
    pub const ALL: [Self; 13] = [
        Self::NoticeReceived,
        Self::NoticeStored,
        Self::BeforeCommit,
        Self::Committed,
        Self::Sent,
        Self::Acted,
        Self::Returned,
        Self::Reporting,
        Self::Reported,
        Self::RoundCalls,
        Self::RoundHears,
        Self::PageRead,
        Self::PageKept,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::NoticeReceived => "a notice received",
            Self::NoticeStored => "a notice stored",
            Self::BeforeCommit => "before a commit",
            Self::Committed => "after a commit",
            Self::Sent => "a request sent",
            Self::Acted => "a far side done",
            Self::Returned => "an answer there",
            Self::Reporting => "a report to be made",
            Self::Reported => "a report made",
            Self::RoundCalls => "a round calls",
            Self::RoundHears => "a round hears",
            Self::PageRead => "a page read",
            Self::PageKept => "a page kept",
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
    pub fn survives(&mut self, conversation: &str, moment: Moment) -> Alive {
        self.crashes.passed.push(moment);
        let nth = self.crashes.passed.len();
        let at = self.points.next(self.number(conversation), "moment");
        let death = match self.fate.death(at, moment, self.now) {
            None if self.crashes.at.contains(&nth) => self.crashes.usual(),
            None => return Alive::Yes,
            Some(death) => death,
        };
        self.tally.count("crashes", moment.name());
        self.tally.count("ways to crash", death.in_flight.name());
        self.tally.count("ways to crash", death.revival.name());
        self.note(|| format!("CRASH of all, {conversation}: {}, {death:?}", moment.name()));
        self.die(death);
        Alive::No
    }

    /// A far side is done with a request: a moment for us, too, as long as somebody waits.
    pub fn passes_acted(&mut self, call: usize) {
        if self.objects.values().any(|object| object.run.is_some()) {
            let conversation = self.far_side.calls[call].conversation.clone();
            self.survives(&conversation, Moment::Acted);
        }
    }

    /// The process ends, as the plan says.
    pub fn crash(&mut self) {
        self.die(self.crashes.usual());
    }

    /// The process ends, with every handler that runs in it.
    fn die(&mut self, death: Death) {
        let repeated_at = self.now + RUNTIME_REPEATS_AFTER;
        let mut unsent = Vec::new();
        for object in self.objects.values_mut() {
            object.believed_alarm = None;
            let Some(run) = object.run.take() else { continue };
            let alarm = &mut object.disk.alarm;
            *alarm = match death.revival {
                Revival::Alarm => alarm.or(Some(repeated_at)),
                Revival::Runtime => Some(alarm.map_or(repeated_at, |at| at.min(repeated_at))),
            };
            unsent.extend(run.waiting.map(|waiting| waiting.call));
        }
        self.forget_what_was_to_be_told();
        unsent.extend(self.end_round_with_process(repeated_at));
        if death.in_flight == InFlight::Lost {
            unsent.into_iter().for_each(|call| self.cancel_arrival(call));
        }
    }
}
