//! What the operator wants of a conversation: an open turn is handed over in place of an answer, as soon as nothing is under way
//! that must have its end first.

use super::Step;
use crate::text::AnswerText;
use crate::turn::outcome::HandOverReason;
use crate::turn::state::{
    Answered, Asked, HandOver, Phase, Progress, Purpose, Question, Reopening, Stage, Turn, Wish, Workspace,
};

impl Step<'_> {
    /// The operator wants people to see to the open turn, or else to the last one.
    pub(super) fn hand_over_by_operator(&mut self) {
        match &mut self.state.phase {
            Phase::Deleted => return,
            Phase::Open { turn, stage } => match stage {
                // People are told already, and in the end the line says so.
                Stage::HandingOver(..) => return,
                Stage::RenewingGrant(_, Answered { purpose: Purpose::Line(_), .. })
                | Stage::Rechecking(_, Answered { purpose: Purpose::Line(_), .. }) => return,
                _others => turn.wish = Wish::HandOver,
            },
            Phase::Idle => {
                self.state.reopening = Reopening::HandOver;
                self.begin_turn_if_needed();
                if let Phase::Open { turn, .. } = &mut self.state.phase {
                    turn.wish = Wish::HandOver;
                }
            }
        }
        self.obey();
    }

    /// Whatever is still under way is not waited for any more.
    fn drop_for_people(&mut self, mut turn: Turn, question: Option<Question>, unsent: Option<AnswerText>) {
        self.next_attempt();
        // Of the service that refused its credentials nothing is wanted any more.
        turn.refused_by = None;
        self.hand_over(turn, HandOverReason::Operator, question, unsent);
    }

    /// Does what the operator wants of the open turn, once that can be done.
    pub(super) fn obey(&mut self) {
        let verified = self.state.workspace == Workspace::Verified(self.policy.credentials.clone());
        let Phase::Open { turn, .. } = &self.state.phase else { return };
        if turn.wish == Wish::Answer {
            return;
        }
        let Phase::Open { turn, stage } = self.take_phase() else { return };
        match stage {
            // An id means something else in another workspace.
            Stage::Gathering { .. } if !verified => self.open(turn, Stage::Verifying(Progress::Due(self.now))),
            stage @ Stage::Verifying(_) => self.open(turn, stage),
            Stage::Gathering { .. } | Stage::Reading(_) => self.drop_for_people(turn, None, None),
            Stage::SeekingGrant(_, question)
            | Stage::OpeningSession(_, question)
            | Stage::ReadingSession(_, question)
            | Stage::Discarding(_, question, _)
            | Stage::CheckingSession(_, question, _) => self.drop_for_people(turn, Some(question), None),
            // Until the question cannot be under way any more no other is put in its session.
            Stage::Asking(Asked { question, heard, .. })
            | Stage::RecoveringAnswer(_, Asked { question, heard, .. }, _) => {
                self.drop_for_people(turn, Some(question), heard)
            }
            Stage::RenewingGrant(_, Answered { question, answer, purpose: Purpose::Answer, .. })
            | Stage::Rechecking(_, Answered { question, answer, purpose: Purpose::Answer, .. }) => {
                self.drop_for_people(turn, Some(question), Some(answer))
            }
            // A post may be under way, and what became of it is told as it is. The others end by telling people.
            stage @ (Stage::Posting(_)
            | Stage::Settling(..)
            | Stage::HandingOver(..)
            | Stage::RenewingGrant(..)
            | Stage::Rechecking(..)) => self.open(turn, stage),
        }
    }

    /// Whether a hand-over that the operator wanted finds nothing that a customer said, and nothing is known to be missing.
    pub(super) fn is_about_nothing(&self, hand_over: &HandOver) -> bool {
        hand_over.reason == HandOverReason::Operator
            && hand_over.question.is_none()
            && self.state.awaited.iter().all(|awaited| awaited.part.is_none())
    }
}
