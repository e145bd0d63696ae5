//! A readable account of what happened: who did what, and when.

use crate::world::START;
use crate::world::shared::Shared;

impl Shared {
    /// Notes something down, where anybody wants to read it.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{}  {}", clock(self.now), line()));
        }
    }

    pub fn note_state(&mut self, name: &str, before: &str, after: &str, alarm: Option<u64>) {
        let now = self.now;
        let alarm =
            || alarm.map_or("no alarm".to_owned(), |at| format!("alarm in {}", seconds(at.saturating_sub(now))));
        self.note(|| format!("  {name}: {before} -> {after}, {}", alarm()));
    }
}

/// `1d 02:03:04.567` since the beginning.
fn clock(now: u64) -> String {
    let ms = now.saturating_sub(START);
    let (s, m, h, d) = (ms / 1_000 % 60, ms / 60_000 % 60, ms / 3_600_000 % 24, ms / 86_400_000);
    format!("{d}d {h:02}:{m:02}:{s:02}.{:03}", ms % 1_000)
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1_000, ms % 1_000)
}
