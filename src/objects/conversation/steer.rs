//! What the operator wants done in one conversation.

use super::object::Conversation;
use super::rows::{Row, load};
use super::take_in::Taken;
use crate::objects::ask::Answers;
use crate::objects::calls::conversation::{HandOver, Retry, Steered};
use crate::objects::host::{Host, Result};
use crate::turn::event::Event;
use crate::turn::hand_over::{HandOverIs, may_hand_over};
use crate::turn::retry::{Confirmation, may_retry};
use crate::turn::state::State;

/// As a conversation's record says it too.
const UNREADABLE: &str = "unreadable";
const SETTINGS_WRONG: &str = "Settings are wrong: /healthz names them.";

impl<H: Host> Answers<Retry> for Conversation<H> {
    async fn answer(&self, Retry { may_repeat }: Retry) -> Result<Steered> {
        let confirmation = if may_repeat { Confirmation::MayRepeat } else { Confirmation::None };
        self.steer(Event::RetryRequested, |state| match may_retry(state, confirmation) {
            Ok(()) => Steered::Accepted,
            Err(refusal) => refused(refusal.name(), refusal.in_words()),
        })
    }
}

impl<H: Host> Answers<HandOver> for Conversation<H> {
    async fn answer(&self, _hand_over: HandOver) -> Result<Steered> {
        self.steer(Event::HandOverRequested, |state| match may_hand_over(state) {
            Ok(HandOverIs::ToBegin) => Steered::Accepted,
            Ok(HandOverIs::UnderWay) => Steered::UnderWay,
            Err(refusal) => refused(refusal.name(), refusal.in_words()),
        })
    }
}

impl<H: Host> Conversation<H> {
    /// Takes what is wanted in, where `may` accepts it. Nothing is awaited in between, so nothing comes in.
    fn steer(&self, wanted: Event, may: impl FnOnce(&State) -> Steered) -> Result<Steered> {
        let Ok(settings) = self.host.settings() else { return Ok(refused(UNREADABLE, SETTINGS_WRONG)) };
        let decided = match load(&self.host.storage()?, self.host.now())? {
            None => Steered::Nothing,
            Some(Row { state: Err(unreadable), .. }) => refused(UNREADABLE, &unreadable.to_string()),
            Some(Row { state: Ok(state), .. }) => may(&state),
        };
        let Steered::Accepted = decided else { return Ok(decided) };
        Ok(match self.take_in(&settings, vec![wanted], None)? {
            Taken::In(commands, _) => {
                self.log_announcements(&commands);
                Steered::Accepted
            }
            Taken::Unreadable(unreadable) => refused(UNREADABLE, &unreadable.to_string()),
        })
    }
}

fn refused(code: &str, message: &str) -> Steered {
    Steered::Refused { code: code.to_owned(), message: message.to_owned() }
}
