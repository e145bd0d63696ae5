//! In which mode a conversation's object goes on. It asks the workspace once each time it wakes with something open, and hears of a
//! change with each grant: what is being posted then is posted, and nothing else goes by an older one.

use super::ConversationObject;
use super::rows::{held, load};
use crate::edge::log::{Level, line};
use crate::edge::{clock, environment, workspace};
use crate::settings::Settings;
use crate::workspace::mode::unheard;
use serde_json::json;
use std::rc::Rc;
use worker::Result;

impl ConversationObject {
    /// Learns in which mode to go on with what is open.
    pub(super) async fn hear_mode(&self, settings: &Settings) -> Result<()> {
        let storage = self.storage()?;
        let opened = load(&storage, clock::now())?.and_then(|row| row.state.ok()).and_then(|state| state.wake_at());
        if opened.is_none() && held(&storage)?.is_empty() {
            return Ok(());
        }
        let heard = match workspace::mode(&self.env).await {
            Ok(mode) => mode,
            Err(error) => {
                line(Level::Warn, "mode_unheard", json!({ "object": self.name, "error": error.to_string() }));
                unheard(settings.policy.mode, self.mode.get())
            }
        };
        self.mode.set(Some(heard));
        Ok(())
    }

    /// The settings in the mode that was heard of last.
    pub(super) fn in_mode(&self, settings: Rc<Settings>) -> Rc<Settings> {
        let Some(mode) = self.mode.get().filter(|mode| *mode != settings.policy.mode) else { return settings };
        // They were read before, so they can be.
        let Ok(mut changed) = environment::settings(&self.env) else { return settings };
        changed.policy.mode = mode;
        Rc::new(changed)
    }
}
