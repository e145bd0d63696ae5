//! What operators set for the whole workspace, and their last deeds.

use super::object::WorkspaceCore;
use super::rows::{self, CONTROLS, MODE};
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{GetMode, Remember, SetMode};
use crate::objects::host::{Error, Host, Result, Storage};
use crate::time::UnixMillis;
use crate::turn::history::Level;
use crate::turn::policy::ReplyMode;
use crate::workspace::controls::{Control, Controls};
use crate::workspace::mode::{Mode, ModeSet};
use serde_json::{Value, json};

impl<H: Host> Answers<GetMode> for WorkspaceCore<H> {
    async fn answer(&self, _get: GetMode) -> Result<ReplyMode> {
        Ok(self.mode()?.in_force)
    }
}

impl<H: Host> Answers<SetMode> for WorkspaceCore<H> {
    /// What holds already is remembered too: an operator has confirmed it.
    async fn answer(&self, SetMode { mode, control }: SetMode) -> Result<Value> {
        let now = self.host.now();
        self.keep(MODE, &mode.map(|mode| ModeSet { mode, by: control.who(), since: now }))?;
        remember(&self.host.storage()?, control, now)?;
        let mode = self.mode()?;
        self.host.log(Level::Warn, "mode_set", json!({ "configured": mode.configured, "in_force": mode.in_force }));
        Ok(json!(mode))
    }
}

impl<H: Host> Answers<Remember> for WorkspaceCore<H> {
    async fn answer(&self, Remember(control): Remember) -> Result<()> {
        remember(&self.host.storage()?, control, self.host.now())
    }
}

impl<H: Host> WorkspaceCore<H> {
    /// The mode that turns go by.
    pub(super) fn mode(&self) -> Result<Mode> {
        let Ok(settings) = self.host.settings() else { return Err(Error::new("settings are wrong")) };
        // What cannot be read may be quieter than what is configured, so it is not passed over.
        let set = self.kept_for_sure::<Option<ModeSet>>(MODE)?.flatten();
        Ok(Mode::of(settings.policy.mode, set))
    }
}

/// Remembers what was done. What is written without a wait in between is written together.
pub(super) fn remember(storage: &impl Storage, control: Control, now: UnixMillis) -> Result<()> {
    let mut controls = remembered(storage)?;
    controls.add(control, now);
    rows::keep(storage, CONTROLS, serde_json::to_string(&controls)?)
}

/// What was done lately.
pub(super) fn remembered(storage: &impl Storage) -> Result<Controls> {
    Ok(Controls::read(rows::kept_text(storage, CONTROLS)?.as_deref()))
}
