//! A sweep that knows everything: what Intercom's search knows of when customers wrote is told to the conversations, whatever webhooks came.

use crate::world::calls::object_of;
use crate::world::record::Record;
use crate::world::{MINUTE, START, World};
use onereply::intercom::events::{ConversationEvent, ConversationEvents};
use onereply::objects::calls::conversation::TakeEvents;
use onereply::time::UnixSeconds;

/// What was told to a conversation.
pub struct Nudge {
    pub conversation: String,
    pub at: UnixSeconds,
    /// Whether its object has it.
    pub stored: bool,
}

impl World {
    /// Every conversation is told when its customer wrote last. Where one could not be, the next sweep tells it again.
    pub fn sweep(&mut self) {
        let waiting = |record: Record| {
            let newest = record.parts.iter().filter(|part| part.is_message()).map(|part| part.at).max()?;
            Some((record.id, UnixSeconds(newest / 1_000)))
        };
        let waiting: Vec<_> = self.records().into_iter().filter(|record| !record.deleted).filter_map(waiting).collect();
        let told: Vec<_> = waiting.into_iter().map(|(conversation, at)| self.nudge(&conversation, at)).collect();
        if told.contains(&None) {
            let after_start = self.now + MINUTE - START;
            self.at(after_start, Self::sweep);
        }
    }

    /// Tells a conversation that its customer wrote last at this time.
    fn nudge(&mut self, conversation: &str, at: UnixSeconds) -> Option<()> {
        let name = object_of(&self.app(), conversation);
        let events = vec![ConversationEvent::CustomerWaits { at }];
        let events = ConversationEvents { app_id: name.app.clone(), conversation: name.conversation.clone(), events };
        self.ask(&name, TakeEvents(events)).map(drop)
    }
}
