//! The format in which a state is stored. It is pinned by a test: a change needs a new version.

use super::state::State;
use crate::json;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// The version that this code reads and writes.
pub const STATE_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored<S> {
    version: u32,
    state: S,
}

/// Why a stored state cannot be used. It is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableState {
    /// A newer program wrote it: an older one is running, during a deploy or after a roll-back.
    #[error("The stored data has version {0}, but this program reads version {STATE_VERSION}.")]
    Newer(u32),
    /// It is not what this version writes.
    #[error("The stored data cannot be read.")]
    Damaged,
}

/// The text that is stored.
pub fn write(state: &State) -> String {
    serde_json::to_string(&Stored { version: STATE_VERSION, state }).expect("a state has string keys only")
}

/// Reads a stored text.
pub fn read(text: &str) -> Result<State, UnreadableState> {
    let version = |text: &str| json::read::<Stored<IgnoredAny>>(text.as_bytes()).map(|stored| stored.version);
    match json::read::<Stored<State>>(text.as_bytes()) {
        Ok(stored) if stored.version == STATE_VERSION => Ok(stored.state),
        Ok(_) | Err(_) => match version(text) {
            Ok(newer) if newer > STATE_VERSION => Err(UnreadableState::Newer(newer)),
            Ok(_) | Err(_) => Err(UnreadableState::Damaged),
        },
    }
}
