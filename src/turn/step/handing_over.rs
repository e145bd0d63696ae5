//! Telling a teammate: look, assign, note, in that order. Each step is retried without an end, and a step that is done is
//! not done again.

use super::Step;
use crate::fault::{Fault, Silence, Whose};
use crate::intercom::thread::Thread;
use crate::text::{AnswerText, handover_note};
use crate::time::UnixMillis;
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::Finding;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::policy::ReplyMode;
use crate::turn::standing::{Standing, View};
use crate::turn::state::{
    Answered, Assignment, Call, Covers, HandOver, HandOverStep, Progress, Question, Service, Stage, Turn,
};

impl Step<'_> {
    /// Begins to tell a teammate, after a look at who has the conversation.
    pub(super) fn hand_over(
        &mut self,
        mut turn: Turn,
        reason: HandOverReason,
        question: Option<Question>,
        unsent: Option<AnswerText>,
    ) {
        turn.failing = None;
        turn.failures = 0;
        let hand_over = HandOver { reason, step: HandOverStep::Look, question, unsent };
        self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
    }

    /// Begins to tell a teammate, on a read that has just been made.
    pub(super) fn hand_over_seen(
        &mut self,
        mut turn: Turn,
        reason: HandOverReason,
        answered: Answered,
        thread: &Thread,
    ) {
        turn.failing = None;
        turn.failures = 0;
        let Answered { question, answer } = answered;
        let hand_over = HandOver { reason, step: HandOverStep::Look, question: Some(question), unsent: Some(answer) };
        self.looked(turn, hand_over, thread);
    }

    pub(super) fn hand_over_command(&self, hand_over: &HandOver) -> Repeatable {
        match hand_over.step {
            HandOverStep::Look => Repeatable::ReadConversation,
            HandOverStep::Assign => Repeatable::Assign,
            HandOverStep::Note(_) => {
                let question = hand_over.question.as_ref();
                let key = self.key_of(question.map(|question| &question.covers));
                let words = question.map(|question| &question.text);
                let note = handover_note(hand_over.reason.in_words(), words, hand_over.unsent.as_ref(), key.as_str());
                Repeatable::WriteNote(note)
            }
        }
    }

    pub(super) fn handed_over(&mut self, mut turn: Turn, mut hand_over: HandOver, finding: Finding) {
        let fault = match (hand_over.step, finding) {
            (HandOverStep::Look, Finding::Conversation(Ok(thread), requested_at)) => {
                self.succeeded(&mut turn, Call::Read);
                return self.look(turn, hand_over, &thread, requested_at);
            }
            (HandOverStep::Look, Finding::Conversation(Err(Fault::NotFound), _)) if self.is_gone(&turn) => {
                return self.hand_over_failed(&hand_over, FailureReason::ConversationGone);
            }
            // It cannot be seen who has it, and a teammate must be told all the same, if anything may be written.
            (HandOverStep::Look, Finding::Conversation(Err(fault), _)) if self.is_unreadable(&turn, &fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                if self.policy.mode == ReplyMode::Off {
                    return self.settle(Outcome::StoodDown(StandDownReason::ModeOff), covers_of(&hand_over));
                }
                hand_over.step = HandOverStep::Assign;
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
            (HandOverStep::Assign, Finding::Assigned(Ok(()))) => {
                self.succeeded(&mut turn, Call::Assign);
                hand_over.step = HandOverStep::Note(Assignment::Made);
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
            (HandOverStep::Assign, Finding::Assigned(Err(fault))) if is_final(&fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                hand_over.step = HandOverStep::Note(Assignment::Refused);
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
            (HandOverStep::Note(_), Finding::NoteWritten(Ok(_))) => {
                return self.teammate_told(&hand_over);
            }
            // Intercom took it, in an answer that we cannot read: one more would be one too many.
            (HandOverStep::Note(_), Finding::NoteWritten(Err(Fault::Unanswered(Silence::Garbled))))
                if turn.failures >= MOST_GARBLED_NOTES =>
            {
                return self.teammate_told(&hand_over);
            }
            (HandOverStep::Note(assignment), Finding::NoteWritten(Err(fault))) if is_final(&fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return match assignment {
                    Assignment::Made => self.teammate_told(&hand_over),
                    Assignment::Refused => self.hand_over_failed(&hand_over, FailureReason::IntercomRefused),
                };
            }
            (HandOverStep::Look, Finding::Conversation(Err(fault), _))
            | (HandOverStep::Assign, Finding::Assigned(Err(fault)))
            | (HandOverStep::Note(_), Finding::NoteWritten(Err(fault))) => fault,
            (HandOverStep::Look | HandOverStep::Assign | HandOverStep::Note(_), _unasked_for) => {
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
        };
        let call = match hand_over.step {
            HandOverStep::Look => Call::Read,
            HandOverStep::Assign => Call::Assign,
            HandOverStep::Note(_) => Call::Note,
        };
        let at = self.again(&mut turn, call, fault);
        hand_over.look_before_assigning();
        self.open(turn, Stage::HandingOver(Progress::Due(at), hand_over));
    }

    /// Whether looking is of no use: Intercom refuses the read, or its answer stays such that we cannot read it.
    fn is_unreadable(&self, turn: &Turn, fault: &Fault) -> bool {
        match fault {
            Fault::Refused { .. } => true,
            Fault::Unanswered(Silence::Garbled) => self.now >= turn.deadline,
            Fault::Unauthorised { .. }
            | Fault::NotFound
            | Fault::RateLimited { .. }
            | Fault::Failed { .. }
            | Fault::Unanswered(_) => false,
        }
    }

    /// What a read made for the hand-over shows.
    fn look(&mut self, mut turn: Turn, hand_over: HandOver, thread: &Thread, requested_at: UnixMillis) {
        let view = View { state: &self.state, thread };
        if hand_over.reason == HandOverReason::ReplyUnknown
            && self.is_given_up(&hand_over)
            && let Some(part) = view.landed()
        {
            self.state.unknown_post = None;
            self.remember_sent(part.clone());
            return self.settle(Outcome::Replied { part, by: RepliedBy::UsLate }, covers_of(&hand_over));
        }
        let missing = view.missing(covers_of(&hand_over));
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return self.open(turn, Stage::HandingOver(Progress::Due(at), hand_over));
        }
        self.learn(thread);
        if let Some(covers) = covers_of(&hand_over) {
            self.await_next(covers, thread);
        }
        self.settle_hints(requested_at);
        self.looked(turn, hand_over, thread);
    }

    /// Whether the post that was given up is this turn's.
    fn is_given_up(&self, hand_over: &HandOver) -> bool {
        let key = self.key_of(covers_of(hand_over));
        self.state.unknown_post.as_ref().is_some_and(|post| post.key.as_ref() == Some(&key))
    }

    /// Whether a teammate still needs to be told, and of what.
    fn looked(&mut self, turn: Turn, mut hand_over: HandOver, thread: &Thread) {
        let view = View { state: &self.state, thread };
        let uncovered = view.uncovered();
        let Some(all) = Covers::of(&uncovered) else {
            let covers = hand_over.question.map(|question| question.covers);
            return self.settle(Outcome::StoodDown(StandDownReason::Vanished), covers.as_ref());
        };
        if let Standing::NotOurs(reason) = view.standing(all.newest, self.now, self.policy) {
            return self.settle(Outcome::StoodDown(reason), Some(&all));
        }
        let asked = hand_over.question.as_ref().map_or(&all, |question| &question.covers);
        if let Some(part) = view.answered_by_older_system(&asked.parts) {
            let covers = asked.clone();
            return self.settle_answered_by_others(Outcome::Replied { part, by: RepliedBy::OlderSystem }, &covers);
        }
        if hand_over.question.is_none() {
            let pending = view.pending();
            let text = self.words(&turn, thread, &pending);
            hand_over.question = Some(Question { text, covers: all });
        }
        hand_over.step = HandOverStep::Assign;
        self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
    }

    fn teammate_told(&mut self, hand_over: &HandOver) {
        self.state.handed_over_at = Some(self.now);
        self.settle(Outcome::HandedOver(hand_over.reason), covers_of(hand_over));
    }

    fn hand_over_failed(&mut self, hand_over: &HandOver, reason: FailureReason) {
        self.settle(Outcome::Failed(reason), covers_of(hand_over));
    }
}

impl HandOver {
    /// Before an assignment is tried again: a teammate may have taken the conversation meanwhile.
    pub(super) fn look_before_assigning(&mut self) {
        if self.step == HandOverStep::Assign {
            self.step = HandOverStep::Look;
        }
    }
}

/// A note may be written so often without a readable answer.
const MOST_GARBLED_NOTES: u32 = 2;

fn covers_of(hand_over: &HandOver) -> Option<&Covers> {
    hand_over.question.as_ref().map(|question| &question.covers)
}

/// Whether repeating the call is of no use, now or later.
fn is_final(fault: &Fault) -> bool {
    match fault.whose() {
        Whose::Ours => true,
        Whose::FarSide => *fault == Fault::NotFound,
        Whose::Operator => false,
    }
}

impl HandOverReason {
    /// The reason, as a teammate reads it in the note.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::AiUnavailable => "GPT Trainer could not be reached, or gave no answer in time.",
            Self::AiRefused => "GPT Trainer refused the question.",
            Self::EmptyAnswer => "GPT Trainer gave an empty answer.",
            Self::ReplyRefused => "Intercom refused the reply.",
            Self::ReplyUnknown => {
                "Intercom never confirmed the reply, and it is not to be seen here. It may still appear: look before you answer."
            }
            Self::IntercomUnavailable => "Intercom did not take the reply in time.",
        }
    }
}
