//! What the operator wants done in one conversation.

use super::object::ConversationCore;
use super::rows::{StoredRow, load};
use super::take_in::Taken;
use crate::objects::ask::Answers;
use crate::objects::calls::conversation::{HandOverTurn, RetryTurn, Steered};
use crate::objects::host::{Host, Result};
use crate::turn::event::Event;
use crate::turn::hand_over::{HandOverIs, may_hand_over};
use crate::turn::retry::{Confirmation, may_retry};
use crate::turn::state::State;

/// As a conversation's record says it too.
const UNREADABLE: &str = "unreadable";
const SETTINGS_WRONG: &str = "Settings are wrong. See /healthz.";

impl<H: Host> Answers<RetryTurn> for ConversationCore<H> {
    async fn answer(&self, RetryTurn { may_repeat }: RetryTurn) -> Result<Steered> {
        let confirmation = if may_repeat { Confirmation::MayRepeat } else { Confirmation::None };
        self.steer(Event::RetryRequested, |state| match may_retry(state, confirmation) {
            Ok(()) => Steered::Accepted,
            Err(refusal) => refused(refusal.name(), refusal.in_words()),
        })
    }
}

impl<H: Host> Answers<HandOverTurn> for ConversationCore<H> {
    async fn answer(&self, _hand_over: HandOverTurn) -> Result<Steered> {
        self.steer(Event::HandOverRequested, |state| match may_hand_over(state) {
            Ok(HandOverIs::ToBegin) => Steered::Accepted,
            Ok(HandOverIs::UnderWay) => Steered::UnderWay,
            Err(refusal) => refused(refusal.name(), refusal.in_words()),
        })
    }
}

impl<H: Host> ConversationCore<H> {
    /// Takes an event in, if `may` accepts it. Nothing is awaited in between, so nothing comes in.
    fn steer(&self, event: Event, may: impl FnOnce(&State) -> Steered) -> Result<Steered> {
        let Ok(settings) = self.host.settings() else { return Ok(refused(UNREADABLE, SETTINGS_WRONG)) };
        let decided = match load(&self.host.storage()?, self.host.now())? {
            None => Steered::Nothing,
            Some(StoredRow { state: Err(unreadable), .. }) => refused(UNREADABLE, &unreadable.to_string()),
            Some(StoredRow { state: Ok(state), .. }) => may(&state),
        };
        let Steered::Accepted = decided else { return Ok(decided) };
        Ok(match self.take_in(&settings, vec![event], None)? {
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
