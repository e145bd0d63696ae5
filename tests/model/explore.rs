//! Runs the checker over a world, says what it found, and tells a failure as a story.

use crate::action::{Action, Described};
use crate::bounds::Bounds;
use crate::merging::Merged;
use crate::model::Model;
use crate::variant::Variant;
use stateright::report::{ReportData, ReportDiscovery, Reporter};
use stateright::{Checker, HasDiscoveries, Model as _, Path};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

/// What exploring a world to its end showed.
pub struct Explored {
    pub unique: usize,
    pub took: Duration,
    /// What of all that must be reached was.
    pub reached: BTreeSet<&'static str>,
}

/// Explores a world to its end, or tells how a property fails.
pub fn explore(bounds: &Bounds, threads: usize) -> Result<Explored, String> {
    let model = Model { bounds: bounds.clone(), variant: Variant::AsBuilt };
    let mut progress = Progress { name: bounds.name, last: None };
    let checker = model
        .checker()
        .threads(threads)
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join_and_report(&mut progress);
    let failures = failures(&checker);
    if let Some(property) = failures.first() {
        return Err(story(bounds, Variant::AsBuilt, property).expect("what fails once fails again"));
    }
    assert!(checker.is_done(), "{} was not explored to its end", bounds.name);
    let last = progress.last.unwrap();
    println!(
        "{:<28} {:>9} unique states, depth {:>3}, {:>6.1} s",
        bounds.name,
        last.unique_states,
        last.max_depth,
        last.duration.as_secs_f64()
    );
    let reached = checker.discoveries().into_keys().collect();
    Ok(Explored { unique: last.unique_states, took: last.duration, reached })
}

fn failures(checker: &impl Checker<Model>) -> Vec<&'static str> {
    let properties = checker.model().properties();
    let found = checker.discoveries();
    let failed = properties.iter().filter(|property| property.expectation.discovery_is_failure());
    failed.map(|property| property.name).filter(|name| found.contains_key(name)).collect()
}

/// The shortest story in which a property fails, if there is one.
pub fn story(bounds: &Bounds, variant: Variant, property: &'static str) -> Option<String> {
    let model = Model { bounds: bounds.clone(), variant };
    let when = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = model.checker().threads(1).finish_when(when).spawn_bfs().join();
    let path = checker.discovery(property)?;
    Some(format!("In \"{}\" this is not true: {property}.\n{}", bounds.name, lines(path)))
}

fn lines(path: Path<Merged, Action>) -> String {
    let steps = path.into_vec();
    let began = steps.first().unwrap().0.world.now.0;
    let mut text = String::new();
    for pair in steps.windows(2) {
        let ((before, action), (after, _)) = (&pair[0], &pair[1]);
        let action = action.as_ref().unwrap();
        let seconds = (after.world.now.0 - began) / 1_000;
        let what = Described(action, &before.world).to_string();
        writeln!(text, "{seconds:>5} s  {what:<70} {}", after.world.stage()).unwrap();
    }
    let last = &steps.last().unwrap().0.world;
    writeln!(text, "Intercom holds:").unwrap();
    for (place, part) in last.intercom.parts.iter().enumerate() {
        writeln!(text, "  p{place} {:?} {:?}", part.what, part.words).unwrap();
    }
    writeln!(text, "Settled: {:?}", last.disk.state.settled).unwrap();
    writeln!(text, "Seen: {:?}", last.seen).unwrap();
    text
}

/// Says now and then how far it is.
struct Progress {
    name: &'static str,
    last: Option<ReportData>,
}

impl Reporter<Model> for Progress {
    fn report_checking(&mut self, data: ReportData) {
        let ticks = data.duration.as_secs();
        let due = ticks >= 10 && self.last.as_ref().is_none_or(|last| ticks / 10 > last.duration.as_secs() / 10);
        if due && !data.done {
            println!("  … {}: {} unique states, depth {}, {ticks} s", self.name, data.unique_states, data.max_depth);
        }
        if due || data.done || self.last.is_none() {
            self.last = Some(data);
        }
    }

    fn report_discoveries(&mut self, _: &Model, _: BTreeMap<&'static str, ReportDiscovery<Model>>) {}

    fn delay(&self) -> Duration {
        Duration::from_millis(200)
    }
}
