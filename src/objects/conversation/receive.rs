//! What comes in from outside: it changes the state and the alarm, and nobody's 200 waits for more.

use super::object::{ConversationCore, HOLD_PAUSE};
use super::rows;
use super::take_in::{Taken, events_of};
use crate::intercom::events::ConversationEvents;
use crate::objects::ask::Answers;
use crate::objects::calls::conversation::{Resume, TakeEvents};
use crate::objects::host::{Host, Result, Storage};
use crate::turn::event::Event;
use crate::workspace::watchdog::{ObjectStatus, Receipt};

impl<H: Host> Answers<TakeEvents> for ConversationCore<H> {
    async fn answer(&self, TakeEvents(events): TakeEvents) -> Result<Receipt> {
        let Ok(settings) = self.host.settings() else { return self.hold(&events) };
        match self.take_in(&settings, events_of(&events).collect(), Some(&events))? {
            Taken::In(commands, stored) => {
                self.log_announcements(&commands);
                Ok(stored)
            }
            Taken::Unreadable(_) => self.hold(&events),
        }
    }
}

impl<H: Host> Answers<Resume> for ConversationCore<H> {
    async fn answer(&self, _resume: Resume) -> Result<ObjectStatus> {
        if let Ok(settings) = self.host.settings() {
            self.take_in(&settings, vec![Event::Resumed], None)?;
        }
        self.look().await
    }
}

impl<H: Host> ConversationCore<H> {
    /// Keeps events that cannot be taken in yet. They wait for settings or program to be right.
    fn hold(&self, events: &ConversationEvents) -> Result<Receipt> {
        let text = serde_json::to_string(events)?;
        let at = self.host.now().after(HOLD_PAUSE);
        self.host.storage()?.transact(|storage| {
            rows::hold(storage, &text)?;
            storage.set_alarm(Some(at))
        })?;
        self.alarm.set(Some(at));
        Ok(Receipt { is_new: true, status: self.status_held() })
    }

    pub(super) fn status_held(&self) -> ObjectStatus {
        ObjectStatus { wakes_at: Some(self.host.now().after(HOLD_PAUSE)), seen: None }
    }
}
