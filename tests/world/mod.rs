//! Everything there is, and its clock: what happens next is taken from a queue, and time jumps to it. The objects are the real ones.

pub mod accounts;
pub mod acts;
pub mod audit;
pub mod calls;
pub mod crash;
pub mod cron;
pub mod disk;
pub mod excuses;
pub mod executor;
pub mod far_side;
pub mod fate;
pub mod faulty;
pub mod faulty_calls;
pub mod granting;
pub mod host;
pub mod looks;
pub mod program;
pub mod record;
pub mod second_judge;
pub mod settings;
pub mod shared;
pub mod sqlite;
pub mod sweep;
pub mod tally;
pub mod trace;
pub mod variant;
pub mod waits;
pub mod webhook;

use calls::{Caller, InnerCall};
use crash::{CrashPlan, Moment};
use cron::Cron;
use executor::Executor;
use far_side::{FarSide, Response};
use fate::Way;
use granting::Given;
use host::{Name, Process};
use onereply::objects::host::Result;
use onereply_sandbox::call::Call;
use shared::{Lent, Shared};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use variant::Variant;
use waits::{Wait, WaitResult};
use webhook::Webhooks;

/// When every world begins, in milliseconds since 1970.
pub const START: u64 = 1_770_000_000_000;

/// Something that a test, or later a seed, wants done in the world.
pub type Act = Box<dyn FnOnce(&mut World)>;

pub struct World {
    shared: Box<Shared>,
    lent: Lent,
    pub far_side: FarSide,
    pub webhooks: Webhooks,
    pub cron: Cron,
    /// Whether the Workspace object cannot be reached.
    pub is_silent: bool,
    /// Which conversations the workspace has let go on, and when.
    pub given: Vec<Given>,
    /// What messages said that were taken back, by their parts.
    pub taken_back: BTreeMap<String, String>,
    pub crashes: CrashPlan,
    /// How far Intercom's clock is ahead of ours, in milliseconds.
    pub skew: i64,
    /// After so long, alarms are not waited for any more.
    pub horizon: u64,
    executor: Executor,
    process: Rc<Process>,
    answered_outside: Option<Result<String>>,
    queue: BTreeMap<(u64, u64), Happening>,
    queued: u64,
    on_call: Vec<(Call, usize, Act)>,
}

pub enum Happening {
    /// A webhook reaches the worker.
    Delivery { webhook: usize, attempt: u32, way: Way },
    /// A request reaches its far side.
    Arrival { call: usize },
    /// A request that was held up takes effect.
    Landing { call: usize },
    /// An answer, or the time limit, reaches whoever waits.
    Return { call: usize, response: Response },
    /// A call reaches an object.
    Called(InnerCall),
    /// A task hears what it has waited for.
    WaitEnded { wait: Wait, result: WaitResult },
    /// The cron trigger fires.
    Tick,
    /// The script goes on.
    Act(Act),
}

/// Whether anything happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    On,
    Nowhere,
}

/// A world in which more than this happens has run away.
const MOST_HAPPENINGS: usize = 1_000_000;
/// Nothing that a story is about takes longer.
const HORIZON: u64 = 10 * 24 * HOUR;
pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;
pub const HOUR: u64 = 60 * MINUTE;
pub const UNREACHED: &str = "could not be reached";

/// What the hosts share with it is the world's own, but for the moment in which one of them runs.
impl Deref for World {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Shared {
        &mut self.shared
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(Variant::AsBuilt)
    }

    pub fn with(variant: Variant) -> Self {
        Self {
            shared: Box::new(Shared::new(variant)),
            lent: Rc::new(RefCell::new(Box::new(Shared::new(variant)))),
            far_side: FarSide::new(),
            webhooks: Webhooks::default(),
            cron: Cron::default(),
            is_silent: false,
            given: Vec::new(),
            taken_back: BTreeMap::new(),
            crashes: CrashPlan::default(),
            skew: 0,
            horizon: HORIZON,
            executor: Executor::default(),
            process: Rc::default(),
            answered_outside: None,
            queue: BTreeMap::new(),
            queued: 0,
            on_call: Vec::new(),
        }
    }

    /// Wants something done so many milliseconds after the beginning.
    pub fn at(&mut self, after_start: u64, act: impl FnOnce(&mut Self) + 'static) {
        self.push(START + after_start, Happening::Act(Box::new(act)));
    }

    /// Wants something done when the n-th call of a kind (from 1) has just reached its far side, and was dealt with there.
    pub fn on(&mut self, call: Call, nth: usize, act: impl FnOnce(&mut Self) + 'static) {
        self.on_call.push((call, nth, Box::new(act)));
    }

    /// Runs until nothing waits any more, in flight or for an alarm.
    pub fn run(&mut self) {
        for _ in 0..MOST_HAPPENINGS {
            if self.go() == Went::Nowhere {
                return;
            }
        }
        panic!("the world does not come to rest: {:?}", self.far_side.calls.last().map(|call| &call.target));
    }

    /// Lets the next thing happen, a queued one or an alarm.
    pub fn go(&mut self) -> Went {
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        let alarm = self.next_alarm();
        match (queued, alarm) {
            (Some(at), None) => self.happen(at),
            (Some(at), Some((alarm_at, _))) if at <= alarm_at => self.happen(at),
            (_, Some((at, _))) if at > START + self.horizon => return Went::Nowhere,
            (_, Some((at, name))) => {
                self.now = self.now.max(at);
                self.wake(&name);
            }
            (None, None) => return Went::Nowhere,
        }
        Went::On
    }

    /// The time by Intercom's clock.
    pub fn intercom_now(&self) -> u64 {
        self.now.saturating_add_signed(self.skew)
    }

    pub fn push(&mut self, at: u64, happening: Happening) {
        self.queued += 1;
        self.queue.insert((at, self.queued), happening);
    }

    /// Takes away what the process had not got rid of, before it ends.
    fn lose_what_is_under_way(&mut self) {
        let (calls, waiting) = (&self.far_side.calls, &self.executor.waiting);
        self.queue.retain(|_, happening| match happening {
            Happening::Arrival { call } => !waiting.contains_key(&calls[*call].wait),
            Happening::Called(InnerCall { from: Caller::Object(wait), .. }) => !waiting.contains_key(wait),
            Happening::Called(InnerCall { name, .. }) => *name == "Tick",
            _others => true,
        });
    }

    fn happen(&mut self, at: u64) {
        let (_, happening) = self.queue.pop_first().unwrap();
        self.now = self.now.max(at);
        match happening {
            Happening::Delivery { webhook, attempt, way } => self.deliver(webhook, attempt, way),
            Happening::Arrival { call } => {
                self.arrive(call);
                self.act_on_call(call);
            }
            Happening::Landing { call } => self.land(call),
            Happening::Return { call, response } => self.returns(call, response),
            Happening::Called(call) => self.arrive_call(call),
            Happening::WaitEnded { wait, result } => {
                let moment = matches!(result, WaitResult::Answer(_)).then_some(Moment::CallAnswered);
                self.end_wait(wait, result, moment);
            }
            Happening::Tick => self.tick(),
            Happening::Act(act) => {
                self.stir();
                act(self);
            }
        }
        self.dispatch_webhooks();
    }

    fn act_on_call(&mut self, call: usize) {
        if self.on_call.is_empty() {
            return;
        }
        let kind = self.far_side.calls[call].target.call;
        let nth = self.far_side.arrived(kind);
        while let Some(at) = self.on_call.iter().position(|(of, n, _)| *of == kind && *n == nth) {
            let (_, _, act) = self.on_call.remove(at);
            act(self);
        }
    }

    /// An alarm is not heard while its object's last handler runs.
    fn next_alarm(&self) -> Option<(u64, Name)> {
        let set = self.disks.iter().filter_map(|(name, disk)| Some((disk.alarm?, name)));
        let (at, name) = set.filter(|(_, name)| !self.executor.is_awake(name)).min()?;
        Some((at, Rc::clone(name)))
    }
}
