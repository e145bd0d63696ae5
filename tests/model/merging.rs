//! Worlds that differ only in what cannot matter are one. The checker knows a world by its hash, so this is where it is
//! decided: points in time and commands' numbers are told by their size, and hashed relative to the present.

use crate::circumstances::{FIRST_ATTEMPT, Merging, START};
use crate::landing::LAG_SECONDS;
use crate::world::World;
use onereply::gpt_trainer::requests::ANSWER_LIMIT;
use std::hash::{Hash, Hasher};
use std::ops::RangeInclusive;

/// A world as the checker keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    pub world: World,
    pub merging: Merging,
    /// So many seconds Intercom's clock is ahead of ours.
    pub skew: i64,
}

/// Within so many seconds of the start everything happens.
const SPAN: u64 = 1_000_000;
const SECONDS: RangeInclusive<u64> = START - SPAN..=START + SPAN;
const MILLIS: RangeInclusive<u64> = (START - SPAN) * 1_000..=(START + SPAN) * 1_000;
/// Reads lag, and clocks differ, by less.
const WIDE_GAP: u64 = LAG_SECONDS + 3;

impl Hash for Merged {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let now = self.world.now.0;
        let intercoms_now = (now / 1_000).saturating_add_signed(self.skew);
        let mut seconds = Collected(vec![intercoms_now]);
        if self.merging == Merging::ByOrder {
            self.world.hash(&mut seconds);
        }
        let mut seconds = seconds.0;
        seconds.sort_unstable();
        seconds.dedup();
        let attempt = self.world.disk.state.attempt.0;
        let mut relative = Relative { hasher, now, intercoms_now, seconds, attempt, merging: self.merging };
        self.world.hash(&mut relative);
        // Whether the next thing that happens has a second of its own.
        relative.write_u64(intercoms_now);
    }
}

/// Takes Intercom's times out of a world.
struct Collected(Vec<u64>);

impl Hasher for Collected {
    fn write(&mut self, _bytes: &[u8]) {}

    fn write_u64(&mut self, value: u64) {
        if SECONDS.contains(&value) {
            self.0.push(value);
        }
    }

    fn finish(&self) -> u64 {
        unreachable!("only the values are wanted")
    }
}

/// Hashes a world, its times and numbers relative to the present.
struct Relative<'a, H> {
    hasher: &'a mut H,
    now: u64,
    intercoms_now: u64,
    seconds: Vec<u64>,
    attempt: u64,
    merging: Merging,
}

impl<H> Relative<'_, H> {
    fn relative(&self, value: u64) -> u64 {
        if SECONDS.contains(&value) {
            self.second(value)
        } else if MILLIS.contains(&value) {
            self.millis(value)
        } else if value >= FIRST_ATTEMPT.0 {
            self.attempt.wrapping_sub(value)
        } else {
            value
        }
    }

    fn second(&self, value: u64) -> u64 {
        match self.merging {
            Merging::ByTime => value.wrapping_sub(self.intercoms_now),
            // The place among all times, where a wide gap is as good as a wider one.
            Merging::ByOrder => {
                let up_to = self.seconds.windows(2).take_while(|pair| pair[1] <= value);
                up_to.map(|pair| (pair[1] - pair[0]).min(WIDE_GAP)).sum()
            }
        }
    }

    fn millis(&self, value: u64) -> u64 {
        let oldest = match self.merging {
            Merging::ByTime => 0,
            Merging::ByOrder => self.now - ANSWER_LIMIT.0 - 1_000,
        };
        value.max(oldest).wrapping_sub(self.now)
    }
}

impl<H: Hasher> Hasher for Relative<'_, H> {
    fn write(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
    }

    fn write_u8(&mut self, value: u8) {
        self.hasher.write_u8(value);
    }

    fn write_u32(&mut self, value: u32) {
        self.hasher.write_u32(value);
    }

    fn write_u64(&mut self, value: u64) {
        self.hasher.write_u64(self.relative(value));
    }

    fn write_usize(&mut self, value: usize) {
        self.hasher.write_usize(value);
    }

    fn write_isize(&mut self, value: isize) {
        self.hasher.write_isize(value);
    }

    fn finish(&self) -> u64 {
        self.hasher.finish()
    }
}
