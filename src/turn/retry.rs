//! Trying the last turn again because the operator wants it.

use super::outcome::{HandOverReason, Outcome};
use super::state::{Phase, State};
use strum::IntoStaticStr;

/// Whether the operator takes a second reply into the bargain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// They said nothing of it.
    None,
    /// They did: `{"confirm":"may_repeat"}`.
    MayRepeat,
}

/// Why there is nothing to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum NotRetried {
    /// No turn has ended, or none of whose messages anything is known.
    NothingEnded,
    /// A turn is open.
    TurnOpen,
    /// The last turn was answered.
    Answered,
    /// The last turn's reply may still land, and the operator has not said that this may be.
    MayRepeat,
    /// The conversation was deleted.
    Deleted,
}

/// Whether the last turn can be tried again.
pub fn may_retry(state: &State, confirmation: Confirmation) -> Result<(), NotRetried> {
    match &state.phase {
        Phase::Open(_) => return Err(NotRetried::TurnOpen),
        Phase::Deleted => return Err(NotRetried::Deleted),
        Phase::Idle => {}
    }
    let last = state.settled.last().filter(|turn| !turn.parts.is_empty()).ok_or(NotRetried::NothingEnded)?;
    match (&last.outcome, confirmation) {
        (Outcome::Replied { .. } | Outcome::Noted { .. }, _) => Err(NotRetried::Answered),
        (Outcome::HandedOver(HandOverReason::ReplyUnknown), Confirmation::None) => Err(NotRetried::MayRepeat),
        (_, Confirmation::None) if state.answer_may_land(last) => Err(NotRetried::MayRepeat),
        (Outcome::HandedOver(_) | Outcome::StoodDown(_) | Outcome::Failed(_), _) => Ok(()),
    }
}

impl NotRetried {
    /// The name, as the API gives it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What it is, and what to do.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NothingEnded => "There is no handled message here to try again.",
            Self::TurnOpen => "A message is being handled here right now. It continues automatically.",
            Self::Answered => "The last message has been answered.",
            Self::MayRepeat => {
                "Intercom never confirmed the last reply. It may still appear, so the customer could get two. Check the conversation. To try again anyway, send {\"confirm\":\"may_repeat\"}."
            }
            Self::Deleted => "The conversation was deleted.",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intercom::ids::{AppId, ConversationId, PartId};
    use crate::time::UnixMillis;
    use crate::turn::outcome::{RepliedBy, Settled, StandDownReason, TurnKey};
    use crate::turn::state::UnknownPost;

    fn ended(outcome: Outcome) -> State {
        let mut state = State::new(AppId::new("a").unwrap(), ConversationId::new("1").unwrap());
        let part = PartId::new("7").unwrap();
        let key = TurnKey::new(&state.conversation, Some(&part));
        state.settled.push(Settled { key, outcome, at: UnixMillis(0), parts: vec![part], reopened_at: None });
        state
    }

    #[test]
    fn what_ended_without_an_answer_can_be_tried_again() {
        for outcome in [
            Outcome::StoodDown(StandDownReason::Teammate),
            Outcome::HandedOver(HandOverReason::AiUnavailable),
            Outcome::Failed(crate::turn::outcome::FailureReason::IntercomRefused),
        ] {
            assert_eq!(may_retry(&ended(outcome), Confirmation::None), Ok(()));
        }
    }

    #[test]
    fn an_unknown_reply_needs_a_confirmation() {
        let unknown = ended(Outcome::HandedOver(HandOverReason::ReplyUnknown));
        assert_eq!(may_retry(&unknown, Confirmation::None), Err(NotRetried::MayRepeat));
        assert_eq!(may_retry(&unknown, Confirmation::MayRepeat), Ok(()));
    }

    #[test]
    fn so_does_one_whose_turn_was_then_left_to_a_teammate() {
        let mut state = ended(Outcome::StoodDown(StandDownReason::Teammate));
        state.unknown_post = Some(UnknownPost {
            key: Some(state.settled[0].key.clone()),
            ours_before: vec![],
            at: UnixMillis(0),
            is_hand_over_message: false,
        });
        assert_eq!(may_retry(&state, Confirmation::None), Err(NotRetried::MayRepeat));
        assert_eq!(may_retry(&state, Confirmation::MayRepeat), Ok(()));
    }

    #[test]
    fn what_was_answered_or_is_open_or_unknown_cannot() {
        let part = PartId::new("9").unwrap();
        let replied = ended(Outcome::Replied { part: part.clone(), by: RepliedBy::Us });
        assert_eq!(may_retry(&replied, Confirmation::MayRepeat), Err(NotRetried::Answered));
        assert_eq!(may_retry(&ended(Outcome::Noted { part }), Confirmation::MayRepeat), Err(NotRetried::Answered));
        let mut nothing = ended(Outcome::HandedOver(HandOverReason::AiRefused));
        nothing.settled[0].parts.clear();
        assert_eq!(may_retry(&nothing, Confirmation::None), Err(NotRetried::NothingEnded));
        nothing.settled.clear();
        assert_eq!(may_retry(&nothing, Confirmation::None), Err(NotRetried::NothingEnded));
        nothing.phase = Phase::Deleted;
        assert_eq!(may_retry(&nothing, Confirmation::None), Err(NotRetried::Deleted));
    }
}
