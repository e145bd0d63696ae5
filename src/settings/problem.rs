//! What is wrong with a setting, told without telling a secret.

use super::table::Setting;
use serde::{Serialize, Serializer};
use std::fmt;

/// One setting that keeps the worker from answering. Its `Display` is a sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The setting's name.
    pub variable: &'static str,
    /// What it is set to, as far as that may be shown.
    pub value: ShownValue,
    /// What is allowed, to be read after "It must be".
    pub allowed: String,
}

/// A value as an open page and a log may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownValue {
    /// Unset, empty or blank.
    Unset,
    /// Short and harmless enough to be shown.
    Text(String),
    /// A secret, or what may be one in the wrong place.
    Hidden,
}

/// Tokens, keys and client secrets are longer than this, so one that was pasted into the wrong variable stays hidden.
const LONGEST_SHOWN: usize = 24;

impl Problem {
    /// `value` is what the variable was set to, trimmed.
    pub(super) fn new(setting: &Setting, value: Option<&str>, allowed: impl Into<String>) -> Self {
        let value = match value {
            None => ShownValue::Unset,
            Some(_) if setting.secret => ShownValue::Hidden,
            Some(value) => ShownValue::of(value),
        };
        Self { variable: setting.name, value, allowed: allowed.into() }
    }
}

impl ShownValue {
    fn of(value: &str) -> Self {
        // An `@` stands in e-mail addresses, and before the host of a URL that carries a password.
        let harmless = value.chars().count() <= LONGEST_SHOWN && !value.contains(|c: char| c == '@' || c.is_control());
        if harmless { Self::Text(value.to_owned()) } else { Self::Hidden }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, value, allowed } = self;
        match value {
            ShownValue::Unset => write!(f, "{variable} is not set. It must be {allowed}."),
            ShownValue::Text(text) => write!(f, "{variable} is \"{text}\". It must be {allowed}."),
            ShownValue::Hidden => write!(f, "{variable} has an invalid value (not shown). It must be {allowed}."),
        }
    }
}

impl Serialize for ShownValue {
    /// `null` where unset, otherwise a string.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unset => to.serialize_none(),
            Self::Text(text) => to.serialize_str(text),
            Self::Hidden => to.serialize_str("(not shown)"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::table::{INTERCOM_ACCESS_TOKEN, INTERCOM_ADMIN_ID, QUIET_SECONDS};
    use super::*;

    #[test]
    fn a_problem_is_one_helpful_sentence() {
        let problem = Problem::new(&QUIET_SECONDS, Some("soon"), "a whole number from 0 to 60");
        assert_eq!(problem.to_string(), "QUIET_SECONDS is \"soon\". It must be a whole number from 0 to 60.");
        let problem = Problem::new(&INTERCOM_ADMIN_ID, None, "digits");
        assert_eq!(problem.to_string(), "INTERCOM_ADMIN_ID is not set. It must be digits.");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let problem = Problem::new(&INTERCOM_ACCESS_TOKEN, Some("to ken"), "printable");
        assert_eq!(
            problem.to_string(),
            "INTERCOM_ACCESS_TOKEN has an invalid value (not shown). It must be printable."
        );
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"variable":"INTERCOM_ACCESS_TOKEN","value":"(not shown)","allowed":"printable"}"#
        );
    }

    #[test]
    fn a_secret_pasted_into_another_variable_is_not_shown_either() {
        for value in ["dG9rOjEyMzQ1Njc4OTBhYmNkZWZnaGlqa2xtbm9wcXJz", "https://me:pw@host.io", "ana@example.org"] {
            assert_eq!(Problem::new(&INTERCOM_ADMIN_ID, Some(value), "digits").value, ShownValue::Hidden);
        }
    }
}
