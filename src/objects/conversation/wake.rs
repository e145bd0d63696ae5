//! The alarm's handler: it takes events in and carries commands out until nothing is left to be done now.

use super::object::{ConversationCore, HOLD_PAUSE};
use super::rows;
use super::take_in::Taken;
use crate::objects::calls::workspace::Report;
use crate::objects::host::{Host, Result, Storage};
use crate::settings::Problem;
use crate::time::Millis;
use crate::turn::command::Command;
use crate::turn::event::Event;
use crate::turn::history::Level;
use crate::turn::stored::UnreadableState;
use crate::workspace::trouble::Trouble;
use serde_json::json;

/// How long to wait for storage before it is tried again.
const STORAGE_PAUSE: Millis = Millis::from_seconds(5);

/// The runtime calls a handler that failed six times more, within two minutes, and then never again. So this handler waits
/// for storage itself, ten minutes at a time; it may take fifteen.
const MOST_WAITS: u32 = 120;

/// A free plan allows 50 subrequests in one go; the rest is for the next alarm.
const MAX_CALLS: u32 = 40;

impl<H: Host> ConversationCore<H> {
    /// The alarm went off.
    ///
    /// # Errors
    /// Storage fails, and has for long: see `MOST_WAITS`.
    pub async fn alarm(&self) -> Result<()> {
        let Some(_run) = self.runs.begin() else { return self.set_alarm_soon() };
        self.alarm.set(None);
        if let Err(error) = self.wake().await {
            self.host.log(Level::Error, "wake_failed", self.about(json!({ "error": error.to_string() })));
            self.look_again().await?;
        }
        Ok(())
    }

    async fn wake(&self) -> Result<()> {
        let settings = match self.host.settings() {
            Ok(settings) => settings,
            Err(problems) => return self.wait_for_settings(&problems),
        };
        let conversation = self.name()?.conversation;
        let (mut events, mut calls) = (vec![Event::Woken(self.ask_mode().await?)], 0);
        while !events.is_empty() {
            let commands = match self.take_in(&settings, std::mem::take(&mut events), None)? {
                Taken::In(commands, _) => commands,
                Taken::Unreadable(unreadable) => return self.leave_alone(&unreadable).await,
            };
            self.log_announcements(&commands);
            let mut announced = vec![];
            for command in commands {
                match command {
                    Command::Announce(announcement) => announced.push(announcement),
                    // What was promised and is not done is found at the next wake-up, as after a crash.
                    Command::Repeatable(..) if calls >= MAX_CALLS => {}
                    Command::Repeatable(attempt, command) => {
                        let finding = self.repeat(command, &conversation, &settings).await;
                        events.push(Event::Finished(attempt, finding));
                        calls += 1;
                    }
                    Command::Once(attempt, command) => {
                        let finding = self.once(command, &conversation, &settings).await;
                        events.push(Event::Finished(attempt, finding));
                        calls += 1;
                    }
                }
            }
            // Only now: a report must not come between the last read and the post.
            for announcement in &announced {
                self.report_announcement(announcement).await;
            }
        }
        self.keep_outbox(&settings).await
    }

    fn wait_for_settings(&self, problems: &[Problem]) -> Result<()> {
        let names: Vec<_> = problems.iter().map(|problem| problem.variable).collect();
        let fields = self.about(json!({ "reason": "settings", "variables": names }));
        self.host.log(Level::Error, "conversation_held", fields);
        self.set_alarm_soon()
    }

    /// A state that this program cannot read is another version's business: nothing is changed, and it is looked at again.
    async fn leave_alone(&self, unreadable: &UnreadableState) -> Result<()> {
        let fields = self.about(json!({ "reason": unreadable.to_string() }));
        self.host.log(Level::Error, "state_unreadable", fields);
        self.set_alarm_soon()?;
        self.tell_workspace(Report(Trouble::UnreadableState)).await;
        Ok(())
    }

    /// After a failure: sets the alarm for another look, as soon as storage takes it.
    async fn look_again(&self) -> Result<()> {
        let mut set = self.set_alarm_if_writable(HOLD_PAUSE);
        for _ in 0..MOST_WAITS {
            if set.is_ok() {
                break;
            }
            self.host.sleep(STORAGE_PAUSE).await;
            set = self.set_alarm_if_writable(Millis(0));
        }
        set
    }

    fn set_alarm_if_writable(&self, pause: Millis) -> Result<()> {
        let at = self.host.now().after(pause);
        self.host.storage()?.transact(|storage| {
            rows::probe(storage)?;
            storage.set_alarm(Some(at))
        })?;
        self.alarm.set(Some(at));
        Ok(())
    }
}
