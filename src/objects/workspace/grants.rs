//! The pause switch and the reply budget.

use super::controls::remember;
use super::object::WorkspaceCore;
use super::rows::hurry_all;
use crate::json;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{PauseTurns, ResumeTurns, SeekGrant};
use crate::objects::host::{Error, Host, Result, Storage, Value, text};
use crate::time::UnixMillis;
use crate::turn::grant::{Grant, GrantAnswer, GrantDecision, GrantKey, Granted, HOUR, MINUTE, decide};
use crate::turn::history::Level;
use crate::workspace::controls::{By, Control, Deed};
use crate::workspace::pause::{Pause, PausedBy};
use serde_json::json;

impl<H: Host> Answers<SeekGrant> for WorkspaceCore<H> {
    async fn answer(&self, SeekGrant(turn): SeekGrant) -> Result<GrantAnswer> {
        // Not knowing it costs little, so a failure is none.
        let rate_limit_message = self.rate_limit_message().await.unwrap_or_default();
        let mode = self.mode()?.in_force;
        Ok(GrantAnswer { grant: self.grant(&turn)?, mode, rate_limit_message })
    }
}

impl<H: Host> Answers<PauseTurns> for WorkspaceCore<H> {
    /// A second pause changes nothing.
    async fn answer(&self, PauseTurns(control): PauseTurns) -> Result<Pause> {
        let storage = self.host.storage()?;
        if let Some(pause) = paused(&storage)? {
            return Ok(pause);
        }
        let now = self.host.now();
        let pause = Pause { by: PausedBy::Operator, since: now, who: control.who() };
        storage.transact(|storage| {
            set_paused(storage, &pause)?;
            remember(storage, control, now)
        })?;
        self.host.log(Level::Warn, "paused", json!({ "by": pause.by }));
        Ok(pause)
    }
}

impl<H: Host> Answers<ResumeTurns> for WorkspaceCore<H> {
    /// The hour is counted anew: otherwise the next turn would pause everything again. Turns that wait are told.
    async fn answer(&self, ResumeTurns(control): ResumeTurns) -> Result<()> {
        let now = self.host.now();
        self.host.storage()?.transact(|storage| {
            remember(storage, control, now)?;
            storage.run("DELETE FROM pause", &[])?;
            storage.run("DELETE FROM granted", &[])?;
            hurry_all(storage, now)?;
            storage.set_alarm(Some(now))
        })?;
        self.host.log(Level::Info, "resumed", json!({}));
        Ok(())
    }
}

impl<H: Host> WorkspaceCore<H> {
    /// Decides and remembers in one go.
    fn grant(&self, turn: &GrantKey) -> Result<Grant> {
        let Ok(settings) = self.host.settings() else { return Ok(Grant::Paused) };
        let (limits, now) = (settings.policy.limits(), self.host.now());
        let (grant, pauses) = self.host.storage()?.transact(|storage| {
            if paused(storage)?.is_some() {
                return Ok((Grant::Paused, None));
            }
            storage.run("DELETE FROM granted WHERE at_ms <= ?", &[Value::number(now.0.saturating_sub(HOUR.0))?])?;
            if !storage.rows("SELECT 1 FROM granted WHERE turn = ?", &[turn.as_str().into()])?.is_empty() {
                return Ok((Grant::Given, None));
            }
            match decide(granted(storage, now)?, limits, now) {
                GrantDecision::Give => {
                    let row = [turn.as_str().into(), Value::number(now.0)?];
                    storage.run("INSERT INTO granted (turn, at_ms) VALUES (?, ?)", &row)?;
                    Ok((Grant::Given, None))
                }
                GrantDecision::Wait(until) => Ok((Grant::WaitUntil(until), None)),
                GrantDecision::Pause => {
                    let pause = Pause { by: PausedBy::HourlyLimit, since: now, who: None };
                    set_paused(storage, &pause)?;
                    remember(storage, Control::new(&Deed::Paused, &By::LIMIT), now)?;
                    Ok((Grant::Paused, Some(pause.by)))
                }
            }
        })?;
        if let Some(by) = pauses {
            self.host.log(Level::Error, "paused", json!({ "by": by }));
        }
        Ok(grant)
    }
}

/// By whom and since when the workspace is paused, if it is.
pub(super) fn paused(storage: &impl Storage) -> Result<Option<Pause>> {
    let rows = storage.rows("SELECT paused FROM pause", &[])?;
    let pause = rows.into_iter().next().map(text).transpose()?;
    Ok(pause.map(|pause| json::read(pause.as_bytes())).transpose()?)
}

fn set_paused(storage: &impl Storage, pause: &Pause) -> Result<()> {
    let row = [serde_json::to_string(pause)?.into()];
    storage.run("INSERT OR REPLACE INTO pause (id, paused) VALUES (1, ?)", &row)
}

fn granted(storage: &impl Storage, now: UnixMillis) -> Result<Granted> {
    let count = |length: u64| {
        let since = Value::number(now.0.saturating_sub(length))?;
        let rows = storage.rows("SELECT COUNT(*), MIN(at_ms) FROM granted WHERE at_ms > ?", &[since])?;
        match rows.into_iter().next().as_deref() {
            Some([Value::Integer(count), first]) => Ok((u32::try_from(*count).unwrap_or(u32::MAX), first.as_number())),
            _another => Err(Error::new("a count that is none")),
        }
    };
    let (in_hour, _) = count(HOUR.0)?;
    let (in_minute, minute_began) = count(MINUTE.0)?;
    Ok(Granted { in_hour, in_minute, minute_began: UnixMillis(minute_began.unwrap_or_default()) })
}
