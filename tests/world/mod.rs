//! Everything there is, and its clock: what happens next is taken from a queue, and time jumps to it.

pub mod accounts;
pub mod acts;
pub mod audit;
pub mod books;
pub mod calling;
pub mod crash;
pub mod far_side;
pub mod fate;
pub mod granting;
pub mod ledger;
pub mod object;
pub mod operator;
pub mod program;
pub mod record;
pub mod refusing;
pub mod rounds;
pub mod second_judge;
pub mod settings;
pub mod storage;
pub mod sweep;
pub mod tally;
pub mod trace;
pub mod variant;
pub mod webhook;
pub mod workspace;

use acts::Begun;
use crash::CrashPlan;
use far_side::{FarSide, Response};
use fate::{Fate, Points, Quiet, Way};
use object::Object;
use onereply::fault::Fault;
use onereply::settings::Settings;
use onereply::time::UnixSeconds;
use onereply::turn::command::Announcement;
use onereply::turn::grant::Grant;
use onereply::turn::outcome::Outcome;
use onereply::turn::state::Attempt;
use onereply::workspace::ledger::Entry;
use onereply::workspace::watch::Standing;
use onereply_sandbox::call::Call;
use program::{Configured, Program};
use rounds::{Cron, InnerAnswer, InnerCall};
use settings::settings;
use std::collections::BTreeMap;
use storage::Passed;
use tally::Tally;
use variant::Variant;
use webhook::Webhooks;
use workspace::Workspace;

/// When every world begins, in milliseconds since 1970.
pub const START: u64 = 1_770_000_000_000;

/// Something that a test, or later a seed, wants done in the world.
pub type Act = Box<dyn FnOnce(&mut World)>;

pub struct World {
    pub now: u64,
    pub settings: Settings,
    pub variant: Variant,
    pub far_side: FarSide,
    pub webhooks: Webhooks,
    pub workspace: Workspace,
    pub cron: Cron,
    /// From when on the program keeps a ledger: an earlier one's turns are not in it.
    pub ledger_since: u64,
    /// How many rounds were begun.
    pub rounds: usize,
    /// How many reports were made.
    pub reports: usize,
    /// What customers wrote before is left to people: the first run of the sweep began here.
    pub swept_from: Option<UnixSeconds>,
    /// Conversations whose object had something open and no alarm, though none was lost.
    pub alarms_never_set: Vec<String>,
    pub begun: Vec<Begun>,
    /// What messages said that were taken back, by their parts.
    pub taken_back: BTreeMap<String, String>,
    /// By conversation.
    pub objects: BTreeMap<String, Object>,
    pub crashes: CrashPlan,
    /// What else goes wrong.
    pub fate: Box<dyn Fate>,
    pub points: Points,
    pub program: Program,
    pub configured: Configured,
    /// How far Intercom's clock is ahead of ours, in milliseconds.
    pub skew: i64,
    /// Every step of any storage so far.
    pub storage_steps: Vec<Passed>,
    pub tally: Tally,
    /// What happened, in words, where somebody wants to read it.
    pub trace: Option<Vec<String>>,
    /// What the conversations told the operator.
    pub announced: Vec<Announcement>,
    /// After so long, alarms are not waited for any more.
    pub horizon: u64,
    queue: BTreeMap<(u64, u64), Happening>,
    queued: u64,
    on_call: Vec<(Call, usize, Act)>,
}

pub enum Happening {
    /// A notification reaches the worker.
    Delivery { notification: usize, attempt: u32, way: Way },
    /// A request reaches its far side.
    Arrival { call: usize },
    /// A request that was held up takes effect.
    Landing { call: usize },
    /// An answer, or the time limit, reaches whoever waits.
    Return { call: usize, response: Response },
    /// The Workspace object's word reaches the turn that asked for it.
    Granted { conversation: String, attempt: Attempt, grant: Result<Grant, Fault> },
    /// The Workspace object hears of an object that a webhook left with something open.
    Opened { conversation: String, standing: Standing },
    /// It hears how turns ended.
    Report { report: usize, conversation: String, turns: Vec<Entry>, standing: Standing },
    /// Whoever reported hears whether that was taken.
    ReportAnswered { report: usize, conversation: String, turns: Vec<Entry>, taken: bool },
    /// The cron trigger fires.
    Tick,
    /// The Workspace object's own alarm goes off.
    RoundGoesOn { at: u64 },
    /// Its round calls an object.
    RoundCalls { round: usize, call: InnerCall },
    /// And hears what that says.
    RoundHears { round: usize, call: InnerCall, answer: InnerAnswer },
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
const MOST_HAPPENINGS: usize = 200_000;
/// Nothing that a story is about takes longer.
const HORIZON: u64 = 10 * 24 * HOUR;
pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;
pub const HOUR: u64 = 60 * MINUTE;

impl World {
    pub fn new() -> Self {
        Self::with(Variant::AsBuilt)
    }

    pub fn with(variant: Variant) -> Self {
        Self {
            now: START,
            settings: settings(),
            variant,
            far_side: FarSide::new(),
            webhooks: Webhooks::default(),
            workspace: Workspace::default(),
            cron: Cron::default(),
            ledger_since: START,
            rounds: 0,
            reports: 0,
            swept_from: None,
            alarms_never_set: Vec::new(),
            begun: Vec::new(),
            taken_back: BTreeMap::new(),
            objects: BTreeMap::new(),
            crashes: CrashPlan::default(),
            fate: Box::new(Quiet),
            points: Points::default(),
            program: Program::AsBuilt,
            configured: Configured::Right,
            skew: 0,
            storage_steps: Vec::new(),
            tally: Tally::default(),
            trace: None,
            announced: Vec::new(),
            horizon: HORIZON,
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
        let alarm = self.next_alarm().map(|(at, conversation)| (at, conversation.to_owned()));
        match (queued, alarm) {
            (Some(at), None) => self.happen(at),
            (Some(at), Some((alarm_at, _))) if at <= alarm_at => self.happen(at),
            (_, Some((at, _))) if at > START + self.horizon => return Went::Nowhere,
            (_, Some((at, conversation))) => {
                self.now = self.now.max(at);
                self.wake(&conversation);
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

    /// A dead process tells nobody of what it had stored.
    pub fn forget_what_was_to_be_told(&mut self) {
        self.queue.retain(|_, happening| !matches!(happening, Happening::Opened { .. }));
    }

    /// Takes away what a dead process had not sent yet.
    pub fn cancel_arrival(&mut self, cancelled: usize) {
        self.queue.retain(|_, happening| !matches!(happening, Happening::Arrival { call } if *call == cancelled));
    }

    fn happen(&mut self, at: u64) {
        let (_, happening) = self.queue.pop_first().unwrap();
        self.now = self.now.max(at);
        match happening {
            Happening::Delivery { notification, attempt, way } => self.deliver(notification, attempt, way),
            Happening::Arrival { call } => {
                self.arrive(call);
                self.act_on_call(call);
            }
            Happening::Landing { call } => self.land(call),
            Happening::Return { call, response } => {
                self.return_search(call, &response);
                self.return_to_object(call, response);
            }
            Happening::Granted { conversation, attempt, grant } => self.return_grant(&conversation, attempt, grant),
            Happening::Opened { conversation, standing } => self.hear_of_opened(&conversation, standing),
            Happening::Report { report, conversation, turns, standing } => {
                self.hear_report(report, conversation, turns, standing);
            }
            Happening::ReportAnswered { report, conversation, turns, taken } => {
                self.return_report(report, &conversation, &turns, taken);
            }
            Happening::Tick => self.tick(),
            Happening::RoundGoesOn { at } => self.go_on_round_by_alarm(at),
            Happening::RoundCalls { round, call } => self.call_in_round(round, call),
            Happening::RoundHears { round, call, answer } => self.hear_in_round(round, call, answer),
            Happening::Act(act) => {
                self.stir();
                act(self);
            }
        }
        self.dispatch_notifications();
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
    fn next_alarm(&self) -> Option<(u64, &str)> {
        let waiting = self.objects.iter().filter(|(_, object)| object.run.is_none());
        waiting.filter_map(|(id, object)| Some((object.disk.alarm?, id.as_str()))).min()
    }

    /// How the turns of the only conversation ended, by its own record.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let state = self.objects.keys().next().and_then(|conversation| self.state_of(conversation)).unwrap();
        state.settled.into_iter().map(|settled| settled.outcome).collect()
    }
}
