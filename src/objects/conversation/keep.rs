//! What a conversation's object does beside its turns: it reports them, says how it stands, and in the end deletes everything.

use super::object::ConversationCore;
use super::rows::{StoredRow, held, load, save_outbox};
use crate::objects::ask::{Answers, TheWorkspace};
use crate::objects::calls::conversation::Look;
use crate::objects::calls::workspace::{ReportTurns, Watch};
use crate::objects::host::{Host, Result, Storage};
use crate::settings::Settings;
use crate::time::Millis;
use crate::turn::history::Level;
use crate::turn::state::State;
use crate::workspace::ledger::LedgerEntry;
use crate::workspace::outbox;
use crate::workspace::watchdog::ObjectStatus;
use serde_json::json;

/// An alarm that is so late does not come any more.
const ALARM_LATE: Millis = Millis::from_seconds(15);

impl<H: Host> Answers<Look> for ConversationCore<H> {
    async fn answer(&self, _look: Look) -> Result<ObjectStatus> {
        self.look().await
    }
}

impl<H: Host> ConversationCore<H> {
    /// The watchdog asks whether all is well. What is open and has no alarm, or one that does not go off, gets one.
    pub(super) async fn look(&self) -> Result<ObjectStatus> {
        let storage = self.host.storage()?;
        // A handler that ends during the wait has set the next alarm after it was asked for, even one that also began in it.
        let (was_running, begun) = (self.runs.is_running(), self.runs.begun());
        let alarm = storage.alarm().await?;
        let now = self.host.now();
        let nothing_held = held(&self.host, &storage)?.is_empty();
        let (status, wakes_at) = match (load(&storage, now)?, self.host.settings()) {
            (Some(StoredRow { state: Ok(state), outbox, .. }), Ok(settings)) if nothing_held => {
                (outbox.status(&state), outbox.wake_at(&state, settings.retention))
            }
            (None, _) if nothing_held => {
                self.leave_nothing().await?;
                return Ok(ObjectStatus::default());
            }
            _held => (self.status_held(), now),
        };
        let is_alive = was_running || self.runs.begun() != begun || alarm.is_some_and(|at| now < at.after(ALARM_LATE));
        if !is_alive {
            self.host.log(Level::Warn, "alarm_lost", self.about(json!({})));
            self.set_alarm(wakes_at.max(now))?;
        }
        Ok(status)
    }

    /// Tells the workspace how turns ended, and deletes everything once it is not needed any more.
    pub(super) async fn keep_outbox(&self, settings: &Settings) -> Result<()> {
        self.report(settings).await?;
        let (storage, now) = (self.host.storage()?, self.host.now());
        let Some(StoredRow { state: Ok(state), outbox, .. }) = load(&storage, now)? else { return Ok(()) };
        let is_over = outbox.is_over(&state, now, settings.retention);
        if is_over && held(&self.host, &storage)?.is_empty() {
            self.host.log(Level::Info, "conversation_deleted", self.about(json!({})));
            return self.leave_nothing().await;
        }
        Ok(())
    }

    async fn report(&self, settings: &Settings) -> Result<()> {
        let now = self.host.now();
        let Some(StoredRow { state: Ok(state), outbox, .. }) = load(&self.host.storage()?, now)? else { return Ok(()) };
        let entries = outbox.report(now).to_vec();
        if entries.is_empty() {
            return Ok(());
        }
        let status = ObjectStatus { wakes_at: state.wake_at(), seen: outbox::seen(&state) };
        let report = ReportTurns { object: self.name()?, turns: entries.clone(), status };
        let answer = self.host.ask(&TheWorkspace, report).await;
        if let Err(error) = &answer {
            self.host.log(Level::Warn, "report_failed", self.about(json!({ "error": error.to_string() })));
        }
        let after = self.note_report(&entries, &answer, settings.retention)?;
        if status.wakes_at.is_none() && after.is_some_and(|state| state.wake_at().is_some()) {
            // Events came meanwhile, and the report may have taken it off the list.
            self.tell_workspace(Watch(self.name()?)).await;
        }
        Ok(())
    }

    /// Events may have come while the workspace was told, so everything is read again.
    fn note_report(&self, entries: &[LedgerEntry], answer: &Result<()>, retention: Millis) -> Result<Option<State>> {
        let (now, before) = (self.host.now(), self.alarm.replace(None));
        let (state, alarm) = self.host.storage()?.transact(|storage| {
            let Some(StoredRow { state: Ok(state), mut outbox, .. }) = load(storage, now)? else {
                return Ok((None, before));
            };
            match answer {
                Ok(()) => outbox.reported(entries),
                Err(_) => outbox.not_reported(now),
            }
            save_outbox(storage, &outbox)?;
            let wakes_at = outbox.wake_at(&state, retention);
            storage.set_alarm(Some(wakes_at))?;
            Ok((Some(state), Some(wakes_at)))
        })?;
        self.alarm.set(alarm);
        Ok(state)
    }
}
