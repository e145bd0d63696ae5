//! The pause of a workspace.

use crate::console::name::OperatorName;
use crate::time::UnixMillis;
use serde::{Deserialize, Serialize};

/// By whom and since when the workspace is paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// What paused it.
    pub by: PausedBy,
    /// Since when.
    pub since: UnixMillis,
    /// Who did, where it was a person and they said so.
    pub who: Option<OperatorName>,
}

/// What paused the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PausedBy {
    /// A person, by the API.
    Operator,
    /// `MAX_REPLIES_PER_HOUR`.
    HourlyLimit,
}

impl PausedBy {
    /// The name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::HourlyLimit => "hourly_limit",
        }
    }
}
