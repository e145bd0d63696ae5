//! What is shown of the ledger, as texts that are ready to be sent.

use super::grants::paused;
use super::object::WorkspaceCore;
use super::rows::{AUDIT, SWEEP};
use super::views;
use crate::audit::run::AuditRun;
use crate::console::metrics::{self, Audit, Snapshot};
use crate::console::query;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{GetMetrics, ListTurns, PageAnswer, ShowTrends};
use crate::objects::host::{Host, Result};
use crate::time::{Millis, UnixMillis};
use crate::workspace::health::{BUILD, Health};
use crate::workspace::ledger::CountedTurn;
use crate::workspace::recent::Recent;
use crate::workspace::sweep::Sweep;
use crate::workspace::trends::{Counting, Span, TrendWindow, Trends};
use crate::workspace::turns::TurnFilter;

const HOUR: Millis = Millis::from_hours(1);

impl<H: Host> Answers<ListTurns> for WorkspaceCore<H> {
    async fn answer(&self, ListTurns(url): ListTurns) -> Result<PageAnswer> {
        let filter = match TurnFilter::read(&query::fields(&url)) {
            Ok(filter) => filter,
            Err(bad) => return Ok(PageAnswer::BadParameter(bad.in_words())),
        };
        let (Ok(settings), Ok(app)) = (self.host.settings(), self.identity().await?) else {
            return Ok(PageAnswer::Unknown);
        };
        let page = views::page(&self.host.storage()?, &filter)?;
        Ok(PageAnswer::Text(page.to_json(|conversation| settings.intercom.inbox_link(&app, conversation))))
    }
}

impl<H: Host> Answers<ShowTrends> for WorkspaceCore<H> {
    async fn answer(&self, ShowTrends(url): ShowTrends) -> Result<PageAnswer> {
        let window = match TrendWindow::read(&query::fields(&url)) {
            Ok(window) => window,
            Err(bad) => return Ok(PageAnswer::BadParameter(bad.in_words())),
        };
        let trends = Trends::of(window, self.host.now(), |span| self.facts(span))?;
        Ok(PageAnswer::Text(trends.to_json()))
    }
}

impl<H: Host> Answers<GetMetrics> for WorkspaceCore<H> {
    async fn answer(&self, _get: GetMetrics) -> Result<Option<String>> {
        let Ok(settings) = self.host.settings() else { return Ok(None) };
        let health = Health::of(&settings, self.health().await?);
        let workspace = Some(self.snapshot()?);
        let shown = Snapshot { build: BUILD, status: health.status(), problems: health.names(), workspace };
        Ok(Some(metrics::write(&shown)))
    }
}

impl<H: Host> WorkspaceCore<H> {
    /// What is counted of turns that ended then. The last day is read once after a start: from then on each turn that ends is entered
    /// here too.
    pub(super) fn facts(&self, span: Span) -> Result<Vec<CountedTurn>> {
        let mut recent = self.recent.borrow_mut();
        let recent = match &mut *recent {
            Some(recent) => recent,
            none => {
                let since = Recent::begin(self.host.now());
                let facts = views::facts(&self.host.storage()?, Span { from: since, to: None })?;
                none.insert(Recent::new(since, facts))
            }
        };
        match recent.within(span) {
            Some(facts) => Ok(facts),
            None => Ok(views::facts(&self.host.storage()?, span)?.into_iter().map(|(_, fact)| fact).collect()),
        }
    }

    fn snapshot(&self) -> Result<metrics::WorkspaceMetrics> {
        let (storage, now) = (self.host.storage()?, self.host.now());
        let hour_ago = UnixMillis(now.0.saturating_sub(HOUR.0));
        let (mut hour, mut day) = (Counting::default(), Counting::default());
        for fact in self.facts(Span { from: Recent::begin(now), to: None })? {
            day.count(&fact);
            if fact.at >= hour_ago {
                hour.count(&fact);
            }
        }
        let open = views::open_list(&storage, 0)?;
        let audit = self.kept::<AuditRun>(AUDIT)?.map(|run| Audit {
            at: run.ended_at,
            found: [
                ("unanswered", run.summary.unanswered),
                ("answered_twice", run.summary.answered_twice),
                ("over_a_human", run.summary.over_a_human),
                ("ledger_disagrees", run.summary.ledger_disagrees),
            ],
        });
        Ok(metrics::WorkspaceMetrics {
            paused_by: paused(&storage)?.map(|pause| pause.by.name()),
            mode: self.mode()?.in_force.name(),
            open: open.total,
            oldest_open: open.since.map(|since| now.since(since)),
            hour: hour.figures(),
            day: day.figures(),
            webhook_at: self.webhooks()?.last.map(|last| last.at),
            cron_at: self.last_tick()?,
            sweep_at: self.kept::<Sweep>(SWEEP)?.and_then(|sweep| sweep.last).map(|last| last.ended_at),
            audit,
        })
    }
}
