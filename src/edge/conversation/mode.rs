//! In which mode a conversation's object goes on. It asks the workspace once each time it wakes with something open, and hears of a
//! change with each grant: what is being posted then is posted, and nothing else goes by an older one.

use super::ConversationObject;
use super::rows::{held, load};
use crate::edge::log::{Level, line};
use crate::edge::{clock, workspace};
use crate::turn::policy::ReplyMode;
use serde_json::json;
use worker::Result;

impl ConversationObject {
    /// The mode in which to go on with what is open; `None` where nothing is, or where it cannot be learnt.
    pub(super) async fn ask_mode(&self) -> Result<Option<ReplyMode>> {
        let storage = self.storage()?;
        let opened = load(&storage, clock::now())?.and_then(|row| row.state.ok()).and_then(|state| state.wake_at());
        if opened.is_none() && held(&storage)?.is_empty() {
            return Ok(None);
        }
        let mode = workspace::mode(&self.env).await;
        if let Err(error) = &mode {
            line(Level::Warn, "mode_unheard", json!({ "object": self.name, "error": error.to_string() }));
        }
        Ok(mode.ok())
    }
}
