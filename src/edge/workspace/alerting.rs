//! Tells the operator what is wrong, where they want to be told.

use super::controls::remembered;
use super::rounds::Begun;
use super::rows::{self, ALERTS, AUDIT};
use super::{WorkspaceObject, budget};
use crate::audit::run::Run;
use crate::edge::log::{Level, line};
use crate::edge::trouble::Trouble;
use crate::edge::{clock, environment, outbound};
use crate::time::UnixMillis;
use crate::workspace::alerts::{Again, Alerts, BEYOND_DEADLINE, Wrong};
use serde_json::json;
use worker::Result;

/// How a round went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    /// To its end.
    Well,
    /// A part of it was cut short: what is stored cannot be read, or not be written.
    Wrong,
}

impl WorkspaceObject {
    /// What was told is on disk before it is sent, so that it may come twice, and is never forgotten. Where that cannot be written
    /// nothing is sent: it would be sent every minute.
    pub(super) async fn alert(&self, begun: Begun, went: Went) -> Result<()> {
        let Some(url) = environment::alert_url(&self.env) else { return Ok(()) };
        let before = Alerts::read(rows::kept_text(&self.storage()?, ALERTS)?.as_deref());
        let wrong = self.wrong(&before, went).await?;
        let (mut alerts, now) = (before.clone(), clock::now());
        alerts.note(&wrong, now);
        let again = if begun == Begun::ByCron { Again::Yes } else { Again::No };
        let due = alerts.due(again, now);
        if let Some(event) = due {
            alerts.sending(event, now);
        }
        if alerts != before {
            self.keep(ALERTS, &alerts)?;
        }
        let Some(event) = due else { return Ok(()) };
        let request = alerts.request(event, &wrong, &url, env!("CARGO_PKG_VERSION"), now);
        let status = outbound::send(&request).await.ok().map(|response| response.status);
        if !status.is_some_and(|status| (200..300).contains(&status)) {
            line(Level::Warn, "alert_failed", json!({ "alert": event, "status": status }));
            return Ok(());
        }
        let problems: Vec<_> = wrong.iter().map(|wrong| wrong.problem.as_str()).collect();
        line(Level::Info, "alert_sent", json!({ "alert": event, "problems": problems }));
        alerts.arrived();
        self.keep(ALERTS, &alerts)
    }

    /// What is wrong now. What cannot be read is itself something that is, and leaves the rest to be told.
    async fn wrong(&self, known: &Alerts, went: Went) -> Result<Vec<Wrong>> {
        let unstored = |went: Went| (went == Went::Wrong).then(Wrong::storage);
        let settings = match environment::settings(&self.env) {
            Ok(settings) => settings,
            Err(problems) => {
                let names: Vec<_> = problems.iter().map(|problem| problem.variable).collect();
                return Ok([Wrong::settings(&names)].into_iter().chain(unstored(went)).collect());
            }
        };
        let (storage, now) = (self.storage()?, clock::now());
        let (paused, health) = (budget::paused(&storage), self.health().await);
        let unread: Vec<_> = paused.as_ref().err().into_iter().chain(health.as_ref().err()).collect();
        for error in &unread {
            line(Level::Error, "round_failed", json!({ "error": error.to_string() }));
        }
        let went = if unread.is_empty() { went } else { Went::Wrong };
        let is_paused = !matches!(paused, Ok(None));
        let pause = paused.ok().flatten();
        // Somebody has begun this round.
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
        wrong.extend(self.kept::<Run>(AUDIT)?.and_then(|run| Wrong::audit(&run, known)));
        let allowed = settings.policy.answer_deadline.0 + BEYOND_DEADLINE.0;
        let too_long_ago = UnixMillis(now.0.saturating_sub(allowed));
        // What waited for the end of a pause has had no more time than from there.
        let resumed = remembered(&storage)?.resumed_at().filter(|at| *at >= too_long_ago);
        let waiting = if resumed.is_none() { rows::waiting_since(&storage, too_long_ago)? } else { None };
        // Whatever waits while all is paused waits for that.
        wrong.extend(waiting.filter(|_| !is_paused).map(|(count, since)| Wrong::waiting(count, since)));
        wrong.extend(unstored(went));
        Ok(wrong)
    }
}
