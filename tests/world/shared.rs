//! What the hosts of all objects share with the world around them. The world lends it to them while one of them runs.

use crate::world::acts::Begun;
use crate::world::disk::{Disk, Passed};
use crate::world::fate::{Fate, Inner, Point, Points, Quiet};
use crate::world::host::Name;
use crate::world::program::{Configured, Program};
use crate::world::settings::settings;
use crate::world::tally::Tally;
use crate::world::variant::Variant;
use crate::world::waits::Waits;
use crate::world::{START, UNREACHED};
use onereply::settings::Settings;
use onereply::turn::outcome::Outcome;
use onereply::turn::trail::Level;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where the hosts find it while they run.
pub type Lent = Rc<RefCell<Box<Shared>>>;

pub struct Shared {
    pub now: u64,
    pub settings: Rc<Settings>,
    pub configured: Configured,
    pub program: Program,
    pub variant: Variant,
    /// What goes wrong.
    pub fate: Box<dyn Fate>,
    pub points: Points,
    pub tally: Tally,
    /// What happened, in words, where somebody wants to read it.
    pub trace: Option<Vec<String>>,
    pub begun: Vec<Begun>,
    /// By object.
    pub disks: BTreeMap<Name, Disk>,
    /// Every step of any storage so far.
    pub storage_steps: Vec<Passed>,
    /// How turns ended, as the log told.
    pub ended: Vec<Ended>,
    /// Objects that had something open and no alarm, though none was lost.
    pub alarms_never_set: Vec<String>,
    pub waits: Waits,
    /// Whose task runs now.
    pub running: Running,
    /// Whether a conversation has changed, so that rounds are worth while.
    pub stirred: bool,
    /// Numbers UUIDs.
    pub randoms: u8,
}

/// How a turn ended, for the first time or after all.
pub struct Ended {
    pub outcome: Outcome,
    pub event: &'static str,
}

/// What runs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// The handler of an alarm.
    Alarm,
    /// The answer to a call of this name.
    Answer(&'static str),
}

/// By which points of the Workspace object are known.
const WORKSPACE: usize = usize::MAX;

pub const SETTLED: &str = "turn_settled";
pub const CORRECTED: &str = "turn_corrected";

impl Shared {
    pub fn new(variant: Variant) -> Self {
        Self {
            now: START,
            settings: settings(),
            configured: Configured::Right,
            program: Program::AsBuilt,
            variant,
            fate: Box::new(Quiet),
            points: Points::default(),
            tally: Tally::default(),
            trace: None,
            begun: Vec::new(),
            disks: BTreeMap::new(),
            storage_steps: Vec::new(),
            ended: Vec::new(),
            alarms_never_set: Vec::new(),
            waits: Waits::default(),
            running: Running::Alarm,
            stirred: false,
            randoms: 0,
        }
    }

    /// The number of a conversation, or of the conversation with this object; what belongs to none is the workspace's.
    pub fn number(&self, name: &str) -> usize {
        let id = conversation_of(name);
        if id.is_empty() {
            return WORKSPACE;
        }
        self.begun.iter().find(|begun| begun.id == id).map_or(0, |begun| begun.number)
    }

    /// The next point of a kind in a conversation's story, or in the workspace's.
    pub fn point(&mut self, name: &str, kind: &'static str) -> Point {
        self.points.next(self.number(name), kind)
    }

    /// What becomes of a call between our own objects.
    pub fn fate_of_inner(&mut self, about: &str, call: &'static str) -> Option<Inner> {
        let at = self.point(about, call);
        let fate = self.fate.inner(at, call, self.now)?;
        self.tally.count("calls between objects", fate.name());
        Some(fate)
    }

    /// An object writes a line into its log.
    pub fn log(&mut self, name: &Name, level: Level, event: &str, fields: &Value) {
        self.note(|| format!("    {name} logs {level:?} {event} {fields}"));
        match event {
            SETTLED | CORRECTED => {
                let outcome = serde_json::from_value(fields["detail"].clone()).unwrap();
                self.ended.push(Ended { outcome, event: if event == SETTLED { SETTLED } else { CORRECTED } });
            }
            "alarm_lost" => self.alarm_was_missed(name),
            "conversation_deleted" => self.tally.count("rounds", FORGOTTEN),
            "object_unreachable" => self.tally.count("rounds", UNREACHED),
            "sweep_failed" => self.tally.count("rounds", PAGE_FAILED),
            _others_are_not_counted => {}
        }
    }

    /// An object that was looked after has found its alarm missing.
    fn alarm_was_missed(&mut self, name: &Name) {
        match self.disks[name].alarm_lost_at {
            Some(_) => self.tally.count("rounds", WOKEN),
            None => self.alarms_never_set.push(name.to_string()),
        }
    }

    /// An alarm that was just set may be lost, by no fault of the program.
    pub fn perhaps_lose_alarm(&mut self, name: &Name) {
        let at = self.point(name, "alarm");
        if self.fate.loses_alarm(at, self.now) {
            self.lose_alarm(name);
        }
    }

    /// The alarm of an object is lost. The object does not know.
    pub fn lose_alarm(&mut self, name: &Name) {
        let now = self.now;
        let Some(disk) = self.disks.get_mut(name).filter(|disk| disk.alarm.is_some()) else { return };
        (disk.alarm, disk.alarm_lost_at) = (None, Some(now));
        self.tally.count("rounds", ALARM_LOST);
        self.note(|| format!("the alarm of {name} is LOST"));
    }
}

/// The conversation of an object, by the object's name or its own id; nothing for the workspace.
pub fn conversation_of(name: &str) -> &str {
    match name.split_once(':') {
        Some((_, conversation)) => conversation,
        None if name == crate::world::host::WORKSPACE => "",
        None => name,
    }
}

pub const ALARM_LOST: &str = "alarm lost";
pub const WOKEN: &str = "woken";
pub const FORGOTTEN: &str = "forgotten";
pub const PAGE_FAILED: &str = "page failed";
