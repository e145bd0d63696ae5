//! Thousands of conversations from seeds: hours and days of virtual time in which everything goes wrong by chance, through
//! the real objects and their SQL, requests and parsers, judged by what Intercom shows alone.
//!
//! `cargo test` makes the checks at the end of this file. `npm run simulate -- --seeds 100000` plays more seeds, and
//! `npm run simulate -- --seed N` tells what happens in one.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod arguments;
mod cause;
mod deed;
mod dice;
mod plan;
mod play;
mod report;
mod run;
mod shrink;
mod weather;
#[path = "../world/mod.rs"]
#[allow(dead_code, reason = "each target uses its share of the world")]
mod world;

use arguments::Request;
use play::{Telling, play};
use report::{missing, print_story, print_summary, replay};
use run::{Summary, cores, first_caught, run};
use shrink::shrink;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use world::variant::Variant;

/// A quarter of a run is the making of small texts, which the system's allocator takes longer for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic is a finding like others, and told with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    match Request::of(std::env::args().skip(1)) {
        Ok(Request::Run { seeds, threads }) => play_many(seeds, threads),
        Ok(Request::Story { seed, variant }) => tell(seed, variant),
        Ok(Request::Catch { variant, seeds }) => catch(variant, seeds),
        Ok(Request::Checks { filter }) => make_checks(&filter),
        Ok(Request::List) => {
            checks().iter().for_each(|check| println!("{}: test", check.name));
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            println!("✗ {wrong}");
            ExitCode::FAILURE
        }
    }
}

fn play_many(seeds: Range<u64>, threads: usize) -> ExitCode {
    let all = seeds.end - seeds.start;
    println!("{all} seeds from {} on {threads} threads", seeds.start);
    let begun = now();
    let progress = Progress::new(all);
    let summary = run(seeds, threads, |played, failed| progress.tell(played, failed));
    print_summary(&summary, begun.elapsed());
    if summary.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(seed: u64, variant: Variant) -> ExitCode {
    let played = shrink(seed, variant);
    print_story(&played);
    if played.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn catch(variant: Variant, seeds: Range<u64>) -> ExitCode {
    match first_caught(variant, seeds) {
        Some((seed, violation)) => {
            println!("{} is caught by seed {seed}: {violation:?}", variant.name());
            println!("  {} --variant {}", replay(seed), variant.name());
            ExitCode::SUCCESS
        }
        None => {
            println!("✗ {} is not caught", variant.name());
            ExitCode::FAILURE
        }
    }
}

/// A sign of life, on one line where somebody watches.
struct Progress {
    all: u64,
    begun: Instant,
    told: Mutex<Duration>,
}

impl Progress {
    fn new(all: u64) -> Self {
        Self { all, begun: now(), told: Mutex::default() }
    }

    fn tell(&self, played: u64, failed: usize) {
        let every = Duration::from_secs(if std::io::stdout().is_terminal() { 1 } else { 15 });
        let mut told = self.told.lock().unwrap();
        let elapsed = self.begun.elapsed();
        if elapsed < *told + every {
            return;
        }
        *told = elapsed;
        let per_second = played as f64 / elapsed.as_secs_f64();
        let left = (self.all - played) as f64 / per_second;
        let line = format!("{played} of {}, {per_second:.0} a second, {left:.0} s left, {failed} failed", self.all);
        if std::io::stdout().is_terminal() {
            print!("\r\x1b[K{line}");
            let _ = std::io::stdout().flush();
        } else {
            println!("  {line}");
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "only the speed of the run is measured")]
fn now() -> Instant {
    Instant::now()
}

/// What `cargo test` makes sure of.
struct Check {
    name: String,
    /// Tells what was found, or what is wrong.
    make: Box<dyn Fn() -> Result<String, String>>,
}

/// Enough for everything to happen, and few enough to be quick without optimisation.
const SEEDS: Range<u64> = 0..3_000;
/// So many are told twice, to see that a seed always tells the same.
const PLAYED_TWICE: Range<u64> = 0..50;
/// A broken rule shows within so many seeds.
const CAUGHT_WITHIN: Range<u64> = 0..3_000;

fn checks() -> Vec<Check> {
    let kept = Check { name: "no_seed_breaks_a_promise_and_everything_happens".to_owned(), make: Box::new(kept) };
    let variants = Variant::BROKEN.into_iter().map(|variant| Check {
        name: format!("{}_is_caught", variant.name()),
        make: Box::new(move || match first_caught(variant, CAUGHT_WITHIN) {
            Some((seed, violation)) => Ok(format!("by seed {seed}: {}", violation.name())),
            None => Err(format!("not within {} seeds", CAUGHT_WITHIN.end)),
        }),
    });
    let same = Check { name: "a_seed_always_tells_the_same".to_owned(), make: Box::new(tells_the_same) };
    [kept, same].into_iter().chain(variants).collect()
}

fn tells_the_same() -> Result<String, String> {
    let told = |seed| play(seed, Variant::AsBuilt, BTreeSet::new(), Telling::Everything).trace;
    match PLAYED_TWICE.into_iter().find(|seed| told(*seed) != told(*seed)) {
        None => Ok(format!("{} seeds", PLAYED_TWICE.end)),
        Some(seed) => Err(format!("seed {seed} does not")),
    }
}

fn kept() -> Result<String, String> {
    let summary: Summary = run(SEEDS, cores(), |_, _| {});
    if let Some((seed, failures)) = summary.failed.first_key_value() {
        return Err(format!(
            "{} seeds fail, the first is {seed}: {failures:?}\n  {}",
            summary.failed.len(),
            replay(*seed)
        ));
    }
    let missing = missing(&summary);
    if missing.is_empty() { Ok(format!("{} seeds", summary.played)) } else { Err(missing.join("\n  ")) }
}

fn make_checks(filter: &str) -> ExitCode {
    let (mut passed, mut failed, mut left_out) = (0, 0, 0);
    println!("\nrunning the simulation");
    for check in checks() {
        if !check.name.contains(filter) {
            left_out += 1;
            continue;
        }
        match (check.make)() {
            Ok(told) => {
                passed += 1;
                println!("test {} ... ok ({told})", check.name);
            }
            Err(wrong) => {
                failed += 1;
                println!("test {} ... FAILED\n  {wrong}", check.name);
            }
        }
    }
    let result = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {result}. {passed} passed; {failed} failed; {left_out} filtered out\n");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
