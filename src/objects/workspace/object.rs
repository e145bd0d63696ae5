//! What the Workspace object has in memory.

use super::rows::CRON;
use crate::console::attempts::Attempts;
use crate::fault::Fault;
use crate::intercom::ids::ConversationId;
use crate::objects::host::{Host, Result};
use crate::objects::running::Runs;
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::history::Level;
use crate::workspace::recent::Recent;
use crate::workspace::webhooks::Webhooks;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// The configured workspace.
pub struct WorkspaceCore<H> {
    pub(super) host: H,
    /// A refusal by Intercom answers all conversations that ask soon after.
    pub(super) refusal: RefCell<Option<(UnixMillis, Fault)>>,
    /// When the chatbot could not be read last.
    pub(super) chatbot_unread: Cell<Option<UnixMillis>>,
    /// Whether maintenance is under way.
    pub(super) runs: Runs,
    /// Whether another run was asked for meanwhile.
    pub(super) again: Cell<bool>,
    /// Up to when objects have read, as far as they told. What is not known costs a call.
    pub(super) seen: RefCell<BTreeMap<ConversationId, UnixSeconds>>,
    /// Whether `seen` holds what is known from before the object's start.
    pub(super) is_warm: Cell<bool>,
    /// What is known of webhooks, more exactly than what is on disk.
    pub(super) webhooks: RefCell<Option<Webhooks>>,
    pub(super) ticked_at: Cell<Option<UnixMillis>>,
    /// How turns of the last day ended, once that was asked for: the same as on disk.
    pub(super) recent: RefCell<Option<Recent>>,
    /// Wrong tokens. They are nowhere else.
    pub(super) attempts: RefCell<Attempts>,
}

impl<H: Host> WorkspaceCore<H> {
    /// An object that has done nothing yet.
    pub fn new(host: H) -> Self {
        Self {
            host,
            refusal: RefCell::default(),
            chatbot_unread: Cell::default(),
            runs: Runs::default(),
            again: Cell::default(),
            seen: RefCell::default(),
            is_warm: Cell::default(),
            webhooks: RefCell::default(),
            ticked_at: Cell::default(),
            recent: RefCell::default(),
            attempts: RefCell::default(),
        }
    }

    /// The alarm went off: maintenance goes on. Should storage fail, the next run of the cron trigger goes on.
    pub async fn alarm(&self) {
        if let Err(error) = self.continue_maintenance().await {
            self.host.log(Level::Error, "maintenance_failed", json!({ "error": error.to_string() }));
        }
    }

    /// When the cron trigger fired last.
    pub(super) fn last_tick(&self) -> Result<Option<UnixMillis>> {
        Ok(self.kept::<UnixMillis>(CRON)?.max(self.ticked_at.get()))
    }
}
