//! For tests: how much was done, so that growth is judged by counting and not by a clock.

#[cfg(test)]
thread_local! {
    static DONE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// So many steps were taken.
#[cfg(test)]
pub(super) fn did(steps: usize) {
    DONE.set(DONE.get() + steps);
}

/// Nothing counts outside of tests.
#[cfg(not(test))]
pub(super) const fn did(_steps: usize) {}

/// How many steps this takes.
#[cfg(test)]
pub(super) fn of(task: impl FnOnce()) -> usize {
    let before = DONE.get();
    task();
    DONE.get() - before
}
