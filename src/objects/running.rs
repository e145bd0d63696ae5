//! Whether an object is at work.

use std::cell::Cell;

/// One run. It ends when this is dropped, even by a panic: an object that was thought to be running for ever would never run again.
pub(super) struct Run<'a>(&'a Cell<bool>);

impl<'a> Run<'a> {
    /// Begins, unless one is under way.
    pub(super) fn begin(is_running: &'a Cell<bool>) -> Option<Self> {
        (!is_running.replace(true)).then_some(Self(is_running))
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
