//! Telling a teammate: look, assign, note. Assignment and note are retried without an end, and a step that is done is not done
//! again. Then the customer is told: [`telling`](super::telling).

use super::reading::what_is_said;
use super::{Next, Step};
use crate::fault::{FarSide, Fault, Owner, Silence};
use crate::gpt_trainer::variables::Variables;
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Assignee, Author, Entry, EntryKind, Thread};
use crate::text::{Reply, carries_turn, handover_note, without_transcript};
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::grant::GrantKey;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::policy::ReplyMode;
use crate::turn::state::{
    Assignment, Call, Covers, Ended, HandOver, HandOverStep, Question, Reopening, Service, Sign, Stage, Turn,
};
use crate::turn::view::Eligibility;

impl Step<'_> {
    /// Begins to tell a teammate, after a look at who has the conversation.
    pub(super) fn hand_over(&mut self, turn: Turn, reason: HandOverReason, unsent: Option<Reply>) -> Next {
        let (turn, hand_over) = self.begin_hand_over(turn, reason, unsent);
        turn.hand_over_at(hand_over, HandOverStep::Look, self.now)
    }

    /// Begins to tell a teammate, on a read that has just been made.
    pub(super) fn hand_over_seen(
        &mut self,
        turn: Turn,
        reason: HandOverReason,
        unsent: Reply,
        thread: &Thread,
    ) -> Next {
        let (turn, hand_over) = self.begin_hand_over(turn, reason, Some(unsent));
        self.looked(turn, hand_over, thread)
    }

    fn begin_hand_over(&mut self, turn: Turn, reason: HandOverReason, unsent: Option<Reply>) -> (Turn, HandOver) {
        self.announce(Announcement::HandingOver(reason));
        let turn = Turn { failing: None, failures: 0, hand_over_requested: false, about: Variables::default(), ..turn };
        (turn, HandOver { reason, unsent, step: HandOverStep::Look })
    }

    pub(super) fn command_of_hand_over(&self, turn: &Turn, hand_over: &HandOver) -> Repeatable {
        match hand_over.step {
            HandOverStep::Look | HandOverStep::FindNote(_) | HandOverStep::Recheck | HandOverStep::FindPost(..) => {
                Repeatable::ReadConversation
            }
            HandOverStep::Assign => Repeatable::Assign,
            HandOverStep::Note(_) => {
                let key = self.key_of(turn.covers());
                // The transcript was for the AI; it stands above the note anyway.
                let words = turn.question.as_ref().map(|question| without_transcript(&question.text));
                let (why, unsent) = (hand_over.reason.in_words(), hand_over.unsent.as_ref());
                Repeatable::WriteNote(handover_note(why, words.as_ref(), unsent, key.as_str()))
            }
            HandOverStep::SeekGrant => Repeatable::SeekGrant(GrantKey::new(&self.state, turn)),
            HandOverStep::Post(_) => unreachable!("what is done once runs from the beginning"),
        }
    }

    pub(super) fn handed_over(&mut self, mut turn: Turn, hand_over: HandOver, finding: CommandResult) -> Next {
        let now = self.now;
        let fault = match (hand_over.step.clone(), finding) {
            (HandOverStep::Look, CommandResult::Conversation(Ok(thread), requested_at)) => {
                self.succeeded(&mut turn, Call::ReadConversation);
                return self.look(turn, hand_over, &thread, requested_at);
            }
            (HandOverStep::Look, CommandResult::Conversation(Err(Fault::NotFound), _)) if self.is_gone(&turn) => {
                return turn.end(Outcome::Failed(FailureReason::ConversationGone));
            }
            // It cannot be seen who has it, and a teammate must be told all the same, if anything may be written.
            (HandOverStep::Look, CommandResult::Conversation(Err(fault), _)) if self.is_unreadable(&turn, &fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                if self.state.mode(self.policy) == ReplyMode::Off {
                    return turn.end(Outcome::StoodDown(StandDownReason::ModeOff));
                }
                return turn.hand_over_at(hand_over, HandOverStep::Assign, now);
            }
            (HandOverStep::Assign, CommandResult::Assigned(Ok(()))) => {
                self.succeeded(&mut turn, Call::Assign);
                return turn.hand_over_at(hand_over, HandOverStep::Note(Assignment::Made), now);
            }
            (HandOverStep::Assign, CommandResult::Assigned(Err(fault))) if is_final(&fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return turn.hand_over_at(hand_over, HandOverStep::Note(Assignment::Refused), now);
            }
            (HandOverStep::Note(_), CommandResult::NoteWritten(Ok(_))) => {
                return self.teammate_notified(turn, hand_over);
            }
            // Intercom took it, in an answer that we cannot read: one more would be one too many.
            (HandOverStep::Note(_), CommandResult::NoteWritten(Err(Fault::Unanswered(Silence::Garbled))))
                if turn.failures >= MOST_GARBLED_NOTES =>
            {
                return self.teammate_notified(turn, hand_over);
            }
            (HandOverStep::Note(assignment), CommandResult::NoteWritten(Err(fault))) if is_final(&fault) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return match assignment {
                    Assignment::Made => self.teammate_notified(turn, hand_over),
                    Assignment::Refused => turn.end(Outcome::Failed(FailureReason::IntercomRefused)),
                };
            }
            (HandOverStep::FindNote(assignment), CommandResult::Conversation(Ok(thread), _)) => {
                if let Some(part) = self.landed_after_all(&turn, &hand_over, &thread) {
                    return self.answered_late(turn, part);
                }
                self.learn(&thread);
                if self.carries_note(&turn, &thread) {
                    return self.teammate_notified(turn, hand_over);
                }
                return turn.hand_over_at(hand_over, HandOverStep::Note(assignment), now);
            }
            // Two notes do less harm than none.
            (HandOverStep::FindNote(assignment), CommandResult::Conversation(Err(fault), _))
                if is_final(&fault) || self.is_unreadable(&turn, &fault) =>
            {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return turn.hand_over_at(hand_over, HandOverStep::Note(assignment), now);
            }
            (HandOverStep::SeekGrant, CommandResult::Grant(result)) => {
                return self.message_granted(turn, hand_over, result);
            }
            (HandOverStep::Recheck, CommandResult::Conversation(result, requested_at)) => {
                return self.message_rechecked(turn, hand_over, result, requested_at);
            }
            (HandOverStep::Post(intent), CommandResult::Posted(result)) => {
                return self.message_posted(turn, hand_over, intent, result);
            }
            (HandOverStep::FindPost(intent, ended), CommandResult::Conversation(result, requested_at)) => {
                return self.message_looked_for(turn, hand_over, (intent, ended), result, requested_at);
            }
            (HandOverStep::Look | HandOverStep::FindNote(_), CommandResult::Conversation(Err(fault), _))
            | (HandOverStep::Assign, CommandResult::Assigned(Err(fault)))
            | (HandOverStep::Note(_), CommandResult::NoteWritten(Err(fault))) => fault,
            (step, _unasked_for) => return turn.hand_over_at(hand_over, step, now),
        };
        let far_side = fault.far_side();
        // A look between two tries must not make the pause begin anew.
        let call = match hand_over.step {
            HandOverStep::Note(_) | HandOverStep::FindNote(_) => Call::WriteNote,
            HandOverStep::Assign => Call::Assign,
            HandOverStep::Look
            | HandOverStep::SeekGrant
            | HandOverStep::Recheck
            | HandOverStep::Post(_)
            | HandOverStep::FindPost(..) => Call::ReadConversation,
        };
        let at = self.again(&mut turn, call, fault);
        let was_written = far_side != FarSide::DidNotAct || !matches!(hand_over.step, HandOverStep::Note(_));
        let hand_over = if was_written { hand_over.look_before_repeating() } else { hand_over };
        turn.due(Stage::HandingOver(hand_over), at)
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
    fn look(&mut self, mut turn: Turn, hand_over: HandOver, thread: &Thread, requested_at: UnixMillis) -> Next {
        if let Some(part) = self.landed_after_all(&turn, &hand_over, thread) {
            return self.answered_late(turn, part);
        }
        let mut missing = self.view(thread).missing(turn.covers(), requested_at);
        if turn.question.is_some() {
            // People need not wait for what else the customer wrote; without a question this read tells what that was.
            missing = missing.parts_only();
        }
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return turn.hand_over_at(hand_over, HandOverStep::Look, at);
        }
        self.learn(thread);
        if let Some(covers) = turn.covers() {
            self.await_next(covers, thread);
        }
        self.settle_hints(requested_at);
        if turn.question.is_none() {
            // The messages to hand over are not known yet, and what they gave back waits too.
            self.reopen(thread);
        }
        self.looked(turn, hand_over, thread)
    }

    /// The reply of this very turn that was given up as unknown, if a read shows it.
    fn landed_after_all(&self, turn: &Turn, hand_over: &HandOver, thread: &Thread) -> Option<PartId> {
        let given_up = hand_over.reason == HandOverReason::ReplyUnknown && self.is_given_up(turn);
        self.view(thread).landed().filter(|_| given_up)
    }

    fn answered_late(&mut self, turn: Turn, part: PartId) -> Next {
        self.state.unknown_post = None;
        self.remember_sent(part.clone());
        turn.end(Outcome::Replied { part, by: RepliedBy::UsLate })
    }

    /// Whether the post that was given up is this turn's.
    fn is_given_up(&self, turn: &Turn) -> bool {
        let key = self.key_of(turn.covers());
        self.state.unknown_post.as_ref().is_some_and(|post| post.key.as_ref() == Some(&key))
    }

    /// Whether a teammate still needs to be told, and of what.
    fn looked(&mut self, mut turn: Turn, hand_over: HandOver, thread: &Thread) -> Next {
        let view = self.view(thread);
        let uncovered = view.uncovered();
        let Some(all) = Covers::of(&uncovered) else {
            let is_about_nothing = self.is_about_nothing(&turn, &hand_over);
            return if is_about_nothing { Next::Rest } else { turn.end(Outcome::StoodDown(StandDownReason::Vanished)) };
        };
        if let Eligibility::NotOurs(reason) = view.eligibility(all.newest, self.now) {
            let asked = turn.covers().filter(|_| self.is_given_up(&turn)).cloned();
            return self.leave_to_teammates(Outcome::StoodDown(reason), all, asked, &uncovered);
        }
        let asked = turn.covers().unwrap_or(&all);
        if let Some(word) = view.answered_by_another_program(&asked.parts) {
            let (covers, part) = (asked.clone(), word.id.clone());
            return self.end_answered_by_others(
                Outcome::Replied { part, by: RepliedBy::AnotherProgram },
                covers,
                thread,
            );
        }
        if turn.question.is_none() {
            let pending = view.pending();
            // What others have answered is handed over where the operator wants that.
            let text = what_is_said(thread, if pending.is_empty() { &uncovered } else { &pending });
            turn.question = Some(Question { text, covers: all });
        }
        let covers = &turn.asked().covers;
        // What was done before the turn was opened again does not count.
        let first_time = self.times_reopened(covers.parts.last()) == 0;
        let assigned = first_time && is_assigned_by_us(thread, covers);
        let step = if assigned { HandOverStep::FindNote(Assignment::Made) } else { HandOverStep::Assign };
        turn.hand_over_at(hand_over, step, self.now)
    }

    /// The owner of the conversation has all that waits in it. The messages whose reply may still land are a turn of their own:
    /// by its key the reply is known, and the others it does not answer.
    fn leave_to_teammates(
        &mut self,
        outcome: Outcome,
        all: Covers,
        asked: Option<Covers>,
        uncovered: &[&Entry],
    ) -> Next {
        let Some(asked) = asked else { return Next::End(outcome, Some(all)) };
        let others: Vec<_> = uncovered.iter().filter(|entry| !asked.parts.contains(&entry.id)).copied().collect();
        let Some(others) = Covers::of(&others) else { return Next::End(outcome, Some(asked)) };
        self.record(self.key_of(Some(&asked)), outcome.clone(), Some(&asked));
        self.cover(&asked);
        Next::End(outcome, Some(others))
    }

    /// Whether the note of this hand-over stands in the conversation.
    fn carries_note(&self, turn: &Turn, thread: &Thread) -> bool {
        let key = self.key_of(turn.covers());
        let ours =
            thread.entries.iter().filter(|entry| entry.author == Author::Ourselves && entry.kind == EntryKind::Note);
        ours.filter_map(|entry| entry.body.as_ref()).any(|body| carries_turn(body, key.as_str()))
    }

    /// People know. The bot stays quiet from now on, and the customer is told so, once.
    fn teammate_notified(&mut self, turn: Turn, hand_over: HandOver) -> Next {
        // A teammate gave it back, or answered, during the hand-over: there is nothing to wait for any more.
        let is_over = self.is_given_back_since(turn.covers()) || self.is_attended_to(turn.covers());
        if !is_over {
            self.state.handed_over_at = Some(self.now);
        }
        match turn.covers() {
            Some(covers) if !is_over && self.message_for(hand_over.reason, covers).is_some() => {
                turn.hand_over_at(hand_over, HandOverStep::SeekGrant, self.now)
            }
            Some(_) | None => turn.end(Outcome::HandedOver(hand_over.reason)),
        }
    }

    /// Whether a teammate who could see these messages gave the conversation back; else the give-back is void.
    fn is_given_back_since(&mut self, covers: Option<&Covers>) -> bool {
        if self.state.reopening != Reopening::GivenBack {
            return false;
        }
        let given = self.state.given_back.as_ref().map(|given| given.at);
        let knew = self.newest_covered(covers).is_none_or(|newest| given.is_some_and(|given| given >= newest));
        if !knew {
            self.state.reopening = Reopening::No;
        }
        knew
    }

    /// Whether a teammate has answered the messages of the hand-over since it was last looked whether one has.
    fn is_attended_to(&self, covers: Option<&Covers>) -> bool {
        let spoke = self.state.teammate.as_ref().filter(|sign| sign.sign == Sign::Spoke);
        spoke.is_some_and(|sign| self.newest_covered(covers).is_some_and(|newest| sign.at >= newest))
    }

    /// When the newest message of the hand-over was written; where no read has shown one, of those that were reported.
    fn newest_covered(&self, covers: Option<&Covers>) -> Option<UnixSeconds> {
        let heard_of = self.state.awaited.iter().map(|awaited| awaited.at);
        match covers {
            Some(covers) => Some(covers.newest),
            None => heard_of.chain(self.state.open_nudge().map(|nudged| nudged.at)).max(),
        }
    }
}

impl HandOver {
    /// Before a step is tried again whose last try may have worked: it may be done, and before an assignment a teammate may
    /// have taken the conversation meanwhile.
    pub(super) fn look_before_repeating(self) -> Self {
        let step = match self.step {
            HandOverStep::Look | HandOverStep::Assign => HandOverStep::Look,
            HandOverStep::Note(assignment) | HandOverStep::FindNote(assignment) => HandOverStep::FindNote(assignment),
            HandOverStep::SeekGrant | HandOverStep::Recheck => HandOverStep::SeekGrant,
            HandOverStep::Post(intent) => HandOverStep::FindPost(intent, Ended::Unanswered),
            step @ HandOverStep::FindPost(..) => step,
        };
        Self { step, ..self }
    }
}

/// A note may be written so often without a readable answer.
const MOST_GARBLED_NOTES: u32 = 2;

/// Whether we have assigned the conversation since the last of these messages.
fn is_assigned_by_us(thread: &Thread, covers: &Covers) -> bool {
    let is_last = |entry: &Entry| covers.parts.contains(&entry.id);
    let since = thread.entries.iter().rposition(is_last).map_or(0, |at| at + 1);
    thread.entries[since..].iter().any(|entry| {
        entry.author == Author::Ourselves
            && matches!(entry.kind, EntryKind::Assignment(Some(Assignee::Team | Assignee::Other)))
    })
}

/// Whether repeating the call is of no use, now or later.
fn is_final(fault: &Fault) -> bool {
    match fault.owner() {
        Owner::Ours => true,
        Owner::FarSide => *fault == Fault::NotFound,
        Owner::Operator => false,
    }
}

impl HandOverReason {
    /// The reason, as a teammate reads it in the note.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::AiUnavailable => "GPT Trainer could not be reached or did not answer in time.",
            Self::AiRefused => "GPT Trainer refused the question.",
            Self::EmptyAnswer => "GPT Trainer returned an empty answer.",
            Self::ReplyRefused => "Intercom refused the reply.",
            Self::ReplyUnknown => {
                "Intercom never confirmed the reply, and it does not appear in this conversation. It may still appear, so check before you answer."
            }
            Self::IntercomUnavailable => "Intercom was unavailable until the deadline.",
            Self::CustomerAsked => "The customer asked for a person.",
            Self::AiAsked => "GPT Trainer said a person is needed.",
            Self::DailyCap => {
                "This conversation has reached its daily limit of replies (MAX_REPLIES_PER_CONVERSATION_PER_DAY)."
            }
            Self::OtherBotSilent => "Fin or another bot has this conversation but did not answer in time.",
            Self::GrantUnavailable => "OneReply could not check whether replies are paused.",
            Self::OnlyAttachments => "The customer sent images or files without text, which the AI cannot read.",
            Self::Operator => "An operator handed it over.",
        }
    }
}
