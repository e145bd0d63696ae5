//! What a run found, for people.

use crate::play::{LANDED_LATE, OUTCOMES, Played, WITH_CUSTOMER_FACTS, WITH_SOURCES};
use crate::run::{Summary, virtual_time};
use crate::world::UNREACHED;
use crate::world::calls::{LOOKED_AT, NUDGED, NUDGED_AGAIN, REPORT_REPEATED};
use crate::world::crash::{InFlight, Moment, Revival};
use crate::world::disk::{OF_A_CONVERSATION, OF_THE_WORKSPACE, Step, THOUGH_WRITTEN};
use crate::world::far_side::{LAST_PAGE, MORE_PAGES};
use crate::world::fate::{Inner, Way};
use crate::world::shared::{ALARM_LOST, FORGOTTEN, PAGE_FAILED, WOKEN};
use crate::{deed, weather};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The figures of a run.
pub fn print_summary(summary: &Summary, took: Duration) {
    let tally = &summary.tally;
    let per_second = summary.played as f64 / took.as_secs_f64().max(0.001);
    println!("\n{} seeds in {:.1} s, {per_second:.0} a second", summary.played, took.as_secs_f64());
    println!("  {} of simulated time", virtual_time(summary.lasted));
    for (name, times) in tally.group("figures") {
        println!("  {times:>10} {name}");
    }
    println!("  {:>10} turns ended", tally.total("outcomes"));
    for group in GROUPS {
        println!("\n{group}");
        for (name, times) in tally.group(group) {
            println!("  {times:>10} {name}");
        }
    }
    print_failures(summary);
}

fn print_failures(summary: &Summary) {
    let broken: usize = summary.failed.values().map(Vec::len).sum();
    println!("\nviolations: {broken}, in {} seeds", summary.failed.len());
    let mut kinds: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for (seed, failures) in &summary.failed {
        for failure in failures {
            kinds.entry(failure.name()).or_default().insert(*seed);
        }
    }
    for (kind, seeds) in kinds {
        let first: Vec<_> = seeds.iter().take(FIRST_SEEDS).collect();
        println!("  {:>10} seeds: {kind}, the first are {first:?}", seeds.len());
        println!("             {}", replay(*first[0]));
    }
}

const GROUPS: [&str; 14] = [
    "outcomes",
    "replies",
    "silences excused",
    "deeds",
    "faults",
    "crashes",
    "ways to crash",
    "deliveries",
    "events",
    OF_A_CONVERSATION,
    OF_THE_WORKSPACE,
    "ingest",
    "maintenance",
    "calls between objects",
];
/// Of each kind of violation so many seeds are named.
const FIRST_SEEDS: usize = 5;

/// The one command that plays a seed again, in full view.
pub fn replay(seed: u64) -> String {
    format!("npm run simulate -- --seed {seed}")
}

/// One seed, told from its beginning.
pub fn print_story(played: &Played) {
    println!("seed {}", played.seed);
    for line in &played.trace {
        println!("{line}");
    }
    if played.failures.is_empty() {
        return println!("\nno violation");
    }
    println!("\nwhat is needed to reproduce it, with everything else removed: {:?}", played.causes);
    for failure in &played.failures {
        println!("✗ {failure:?}");
    }
}

/// What can happen in a world and did not, or happened and is not listed, in a run that should have seen all of it.
pub fn missing(summary: &Summary) -> Vec<String> {
    let storage: Vec<_> = Step::NAMES.into_iter().chain([THOUGH_WRITTEN]).collect();
    let of_the_workspace = storage.iter().copied().filter(|name| !["read alarm", "wipe"].contains(name)).collect();
    let expected = [
        ("outcomes", OUTCOMES.to_vec()),
        ("replies", vec![LANDED_LATE, WITH_SOURCES]),
        ("sessions", vec![WITH_CUSTOMER_FACTS]),
        ("deeds", deed::NAMES.to_vec()),
        ("faults", weather::KINDS.to_vec()),
        ("stages", STAGES.to_vec()),
        ("crashes", Moment::ALL.map(Moment::name).to_vec()),
        (
            "ways to crash",
            InFlight::ALL.map(InFlight::name).into_iter().chain(Revival::ALL.map(Revival::name)).collect(),
        ),
        ("deliveries", Way::ALL.map(Way::name).to_vec()),
        (OF_A_CONVERSATION, storage),
        (OF_THE_WORKSPACE, of_the_workspace),
        ("ingest", vec!["webhook", "polling", "both"]),
        ("maintenance", MAINTENANCE.to_vec()),
        ("calls between objects", Inner::ALL.map(Inner::name).to_vec()),
        ("events", vec!["held", "not stored"]),
    ];
    let mut missing = Vec::new();
    for (group, names) in expected {
        let unseen = names.iter().filter(|name| summary.tally.of(group, name) == 0);
        missing.extend(unseen.map(|name| format!("{group}: {name} did not happen")));
        let unlisted = summary.tally.group(group).filter(|(name, _)| !names.contains(name));
        missing.extend(unlisted.map(|(name, _)| format!("{group}: {name} is not listed")));
    }
    missing
}

/// What comes about in rounds, and in what objects tell the workspace.
const MAINTENANCE: [&str; 11] = [
    NUDGED,
    NUDGED_AGAIN,
    UNREACHED,
    PAGE_FAILED,
    MORE_PAGES,
    LAST_PAGE,
    ALARM_LOST,
    LOOKED_AT,
    WOKEN,
    REPORT_REPEATED,
    FORGOTTEN,
];

/// Every phase by its name.
const STAGES: [&str; 17] = [
    "idle",
    "gathering",
    "verifying",
    "reading",
    "seeking_grant",
    "opening_session",
    "reading_session",
    "discarding",
    "asking",
    "reading_sources",
    "recovering_answer",
    "renewing_grant",
    "rechecking",
    "posting",
    "settling",
    "handing_over",
    "deleted",
];
