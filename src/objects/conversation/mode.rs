//! In which mode a conversation's object goes on. It asks the workspace once each time it wakes with something open, and hears of a
//! change with each grant: what is being posted then is posted, and nothing else goes by an older one.

use super::object::Conversation;
use super::rows::{held, load};
use crate::objects::ask::TheWorkspace;
use crate::objects::calls::workspace::GetMode;
use crate::objects::host::{Host, Result};
use crate::settings::Settings;
use crate::turn::trail::Level;
use crate::workspace::mode::unheard;
use serde_json::json;
use std::rc::Rc;

impl<H: Host> Conversation<H> {
    /// Learns in which mode to go on with what is open.
    pub(super) async fn hear_mode(&self, settings: &Settings) -> Result<()> {
        let storage = self.host.storage()?;
        let opened = load(&storage, self.host.now())?.and_then(|row| row.state.ok()).and_then(|state| state.wake_at());
        if opened.is_none() && held(&self.host, &storage)?.is_empty() {
            return Ok(());
        }
        let heard = match self.host.ask(&TheWorkspace, GetMode).await {
            Ok(mode) => mode,
            Err(error) => {
                self.host.log(Level::Warn, "mode_unheard", self.about(json!({ "error": error.to_string() })));
                unheard(settings.policy.mode, self.mode.get())
            }
        };
        self.mode.set(Some(heard));
        Ok(())
    }

    /// The settings in the mode that was heard of last.
    pub(super) fn in_mode(&self, settings: Rc<Settings>) -> Rc<Settings> {
        let Some(mode) = self.mode.get().filter(|mode| *mode != settings.policy.mode) else { return settings };
        let mut changed = Settings::clone(&settings);
        changed.policy.mode = mode;
        Rc::new(changed)
    }
}
