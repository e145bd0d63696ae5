//! What an open turn waits for, as `GET /api/open` shows it: ids, reasons and times, never words.

use super::nudge::Wants;
use super::state::{Phase, Stage, State};
use crate::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A turn without an outcome yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTurn {
    /// How far it is: a stage's name, `held` where it cannot go on, `unreachable` where nobody knows.
    pub phase: String,
    /// Since when its first message waits; `None` where that is not known.
    pub since: Option<UnixMillis>,
    /// When something happens next by itself.
    pub wakes_at: Option<UnixMillis>,
    /// What else is known of it.
    pub detail: Value,
}

impl OpenTurn {
    /// That of a conversation; `None` where everything has its outcome.
    pub fn of(state: &State) -> Option<Self> {
        let Phase::Open { turn, stage } = &state.phase else { return None };
        // What the sweep found late, and what Intercom told of late, was written before we heard of it.
        let written = state.awaited.iter().map(|awaited| awaited.at.to_millis());
        let nudged =
            state.nudged.iter().filter(|nudged| nudged.wants == Wants::ARead).map(|nudged| nudged.at.to_millis());
        let hand_over = match stage {
            Stage::HandingOver(_, hand_over) => Some(hand_over.reason),
            Stage::Gathering { .. }
            | Stage::Verifying(_)
            | Stage::Reading(_)
            | Stage::SeekingGrant(..)
            | Stage::OpeningSession(..)
            | Stage::ReadingSession(..)
            | Stage::Discarding(..)
            | Stage::Asking(_)
            | Stage::CheckingSession(..)
            | Stage::RecoveringAnswer(..)
            | Stage::RenewingGrant(..)
            | Stage::Rechecking(..)
            | Stage::Posting(_)
            | Stage::Settling(..) => None,
        };
        Some(Self {
            phase: stage.name().to_owned(),
            since: written.chain(nudged).chain([turn.opened_at]).min(),
            wakes_at: state.wake_at(),
            detail: json!({
                "messages": state.awaited.len(),
                "deadline": turn.deadline,
                "failing": turn.failing,
                "failures": turn.failures,
                "refused_by": turn.refused_by,
                "waiting": turn.waiting,
                "hand_over": hand_over,
            }),
        })
    }

    /// Of a conversation whose object does not say how it stands.
    pub fn unreachable() -> Self {
        Self { phase: "unreachable".to_owned(), since: None, wakes_at: None, detail: json!({}) }
    }

    /// Notices of one that cannot be taken in, and why not.
    pub fn held(why: Held, notices: usize, wakes_at: Option<UnixMillis>) -> Self {
        Self { phase: "held".to_owned(), since: None, wakes_at, detail: json!({ "reason": why, "notices": notices }) }
    }
}

/// Why a conversation cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Settings are wrong, or were a moment ago.
    Settings,
    /// Its state is a newer program's, or damaged.
    UnreadableState,
}
