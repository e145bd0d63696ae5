//! What the operator wants done in one conversation.

use super::rows::{Row, load};
use super::{ConversationObject, Taken};
use crate::edge::clock;
use crate::edge::reporting::Reporter;
use crate::turn::event::Event;
use crate::turn::hand_over::{HandOverIs, may_hand_over};
use crate::turn::retry::{Confirmation, may_retry};
use crate::turn::state::State;
use serde_json::json;
use worker::{Response, Result};

/// As a conversation's record says it too.
const UNREADABLE: &str = "unreadable";
const SETTINGS_WRONG: &str = "Settings are wrong: /healthz names them.";

impl ConversationObject {
    pub(super) fn retry(&self, confirmation: Confirmation) -> Result<Response> {
        let state = match self.readable()? {
            Readable::State(state) => state,
            Readable::No(response) => return Ok(response),
        };
        match may_retry(&state, confirmation) {
            Ok(()) => self.accept(Event::RetryWanted),
            Err(refusal) => refuse(refusal.name(), refusal.in_words()),
        }
    }

    pub(super) fn hand_over(&self) -> Result<Response> {
        let state = match self.readable()? {
            Readable::State(state) => state,
            Readable::No(response) => return Ok(response),
        };
        match may_hand_over(&state) {
            Ok(HandOverIs::ToBegin) => self.accept(Event::HandOverWanted),
            // Nothing is new.
            Ok(HandOverIs::UnderWay) => Response::from_json(&json!({ "status": "under_way" })),
            Err(refusal) => refuse(refusal.name(), refusal.in_words()),
        }
    }

    fn readable(&self) -> Result<Readable> {
        if self.settings().is_err() {
            return refuse(UNREADABLE, SETTINGS_WRONG).map(Readable::No);
        }
        Ok(match load(&self.storage()?, clock::now())? {
            None => Readable::No(Response::error("nothing is kept", 404)?),
            Some(Row { state: Err(unreadable), .. }) => Readable::No(refuse(UNREADABLE, &unreadable.to_string())?),
            Some(Row { state: Ok(state), .. }) => Readable::State(Box::new(state)),
        })
    }

    /// Nothing was awaited since the look, so nothing came in between.
    fn accept(&self, wanted: Event) -> Result<Response> {
        let Ok(settings) = self.settings() else { return refuse(UNREADABLE, SETTINGS_WRONG) };
        match self.take_in(settings, vec![wanted], None)? {
            Taken::In(commands, _) => {
                if let Some(names) = self.names()? {
                    let reporter = Reporter::of(&self.env, &names.conversation);
                    commands.iter().for_each(|command| reporter.log(command));
                }
                Ok(Response::from_json(&json!({ "status": "accepted" }))?.with_status(202))
            }
            Taken::Unreadable(unreadable) => refuse(UNREADABLE, &unreadable.to_string()),
        }
    }
}

/// What is known of a conversation that something is wanted of.
enum Readable {
    State(Box<State>),
    /// Nothing that could be used; this is the answer.
    No(Response),
}

/// As the API answers: what the object says here is passed on as it is.
fn refuse(code: &str, message: &str) -> Result<Response> {
    Ok(Response::from_json(&json!({ "error": { "code": code, "message": message } }))?.with_status(409))
}
