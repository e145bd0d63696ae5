//! Maintenance, each minute: the watchdog for lost alarms, the sweep, the audit and the alerts. A run makes a
//! bounded number of calls; what is left goes on in the next one, which the object's own alarm begins.

use super::calls::Calls;
use super::object::WorkspaceCore;
use super::rows::{self, CRON};
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::Tick;
use crate::objects::host::{Host, Result, Storage};
use crate::time::{Millis, UnixMillis};

/// What began a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// The cron trigger.
    ByCron,
    /// This object's alarm: the run before goes on.
    ByAlarm,
}

/// That the cron trigger fires is written down so often.
const TICK_WRITTEN: Millis = Millis::from_minutes(5);

impl<H: Host> Answers<Tick> for WorkspaceCore<H> {
    async fn answer(&self, _tick: Tick) -> Result<()> {
        let noted = self.note_tick();
        self.maintain(Begun::ByCron).await?;
        noted
    }
}

impl<H: Host> WorkspaceCore<H> {
    /// Goes on with the rest of the last run.
    pub(super) async fn continue_maintenance(&self) -> Result<()> {
        self.maintain(Begun::ByAlarm).await
    }

    async fn maintain(&self, begun: Begun) -> Result<()> {
        let Some(_run) = self.runs.begin() else {
            // The one that is under way has looked already.
            self.again.set(true);
            return Ok(());
        };
        self.again.set(false);
        let by_cron = begun == Begun::ByCron;
        let mut calls = Calls::of_one_run(self.host.now());
        // What holds one of them for ever, such as a row that only a newer program can read, holds neither the others nor the alert.
        let parts = [
            self.watch_all(&mut calls).await,
            self.sweep_if_possible(by_cron, &mut calls).await,
            self.audit_by_night_and_wish(by_cron, &mut calls).await,
        ];
        let rest = self.go_on_at(parts.iter().flatten().flatten().min().copied());
        let cut_short = rest.is_err() || parts.iter().any(Result::is_err);
        // Last, as its receiver may be slow, and however many calls were made: there are some beyond those.
        let alerted = self.alert(by_cron, cut_short).await;
        let asked = self.go_on_at(self.again.get().then(|| self.host.now()));
        parts.into_iter().try_for_each(|part| part.map(drop))?;
        rest.and(alerted).and(asked)
    }

    /// This object's alarm begins the next run then.
    fn go_on_at(&self, at: Option<UnixMillis>) -> Result<()> {
        match at {
            Some(at) => self.host.storage()?.set_alarm(Some(at.max(self.host.now()))),
            None => Ok(()),
        }
    }

    async fn audit_by_night_and_wish(&self, by_cron: bool, calls: &mut Calls) -> Result<Option<UnixMillis>> {
        if by_cron {
            self.begin_audit_at_night()?;
        }
        self.go_on_auditing(calls).await
    }

    /// The cron trigger fired. What the ledger need not keep any more goes.
    fn note_tick(&self) -> Result<()> {
        let now = self.host.now();
        let written = self.kept::<UnixMillis>(CRON)?;
        self.ticked_at.set(Some(now));
        if written.is_some_and(|written| now.since(written) < TICK_WRITTEN) {
            return Ok(());
        }
        self.keep(CRON, &now)?;
        let Ok(settings) = self.host.settings() else { return Ok(()) };
        let before = UnixMillis(now.0.saturating_sub(settings.retention.0));
        rows::forget_entries(&self.host.storage()?, before)?;
        if let Some(recent) = &mut *self.recent.borrow_mut() {
            recent.forget(before);
        }
        Ok(())
    }
}
