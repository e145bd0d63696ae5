//! Whether an object is at work.

use std::cell::Cell;

/// The runs of one object in this instance.
#[derive(Default)]
pub(super) struct Runs {
    is_running: Cell<bool>,
    begun: Cell<u64>,
}

/// One run. It ends when this is dropped, even by a panic: an object that was thought to be running for ever would never run again.
pub(super) struct RunGuard<'a>(&'a Runs);

impl Runs {
    /// Begins one, unless one is under way.
    pub(super) fn begin(&self) -> Option<RunGuard<'_>> {
        if self.is_running.replace(true) {
            return None;
        }
        self.begun.set(self.begun.get() + 1);
        Some(RunGuard(self))
    }

    /// Whether one is under way.
    pub(super) fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// How many there were.
    pub(super) fn begun(&self) -> u64 {
        self.begun.get()
    }
}

impl Drop for RunGuard<'_> {
    fn drop(&mut self) {
        self.0.is_running.set(false);
    }
}
