//! What the operator must mend.

use super::grants::paused;
use super::object::WorkspaceCore;
use super::rows::{CRON_AWAITED, SWEEP};
use crate::fault::Owner;
use crate::json;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{GetHealth, Report, ReportMended};
use crate::objects::host::{Host, Result, Storage, Value, text};
use crate::settings::Ingest;
use crate::time::{Millis, UnixMillis};
use crate::turn::policy::ReplyMode;
use crate::workspace::pause::PausedBy;
use crate::workspace::sweep::Sweep;
use crate::workspace::trouble::Trouble;

/// A trouble that is not reported again within this time is over: what lasts is reported every few minutes.
const FORGET_TROUBLE: Millis = Millis::from_minutes(15);

/// A sweep that has not come to its end for so long is stuck.
const SWEEP_STUCK: Millis = Millis::from_minutes(10);

/// The cron trigger fires each minute.
const CRON_SILENT: Millis = Millis::from_minutes(10);

impl<H: Host> Answers<GetHealth> for WorkspaceCore<H> {
    async fn answer(&self, _get: GetHealth) -> Result<Vec<Trouble>> {
        self.health().await
    }
}

impl<H: Host> Answers<Report> for WorkspaceCore<H> {
    async fn answer(&self, Report(trouble): Report) -> Result<()> {
        self.note(trouble)
    }
}

impl<H: Host> Answers<ReportMended> for WorkspaceCore<H> {
    async fn answer(&self, ReportMended(trouble): ReportMended) -> Result<()> {
        self.strike(trouble)
    }
}

impl<H: Host> WorkspaceCore<H> {
    pub(super) async fn health(&self) -> Result<Vec<Trouble>> {
        let Ok(settings) = self.host.settings() else { return Ok(vec![]) };
        let identity = self.identity().await?;
        let expected = settings.policy.app_id.as_ref();
        let unverified = identity.as_ref().is_err_and(|fault| fault.owner() != Owner::Operator);
        let mismatch = identity.is_ok_and(|app| expected.is_some_and(|expected| *expected != app));
        let since = self.host.now().0.saturating_sub(FORGET_TROUBLE.0);
        let query = "SELECT name FROM trouble WHERE at_ms > ? ORDER BY name";
        let rows = self.host.storage()?.rows(query, &[Value::number(since)?])?;
        let mut troubles = vec![];
        for row in rows {
            // A trouble that only a newer version knows is that version's to show.
            troubles.extend(json::read::<Trouble>(text(row)?.as_bytes()).ok());
        }
        troubles.extend(paused(&self.host.storage()?)?.map(|pause| match pause.by {
            PausedBy::Operator => Trouble::PausedByOperator,
            PausedBy::HourlyLimit => Trouble::PausedByHourlyLimit,
        }));
        let is_off = self.mode()?.is_set_to(ReplyMode::Off);
        troubles.extend(is_off.then_some(Trouble::SwitchedOffByOperator));
        troubles.extend(mismatch.then_some(Trouble::WorkspaceMismatch));
        troubles.extend(unverified.then_some(Trouble::WorkspaceUnverified));
        troubles.extend(self.unswept(settings.ingest)?);
        Ok(troubles)
    }

    /// What makes it uncertain that every waiting message is found.
    fn unswept(&self, ingest: Ingest) -> Result<Vec<Trouble>> {
        let now = self.host.now();
        let mut troubles = vec![];
        let is_long_ago = |at: UnixMillis, long: Millis| now.since(at) > long;
        // One that never fired is missed from the first use of the workspace on.
        let cron_heard = self.last_tick()?.or(self.kept(CRON_AWAITED)?);
        if cron_heard.is_some_and(|at| is_long_ago(at, CRON_SILENT)) {
            troubles.push(Trouble::CronSilent);
        }
        if ingest == Ingest::Webhook {
            return Ok(troubles);
        }
        let began = self.kept::<Sweep>(SWEEP)?.and_then(|sweep| sweep.pass).map(|pass| pass.began_at);
        if began.is_some_and(|at| is_long_ago(at, SWEEP_STUCK)) {
            troubles.push(Trouble::SweepStuck);
        }
        if ingest == Ingest::Both && self.webhooks()?.failing_since.is_some() {
            troubles.push(Trouble::WebhooksSilent);
        }
        Ok(troubles)
    }

    pub(super) fn note(&self, trouble: Trouble) -> Result<()> {
        let row = [serde_json::to_string(&trouble)?.into(), Value::number(self.host.now().0)?];
        self.host.storage()?.run("INSERT OR REPLACE INTO trouble (name, at_ms) VALUES (?, ?)", &row)
    }

    pub(super) fn strike(&self, trouble: Trouble) -> Result<()> {
        let name = serde_json::to_string(&trouble)?;
        self.host.storage()?.run("DELETE FROM trouble WHERE name = ?", &[name.into()])
    }
}
