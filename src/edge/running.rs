//! Whether an object is at work.

use std::cell::Cell;

/// Whether this instance carries something out at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Running {
    /// It does not.
    #[default]
    No,
    /// It does.
    Yes,
}

/// One run. It ends when this is dropped, even by a panic: an object that was thought to be running for ever would never run
/// again.
pub struct Run<'a>(&'a Cell<Running>);

impl<'a> Run<'a> {
    /// Begins, unless one is under way.
    pub fn begin(running: &'a Cell<Running>) -> Option<Self> {
        match running.replace(Running::Yes) {
            Running::Yes => None,
            Running::No => Some(Self(running)),
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.set(Running::No);
    }
}
