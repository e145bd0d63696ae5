//! What an open turn waits for, as `GET /api/open` shows it: ids, reasons and times, never words.

use super::outcome::HandOverReason;
use super::state::{Call, Open, Phase, Service, Stage, State, Waiting};
use crate::intercom::ids::ConversationId;
use crate::time::{Millis, UnixMillis};
use serde::Serialize;
use serde_json::{Value, json};

/// A turn without an outcome yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTurn {
    phase: &'static str,
    since: Option<UnixMillis>,
    wakes_at: Option<UnixMillis>,
    detail: Detail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Detail {
    Open {
        messages: usize,
        deadline: UnixMillis,
        failing: Option<Call>,
        failures: u32,
        refused_by: Option<Service>,
        waiting: Option<Waiting>,
        hand_over: Option<HandOverReason>,
    },
    Held {
        reason: Held,
        events: usize,
    },
    Nothing {},
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

impl OpenTurn {
    /// That of a conversation; `None` where everything has its outcome.
    pub fn of(state: &State) -> Option<Self> {
        let Phase::Open(Open { turn, stage, .. }) = &state.phase else { return None };
        // What the sweep found late, and what Intercom told of late, was written before we heard of it.
        let written = state.awaited.iter().map(|awaited| awaited.at.to_millis());
        let nudged = state.open_nudge().map(|nudged| nudged.at.to_millis());
        let hand_over = if let Stage::HandingOver(hand_over) = stage { Some(hand_over.reason) } else { None };
        Some(Self {
            phase: state.phase.name(),
            since: written.chain(nudged).chain([turn.opened_at]).min(),
            wakes_at: state.wake_at(),
            detail: Detail::Open {
                messages: state.awaited.len(),
                deadline: turn.deadline,
                failing: turn.failing,
                failures: turn.failures,
                refused_by: turn.refused_by,
                waiting: turn.waiting,
                hand_over,
            },
        })
    }

    /// Events of one that cannot be taken in, and why not.
    pub fn held(reason: Held, events: usize, wakes_at: Option<UnixMillis>) -> Self {
        Self { phase: "held", since: None, wakes_at, detail: Detail::Held { reason, events } }
    }

    /// Of a conversation whose object does not say how it stands.
    pub fn unreachable() -> Self {
        Self { phase: "unreachable", since: None, wakes_at: None, detail: Detail::Nothing {} }
    }

    /// As it is told. `link` is where a person finds the conversation.
    pub fn to_json(&self, conversation: &ConversationId, link: String, now: UnixMillis) -> Value {
        let Self { phase, since, wakes_at, detail } = *self;
        let age_ms = since.map(|since| now.since(since));
        let shown = OpenTurnJson { conversation, link, phase, since, wakes_at, age_ms, detail };
        json!(shown)
    }
}

#[derive(Serialize)]
struct OpenTurnJson<'a> {
    conversation: &'a ConversationId,
    link: String,
    phase: &'static str,
    since: Option<UnixMillis>,
    wakes_at: Option<UnixMillis>,
    age_ms: Option<Millis>,
    detail: Detail,
}
