//! Handing a conversation over because the operator wants it.

use super::outcome::{FailureReason, Outcome, StandDownReason};
use super::state::{Open, Phase, Stage, State};
use strum::IntoStaticStr;

/// A hand-over that the operator may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOverIs {
    /// It is to be begun. A reply that is being posted just then may still be faster.
    ToBegin,
    /// It is under way already, for this reason or another.
    UnderWay,
}

/// Why there is nothing to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum NotHandedOver {
    /// No turn is open and none has ended, or none of whose messages anything can be seen here.
    NothingHere,
    /// The last turn was answered.
    Answered,
    /// People were told before.
    HandedOver,
    /// A teammate has the conversation.
    #[strum(serialize = "teammate")]
    WithTeammate,
    /// The settings left the last turn to teammates, and would again: settings win.
    LeftBySettings,
    /// The conversation was deleted.
    Deleted,
}

/// Whether the open turn, or else the last one, can be handed over.
///
/// # Errors
/// Why not.
pub fn may_hand_over(state: &State) -> Result<HandOverIs, NotHandedOver> {
    match &state.phase {
        Phase::Open(Open { turn, stage, .. }) => {
            let is_under_way = turn.hand_over_requested || matches!(stage, Stage::HandingOver(_));
            return Ok(if is_under_way { HandOverIs::UnderWay } else { HandOverIs::ToBegin });
        }
        Phase::Deleted => return Err(NotHandedOver::Deleted),
        Phase::Idle if state.handed_over_at.is_some() => return Err(NotHandedOver::HandedOver),
        Phase::Idle => {}
    }
    let last = state.settled.last().filter(|turn| !turn.parts.is_empty()).ok_or(NotHandedOver::NothingHere)?;
    match &last.outcome {
        Outcome::Replied { .. } | Outcome::Noted { .. } => Err(NotHandedOver::Answered),
        Outcome::HandedOver(_) => Err(NotHandedOver::HandedOver),
        Outcome::StoodDown(StandDownReason::Teammate | StandDownReason::RuleAssigned) if state.teammate.is_some() => {
            Err(NotHandedOver::WithTeammate)
        }
        Outcome::StoodDown(StandDownReason::Vanished | StandDownReason::ForeignWorkspace) => {
            Err(NotHandedOver::NothingHere)
        }
        Outcome::StoodDown(
            StandDownReason::ModeOff
            | StandDownReason::Channel
            | StandDownReason::NotATester
            | StandDownReason::Rollout,
        ) => Err(NotHandedOver::LeftBySettings),
        Outcome::StoodDown(
            StandDownReason::Teammate
            | StandDownReason::RuleAssigned
            | StandDownReason::OtherBot
            | StandDownReason::HandedOver,
        )
        | Outcome::Failed(FailureReason::ConversationGone | FailureReason::IntercomRefused) => Ok(HandOverIs::ToBegin),
    }
}

impl NotHandedOver {
    /// The name, as the API gives it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What it is.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NothingHere => "There is no message here to hand over.",
            Self::Answered => "The last message has been answered.",
            Self::HandedOver => "It is already handed over.",
            Self::WithTeammate => "A teammate already has the conversation.",
            Self::LeftBySettings => {
                "The settings exclude this conversation. Answer it in Intercom, or change the settings and try again."
            }
            Self::Deleted => "The conversation was deleted.",
        }
    }
}
