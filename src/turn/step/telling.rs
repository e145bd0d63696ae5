//! The hand-over message: after a hand-over the customer gets it, at most once. It takes the way of a reply, and where
//! that leads nowhere the hand-over ends without it.

use super::granting::May;
use super::posting::PostIs;
use super::{Next, Retry, Step};
use crate::fault::Fault;
use crate::intercom::ids::PartId;
use crate::intercom::thread::Thread;
use crate::text::PlainLine;
use crate::time::UnixMillis;
use crate::turn::command::{Announcement, Once};
use crate::turn::grant::GrantAnswer;
use crate::turn::outcome::{HandOverReason, Outcome};
use crate::turn::policy::ReplyMode;
use crate::turn::state::{
    Call, Covers, Delivery, Ended, HandOver, HandOverStep, Intent, Open, Progress, Service, Stage, Turn,
};

impl Step<'_> {
    /// What the customer is told of a hand-over, if anything. Behind a reply that may still land nothing more is said in public.
    pub(super) fn message_for(&self, reason: HandOverReason, covers: &Covers) -> Option<&PlainLine> {
        let age = self.now.since(covers.newest.to_millis());
        let may_be_said = self.state.mode(self.policy) == ReplyMode::Reply
            && reason != HandOverReason::ReplyUnknown
            && self.state.unknown_post.is_none()
            && age <= self.policy.max_answer_age;
        self.policy.handover_message.as_ref().filter(|_| may_be_said)
    }

    pub(super) fn message_granted(
        &mut self,
        mut turn: Turn,
        hand_over: HandOver,
        result: Result<GrantAnswer, Fault>,
    ) -> Next {
        match self.granted(&mut turn, result) {
            May::GoOn => {
                turn.waiting = None;
                turn.hand_over_at(hand_over, HandOverStep::Recheck, self.now)
            }
            May::AskAt(at) => turn.hand_over_at(hand_over, HandOverStep::SeekGrant, at),
            May::NotBeKnown => turn.end(Outcome::HandedOver(hand_over.reason)),
        }
    }

    pub(super) fn message_rechecked(
        &mut self,
        mut turn: Turn,
        hand_over: HandOver,
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) -> Next {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(&turn) => return turn.end(Outcome::HandedOver(hand_over.reason)),
            Err(fault) => return self.message_later(turn, hand_over, Call::ReadConversation, fault),
        };
        self.succeeded(&mut turn, Call::ReadConversation);
        self.learn(&thread);
        let covers = turn.asked().covers.clone();
        // It answers nothing, so it need not wait for what else the customer wrote.
        let missing = self.view(&thread).missing(Some(&covers), requested_at).parts_only();
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return turn.hand_over_at(hand_over, HandOverStep::SeekGrant, at);
        }
        self.await_next(&covers, &thread);
        self.settle_hints(requested_at);
        let Some(message) = self.message_now(hand_over.reason, &covers, &thread).cloned() else {
            return turn.end(Outcome::HandedOver(hand_over.reason));
        };
        if self.is_too_old_a_read(&mut turn, requested_at) {
            return match self.now < turn.deadline {
                true => turn.hand_over_at(hand_over, HandOverStep::SeekGrant, self.now),
                false => turn.end(Outcome::HandedOver(hand_over.reason)),
            };
        }
        let intent = self.intend(Delivery::Reply, Once::HandOverMessage(message), &thread);
        let stage = Stage::HandingOver(HandOver { step: HandOverStep::Post(intent), ..hand_over });
        Next::Open(Open { turn, progress: Progress::Running(self.now), stage })
    }

    /// The message, unless a teammate has attended to it, has given it back, or has answered in our name.
    fn message_now(&self, reason: HandOverReason, covers: &Covers, thread: &Thread) -> Option<&PlainLine> {
        let view = self.view(thread);
        let is_open = self.state.handed_over_at.is_some()
            && view.teammate_owns(covers.newest).is_none()
            && view.answered_by_another_program(&covers.parts).is_none()
            && thread.entries.iter().any(|entry| covers.parts.contains(&entry.id) && entry.is_message());
        self.message_for(reason, covers).filter(|_| is_open)
    }

    pub(super) fn message_posted(
        &mut self,
        turn: Turn,
        hand_over: HandOver,
        intent: Intent,
        result: Result<PartId, Fault>,
    ) -> Next {
        let fault = match result {
            Ok(part) => return self.delivered(turn, intent.delivery, Some(hand_over.reason), part),
            Err(fault) => fault,
        };
        match fault {
            Fault::RateLimited { .. } => self.message_later(turn, hand_over, Call::Post, fault),
            // People were told before, and what needs the operator is said by the next turn's calls.
            Fault::Refused { .. } | Fault::Unauthorised { .. } | Fault::NotFound => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                turn.end(Outcome::HandedOver(hand_over.reason))
            }
            Fault::Failed { .. } | Fault::Unanswered(_) => {
                let step = HandOverStep::FindPost(intent, Ended::by(&fault));
                self.announce(Announcement::Failed(Service::Intercom, fault));
                turn.hand_over_at(hand_over, step, self.now.after(self.policy.settle))
            }
        }
    }

    fn message_later(&mut self, mut turn: Turn, hand_over: HandOver, call: Call, fault: Fault) -> Next {
        match self.retry(&mut turn, call, fault) {
            Retry::At(at) => turn.hand_over_at(hand_over, HandOverStep::SeekGrant, at),
            Retry::GiveUp => turn.end(Outcome::HandedOver(hand_over.reason)),
        }
    }

    pub(super) fn message_looked_for(
        &mut self,
        mut turn: Turn,
        hand_over: HandOver,
        (intent, ended): (Intent, Ended),
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) -> Next {
        let outcome = Outcome::HandedOver(hand_over.reason);
        match (self.look_for_post(&mut turn, &intent, result, requested_at), ended) {
            (PostIs::There(part), _) => self.delivered(turn, intent.delivery, Some(hand_over.reason), part),
            (PostIs::Unseen(at), _) => turn.hand_over_at(hand_over, HandOverStep::FindPost(intent, ended), at),
            (PostIs::NotThere(_), Ended::Answered) if self.now < turn.deadline => {
                turn.hand_over_at(hand_over, HandOverStep::SeekGrant, self.now)
            }
            (PostIs::NotThere(_) | PostIs::EitherOf(..), Ended::Unanswered) => {
                self.give_up(&turn, intent, true);
                turn.end(outcome)
            }
            (PostIs::NotThere(_) | PostIs::EitherOf(..) | PostIs::Gone, _) => turn.end(outcome),
        }
    }
}
