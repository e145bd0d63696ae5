//! Telling a teammate: look, assign, note, and then the line to the customer. Assignment and note are retried without an
//! end, and a step that is done is not done again. The line takes the way of a reply, and is said at most once.

use super::Step;
use super::reading::what_is_said;
use crate::fault::{FarSide, Fault, Silence, Whose};
use crate::gpt_trainer::variables::Variables;
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Assignee, Author, Entry, Kind, Thread};
use crate::text::{AnswerText, carries_turn, handover_note, plain_reply, without_transcript};
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::Finding;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::policy::ReplyMode;
use crate::turn::standing::{Standing, View};
use crate::turn::state::{
    Answered, Assignment, Call, Covers, HandOver, HandOverStep, Progress, Purpose, Question, Reopening, Service, Sign,
    Stage, Turn, Wish,
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
        self.announce(Announcement::HandingOver(reason));
        turn.failing = None;
        turn.failures = 0;
        turn.wish = Wish::Answer;
        turn.about = Variables::default();
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
        self.announce(Announcement::HandingOver(reason));
        turn.failing = None;
        turn.failures = 0;
        turn.wish = Wish::Answer;
        let Answered { question, answer, .. } = answered;
        let hand_over = HandOver { reason, step: HandOverStep::Look, question: Some(question), unsent: Some(answer) };
        self.looked(turn, hand_over, thread);
    }

    pub(super) fn hand_over_command(&self, hand_over: &HandOver) -> Repeatable {
        match hand_over.step {
            HandOverStep::Look | HandOverStep::FindNote(_) => Repeatable::ReadConversation,
            HandOverStep::Assign => Repeatable::Assign,
            HandOverStep::Note(_) => {
                let question = hand_over.question.as_ref();
                let key = self.key_of(covers_of(hand_over));
                // The transcript was for the AI; it stands above the note anyway.
                let words = question.map(|question| without_transcript(&question.text));
                let (why, unsent) = (hand_over.reason.in_words(), hand_over.unsent.as_ref());
                let note = handover_note(why, words.as_ref(), unsent, key.as_str());
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
                if self.state.mode(self.policy) == ReplyMode::Off {
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
                return self.teammate_told(turn, hand_over);
            }
            // Intercom took it, in an answer that we cannot read: one more would be one too many.
            (HandOverStep::Note(_), Finding::NoteWritten(Err(Fault::Unanswered(Silence::Garbled))))
                if turn.failures >= MOST_GARBLED_NOTES =>
            {
                return self.teammate_told(turn, hand_over);
            }
            (HandOverStep::Note(assignment), Finding::NoteWritten(Err(fault))) if is_final(&fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return match assignment {
                    Assignment::Made => self.teammate_told(turn, hand_over),
                    Assignment::Refused => self.hand_over_failed(&hand_over, FailureReason::IntercomRefused),
                };
            }
            (HandOverStep::FindNote(assignment), Finding::Conversation(Ok(thread), _)) => {
                if let Some(part) = self.landed_after_all(&hand_over, &thread) {
                    return self.answered_late(&hand_over, part);
                }
                self.learn(&thread);
                if self.carries_note(&thread, &hand_over) {
                    return self.teammate_told(turn, hand_over);
                }
                hand_over.step = HandOverStep::Note(assignment);
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
            // Two notes do less harm than none.
            (HandOverStep::FindNote(assignment), Finding::Conversation(Err(fault), _))
                if is_final(&fault) || self.is_unreadable(&turn, &fault) =>
            {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                hand_over.step = HandOverStep::Note(assignment);
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
            (HandOverStep::Look | HandOverStep::FindNote(_), Finding::Conversation(Err(fault), _))
            | (HandOverStep::Assign, Finding::Assigned(Err(fault)))
            | (HandOverStep::Note(_), Finding::NoteWritten(Err(fault))) => fault,
            (
                HandOverStep::Look | HandOverStep::Assign | HandOverStep::Note(_) | HandOverStep::FindNote(_),
                _unasked_for,
            ) => {
                return self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
            }
        };
        let call = match hand_over.step {
            HandOverStep::Look => Call::Read,
            HandOverStep::Assign => Call::Assign,
            // A look between two tries must not make the pause begin anew.
            HandOverStep::Note(_) | HandOverStep::FindNote(_) => Call::Note,
        };
        let far_side = fault.far_side();
        let at = self.again(&mut turn, call, fault);
        match (hand_over.step, far_side) {
            (HandOverStep::Note(_), FarSide::DidNotAct) => {}
            (HandOverStep::Look | HandOverStep::Assign | HandOverStep::Note(_) | HandOverStep::FindNote(_), _) => {
                hand_over.look_before_repeating();
            }
        }
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
        if let Some(part) = self.landed_after_all(&hand_over, thread) {
            return self.answered_late(&hand_over, part);
        }
        let view = View { state: &self.state, thread, policy: self.policy };
        let mut missing = view.missing(covers_of(&hand_over), requested_at);
        if hand_over.question.is_some() {
            // People need not wait for what else the customer wrote; without a question this read tells what that was.
            missing = missing.parts_only();
        }
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return self.open(turn, Stage::HandingOver(Progress::Due(at), hand_over));
        }
        self.learn(thread);
        if let Some(covers) = covers_of(&hand_over) {
            self.await_next(covers, thread);
        }
        self.settle_hints(requested_at);
        if hand_over.question.is_none() {
            // Nobody knows yet what people are to be told of, and what they gave back waits too.
            self.reopen(thread);
        }
        self.looked(turn, hand_over, thread);
    }

    /// The reply of this very turn that was given up as unknown, if a read shows it.
    fn landed_after_all(&self, hand_over: &HandOver, thread: &Thread) -> Option<PartId> {
        let given_up = hand_over.reason == HandOverReason::ReplyUnknown && self.is_given_up(hand_over);
        View { state: &self.state, thread, policy: self.policy }.landed().filter(|_| given_up)
    }

    fn answered_late(&mut self, hand_over: &HandOver, part: PartId) {
        self.state.unknown_post = None;
        self.remember_sent(part.clone());
        self.settle(Outcome::Replied { part, by: RepliedBy::UsLate }, covers_of(hand_over));
    }

    /// Whether the post that was given up is this turn's.
    fn is_given_up(&self, hand_over: &HandOver) -> bool {
        let key = self.key_of(covers_of(hand_over));
        self.state.unknown_post.as_ref().is_some_and(|post| post.key.as_ref() == Some(&key))
    }

    /// Whether a teammate still needs to be told, and of what.
    fn looked(&mut self, turn: Turn, mut hand_over: HandOver, thread: &Thread) {
        let view = View { state: &self.state, thread, policy: self.policy };
        let uncovered = view.uncovered();
        let Some(all) = Covers::of(&uncovered) else {
            if self.is_about_nothing(&hand_over) {
                return self.rest();
            }
            let covers = hand_over.question.map(|question| question.covers);
            return self.settle(Outcome::StoodDown(StandDownReason::Vanished), covers.as_ref());
        };
        if let Standing::NotOurs(reason) = view.standing(all.newest, self.now) {
            let asked = covers_of(&hand_over).filter(|_| self.is_given_up(&hand_over)).cloned();
            return self.leave_to_people(Outcome::StoodDown(reason), &all, asked, &uncovered);
        }
        let asked = hand_over.question.as_ref().map_or(&all, |question| &question.covers);
        if let Some(word) = view.answered_by_older_system(&asked.parts) {
            let (covers, part) = (asked.clone(), word.id.clone());
            let outcome = Outcome::Replied { part, by: RepliedBy::OlderSystem };
            return self.settle_answered_by_others(outcome, &covers, thread);
        }
        if hand_over.question.is_none() {
            let pending = view.pending();
            // What others have answered is handed over where the operator wants that.
            let text = what_is_said(thread, if pending.is_empty() { &uncovered } else { &pending });
            hand_over.question = Some(Question { text, covers: all });
        }
        let covers = covers_of(&hand_over);
        // What was done before the turn was opened again does not count.
        let first_time = self.times_reopened(covers.and_then(|covers| covers.parts.last())) == 0;
        let assigned = first_time && is_assigned_by_us(thread, covers);
        hand_over.step = if assigned { HandOverStep::FindNote(Assignment::Made) } else { HandOverStep::Assign };
        self.open(turn, Stage::HandingOver(Progress::Due(self.now), hand_over));
    }

    /// Whoever has the conversation has all that waits in it. The messages whose reply may still land are a turn of their own:
    /// by its key the reply is known, and the others it does not answer.
    fn leave_to_people(&mut self, outcome: Outcome, all: &Covers, asked: Option<Covers>, uncovered: &[&Entry]) {
        let Some(asked) = asked else { return self.settle(outcome, Some(all)) };
        let others: Vec<_> = uncovered.iter().filter(|entry| !asked.parts.contains(&entry.id)).copied().collect();
        let Some(others) = Covers::of(&others) else { return self.settle(outcome, Some(&asked)) };
        self.record(self.key_of(Some(&asked)), outcome.clone(), Some(&asked));
        self.cover(&asked);
        self.settle(outcome, Some(&others));
    }

    /// Whether the note of this hand-over stands in the conversation.
    fn carries_note(&self, thread: &Thread, hand_over: &HandOver) -> bool {
        let key = self.key_of(covers_of(hand_over));
        let ours = thread.entries.iter().filter(|entry| entry.author == Author::Ourselves && entry.kind == Kind::Note);
        ours.filter_map(|entry| entry.body.as_ref()).any(|body| carries_turn(body, key.as_str()))
    }

    /// People know. The bot stays quiet from now on, and the customer is told so, once.
    fn teammate_told(&mut self, turn: Turn, hand_over: HandOver) {
        if self.is_given_back_since(covers_of(&hand_over)) || self.is_attended_to(covers_of(&hand_over)) {
            // Somebody gave it back, or answered, while they were being told: there is nothing to wait for any more.
            let covers = hand_over.question.map(|question| question.covers);
            return self.settle(Outcome::HandedOver(hand_over.reason), covers.as_ref());
        }
        self.state.handed_over_at = Some(self.now);
        match hand_over.question {
            Some(question) if self.wants_line(hand_over.reason, &question.covers) => {
                let answer = AnswerText(self.policy.handover_message.clone());
                let answered =
                    Answered { question, answer, purpose: Purpose::Line(hand_over.reason), sources: Vec::new() };
                self.open(turn, Stage::RenewingGrant(Progress::Due(self.now), answered));
            }
            question => {
                let covers = question.map(|question| question.covers);
                self.settle(Outcome::HandedOver(hand_over.reason), covers.as_ref());
            }
        }
    }

    /// Whether somebody who could know of these messages gave the conversation back; else what they gave back counts no more.
    fn is_given_back_since(&mut self, covers: Option<&Covers>) -> bool {
        if self.state.reopening != Reopening::GivenBack {
            return false;
        }
        let given = self.state.given_back.as_ref().map(|given| given.at);
        let knew = self.newest_told_of(covers).is_none_or(|newest| given.is_some_and(|given| given >= newest));
        if !knew {
            self.state.reopening = Reopening::No;
        }
        knew
    }

    /// Whether a teammate has answered what people are told of, since it was last looked whether one has.
    fn is_attended_to(&self, covers: Option<&Covers>) -> bool {
        let spoke = self.state.teammate.as_ref().filter(|sign| sign.sign == Sign::Spoke);
        spoke.is_some_and(|sign| self.newest_told_of(covers).is_some_and(|newest| sign.at >= newest))
    }

    /// When the newest was written of what people are told of; where no read has shown that, of what we heard of.
    fn newest_told_of(&self, covers: Option<&Covers>) -> Option<UnixSeconds> {
        let heard_of = self.state.awaited.iter().map(|awaited| awaited.at);
        match covers {
            Some(covers) => Some(covers.newest),
            None => heard_of.chain(self.state.open_nudge().map(|nudged| nudged.at)).max(),
        }
    }

    /// Whether the customer is told of a hand-over. Behind a reply that may still land nothing more is said in public.
    pub(super) fn wants_line(&self, reason: HandOverReason, covers: &Covers) -> bool {
        let age = self.now.since(covers.newest.to_millis());
        self.state.mode(self.policy) == ReplyMode::Reply
            && reason != HandOverReason::ReplyUnknown
            && self.state.unknown_post.is_none()
            && plain_reply(&self.policy.handover_message).is_some()
            && age <= self.policy.max_answer_age
    }

    fn hand_over_failed(&mut self, hand_over: &HandOver, reason: FailureReason) {
        self.settle(Outcome::Failed(reason), covers_of(hand_over));
    }
}

impl HandOver {
    /// Before a step is tried again whose last try may have worked: it may be done, and before an assignment a teammate may
    /// have taken the conversation meanwhile.
    pub(super) fn look_before_repeating(&mut self) {
        self.step = match self.step {
            HandOverStep::Look | HandOverStep::Assign => HandOverStep::Look,
            HandOverStep::Note(assignment) | HandOverStep::FindNote(assignment) => HandOverStep::FindNote(assignment),
        };
    }
}

/// A note may be written so often without a readable answer.
const MOST_GARBLED_NOTES: u32 = 2;

fn covers_of(hand_over: &HandOver) -> Option<&Covers> {
    hand_over.question.as_ref().map(|question| &question.covers)
}

/// Whether we have assigned the conversation since the last of these messages.
fn is_assigned_by_us(thread: &Thread, covers: Option<&Covers>) -> bool {
    let is_last = |entry: &Entry| covers.is_some_and(|covers| covers.parts.contains(&entry.id));
    let since = thread.entries.iter().rposition(is_last).map_or(0, |at| at + 1);
    thread.entries[since..].iter().any(|entry| {
        entry.author == Author::Ourselves
            && matches!(entry.kind, Kind::Assignment(Some(Assignee::Team | Assignee::Other)))
    })
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
            Self::CustomerAsked => "The customer asked for a person.",
            Self::AiAsked => "GPT Trainer says that a person is needed.",
            Self::DailyCap => {
                "The bot has given as many replies here as it may in a day (MAX_REPLIES_PER_CONVERSATION_PER_DAY)."
            }
            Self::OtherBotSilent => "Another bot has this conversation, and has neither answered nor handed it off.",
            Self::GrantUnavailable => "The bot could not learn whether it is paused.",
            Self::OnlyAttachments => "The customer sent images or attachments without words, which the AI cannot see.",
            Self::Operator => "It was handed over in the console.",
        }
    }
}
