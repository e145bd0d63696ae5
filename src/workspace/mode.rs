//! The mode that turns go by: `REPLY_MODE`, unless a person has set another in its place.

use crate::console::name::OperatorName;
use crate::time::UnixMillis;
use crate::turn::policy::ReplyMode;
use serde::{Deserialize, Serialize};

/// What stands in the place of `REPLY_MODE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeSet {
    /// The mode.
    pub mode: ReplyMode,
    /// Who set it, if they said so.
    pub by: Option<OperatorName>,
    /// When.
    pub since: UnixMillis,
}

/// What holds and why, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mode {
    /// `REPLY_MODE`.
    pub configured: ReplyMode,
    /// What turns go by.
    pub in_force: ReplyMode,
    /// Who set that, where it was set and they said so.
    pub by: Option<OperatorName>,
    /// When; `None` where `REPLY_MODE` holds.
    pub since: Option<UnixMillis>,
}

impl Mode {
    /// What holds where `set` stands in the place of what is configured, if anything does.
    pub fn of(configured: ReplyMode, set: Option<ModeSet>) -> Self {
        match set {
            Some(ModeSet { mode, by, since }) => Self { configured, in_force: mode, by, since: Some(since) },
            None => Self { configured, in_force: configured, by: None, since: None },
        }
    }

    /// Whether a person has set it to this.
    pub fn is_set_to(&self, mode: ReplyMode) -> bool {
        self.since.is_some() && self.in_force == mode
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReplyMode::{Note, Reply};

    #[test]
    fn what_is_set_holds_until_it_is_taken_back() {
        let set = ModeSet { mode: Note, by: OperatorName::new("Ana"), since: UnixMillis(7) };
        let mode = Mode::of(Reply, Some(set.clone()));
        assert_eq!((mode.configured, mode.in_force, mode.since), (Reply, Note, Some(UnixMillis(7))));
        assert_eq!(mode.by, set.by);
        assert!(mode.is_set_to(Note) && !mode.is_set_to(Reply));
        let back = Mode::of(Reply, None);
        assert!(!back.is_set_to(Reply), "nobody has set what is configured");
        assert_eq!((back.in_force, back.by, back.since), (Reply, None, None));
    }
}
