//! The pause switch and the reply budget.

use super::controls::remember;
use super::rows::hurry_all;
use super::{WorkspaceObject, understood};
use crate::console::name::OperatorName;
use crate::edge::log::{Level, line};
use crate::edge::storage::{Storage, number, text};
use crate::edge::{clock, environment};
use crate::time::UnixMillis;
use crate::turn::grant::{Grant, GrantKey, Granted, HOUR, MINUTE, Verdict, decide};
use crate::workspace::controls::{By, Control, Deed};
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{Error, Result, SqlStorageValue};

/// That, by whom and since when the workspace is paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// What paused it.
    pub by: PausedBy,
    /// Since when.
    pub since: UnixMillis,
    /// Who did, where it was a person and they said so.
    #[serde(default)]
    pub who: Option<OperatorName>,
}

/// What paused the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PausedBy {
    /// A person, by the API.
    Operator,
    /// `MAX_REPLIES_PER_HOUR`.
    HourlyLimit,
}

impl PausedBy {
    /// The name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::HourlyLimit => "hourly_limit",
        }
    }
}

impl WorkspaceObject {
    /// Decides and remembers in one go: without a wait nothing comes in between.
    pub(super) fn grant(&self, turn: GrantKey) -> Result<Grant> {
        let Ok(settings) = environment::settings(&self.env) else { return Ok(Grant::Paused) };
        let (limits, now) = (settings.policy.limits(), clock::now());
        let decided = self.storage()?.atomically(move |storage| {
            if paused(storage)?.is_some() {
                return Ok((Grant::Paused, None));
            }
            storage.run("DELETE FROM granted WHERE at_ms <= ?", vec![number(now.0.saturating_sub(HOUR.0))?])?;
            if !storage.rows("SELECT 1 FROM granted WHERE turn = ?", vec![turn.as_str().into()])?.is_empty() {
                return Ok((Grant::Given, None));
            }
            match decide(granted(storage, now)?, limits, now) {
                Verdict::Give => {
                    let row = vec![turn.as_str().into(), number(now.0)?];
                    storage.run("INSERT INTO granted (turn, at_ms) VALUES (?, ?)", row)?;
                    Ok((Grant::Given, None))
                }
                Verdict::Wait(until) => Ok((Grant::WaitUntil(until), None)),
                Verdict::Pause => {
                    let pause = Pause { by: PausedBy::HourlyLimit, since: now, who: None };
                    set_paused(storage, &pause)?;
                    remember(storage, Control::new(&Deed::Paused, &By::LIMIT), now)?;
                    Ok((Grant::Paused, Some(pause.by)))
                }
            }
        })?;
        if let Some(by) = decided.1 {
            line(Level::Error, "paused", json!({ "by": by }));
        }
        Ok(decided.0)
    }

    /// Somebody who pauses what is paused changes nothing.
    pub(super) fn pause(&self, control: Control) -> Result<Pause> {
        let storage = self.storage()?;
        if let Some(pause) = paused(&storage)? {
            return Ok(pause);
        }
        let now = clock::now();
        let pause = Pause { by: PausedBy::Operator, since: now, who: control.who() };
        set_paused(&storage, &pause)?;
        remember(&storage, control, now)?;
        line(Level::Warn, "paused", json!({ "by": pause.by }));
        Ok(pause)
    }

    /// The hour is counted anew: otherwise the next turn would pause everything again. Turns that wait are told.
    pub(super) fn resume(&self, control: Control) -> Result<Option<Pause>> {
        self.storage()?.atomically(move |storage| {
            remember(storage, control, clock::now())?;
            storage.run("DELETE FROM pause", vec![])?;
            storage.run("DELETE FROM granted", vec![])?;
            hurry_all(storage)?;
            storage.set_alarm(Some(clock::now()))
        })?;
        line(Level::Info, "resumed", json!({}));
        Ok(None)
    }
}

pub(super) fn paused(storage: &Storage) -> Result<Option<Pause>> {
    let rows = storage.rows("SELECT paused FROM pause", vec![])?;
    rows.into_iter().next().map(|row| understood(text(row)?.as_bytes())).transpose()
}

fn set_paused(storage: &Storage, pause: &Pause) -> Result<()> {
    let row = vec![serde_json::to_string(pause)?.into()];
    storage.run("INSERT OR REPLACE INTO pause (id, paused) VALUES (1, ?)", row)
}

fn granted(storage: &Storage, now: UnixMillis) -> Result<Granted> {
    let count = |since: u64| {
        let rows = storage.rows("SELECT COUNT(*), MIN(at_ms) FROM granted WHERE at_ms > ?", vec![number(since)?])?;
        match rows.into_iter().next().as_deref() {
            Some([SqlStorageValue::Integer(count), SqlStorageValue::Integer(first)]) => Ok((*count, *first)),
            Some([SqlStorageValue::Integer(0), SqlStorageValue::Null]) => Ok((0, 0)),
            _other => Err(Error::from("a count that is none")),
        }
    };
    let (in_hour, _) = count(now.0.saturating_sub(HOUR.0))?;
    let (in_minute, minute_began) = count(now.0.saturating_sub(MINUTE.0))?;
    let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let minute_began = UnixMillis(u64::try_from(minute_began).unwrap_or_default());
    Ok(Granted { in_hour: small(in_hour), in_minute: small(in_minute), minute_began })
}
