//! Ids that look like the real ones and are the same for the same seed.

/// Makes ids; two makers with different seeds practically never meet.
#[derive(Clone, Debug)]
pub struct Ids {
    seed: u64,
    made: u64,
}

impl Ids {
    /// A maker of ids. A server takes the time as the seed, so that a restart does not reuse the ids of the last run.
    pub fn new(seed: u64) -> Self {
        Self { seed, made: 0 }
    }

    /// A decimal id above `base`, greater than those made before: Intercom's conversations and parts.
    pub fn number(&mut self, base: u64) -> String {
        self.made += 1;
        (base + mix(self.seed) % 90_000_000 * 1000 + self.made).to_string()
    }

    /// 32 hex digits without dashes: GPT Trainer's uuids.
    pub fn uuid(&mut self) -> String {
        self.made += 1;
        let high = mix(self.seed ^ mix(self.made));
        format!("{high:016x}{:016x}", mix(high))
    }

    /// A version 4 uuid with dashes: Intercom's webhooks and `request_id`.
    pub fn uuid_v4(&mut self) -> String {
        let hex = self.uuid();
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }
}

/// SplitMix64's finalizer: neighbouring numbers become unlike.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let ids = |seed| {
            let mut ids = Ids::new(seed);
            (ids.number(1000), ids.uuid(), ids.uuid_v4())
        };
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
    }

    #[test]
    fn ids_have_the_shapes_of_the_real_ones() {
        let mut ids = Ids::new(7);
        let uuid = ids.uuid();
        assert!(uuid.len() == 32 && uuid.bytes().all(|b| b.is_ascii_hexdigit()), "{uuid}");
        let lengths: Vec<usize> = ids.uuid_v4().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        let (first, second) = (ids.number(5), ids.number(5));
        assert!(first.parse::<u64>().unwrap_or(0) < second.parse::<u64>().unwrap_or(0));
    }
}
