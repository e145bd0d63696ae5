//! What really happened in the sessions, told to tests.

use super::{GptTrainer, Message, Session};
use crate::clock::Millis;
use serde::Serialize;
use serde_json::Value;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionRecord {
    /// Its uuid.
    pub uuid: String,
    /// When it was made.
    pub created_ms: Millis,
    /// What it was told when it was made.
    pub initial_variables: Option<Value>,
    /// The finished messages that were not deleted.
    pub messages: Vec<MessageRecord>,
    /// Questions that are being answered now.
    pub questions_in_flight: usize,
    /// The most that ever were at the same time.
    pub most_questions_in_flight: usize,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "GPT Trainer's fields of a message")]
pub struct MessageRecord {
    pub uuid: String,
    pub query: String,
    pub response: String,
    pub error_message: Option<String>,
    pub created_ms: Millis,
}

impl GptTrainer {
    /// Every session, oldest first.
    pub fn records(&self, now: Millis) -> Vec<SessionRecord> {
        self.sessions.iter().map(|session| record(session, now)).collect()
    }
}

fn record(session: &Session, now: Millis) -> SessionRecord {
    let message = |message: &&Message| MessageRecord {
        uuid: message.uuid.clone(),
        query: message.query.clone(),
        response: message.response.clone(),
        error_message: None,
        created_ms: message.asked_at,
    };
    SessionRecord {
        uuid: session.uuid.clone(),
        created_ms: session.created_at,
        initial_variables: session.initial_variables.clone(),
        messages: session.finished(now).iter().map(message).collect(),
        questions_in_flight: session.in_flight(now),
        most_questions_in_flight: session.most_questions_in_flight,
    }
}
