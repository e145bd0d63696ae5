//! Reads settings one after another and collects every problem.

use super::kinds::SettingKind;
use super::problem::Problem;
use super::table::{Presence, Setting};

pub(super) struct Reader<L> {
    lookup: L,
    problems: Vec<Problem>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn new(lookup: L) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// The value or its default; `None` where there is a problem, which is then noted.
    pub(super) fn needed<T: 'static>(&mut self, setting: &Setting, kind: SettingKind<T>) -> Option<T> {
        let value = set(&self.lookup, setting).or_else(|| match setting.presence {
            Presence::Default(default) => Some(default.to_owned()),
            Presence::Required | Presence::Optional => None,
        });
        let parsed = value.as_deref().and_then(|value| (kind.parse)(value));
        if parsed.is_none() {
            self.note(Problem::new(setting, value.as_deref(), kind.allowed));
        }
        parsed
    }

    /// `Some(None)` where it is unset; `None` where there is a problem, which is then noted.
    pub(super) fn optional<T: 'static>(&mut self, setting: &Setting, kind: SettingKind<T>) -> Option<Option<T>> {
        match set(&self.lookup, setting) {
            None => Some(None),
            Some(_) => self.needed(setting, kind).map(Some),
        }
    }

    /// Notes that a setting is unset which is needed together with the others.
    pub(super) fn missing(&mut self, setting: &Setting, allowed: &str) {
        self.note(Problem::new(setting, None, allowed));
    }

    /// Notes that a value does not go with another one.
    pub(super) fn contradiction(&mut self, setting: &Setting, value: impl ToString, allowed: impl Into<String>) {
        self.note(Problem::new(setting, Some(&value.to_string()), allowed));
    }

    /// What was found wrong.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// What a setting is set to, trimmed; `None` where it is unset, empty or blank.
pub(super) fn set(lookup: impl Fn(&str) -> Option<String>, setting: &Setting) -> Option<String> {
    lookup(setting.name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
