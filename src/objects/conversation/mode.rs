//! In which mode a conversation's object goes on. It asks the workspace once each time it wakes with something open, and hears of a
//! change with each grant: what is being posted then is posted, and nothing else goes by an older one.

use super::object::ConversationCore;
use super::rows::{held, load};
use crate::objects::ask::TheWorkspace;
use crate::objects::calls::workspace::GetMode;
use crate::objects::host::{Host, Result};
use crate::turn::history::Level;
use crate::turn::policy::ReplyMode;
use serde_json::json;

impl<H: Host> ConversationCore<H> {
    /// The mode in which to go on with what is open; `None` where nothing is, or where it cannot be learnt.
    pub(super) async fn ask_mode(&self) -> Result<Option<ReplyMode>> {
        let storage = self.host.storage()?;
        let row = load(&storage, self.host.now())?;
        let is_open = row.and_then(|row| row.state.ok()).is_some_and(|state| state.wake_at().is_some());
        if !is_open && held(&self.host, &storage)?.is_empty() {
            return Ok(None);
        }
        let mode = self.host.ask(&TheWorkspace, GetMode).await;
        if let Err(error) = &mode {
            self.host.log(Level::Warn, "mode_unheard", self.about(json!({ "error": error.to_string() })));
        }
        Ok(mode.ok())
    }
}
