//! What comes in from outside: it changes the state and the alarm, and nobody's 200 waits for more.

use super::object::{Conversation, HOLD_PAUSE};
use super::rows;
use super::take_in::{Taken, events_of};
use crate::intercom::notice::Notice;
use crate::objects::ask::Answers;
use crate::objects::calls::conversation::{Resume, TakeNotice};
use crate::objects::host::{Host, Result, Storage};
use crate::turn::event::Event;
use crate::workspace::watch::{self, Standing, Stored};

impl<H: Host> Answers<TakeNotice> for Conversation<H> {
    async fn answer(&self, TakeNotice(notice): TakeNotice) -> Result<Stored> {
        let Ok(settings) = self.host.settings() else { return self.hold(&notice) };
        match self.take_in(&settings, events_of(&notice).collect(), Some(&notice))? {
            Taken::In(commands, stored) => {
                self.log_announcements(&commands);
                Ok(stored)
            }
            Taken::Unreadable(_) => self.hold(&notice),
        }
    }
}

impl<H: Host> Answers<Resume> for Conversation<H> {
    async fn answer(&self, _resume: Resume) -> Result<Standing> {
        if let Ok(settings) = self.host.settings() {
            self.take_in(&settings, vec![Event::Resumed], None)?;
        }
        self.look().await
    }
}

impl<H: Host> Conversation<H> {
    /// Keeps a notice that cannot be taken in yet. It waits for settings or program to be right.
    fn hold(&self, notice: &Notice) -> Result<Stored> {
        let text = serde_json::to_string(notice)?;
        let at = self.host.now().after(HOLD_PAUSE);
        self.host.storage()?.transact(|storage| {
            rows::hold(storage, &text)?;
            storage.set_alarm(Some(at))
        })?;
        self.alarm.set(Some(at));
        Ok(Stored { notice: watch::Notice::New, standing: self.standing_held() })
    }

    pub(super) fn standing_held(&self) -> Standing {
        Standing { wakes_at: Some(self.host.now().after(HOLD_PAUSE)), seen: None }
    }
}
