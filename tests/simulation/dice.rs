//! Chance, made from a seed. Each decision has dice of its own, so that leaving one out does not change the others.

use fastrand::Rng;

/// The dice of a seed's n-th decision of a kind in a conversation.
pub fn dice(seed: u64, kind: &str, conversation: u64, nth: u64) -> Rng {
    let named = kind.bytes().fold(mix(seed), |mixed, byte| mix(mixed ^ u64::from(byte)));
    Rng::with_seed(mix(mix(named ^ conversation) ^ nth))
}

/// SplitMix64's finalizer: neighbouring numbers become unlike.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

pub trait Dice {
    /// Whether something with this chance comes true.
    fn comes(&mut self, chance: f64) -> bool;
    /// One of several, all alike.
    fn one_of<T: Copy>(&mut self, several: &[T]) -> T;
}

impl Dice for Rng {
    fn comes(&mut self, chance: f64) -> bool {
        chance > 0.0 && self.f64() < chance
    }

    fn one_of<T: Copy>(&mut self, several: &[T]) -> T {
        several[self.usize(..several.len())]
    }
}
