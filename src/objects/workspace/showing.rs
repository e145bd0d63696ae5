//! What is shown of the ledger, as texts that are ready to be sent.

use super::grants::paused;
use super::object::Workspace;
use super::rows::{AUDIT, SWEEP};
use super::views;
use crate::audit::run::Run;
use crate::console::metrics::{self, Audit, Snapshot};
use crate::console::query;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{GetMetrics, ListTurns, Page, ShowTrends};
use crate::objects::host::{Host, Result};
use crate::time::{Millis, UnixMillis};
use crate::workspace::health::{BUILD, Health};
use crate::workspace::ledger::Fact;
use crate::workspace::recent::Recent;
use crate::workspace::sweep::Sweep;
use crate::workspace::trends::{Counting, Span, Trends, Window};
use crate::workspace::turns::Wanted;

const HOUR: Millis = Millis::from_hours(1);

impl<H: Host> Answers<ListTurns> for Workspace<H> {
    async fn answer(&self, ListTurns(url): ListTurns) -> Result<Page> {
        let wanted = match Wanted::read(&query::fields(&url)) {
            Ok(wanted) => wanted,
            Err(bad) => return Ok(Page::BadParameter(bad.in_words())),
        };
        let (Ok(settings), Ok(app)) = (self.host.settings(), self.identity().await?) else { return Ok(Page::Unknown) };
        let page = views::page(&self.host.storage()?, &wanted)?;
        Ok(Page::Text(page.to_json(|conversation| settings.intercom.inbox_link(&app, conversation))))
    }
}

impl<H: Host> Answers<ShowTrends> for Workspace<H> {
    async fn answer(&self, ShowTrends(url): ShowTrends) -> Result<Page> {
        let window = match Window::read(&query::fields(&url)) {
            Ok(window) => window,
            Err(bad) => return Ok(Page::BadParameter(bad.in_words())),
        };
        let trends = Trends::of(window, self.host.now(), |span| self.facts(span))?;
        Ok(Page::Text(trends.to_json()))
    }
}

impl<H: Host> Answers<GetMetrics> for Workspace<H> {
    async fn answer(&self, _get: GetMetrics) -> Result<Option<String>> {
        let Ok(settings) = self.host.settings() else { return Ok(None) };
        let health = Health::of(&settings, self.health().await?);
        let workspace = Some(self.snapshot()?);
        let shown = Snapshot { build: BUILD, status: health.status(), problems: health.names(), workspace };
        Ok(Some(metrics::write(&shown)))
    }
}

impl<H: Host> Workspace<H> {
    /// What is counted of turns that ended then. The last day is read once after a start: from then on each turn that ends is entered
    /// here too.
    pub(super) fn facts(&self, span: Span) -> Result<Vec<Fact>> {
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

    fn snapshot(&self) -> Result<metrics::Workspace> {
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
        let audit = self.kept::<Run>(AUDIT)?.map(|run| Audit {
            at: run.ended_at,
            found: [
                ("unanswered", run.summary.unanswered),
                ("answered_twice", run.summary.answered_twice),
                ("over_a_human", run.summary.over_a_human),
                ("ledger_disagrees", run.summary.ledger_disagrees),
            ],
        });
        Ok(metrics::Workspace {
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
