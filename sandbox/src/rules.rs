//! Rules that strike a number of times, and the counting of it.

/// A rule and how often it has struck.
#[derive(Clone, Debug)]
pub struct Counted<R> {
    /// What it was switched on as; empty where nobody asks for it again.
    pub id: String,
    /// The rule.
    pub rule: R,
    /// How often it strikes; 0 for ever.
    pub times: u32,
    /// How often it has struck.
    pub struck: u32,
    to_skip: u32,
}

impl<R> Counted<R> {
    /// A rule that lets so many through first.
    pub fn new(id: String, rule: R, times: u32, skip: u32) -> Self {
        Self { id, rule, times, struck: 0, to_skip: skip }
    }

    /// How often it will strike yet; `None` for ever.
    pub fn left(&self) -> Option<u32> {
        (self.times > 0).then(|| self.times - self.struck)
    }
}

/// The rules that were switched on, oldest first.
#[derive(Clone, Debug)]
pub struct Rules<R> {
    ready: Vec<Counted<R>>,
    used_up: Vec<Counted<R>>,
}

impl<R> Default for Rules<R> {
    fn default() -> Self {
        Self { ready: Vec::new(), used_up: Vec::new() }
    }
}

impl<R> Rules<R> {
    /// Switches a rule on.
    pub fn add(&mut self, rule: Counted<R>) {
        self.ready.push(rule);
    }

    /// Switches everything off.
    pub fn clear(&mut self) {
        self.ready.clear();
        self.used_up.clear();
    }

    /// Switches a rule off. Nothing where there is none.
    pub fn remove(&mut self, id: &str) -> Option<()> {
        let before = self.all().count();
        for rules in [&mut self.ready, &mut self.used_up] {
            rules.retain(|counted| counted.id != id);
        }
        (self.all().count() < before).then_some(())
    }

    /// Which rule strikes. Every one that matches is counted against its `skip`; of those that are ready the oldest
    /// strikes, and the others wait for the next time.
    pub fn strike(&mut self, matches: impl Fn(&R) -> bool) -> Option<R>
    where
        R: Clone,
    {
        let mut struck = None;
        for counted in self.ready.iter_mut().filter(|counted| matches(&counted.rule)) {
            if counted.to_skip > 0 {
                counted.to_skip -= 1;
            } else if struck.is_none() {
                counted.struck += 1;
                struck = Some(counted.rule.clone());
            }
        }
        let used_up = self.ready.extract_if(.., |counted| counted.left() == Some(0));
        self.used_up.extend(used_up.filter(|counted| !counted.id.is_empty()));
        struck
    }

    /// All that were switched on and not off again, those that are used up last.
    pub fn all(&self) -> impl Iterator<Item = &Counted<R>> {
        self.ready.iter().chain(&self.used_up)
    }
}
