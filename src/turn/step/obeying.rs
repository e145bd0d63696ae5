//! What the operator wants of a conversation: an open turn is handed over in place of an answer, as soon as nothing is under way
//! that must have its end first.

use super::{Next, Step};
use crate::text::Reply;
use crate::turn::outcome::HandOverReason;
use crate::turn::state::{HandOver, Open, Phase, Reopening, Stage, Turn};

impl Step<'_> {
    /// An operator hands over the open turn, or else the last one.
    pub(super) fn hand_over_by_operator(&mut self) {
        match &self.state.phase {
            // People are told already.
            Phase::Deleted | Phase::Open(Open { stage: Stage::HandingOver(_), .. }) => return,
            Phase::Open(_) => {}
            Phase::Idle => {
                self.state.reopening = Reopening::HandOver;
                self.begin_turn_if_needed();
            }
        }
        if let Phase::Open(open) = &mut self.state.phase {
            open.turn.hand_over_requested = true;
        }
        self.obey();
    }

    /// Does what the operator wants of the open turn, once that can be done.
    pub(super) fn obey(&mut self) {
        if matches!(&self.state.phase, Phase::Open(open) if open.turn.hand_over_requested) {
            self.move_on(Step::hand_over_as_requested);
        }
    }

    fn hand_over_as_requested(&mut self, open: Open) -> Next {
        let Open { turn, progress, stage } = open;
        match stage {
            Stage::Gathering { .. } if !self.is_verified() => turn.due(Stage::Verifying, self.now),
            // A post may be under way, and its result is reported as it is. The other stages end in a hand-over.
            Stage::Verifying | Stage::Posting(..) | Stage::Settling(..) | Stage::HandingOver(_) => {
                Next::Open(Open { turn, progress, stage })
            }
            // Until a question cannot be under way any more no other is put in its session.
            Stage::Gathering { .. }
            | Stage::Reading
            | Stage::SeekingGrant
            | Stage::OpeningSession
            | Stage::ReadingSession
            | Stage::Discarding(_)
            | Stage::Asking(_)
            | Stage::RecoveringAnswer(..) => self.drop_for_teammate(turn, None),
            Stage::ReadingSources(answer) => self.drop_for_teammate(turn, Some(answer)),
            Stage::RenewingGrant(draft) | Stage::Rechecking(draft) => self.drop_for_teammate(turn, Some(draft.answer)),
        }
    }

    /// Whatever is still under way is not waited for any more.
    fn drop_for_teammate(&mut self, turn: Turn, unsent: Option<Reply>) -> Next {
        self.next_attempt();
        // The service that refused its credentials is not needed any more.
        self.hand_over(Turn { refused_by: None, ..turn }, HandOverReason::Operator, unsent)
    }

    /// Whether a hand-over that an operator asked for finds nothing that a customer said, and nothing is known to be missing.
    pub(super) fn is_about_nothing(&self, turn: &Turn, hand_over: &HandOver) -> bool {
        hand_over.reason == HandOverReason::Operator
            && turn.question.is_none()
            && self.state.awaited.iter().all(|awaited| awaited.part.is_none())
    }
}
