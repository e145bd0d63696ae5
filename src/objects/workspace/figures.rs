//! The figures of `GET /api/workspace`.

use super::controls::remembered;
use super::grants::paused;
use super::object::WorkspaceCore;
use super::rows::{AUDIT, SWEEP};
use super::views;
use crate::audit::run::AuditRun;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{GetFigures, WorkspaceFigures};
use crate::objects::host::{Host, Result};
use crate::settings::Ingest;
use crate::time::{Millis, UnixMillis};
use crate::workspace::ledger::Tally;
use crate::workspace::recent::Recent;
use crate::workspace::sweep::Sweep;
use crate::workspace::trends::Span;
use crate::workspace::webhooks::SUSPENDED_AFTER;
use serde_json::{Value, json};

const HOUR: Millis = Millis::from_hours(1);

impl<H: Host> Answers<GetFigures> for WorkspaceCore<H> {
    async fn answer(&self, _get: GetFigures) -> Result<WorkspaceFigures> {
        Ok(WorkspaceFigures { figures: self.figures().await?, troubles: self.health().await? })
    }
}

impl<H: Host> WorkspaceCore<H> {
    async fn figures(&self) -> Result<Value> {
        let Ok(settings) = self.host.settings() else { return Ok(Value::Null) };
        let (storage, now) = (self.host.storage()?, self.host.now());
        let hour_ago = UnixMillis(now.0.saturating_sub(HOUR.0));
        let last_day = self.facts(Span { from: Recent::begin(now), to: None })?;
        let of_hour = last_day.iter().filter(|fact| fact.at >= hour_ago);
        let webhooks = self.webhooks()?;
        // With polling alone none is expected.
        let failing_since = webhooks.failing_since.filter(|_| settings.ingest == Ingest::Both);
        let sweep = self.kept::<Sweep>(SWEEP)?;
        let pass = sweep.as_ref().and_then(|sweep| sweep.pass.as_ref());
        let audit = self.kept::<AuditRun>(AUDIT)?;
        Ok(json!({
            "app_id": self.identity().await?.ok(),
            "ingest": settings.ingest,
            "pause": paused(&storage)?,
            "mode": self.mode()?,
            "controls": remembered(&storage)?,
            "open_conversations": views::open_list(&storage, 0)?.total,
            "turns": { "last_hour": Tally::of(of_hour), "last_day": Tally::of(&last_day) },
            "cron": { "last_at": self.last_tick()? },
            "sweep": sweep.as_ref().map(|sweep| json!({
                "handled_to": sweep.handled_to,
                "under_way_since": pass.map(|pass| pass.began_at),
                "untold": pass.map_or(0, |pass| pass.unsent.len()),
                "failures": sweep.failures,
                "last": sweep.last,
            })),
            "audit": audit.map(|run| run.to_report()),
            "webhooks": {
                "last": webhooks.last,
                "signed_with": {
                    "current_at": webhooks.current_matched_at,
                    "previous_at": webhooks.previous_matched_at,
                },
                "missed_at": webhooks.missed_at,
                "failing_since": failing_since,
                "suspended_at": failing_since.map(|since| since.after(SUSPENDED_AFTER)),
            },
        }))
    }
}
