//! What goes wrong without being asked for. A story leaves it to nobody; a seed decides on everything here.

use crate::world::crash::{InFlight, Moment, Revival};
use crate::world::disk::{Broken, Step};
use onereply_sandbox::call::Target;
use onereply_sandbox::fault::Kind;
use std::collections::BTreeMap;

/// Asked at each point where something can go wrong.
pub trait Fate {
    /// What goes wrong with a call that has reached its far side.
    fn call(&mut self, _at: Point, _target: &Target, _now: u64) -> Option<Kind> {
        None
    }

    /// Whether the process dies at this moment, and how.
    fn death(&mut self, _at: Point, _moment: Moment, _now: u64) -> Option<Death> {
        None
    }

    /// Whether a step of an object's storage fails.
    fn storage(&mut self, _at: Point, _step: Step, _now: u64) -> Option<Broken> {
        None
    }

    /// What becomes of a call from one of our own objects to another.
    fn inner(&mut self, _at: Point, _call: &'static str, _now: u64) -> Option<Inner> {
        None
    }

    /// Whether an alarm that was just set is lost.
    fn loses_alarm(&mut self, _at: Point, _now: u64) -> bool {
        false
    }

    /// How one attempt to deliver a webhook goes; `None` is the usual way.
    fn delivery(&mut self, _at: Point, _attempt: u32, _now: u64) -> Option<Vec<Copy>> {
        None
    }
}

/// A point in a conversation's story. What happens in other conversations does not change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The conversation's number.
    pub conversation: usize,
    /// The how manieth it is of its kind in this conversation, from 1; calls of each name are counted for themselves.
    pub nth: usize,
}

/// Numbers points.
#[derive(Default)]
pub struct Points(BTreeMap<(usize, &'static str), usize>);

impl Points {
    pub fn next(&mut self, conversation: usize, kind: &'static str) -> Point {
        let nth = self.0.entry((conversation, kind)).or_default();
        *nth += 1;
        Point { conversation, nth: *nth }
    }
}

/// How a process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    pub in_flight: InFlight,
    pub revival: Revival,
}

/// How a call from one of our own objects to another fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inner {
    /// It does not arrive.
    Lost,
    /// It arrives, and instead of the answer comes a failure.
    AnswerLost,
    /// It arrives, and nothing is heard until its time is over.
    Unanswered,
}

impl Inner {
    pub const ALL: [Self; 3] = [Self::Lost, Self::AnswerLost, Self::Unanswered];

    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::AnswerLost => "answer lost",
            Self::Unanswered => "unanswered",
        }
    }
}

/// One copy of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// How long it is under way, in milliseconds.
    pub latency: u64,
    pub way: Way,
}

/// What becomes of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It arrives, and Intercom hears the answer.
    There,
    /// It arrives, and Intercom does not hear the answer.
    AnswerLost,
    /// It does not arrive.
    Lost,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::There, Self::AnswerLost, Self::Lost];

    pub fn name(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::AnswerLost => "answer lost",
            Self::Lost => "lost",
        }
    }
}

/// Nothing goes wrong but what a story asks for.
pub struct Quiet;

impl Fate for Quiet {}
