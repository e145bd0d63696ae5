//! What may happen in a world, and how much of it.

use crate::action::{Act, Trouble};
use crate::budget::Kind;
use crate::calls::Call;
use crate::circumstances::Circumstances;

/// What may happen in a world.
#[derive(Clone)]
pub struct Bounds {
    pub name: &'static str,
    /// It begins in each of these.
    pub circumstances: Vec<Circumstances>,
    pub messages: u8,
    /// So many in all, and of each kind no more than named.
    pub disturbances: u8,
    pub of_a_kind: &'static [(Kind, u8)],
    pub acts: &'static [Act],
    /// What may go wrong with a call.
    pub troubles: fn(&Call) -> &'static [Trouble],
}

/// How much may happen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For every run of the tests.
    Brief,
    /// For `npm run model`.
    Full,
}

impl Size {
    pub fn of<T>(self, brief: T, full: T) -> T {
        match self {
            Self::Brief => brief,
            Self::Full => full,
        }
    }
}

/// A world in which nothing goes wrong.
pub fn quiet() -> Bounds {
    Bounds {
        name: "quiet",
        circumstances: vec![],
        messages: 0,
        disturbances: 0,
        of_a_kind: &[],
        acts: &[],
        troubles: |_| &[],
    }
}
