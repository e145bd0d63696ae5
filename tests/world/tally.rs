//! Counts what happened, so that a run can show that everything did.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<(&'static str, &'static str), u64>);

impl Tally {
    pub fn count(&mut self, group: &'static str, name: &'static str) {
        self.add(group, name, 1);
    }

    pub fn add(&mut self, group: &'static str, name: &'static str, times: u64) {
        *self.0.entry((group, name)).or_default() += times;
    }

    pub fn of(&self, group: &'static str, name: &'static str) -> u64 {
        self.0.get(&(group, name)).copied().unwrap_or(0)
    }

    pub fn total(&self, group: &str) -> u64 {
        self.group(group).map(|(_, times)| times).sum()
    }

    pub fn group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = (&'static str, u64)> + 'a {
        self.0.iter().filter(move |((of, _), _)| *of == group).map(|((_, name), times)| (*name, *times))
    }

    pub fn merge(&mut self, other: &Self) {
        for ((group, name), times) in &other.0 {
            self.add(group, name, *times);
        }
    }
}
