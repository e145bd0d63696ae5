//! What a person may read of a conversation: ids, reasons and times, never words.

use super::history::History;
use super::outcome::Settled;
use super::owner::{GivenBack, TeammateSign};
use super::state::{Awaited, State};
use crate::intercom::ids::{AppId, ConversationId};
use crate::time::UnixMillis;
use serde::Serialize;
use serde_json::{Value, json};

/// A conversation, as `GET /api/conversations/{id}` shows it.
#[derive(Serialize)]
pub struct Record<'a> {
    conversation: &'a ConversationId,
    app_id: &'a AppId,
    /// Where a person finds it in Intercom's inbox.
    link: String,
    /// What goes on now.
    phase: &'static str,
    /// When something happens next by itself.
    wakes_at: Option<UnixMillis>,
    /// The last sign of a teammate that was not given back.
    teammate: Option<&'a TeammateSign>,
    given_back: Option<&'a GivenBack>,
    handed_over_at: Option<UnixMillis>,
    /// Messages without an outcome.
    waiting: &'a [Awaited],
    /// How its last turns ended, oldest first.
    turns: &'a [Settled],
    /// What happened and was decided, oldest first.
    history: Vec<Value>,
}

impl<'a> Record<'a> {
    /// What is known of a conversation.
    pub fn new(state: &'a State, history: &History, link: String) -> Self {
        Self {
            conversation: &state.conversation,
            app_id: &state.app,
            link,
            phase: state.phase.name(),
            wakes_at: state.wake_at(),
            teammate: state.teammate.as_ref(),
            given_back: state.given_back.as_ref(),
            handed_over_at: state.handed_over_at,
            waiting: &state.awaited,
            turns: &state.settled,
            history: history.entries(),
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        json!(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_record_tells_what_is_known() {
        let state = State::new(AppId::new("a").unwrap(), ConversationId::new("1").unwrap());
        let record = Record::new(&state, &History::default(), "https://inbox".to_owned()).to_json();
        let expected = json!({
            "conversation": "1", "app_id": "a", "link": "https://inbox", "phase": "idle", "wakes_at": null,
            "teammate": null, "given_back": null, "handed_over_at": null, "waiting": [], "turns": [], "history": [],
        });
        assert_eq!(record, expected);
    }
}
