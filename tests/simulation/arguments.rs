//! What is wanted of this program: a run, one seed, or the checks that `cargo test` makes.

use crate::run::cores;
use crate::world::variant::Variant;
use std::ops::Range;

pub enum Request {
    /// `--seeds N [--from N] [--threads N]`
    Run { seeds: Range<u64>, threads: usize },
    /// `--seed N`, perhaps with `--variant NAME`
    Story { seed: u64, variant: Variant },
    /// `--variant NAME [--seeds N] [--from N]`
    Catch { variant: Variant, seeds: Range<u64> },
    /// The checks whose names hold this text; what else the test harness would know is ignored.
    Checks { filter: String },
    /// Their names.
    List,
}

impl Request {
    pub fn of(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Arguments::default();
        let mut filter = String::new();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = |of: &str| arguments.next().ok_or(format!("{of} needs a value"));
            match argument.as_str() {
                "--seeds" => read.seeds = Some(number(&argument, &value("--seeds")?)?),
                "--from" => read.from = Some(number(&argument, &value("--from")?)?),
                "--threads" => read.threads = Some(number(&argument, &value("--threads")?)?),
                "--seed" => read.seed = Some(number(&argument, &value("--seed")?)?),
                "--variant" => read.variant = Some(variant(&value("--variant")?)?),
                "--list" => return Ok(Self::List),
                option if option.starts_with('-') => {}
                text => text.clone_into(&mut filter),
            }
        }
        Ok(read.request(filter))
    }
}

#[derive(Default)]
struct Arguments {
    seeds: Option<u64>,
    from: Option<u64>,
    threads: Option<u64>,
    seed: Option<u64>,
    variant: Option<Variant>,
}

/// Where only `--from` is given.
const USUAL_SEEDS: u64 = 100_000;

impl Arguments {
    fn request(self, filter: String) -> Request {
        let from = self.from.unwrap_or(0);
        let seeds = from..from + self.seeds.unwrap_or(USUAL_SEEDS);
        let threads = self.threads.and_then(|threads| usize::try_from(threads).ok()).unwrap_or_else(cores).max(1);
        match (self.seed, self.variant) {
            (Some(seed), variant) => Request::Story { seed, variant: variant.unwrap_or(Variant::AsBuilt) },
            (None, Some(variant)) => Request::Catch { variant, seeds },
            (None, None) if self.seeds.is_some() || self.from.is_some() => Request::Run { seeds, threads },
            (None, None) => Request::Checks { filter },
        }
    }
}

fn number(option: &str, text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{option} takes a number, not {text:?}"))
}

fn variant(text: &str) -> Result<Variant, String> {
    let known = || Variant::BROKEN.map(Variant::name).join(", ");
    let found = Variant::BROKEN.into_iter().find(|variant| variant.name() == text);
    found.ok_or_else(|| format!("there is no variant {text:?}; there are {}", known()))
}
