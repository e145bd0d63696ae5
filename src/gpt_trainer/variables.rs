//! What a session is told of the customer when it is made (`initial_variables`).

use crate::text::PlainText;
use serde::{Deserialize, Serialize};

/// Each under the name that the chatbot knows it by. What is not wanted, or not known, is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Variables {
    /// What the customer is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<PlainText>,
    /// The customer's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_email: Option<PlainText>,
    /// The page on which the conversation was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<PlainText>,
}

impl Variables {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
