//! What the operator wants done in one conversation.

use super::rows::{Row, load};
use super::{ConversationObject, Taken};
use crate::edge::clock;
use crate::turn::event::Event;
use crate::turn::retry::{Confirmation, NotRetried, may_retry};
use serde_json::json;
use worker::{Response, Result};

impl ConversationObject {
    pub(super) fn retry(&self, confirmation: Confirmation) -> Result<Response> {
        let Ok(settings) = self.settings() else { return Response::error("settings are wrong", 409) };
        let refusal = match load(&self.storage()?, clock::now())? {
            None => return Response::error("nothing is kept", 404),
            Some(Row { state: Err(unreadable), .. }) => return Response::error(unreadable.to_string(), 409),
            Some(Row { state: Ok(state), .. }) => may_retry(&state, confirmation).err(),
        };
        if let Some(refusal) = refusal {
            return Ok(Response::from_json(&of_refusal(refusal))?.with_status(409));
        }
        // Nothing was awaited since the look, so nothing came in between.
        match self.take_in(settings, vec![Event::RetryWanted], None)? {
            Taken::In(..) => Ok(Response::from_json(&json!({ "status": "accepted" }))?.with_status(202)),
            Taken::Unreadable(unreadable) => Response::error(unreadable.to_string(), 409),
        }
    }
}

fn of_refusal(refusal: NotRetried) -> serde_json::Value {
    json!({ "error": { "code": refusal.name(), "message": refusal.in_words() } })
}
