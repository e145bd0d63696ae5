//! From a seed that fails to the few things that it takes.

use crate::cause::Cause;
use crate::play::{Played, Telling, play};
use crate::world::variant::Variant;
use std::collections::BTreeSet;

/// So many plays are spent on making a failure small.
const MOST_PLAYS: usize = 3_000;

/// Leaves out whatever can be left out so that the seed still fails in the same way, and tells what is left.
pub fn shrink(seed: u64, variant: Variant) -> Played {
    let whole = play(seed, variant, BTreeSet::new(), Telling::Nothing);
    let Some(failure) = whole.failures.first().map(|failure| failure.name()) else {
        return play(seed, variant, BTreeSet::new(), Telling::Everything);
    };
    let still_fails = |left_out: &BTreeSet<Cause>| {
        let played = play(seed, variant, left_out.clone(), Telling::Nothing);
        played.failures.iter().any(|found| found.name() == failure).then_some(played)
    };
    let (mut left_out, mut smallest, mut plays) = (BTreeSet::new(), whole, 0);
    let mut together = smallest.causes.len().div_ceil(2);
    while together > 0 && plays < MOST_PLAYS {
        let candidates: Vec<_> = smallest.causes.iter().copied().collect();
        let mut found_one = false;
        for some in candidates.chunks(together) {
            let more: BTreeSet<_> = left_out.iter().chain(some).copied().collect();
            plays += 1;
            if let Some(played) = still_fails(&more) {
                (left_out, smallest, found_one) = (more, played, true);
            }
        }
        if !found_one || together > 1 {
            together /= 2;
        }
    }
    play(seed, variant, left_out, Telling::Everything)
}
