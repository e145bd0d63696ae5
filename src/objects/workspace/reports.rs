//! What conversations and the webhook report: how turns ended, that a delivery came, that something is open.

use super::object::WorkspaceCore;
use super::rows::{self, Listed, WEBHOOKS};
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{NoteDelivery, ReportTurns, Watch};
use crate::objects::host::{Host, Result, Storage};
use crate::workspace::recent::Recent;
use crate::workspace::watchdog::ObjectStatus;
use crate::workspace::webhooks::{Webhooks, Worth};

impl<H: Host> Answers<ReportTurns> for WorkspaceCore<H> {
    async fn answer(&self, ReportTurns { object, turns, status }: ReportTurns) -> Result<()> {
        let now = self.host.now();
        for turn in &turns {
            self.remember_seen(turn.conversation.clone(), status.seen);
        }
        let webhooks = self.webhooks()?;
        let mut after = webhooks.clone();
        let worth: Vec<_> = turns.iter().map(|turn| after.ended(turn)).collect();
        // Should storage fail, it is read anew.
        let recent = self.recent.take().map(|mut recent| {
            turns.iter().for_each(|turn| recent.enter(turn));
            recent.forget(Recent::begin(now));
            recent
        });
        self.host.storage()?.transact(|storage| {
            turns.iter().try_for_each(|turn| rows::enter(storage, turn, status.seen))?;
            rows::list(storage, &object, status, Listed::AnewAfterATurn, now)
        })?;
        self.recent.replace(recent);
        if worth.contains(&Worth::Writing) && after != webhooks {
            self.keep(WEBHOOKS, &after)?;
            self.webhooks.replace(Some(after));
        }
        Ok(())
    }
}

impl<H: Host> Answers<NoteDelivery> for WorkspaceCore<H> {
    async fn answer(&self, NoteDelivery { delivery, opened }: NoteDelivery) -> Result<()> {
        if let Some((object, status)) = opened {
            rows::list(&self.host.storage()?, &object, status, Listed::Before, self.host.now())?;
        }
        let on_disk = self.kept(WEBHOOKS)?.unwrap_or_default();
        let mut webhooks = self.webhooks()?;
        if webhooks.delivered(&delivery, &on_disk) == Worth::Writing {
            self.keep(WEBHOOKS, &webhooks)?;
        }
        self.webhooks.replace(Some(webhooks));
        Ok(())
    }
}

impl<H: Host> Answers<Watch> for WorkspaceCore<H> {
    async fn answer(&self, Watch(object): Watch) -> Result<()> {
        let now = self.host.now();
        let status = ObjectStatus { wakes_at: Some(now), seen: None };
        rows::list(&self.host.storage()?, &object, status, Listed::Before, now)
    }
}

impl<H: Host> WorkspaceCore<H> {
    pub(super) fn webhooks(&self) -> Result<Webhooks> {
        match self.webhooks.borrow().as_ref() {
            Some(known) => Ok(known.clone()),
            None => Ok(self.kept(WEBHOOKS)?.unwrap_or_default()),
        }
    }
}
