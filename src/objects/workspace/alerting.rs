//! Tells the operator what is wrong, where they want to be told.

use super::controls::remembered;
use super::grants;
use super::object::WorkspaceCore;
use super::rows::{self, ALERTS, AUDIT};
use crate::audit::run::AuditRun;
use crate::objects::host::{Host, Result};
use crate::settings::alert_url;
use crate::time::UnixMillis;
use crate::turn::history::Level;
use crate::workspace::alerts::{Alerts, BEYOND_DEADLINE, Wrong};
use crate::workspace::trouble::Trouble;
use serde_json::json;

impl<H: Host> WorkspaceCore<H> {
    /// What was told is on disk before it is sent, so that it may come twice, and is never forgotten. Where that cannot be written
    /// nothing is sent: it would be sent every minute.
    ///
    /// Only a run of the cron trigger (`by_cron`) sends again what may not have arrived. `cut_short` says that a part of the maintenance failed.
    pub(super) async fn alert(&self, by_cron: bool, cut_short: bool) -> Result<()> {
        // These are read apart from the other settings, so that it can be told that those are wrong.
        let Some(url) = alert_url(|name| self.host.variable(name)) else { return Ok(()) };
        let before = Alerts::read(rows::kept_text(&self.host.storage()?, ALERTS)?.as_deref());
        let wrong = self.wrong(&before, cut_short).await?;
        let (mut alerts, now) = (before.clone(), self.host.now());
        alerts.note(&wrong, now);
        let due = alerts.due(by_cron, now);
        if let Some(event) = due {
            alerts.sending(event, now);
        }
        if alerts != before {
            self.keep(ALERTS, &alerts)?;
        }
        let Some(event) = due else { return Ok(()) };
        let request = alerts.request(event, &wrong, &url, env!("CARGO_PKG_VERSION"), now);
        let status = self.host.send(&request).await.ok().map(|response| response.status);
        if !status.is_some_and(|status| (200..300).contains(&status)) {
            self.host.log(Level::Warn, "alert_failed", json!({ "alert": event, "status": status }));
            return Ok(());
        }
        let problems: Vec<_> = wrong.iter().map(|wrong| wrong.problem.as_str()).collect();
        self.host.log(Level::Info, "alert_sent", json!({ "alert": event, "problems": problems }));
        alerts.arrived();
        self.keep(ALERTS, &alerts)
    }

    /// What is wrong now. What cannot be read is itself something that is, and leaves the rest to be told.
    async fn wrong(&self, known: &Alerts, cut_short: bool) -> Result<Vec<Wrong>> {
        let settings = match self.host.settings() {
            Ok(settings) => settings,
            Err(problems) => {
                let names: Vec<_> = problems.iter().map(|problem| problem.variable).collect();
                return Ok([Wrong::settings(&names)].into_iter().chain(cut_short.then(Wrong::storage)).collect());
            }
        };
        let (storage, now) = (self.host.storage()?, self.host.now());
        let (paused, health) = (grants::paused(&storage), self.health().await);
        let unread: Vec<_> = paused.as_ref().err().into_iter().chain(health.as_ref().err()).collect();
        for error in &unread {
            self.host.log(Level::Error, "maintenance_failed", json!({ "error": error.to_string() }));
        }
        let cut_short = cut_short || !unread.is_empty();
        let is_paused = !matches!(paused, Ok(None));
        let pause = paused.ok().flatten();
        // The cron trigger has begun this run.
        let mut wrong: Vec<_> = health
            .unwrap_or_default()
            .into_iter()
            .filter(|trouble| *trouble != Trouble::CronSilent)
            .map(|trouble| Wrong {
                problem: trouble.name(),
                message: trouble.in_words().to_owned(),
                since: pause.as_ref().filter(|_| trouble.is_a_pause()).map(|pause| pause.since),
            })
            .collect();
        wrong.extend(self.kept::<AuditRun>(AUDIT)?.and_then(|run| Wrong::audit(&run, known)));
        let allowed = settings.policy.answer_deadline.0 + BEYOND_DEADLINE.0;
        let too_long_ago = UnixMillis(now.0.saturating_sub(allowed));
        // What waited for the end of a pause has had no more time than from there.
        let resumed = remembered(&storage)?.resumed_at().filter(|at| *at >= too_long_ago);
        let waiting = if resumed.is_none() { rows::waiting_since(&storage, too_long_ago)? } else { None };
        // Whatever waits while all is paused waits for that.
        wrong.extend(waiting.filter(|_| !is_paused).map(|(count, since)| Wrong::waiting(count, since)));
        wrong.extend(cut_short.then(Wrong::storage));
        Ok(wrong)
    }
}
