//! What the operator wants of one conversation.

use crate::world::crash::{Alive, Moment};
use crate::world::object::Taken;
use crate::world::program::Configured;
use crate::world::workspace::BETWEEN_OBJECTS;
use crate::world::{Happening, World};
use onereply::turn::command::Command;
use onereply::turn::event::Event;
use onereply::turn::hand_over::{HandOverIs, may_hand_over};

impl World {
    /// The operator has this conversation handed over, where that may be.
    pub fn operator_hands_over(&mut self, conversation: &str) {
        let may = self.state_of(conversation).is_some_and(|state| may_hand_over(&state) == Ok(HandOverIs::ToBegin));
        if !may || self.configured == Configured::Wrong {
            return;
        }
        if self.survives(conversation, Moment::NoticeReceived) == Alive::No {
            return;
        }
        self.note(|| format!("the operator hands {conversation} over"));
        // Whoever wanted it hears of what storage refuses, and may want it again.
        let Ok(Taken::In(commands, stored)) = self.take_in(conversation, vec![Event::HandOverWanted], None) else {
            return;
        };
        let is_announcement = |command: &Command| matches!(command, Command::Announce(_));
        assert!(commands.iter().all(is_announcement), "what comes from outside causes no call");
        self.tally.count("deeds", HANDED_OVER);
        if self.survives(conversation, Moment::NoticeStored) == Alive::Yes && stored.standing.wakes_at.is_some() {
            let (conversation, standing) = (conversation.to_owned(), stored.standing);
            self.push(self.now + BETWEEN_OBJECTS, Happening::Opened { conversation, standing });
        }
    }
}

/// What is counted where the operator's wish was stored.
pub const HANDED_OVER: &str = "the operator hands over";
