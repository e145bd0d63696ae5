//! The watchdog: objects that have had something open for a while are asked whether their alarm is still there.

use super::calls::Calls;
use super::object::WorkspaceCore;
use super::rows;
use crate::intercom::events::{ConversationEvent, ConversationEvents};
use crate::intercom::ids::ConversationId;
use crate::objects::ask::ConversationName;
use crate::objects::calls::conversation::{Look, Resume, TakeEvents};
use crate::objects::host::{Error, Host, Result};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::history::Level;
use crate::workspace::watchdog::ObjectStatus;
use serde_json::json;

/// An object that could not be reached is called again so soon.
const UNREACHED_PAUSE: Millis = Millis::from_seconds(30);

/// So many conversations are remembered; beyond this all are asked again.
const MOST_REMEMBERED: usize = 10_000;

impl<H: Host> WorkspaceCore<H> {
    /// When the watchdog goes on, if it is not done.
    pub(super) async fn watch_all(&self, calls: &mut Calls) -> Result<Option<UnixMillis>> {
        // However many wait, the other half is for those that nobody knows yet.
        let most = calls.left() / 2;
        let due = rows::due(&self.host.storage()?, self.host.now(), most)?;
        for open in &due {
            if calls.spent(self.host.now()) {
                return Ok(Some(self.host.now()));
            }
            calls.take();
            let stands = match open.waits_since {
                Some(at) => self.tell_object(&open.object, Some(at)).await,
                None if open.pause_ended => self.host.ask(&open.object, Resume).await,
                None => self.host.ask(&open.object, Look).await,
            };
            match stands {
                Ok(status) => rows::watched(&self.host.storage()?, open, status, self.host.now())?,
                Err(error) => self.list_unreached(&open.object, open.waits_since, &error)?,
            }
        }
        Ok((due.len() >= most as usize).then(|| self.host.now()))
    }

    /// Tells an object that a customer waits.
    pub(super) async fn tell_object(
        &self,
        object: &ConversationName,
        waits_since: Option<UnixSeconds>,
    ) -> Result<ObjectStatus> {
        let event = match waits_since {
            Some(at) => ConversationEvent::CustomerWaits { at },
            // Intercom does not say when: a read shows it.
            None => ConversationEvent::CustomerWrote { part: None, at: UnixSeconds(self.host.now().0 / 1_000) },
        };
        let ConversationName { app: app_id, conversation } = object.clone();
        let events = ConversationEvents { app_id, conversation: conversation.clone(), events: vec![event] };
        let status = self.host.ask(object, TakeEvents(events)).await?.status;
        self.remember_seen(conversation, status.seen);
        Ok(status)
    }

    /// Keeps an object on the list that could not be reached.
    pub(super) fn list_unreached(
        &self,
        object: &ConversationName,
        waits_since: Option<UnixSeconds>,
        error: &Error,
    ) -> Result<()> {
        let fields = json!({ "object": object.to_string(), "error": error.to_string() });
        self.host.log(Level::Error, "object_unreachable", fields);
        let now = self.host.now();
        rows::list_unreached(&self.host.storage()?, object, waits_since, now, now.after(UNREACHED_PAUSE))
    }

    pub(super) fn remember_seen(&self, conversation: ConversationId, seen: Option<UnixSeconds>) {
        let Some(seen) = seen else { return };
        let mut known = self.seen.borrow_mut();
        if known.len() >= MOST_REMEMBERED {
            // They are asked again, and say the same.
            known.clear();
        }
        let newest = known.entry(conversation).or_insert(seen);
        *newest = seen.max(*newest);
    }
}
