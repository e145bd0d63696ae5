//! A sweep that knows everything: what Intercom's search knows of when customers wrote is told to the conversations, whatever notifications came.

use crate::world::webhook::{Door, Reaction};
use crate::world::{MINUTE, World};
use onereply::intercom::ids::{AppId, ConversationId};
use onereply::intercom::notice::{News, Notice};
use onereply::time::UnixSeconds;

/// What was told to a conversation, and whether its object has it.
pub struct Nudge {
    pub conversation: String,
    pub at: UnixSeconds,
    pub reaction: Reaction,
}

impl World {
    /// Every conversation is told when its customer wrote last. Where one could not be, the next sweep tells it again.
    pub fn sweep(&mut self) {
        let told = |record: crate::world::record::Record| {
            let newest = record.parts.iter().filter(|part| part.is_message()).map(|part| part.at).max()?;
            Some((record.id, UnixSeconds(newest / 1_000)))
        };
        let waiting: Vec<_> = self.records().into_iter().filter(|record| !record.deleted).filter_map(told).collect();
        let reactions: Vec<_> =
            waiting.into_iter().map(|(conversation, at)| self.nudge(&conversation, at).reaction).collect();
        if reactions.contains(&Reaction::NotAcknowledged) {
            let after_start = self.now + MINUTE - crate::world::START;
            self.at(after_start, Self::sweep);
        }
    }

    /// Tells a conversation that its customer wrote last at this time.
    pub fn nudge(&mut self, conversation: &str, at: UnixSeconds) -> Door {
        let notice = Notice {
            app_id: AppId::new(self.far_side.intercom.workspace.app_id.clone()).unwrap(),
            conversation: ConversationId::new(conversation).unwrap(),
            news: vec![News::CustomerWaits { at }],
        };
        let nth = self.webhooks.nudges.len();
        let door = self.take_notice(&format!("nudge {nth}"), &notice);
        let reaction = door.reaction;
        self.note(|| format!("nudge of {conversation}, {at:?}: {reaction:?}"));
        self.webhooks.nudges.push(Nudge { conversation: conversation.to_owned(), at, reaction });
        door
    }
}
