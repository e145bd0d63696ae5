//! What goes wrong by chance: calls, processes, storage and the way of webhooks.

use crate::cause::{Cause, Causes};
use crate::dice::{Dice, dice};
use crate::world::crash::{InFlight, Moment, Revival};
use crate::world::disk::{Broken, Step};
use crate::world::fate::{Copy, Death, Fate, Inner, Point, Way};
use crate::world::{MINUTE, SECOND};
use fastrand::Rng;
use onereply_sandbox::call::{Call, Target};
use onereply_sandbox::fault::{Calls, Kind};
use onereply_sandbox::gpt_trainer::RATE_LIMIT_MESSAGE;

/// How often things go wrong in a world: chances between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub struct Chances {
    pub call: f64,
    pub death: f64,
    pub storage: f64,
    pub delivery: f64,
    /// Calls between our own objects.
    pub inner: f64,
    /// That an alarm is lost.
    pub alarm: f64,
    /// That a read which goes wrong lags behind.
    pub stale: f64,
}

/// A far side, or some of its calls, that fail for a while in one way.
#[derive(Clone, Debug)]
pub struct Outage {
    pub from: u64,
    pub until: u64,
    pub calls: Calls,
    pub kind: Kind,
}

/// A while in which many webhooks are lost, or all.
#[derive(Clone, Copy, Debug)]
pub struct Loss {
    pub from: u64,
    pub until: u64,
    pub share: f64,
}

pub struct Weather {
    pub seed: u64,
    pub chances: Chances,
    pub outages: Vec<Outage>,
    pub losses: Vec<Loss>,
    /// From here on everything goes well.
    pub calm_at: u64,
    pub causes: Causes,
}

impl Fate for Weather {
    fn call(&mut self, at: Point, target: &Target, now: u64) -> Option<Kind> {
        if let Some(outage) = self.outage(target, now) {
            return Some(outage);
        }
        let name = target.call.name();
        let mut dice = self.dice(name, at);
        let strikes = now < self.calm_at && dice.comes(self.chances.call);
        let cause = Cause::Call(name, at);
        (strikes && self.causes.allow(cause)).then(|| fault(target.call, self.chances.stale, &mut dice))
    }

    fn death(&mut self, at: Point, _moment: Moment, now: u64) -> Option<Death> {
        let mut dice = self.dice("death", at);
        let dies = now < self.calm_at && dice.comes(self.chances.death);
        (dies && self.causes.allow(Cause::Death(at))).then(|| Death {
            in_flight: dice.one_of(&[InFlight::Arrives, InFlight::Lost]),
            revival: dice.one_of(&[Revival::Alarm, Revival::Runtime]),
        })
    }

    fn storage(&mut self, at: Point, step: Step, now: u64) -> Option<Broken> {
        let mut dice = self.dice("storage", at);
        // Few objects are ever wiped, and that must fail too.
        let chance = if step == Step::Wipe { 10.0 * self.chances.storage } else { self.chances.storage };
        let breaks = now < self.calm_at && dice.comes(chance);
        (breaks && self.causes.allow(Cause::Storage(at))).then(|| dice.one_of(&[Broken::Unwritten, Broken::Written]))
    }

    fn inner(&mut self, at: Point, call: &'static str, now: u64) -> Option<Inner> {
        let mut dice = self.dice(call, at);
        let fails = now < self.calm_at && dice.comes(self.chances.inner);
        (fails && self.causes.allow(Cause::Inner(call, at))).then(|| dice.one_of(&Inner::ALL))
    }

    fn loses_alarm(&mut self, at: Point, now: u64) -> bool {
        let lost = now < self.calm_at && self.dice("alarm", at).comes(self.chances.alarm);
        lost && self.causes.allow(Cause::Alarm(at))
    }

    fn delivery(&mut self, at: Point, attempt: u32, now: u64) -> Option<Vec<Copy>> {
        let mut dice = self.dice(if attempt == 1 { "first delivery" } else { "second delivery" }, at);
        let latency = dice.u64(30..900);
        if self.is_lost(now, &mut dice) && self.causes.allow(Cause::Delivery(at, attempt)) {
            return Some(vec![Copy { latency, way: Way::Lost }]);
        }
        let strange = now < self.calm_at && dice.comes(self.chances.delivery);
        if strange && self.causes.allow(Cause::Delivery(at, attempt)) {
            return Some(strange_delivery(latency, &mut dice));
        }
        Some(vec![Copy { latency, way: Way::There }])
    }
}

impl Weather {
    fn dice(&self, kind: &str, at: Point) -> Rng {
        dice(self.seed, kind, at.conversation as u64, at.nth as u64)
    }

    fn is_lost(&self, now: u64, dice: &mut Rng) -> bool {
        let mut under_way = self.losses.iter().filter(|loss| loss.from <= now && now < loss.until);
        under_way.any(|loss| dice.comes(loss.share))
    }

    fn outage(&self, target: &Target, now: u64) -> Option<Kind> {
        let is_out = |(nth, outage): &(usize, &Outage)| {
            outage.from <= now
                && now < outage.until
                && outage.calls.contains(target.call)
                && self.causes.allow(Cause::Outage(*nth))
        };
        self.outages.iter().enumerate().find(is_out).map(|(_, outage)| outage.kind.clone())
    }
}

fn strange_delivery(latency: u64, dice: &mut Rng) -> Vec<Copy> {
    let there = |latency| Copy { latency, way: Way::There };
    match dice.u8(0..10) {
        0..=2 => vec![Copy { latency, way: Way::Lost }],
        3 => vec![Copy { latency, way: Way::AnswerLost }],
        4..=5 => (0..dice.u64(2..5)).map(|nth| there(latency + nth * dice.u64(1..20_000))).collect(),
        6 => vec![there(latency), there(latency + dice.u64(1..10) * MINUTE)],
        7..=8 => vec![there(latency + dice.u64(1..20) * SECOND)],
        _slow => vec![there(latency + dice.u64(20..200) * SECOND)],
    }
}

/// Every kind of fault by its name.
pub const KINDS: [&str; 17] = [
    "fail_before",
    "act_then_cut",
    "act_then_500",
    "act_then_502",
    "cut_before",
    "never_answer",
    "late",
    "rate_limited",
    "malformed",
    "half_body",
    "answer_text",
    "html_200",
    "empty",
    "stale_read",
    "skip_items",
    "repeat_items",
    "bad_cursor",
];

/// What goes wrong with a call of this kind.
fn fault(call: Call, stale: f64, dice: &mut Rng) -> Kind {
    let asks = matches!(call, Call::Stream | Call::NonStream);
    if call == Call::Read && dice.comes(stale) {
        return Kind::StaleRead { behind: dice.usize(1..4) };
    }
    let searches = call == Call::Search;
    match dice.u8(0..20) {
        0 if searches => Kind::SkipItems { count: 1 },
        1 if searches => Kind::RepeatItems { count: 1 },
        2 if searches => Kind::BadCursor {},
        0 if asks => Kind::Empty {},
        1 if asks => Kind::AnswerText { text: RATE_LIMIT_MESSAGE.to_owned() },
        0..=3 => Kind::FailBefore { status: dice.one_of(&[500, 503, 500, 502]), json: true },
        4 => Kind::FailBefore { status: dice.one_of(&[408, 500, 502, 503, 504]), json: false },
        5 => Kind::FailBefore { status: dice.one_of(&[401, 403, 404, 405, 409, 422]), json: true },
        6 => Kind::ActThenCut {},
        7 => Kind::ActThen500 { json: true },
        8 => Kind::ActThen500 { json: false },
        9 => Kind::ActThen502 {},
        10 => Kind::CutBefore {},
        11 => Kind::NeverAnswer { acts: true },
        12 => Kind::NeverAnswer { acts: false },
        13 => Kind::Late { ms: late(asks, dice), acts_first: true },
        14..=15 => Kind::Late { ms: late(asks, dice), acts_first: false },
        16 => Kind::RateLimited { reset_in_s: dice.u64(0..30) },
        17 => Kind::Malformed {},
        18 => Kind::HalfBody {},
        _page => Kind::Html200 {},
    }
}

/// How late. A question counts as lost after two minutes, and must not arrive after that: two would be in flight.
fn late(asks: bool, dice: &mut Rng) -> u64 {
    let most = if asks { dice.one_of(&[3, 12, 60]) } else { dice.one_of(&[3, 12, 45, 120, 600]) };
    dice.u64(100..=most * SECOND)
}
