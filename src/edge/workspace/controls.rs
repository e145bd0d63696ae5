//! What people set for the whole workspace, and what they did lately.

use super::rows::{self, CONTROLS, MODE};
use super::{Answer, WorkspaceObject};
use crate::edge::log::{Level, line};
use crate::edge::storage::Storage;
use crate::edge::{clock, environment};
use crate::time::UnixMillis;
use crate::turn::policy::ReplyMode;
use crate::workspace::controls::{Control, Controls};
use crate::workspace::mode::{Mode, ModeSet};
use serde_json::json;
use worker::{Error, Result};

impl WorkspaceObject {
    /// The mode that turns go by.
    pub(super) fn mode(&self) -> Result<Mode> {
        let Ok(settings) = environment::settings(&self.env) else { return Err(Error::from("settings are wrong")) };
        // What cannot be read may be quieter than what is configured, so it is not passed over.
        let set = self.kept_for_sure::<Option<ModeSet>>(MODE)?.flatten();
        Ok(Mode::of(settings.policy.mode, set))
    }

    /// Sets it, or goes back to `REPLY_MODE`. What holds already is remembered all the same: somebody has confirmed it.
    pub(super) fn set_mode(&self, mode: Option<ReplyMode>, control: Control) -> Result<Answer> {
        let now = clock::now();
        self.keep(MODE, &mode.map(|mode| ModeSet { mode, by: control.who(), since: now }))?;
        remember(&self.storage()?, control, now)?;
        let mode = self.mode()?;
        line(Level::Warn, "mode_set", json!({ "configured": mode.configured, "in_force": mode.in_force }));
        Ok(Answer::Shown(json!(mode)))
    }
}

/// Remembers what was done. What is written without a wait in between is written together.
pub(super) fn remember(storage: &Storage, control: Control, now: UnixMillis) -> Result<()> {
    let mut controls = remembered(storage)?;
    controls.add(control, now);
    rows::keep(storage, CONTROLS, serde_json::to_string(&controls)?)
}

/// What was done lately.
pub(super) fn remembered(storage: &Storage) -> Result<Controls> {
    Ok(Controls::read(rows::kept_text(storage, CONTROLS)?.as_deref()))
}
