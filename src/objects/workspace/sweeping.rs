//! Carries the sweep out: searches Intercom, and tells the objects of what was found.

use super::calls::Calls;
use super::object::WorkspaceCore;
use super::rows::{self, Listed, SWEEP};
use crate::fault::Owner;
use crate::intercom::answers::parse_page;
use crate::intercom::ids::AppId;
use crate::intercom::pace::Caller;
use crate::intercom::search::{FoundConversation, Search};
use crate::objects::ask::ConversationName;
use crate::objects::host::{Host, Result};
use crate::objects::outbound::to_intercom;
use crate::settings::{Ingest, Settings};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::history::Level;
use crate::workspace::sweep::{Sweep, SweepStep};
use crate::workspace::trouble::Trouble;
use serde_json::json;

/// How turns ended is known from the ledger for so long after a start: the sweep finds nothing older again.
const REMEMBERED: Millis = Millis::from_minutes(15);

impl<H: Host> WorkspaceCore<H> {
    /// When the sweep goes on, if it is not done. Where settings are wrong, conversations say so themselves.
    pub(super) async fn sweep_if_possible(&self, begins: bool, calls: &mut Calls) -> Result<Option<UnixMillis>> {
        match self.host.settings() {
            Ok(settings) if settings.ingest != Ingest::Webhook && !calls.spent(self.host.now()) => {
                self.sweep(&settings, begins, calls).await
            }
            Ok(_) | Err(_) => Ok(None),
        }
    }

    async fn sweep(&self, settings: &Settings, begins: bool, calls: &mut Calls) -> Result<Option<UnixMillis>> {
        calls.take();
        let Ok(app) = self.identity().await? else { return Ok(None) };
        if settings.policy.app_id.as_ref().is_some_and(|expected| *expected != app) {
            return Ok(None);
        }
        let mut sweep = match self.kept_for_sure::<Sweep>(SWEEP)?.filter(|sweep| sweep.app == app) {
            Some(sweep) => sweep,
            None => {
                let first = Sweep::first(app, self.host.now(), settings.backlog);
                // Should this run be cut short, the next one must not begin later.
                self.keep(SWEEP, &first)?;
                first
            }
        };
        let before = sweep.clone();
        if begins {
            sweep.begin(self.host.now());
        }
        let passed = sweep.last;
        let more = self.go_on_sweeping(&mut sweep, settings, calls).await?;
        if before != sweep {
            self.keep(SWEEP, &sweep)?;
        }
        if sweep.last != passed
            && let Some(done) = sweep.last.filter(|done| done.found > 0)
        {
            let ms = done.ended_at.since(done.began_at).0;
            self.host.log(Level::Info, "swept", json!({ "found": done.found, "told": done.told, "ms": ms }));
        }
        Ok(more)
    }

    async fn go_on_sweeping(
        &self,
        sweep: &mut Sweep,
        settings: &Settings,
        calls: &mut Calls,
    ) -> Result<Option<UnixMillis>> {
        loop {
            let next = sweep.next(self.host.now());
            if calls.spent(self.host.now()) && matches!(next, SweepStep::Search(_) | SweepStep::Tell(_)) {
                return Ok(Some(self.host.now()));
            }
            match next {
                SweepStep::Rest => return Ok(None),
                SweepStep::Wait(at) => return Ok(Some(at)),
                SweepStep::Search(search) => {
                    calls.take();
                    self.search(sweep, &search, settings).await?;
                }
                SweepStep::Tell(found) => {
                    calls.take();
                    self.tell_found(&sweep.app, &found).await?;
                    sweep.nudged(&found, self.host.now());
                }
            }
        }
    }

    async fn search(&self, sweep: &mut Sweep, search: &Search, settings: &Settings) -> Result<()> {
        let response = to_intercom(&self.host, &settings.intercom.search(search), Caller::Background).await;
        match response.and_then(|response| parse_page(&response)) {
            Ok(page) => {
                self.warm_up()?;
                let seen = self.seen.borrow();
                let is_new = |found: &FoundConversation| is_new(found, seen.get(&found.conversation).copied());
                sweep.page_read(page, settings.ingest, self.host.now(), is_new);
            }
            Err(fault) => {
                self.host.log(Level::Warn, "sweep_failed", json!({ "fault": fault.name() }));
                if fault.owner() == Owner::Operator {
                    self.note(Trouble::IntercomRefusesCredentials)?;
                }
                sweep.page_failed(&fault, self.host.now());
            }
        }
        if sweep.pass.as_ref().is_some_and(|pass| !pass.unsent.is_empty()) {
            // What was found is on disk before anybody is told, so a run that is cut short tells the rest.
            self.keep(SWEEP, sweep)?;
        }
        Ok(())
    }

    /// Tells an object that a customer waits. One that cannot be reached is kept on the list, and is told from there.
    async fn tell_found(&self, app: &AppId, found: &FoundConversation) -> Result<()> {
        let object = ConversationName { app: app.clone(), conversation: found.conversation.clone() };
        match self.tell_object(&object, found.at).await {
            Ok(status) if status.wakes_at.is_some() => {
                rows::list(&self.host.storage()?, &object, status, Listed::Before, self.host.now())
            }
            Ok(_) => Ok(()),
            Err(error) => self.list_unreached(&object, found.at, &error),
        }
    }

    /// After a start the ledger tells how far objects have read.
    fn warm_up(&self) -> Result<()> {
        if self.is_warm.replace(true) {
            return Ok(());
        }
        let since = UnixMillis(self.host.now().0.saturating_sub(REMEMBERED.0));
        for (conversation, seen) in rows::seen_since(&self.host.storage()?, since)? {
            self.remember_seen(conversation, Some(seen));
        }
        Ok(())
    }
}

fn is_new(found: &FoundConversation, seen: Option<UnixSeconds>) -> bool {
    match (found.at, seen) {
        (Some(at), Some(seen)) if seen >= at => false,
        (_, _) => true,
    }
}
