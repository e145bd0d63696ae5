//! The format in which a state is stored. It is pinned by a test: a change needs a new version and a way up from the old one.
//! Only what an older program may ignore without harm is added without one: `seen` and `nudged`, as the sweep nudges again;
//! `session_is`, `about`, `heard` and `sources`, without which the AI or the customer is told less. What an older program does
//! not know as a reason (`only_attachments`, `operator`) or as a cause (`hand_over`) needs none either: it cannot read such a state,
//! leaves it alone and looks again, as with a newer version. The operator's `wish` stands alone only while a post is under way; an
//! older program goes on with that turn as with any, and the operator sees that it was answered.

use super::state::State;
use crate::json;
use serde::{Deserialize, Serialize};

/// The version that this code writes.
pub const STATE_VERSION: u32 = 2;

/// The oldest version that this code reads. What version 2 added has a default.
const OLDEST_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored<S> {
    version: u32,
    state: S,
}

/// Why a stored state cannot be used. It is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A newer program wrote it: an older one is running, during a deploy or after a roll-back.
    #[error("stored state has version {0}, this program knows {STATE_VERSION}")]
    Newer(u32),
    /// It is not what this version writes.
    #[error("stored state cannot be read")]
    Damaged,
}

/// The text that is stored.
pub fn write(state: &State) -> String {
    serde_json::to_string(&Stored { version: STATE_VERSION, state }).expect("a state has string keys only")
}

/// Reads a stored text.
pub fn read(text: &str) -> Result<State, Unreadable> {
    let stored: Stored<serde_json::Value> = json::read(text.as_bytes()).map_err(|_| Unreadable::Damaged)?;
    match stored.version {
        OLDEST_VERSION..=STATE_VERSION => json::shape(stored.state).map_err(|_| Unreadable::Damaged),
        newer if newer > STATE_VERSION => Err(Unreadable::Newer(newer)),
        _never_written => Err(Unreadable::Damaged),
    }
}
