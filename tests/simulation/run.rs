//! Many seeds on all cores.

use crate::play::{Failure, Telling, play};
use crate::world::audit::Violation;
use crate::world::tally::Tally;
use crate::world::variant::Variant;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// What came of many seeds.
#[derive(Default)]
pub struct Summary {
    pub played: u64,
    pub tally: Tally,
    /// In milliseconds of the worlds' own time.
    pub lasted: u64,
    pub failed: BTreeMap<u64, Vec<Failure>>,
}

/// Threads take so many seeds at a time.
const SHARE: u64 = 50;

/// Plays all of them. `progress` is told now and then how many are done and how many of them failed.
pub fn run(seeds: Range<u64>, threads: usize, progress: impl Fn(u64, usize) + Sync) -> Summary {
    let next = AtomicU64::new(seeds.start);
    let summary = Mutex::new(Summary::default());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(SHARE, Ordering::Relaxed);
                    if from >= seeds.end {
                        return;
                    }
                    let share = play_share(from..seeds.end.min(from + SHARE));
                    let mut summary = summary.lock().unwrap();
                    summary.add(share);
                    progress(summary.played, summary.failed.len());
                }
            });
        }
    });
    summary.into_inner().unwrap()
}

fn play_share(seeds: Range<u64>) -> Summary {
    let mut share = Summary::default();
    for seed in seeds {
        let played = play(seed, Variant::AsBuilt, BTreeSet::new(), Telling::Nothing);
        share.played += 1;
        share.lasted += played.lasted;
        share.tally.merge(&played.tally);
        if !played.failures.is_empty() {
            share.failed.insert(played.seed, played.failures);
        }
    }
    share
}

impl Summary {
    fn add(&mut self, other: Self) {
        self.played += other.played;
        self.lasted += other.lasted;
        self.tally.merge(&other.tally);
        self.failed.extend(other.failed);
    }
}

/// The first seed by which a broken rule shows as a broken promise, and which.
pub fn first_caught(variant: Variant, seeds: Range<u64>) -> Option<(u64, Violation)> {
    seeds.into_iter().find_map(|seed| {
        let played = play(seed, variant, BTreeSet::new(), Telling::Nothing);
        let broken = played.failures.into_iter().find_map(|failure| match failure {
            Failure::Broken(violation) => Some(violation),
            Failure::Found(_) | Failure::Panicked(_) => None,
        });
        Some((seed, broken?))
    })
}

/// As many as there are cores.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

pub fn virtual_time(ms: u64) -> String {
    let days = Duration::from_millis(ms).as_secs() / 86_400;
    if days > 730 { format!("{} years", days / 365) } else { format!("{days} days") }
}
