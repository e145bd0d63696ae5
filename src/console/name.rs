//! The name that an operator signs in with.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a person calls themselves, to be shown beside what they changed. It is never logged, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperatorName(String);

impl OperatorName {
    /// A name has at most so many characters; what is longer is cut.
    pub const LONGEST: usize = 40;

    /// Without control characters, and without space around it; `None` where nothing is left.
    pub fn new(said: &str) -> Option<Self> {
        let plain: String = said.chars().filter(|c| !c.is_control()).collect();
        let short: String = plain.trim().chars().take(Self::LONGEST).collect();
        let name = short.trim_end();
        (!name.is_empty()).then(|| Self(name.to_owned()))
    }

    /// The name, for the operator's own eyes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorName(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        let said = |name: &str| OperatorName::new(name).map(|name| name.0);
        assert_eq!(said("  Ana\n Lima\u{7}\u{9b} ").as_deref(), Some("Ana Lima"));
        assert_eq!(said(&"ä".repeat(41)).unwrap().chars().count(), 40);
        assert_eq!(said(&format!("{} end", "a".repeat(39))).unwrap(), "a".repeat(39));
        assert_eq!((said(""), said(" \t\r\n")), (None, None));
    }

    #[test]
    fn a_name_is_not_shown_by_debug() {
        assert!(!format!("{:?}", OperatorName::new("Ana")).contains("Ana"));
    }
}
