//! GPT Trainer's ids: 32 hex characters each.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A chatbot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatbotUuid(pub String);

/// A session of a chatbot. It may be enough to read a customer's words without a key, so it is never printed.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionUuid(pub String);

/// One question and its answer in a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageUuid(pub String);

impl fmt::Debug for SessionUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionUuid(…)")
    }
}
