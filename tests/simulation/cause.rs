//! Everything that a seed makes happen has a name, by which it can be left out again.

use crate::world::fate::Point;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// One thing that a seed decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The n-th deed of the plan.
    Deed(usize),
    /// The n-th outage of the plan.
    Outage(usize),
    /// What went wrong with a call of this name.
    Call(&'static str, Point),
    /// The process died.
    Death(Point),
    /// A step of storage failed.
    Storage(Point),
    /// A call of this name between our own objects failed.
    Inner(&'static str, Point),
    /// An alarm was lost.
    Alarm(Point),
    /// How an attempt to deliver a webhook went.
    Delivery(Point, u32),
}

/// What is left out, and what took place.
#[derive(Clone, Default)]
pub struct Causes {
    left_out: Rc<BTreeSet<Cause>>,
    took_place: Rc<RefCell<BTreeSet<Cause>>>,
}

impl Causes {
    pub fn without(left_out: BTreeSet<Cause>) -> Self {
        Self { left_out: Rc::new(left_out), took_place: Rc::default() }
    }

    /// Lets something take place, unless it is to be left out.
    pub fn allow(&self, cause: Cause) -> bool {
        let allowed = !self.left_out.contains(&cause);
        if allowed {
            self.took_place.borrow_mut().insert(cause);
        }
        allowed
    }

    pub fn took_place(&self) -> BTreeSet<Cause> {
        self.took_place.borrow().clone()
    }
}
