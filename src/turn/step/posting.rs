//! From an answer to one reply. The conversation is read seconds before, the intent is written down, and a post whose fate
//! is unknown is looked for before anything else is done.

use super::reading::MAX_STALE_READS;
use super::{Next, Retry, Step, asking::MAX_QUESTIONS};
use crate::fault::Fault;
use crate::intercom::ids::PartId;
use crate::intercom::requests::LIMIT;
use crate::intercom::thread::Thread;
use crate::time::{Millis, UnixMillis};
use crate::turn::command::{Announcement, Once};
use crate::turn::other_bot::{OtherBotIs, other_bot};
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::state::{
    Call, Covers, Delivery, Draft, Ended, Intent, Open, Progress, Service, Stage, Turn, UnknownPost,
};
use crate::turn::view::Eligibility;

/// A read that was asked for longer ago than this is made again before the post: a teammate may have spoken since.
pub(crate) const MAX_READ_AGE: Millis = Millis::from_seconds(5);

/// So many reads in a turn are made again for their age. Where Intercom takes that long for each, the answer goes out on the
/// next one: no call takes longer than its own limit, so the read is never older than that.
const MAX_SLOW_READS: u8 = 3;

impl Step<'_> {
    pub(super) fn rechecked(
        &mut self,
        mut turn: Turn,
        draft: Draft,
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) -> Next {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(&turn) => {
                return turn.end(Outcome::Failed(FailureReason::ConversationGone));
            }
            Err(fault) => return self.recheck_later(turn, draft, Call::ReadConversation, fault),
        };
        self.succeeded(&mut turn, Call::ReadConversation);
        self.learn(&thread);
        self.check(turn, draft, &thread, requested_at)
    }

    /// Whether the answer may go out, by a read that was asked for at `requested_at`.
    fn check(&mut self, mut turn: Turn, draft: Draft, thread: &Thread, requested_at: UnixMillis) -> Next {
        let covers = turn.asked().covers.clone();
        let missing = self.view(thread).missing(Some(&covers), requested_at);
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return turn.due(Stage::RenewingGrant(draft), at);
        }
        let has_newer = self.await_next(&covers, thread);
        self.settle_hints(requested_at);
        let view = self.view(thread);
        if let Some(reason) = view.teammate_owns(covers.newest) {
            return turn.end(Outcome::StoodDown(reason));
        }
        if let Some(word) = view.answered_by_another_program(&covers.parts) {
            let outcome = Outcome::Replied { part: word.id.clone(), by: RepliedBy::AnotherProgram };
            return self.end_answered_by_others(outcome, covers, thread);
        }
        let pending = view.pending();
        if !pending.iter().any(|entry| covers.parts.contains(&entry.id)) {
            let stands = view.uncovered().iter().any(|entry| covers.parts.contains(&entry.id));
            let vanished = Outcome::StoodDown(StandDownReason::Vanished);
            return turn.end(if stands { view.answered_by_others(&covers) } else { vanished });
        }
        match other_bot(thread, covers.newest, self.policy) {
            OtherBotIs::Done => return turn.end(Outcome::StoodDown(StandDownReason::OtherBot)),
            OtherBotIs::Answering { has_spoken } => {
                turn.superseded = Some(turn.asked().text.clone());
                return self.leave_to_other_bot(turn, has_spoken);
            }
            OtherBotIs::Away => {}
        }
        if has_newer && turn.answers < MAX_QUESTIONS {
            return self.supersede(turn);
        }
        if self.now.since(requested_at) > LIMIT && self.now >= turn.deadline {
            return self.hand_over(turn, HandOverReason::IntercomUnavailable, Some(draft.answer));
        }
        if self.is_too_old_a_read(&mut turn, requested_at) {
            return turn.due(Stage::RenewingGrant(draft), self.now);
        }
        match self.view(thread).eligibility(covers.newest, self.now) {
            Eligibility::NotOurs(reason) => turn.end(Outcome::StoodDown(reason)),
            Eligibility::Ours(delivery) => self.post(turn, draft, delivery, thread),
        }
    }

    /// Whether a read must be made again before anything is posted on it.
    pub(super) fn is_too_old_a_read(&self, turn: &mut Turn, requested_at: UnixMillis) -> bool {
        let age = self.now.since(requested_at);
        let too_old = age > LIMIT || (age > MAX_READ_AGE && turn.slow_reads < MAX_SLOW_READS);
        if too_old {
            turn.slow_reads = turn.slow_reads.saturating_add(1);
        }
        too_old
    }

    /// Whether there are messages that the turn does not stand for: they are asked with the others, or are the next turn. Hints
    /// that meant them are about to be settled, so from here on they are known by their ids, whatever becomes of this turn.
    pub(super) fn await_next(&mut self, covers: &Covers, thread: &Thread) -> bool {
        let pending = self.view(thread).pending();
        let newer: Vec<_> = pending.into_iter().filter(|entry| !covers.parts.contains(&entry.id)).collect();
        for entry in &newer {
            self.await_message(&entry.id, entry.at);
        }
        !newer.is_empty()
    }

    fn post(&mut self, turn: Turn, draft: Draft, delivery: Delivery, thread: &Thread) -> Next {
        let Draft { answer, sources } = draft.clone();
        let intent = self.intend(delivery, Once::Post { delivery, answer, sources }, thread);
        let (progress, stage) = (Progress::Running(self.now), Stage::Posting(draft, intent));
        Next::Open(Open { turn, progress, stage })
    }

    /// Writes the intent down; the post follows when it is on disk.
    pub(super) fn intend(&mut self, delivery: Delivery, post: Once, thread: &Thread) -> Intent {
        let now = self.now;
        self.state.unknown_post.take_if(|post| now.since(post.at) > MOST_LATE);
        let attempt = self.next_attempt();
        self.run_once(attempt, post);
        Intent { delivery, ours_before: self.view(thread).ours(delivery), attempt }
    }

    pub(super) fn posted(&mut self, turn: Turn, draft: Draft, intent: Intent, result: Result<PartId, Fault>) -> Next {
        let fault = match result {
            Ok(part) => return self.delivered(turn, intent.delivery, None, part),
            Err(fault) => fault,
        };
        match fault {
            Fault::Refused { .. } => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                self.hand_over(turn, HandOverReason::ReplyRefused, Some(draft.answer))
            }
            // Certainly not posted; where the conversation is gone the read before the next try shows it.
            Fault::Unauthorised { .. } | Fault::RateLimited { .. } | Fault::NotFound => {
                self.recheck_later(turn, draft, Call::Post, fault)
            }
            Fault::Failed { .. } | Fault::Unanswered(_) => {
                let ended = Ended::by(&fault);
                self.announce(Announcement::Failed(Service::Intercom, fault));
                turn.due(Stage::Settling(draft, intent, ended), self.now.after(self.policy.settle))
            }
        }
    }

    /// Each further try has a grant of its own: the workspace may have been paused meanwhile.
    fn recheck_later(&mut self, mut turn: Turn, draft: Draft, call: Call, fault: Fault) -> Next {
        match self.retry(&mut turn, call, fault) {
            Retry::At(at) => turn.due(Stage::RenewingGrant(draft), at),
            Retry::GiveUp => self.hand_over(turn, HandOverReason::IntercomUnavailable, Some(draft.answer)),
        }
    }

    pub(super) fn reply_looked_for(
        &mut self,
        mut turn: Turn,
        draft: Draft,
        intent: Intent,
        ended: Ended,
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) -> Next {
        match self.look_for_post(&mut turn, &intent, result, requested_at) {
            PostIs::There(part) => self.delivered(turn, intent.delivery, None, part),
            // The customer may be without this answer.
            PostIs::EitherOf(parts, thread) => {
                self.give_up(&turn, intent, false);
                parts.into_iter().for_each(|part| self.remember_sent(part));
                self.hand_over_seen(turn, HandOverReason::ReplyUnknown, draft.answer, &thread)
            }
            PostIs::NotThere(thread) => self.reply_absent(turn, draft, intent, ended, &thread),
            PostIs::Unseen(at) => turn.due(Stage::Settling(draft, intent, ended), at),
            PostIs::Gone => turn.end(Outcome::Failed(FailureReason::ConversationGone)),
        }
    }

    fn reply_absent(&mut self, turn: Turn, draft: Draft, intent: Intent, ended: Ended, thread: &Thread) -> Next {
        // A second post could meet a late first one.
        let reason = match ended {
            // Nothing is under way any more, so the operator's request can be carried out.
            Ended::Answered if turn.hand_over_requested => HandOverReason::Operator,
            // It is posted again as it was the first time: by a grant, and by a read that follows it.
            Ended::Answered if self.now < turn.deadline => return turn.due(Stage::RenewingGrant(draft), self.now),
            Ended::Answered => HandOverReason::IntercomUnavailable,
            Ended::Unanswered => HandOverReason::ReplyUnknown,
        };
        if ended == Ended::Unanswered && intent.delivery != Delivery::Note {
            self.give_up(&turn, intent, false);
        }
        self.hand_over_seen(turn, reason, draft.answer, thread)
    }

    /// Looks for a post whose fate is unknown, after nothing can be in flight any more.
    pub(super) fn look_for_post(
        &mut self,
        turn: &mut Turn,
        intent: &Intent,
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) -> PostIs {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(turn) => return PostIs::Gone,
            // Without a look nothing may be done, neither a post nor a hand-over: the wait has no end.
            Err(fault) => return PostIs::Unseen(self.again(turn, Call::ReadConversation, fault)),
        };
        self.succeeded(turn, Call::ReadConversation);
        let view = self.view(&thread);
        let mut new = view.ours(intent.delivery);
        new.retain(|part| !intent.ours_before.contains(part));
        match new.first() {
            Some(_) if self.may_be_an_earlier(intent) => return PostIs::EitherOf(new, thread),
            Some(part) => return PostIs::There(part.clone()),
            None => {}
        }
        let missing = view.missing(turn.covers(), requested_at).parts_only();
        if turn.stale_reads < MAX_STALE_READS
            && let Some(at) = self.read_again(turn, &missing)
        {
            return PostIs::Unseen(at);
        }
        self.learn(&thread);
        PostIs::NotThere(thread)
    }

    /// Whether a part of ours that appears may be an earlier turn's post, which was given up and landed late.
    pub(super) fn may_be_an_earlier(&self, intent: &Intent) -> bool {
        intent.delivery == Delivery::Reply && self.state.unknown_post.is_some()
    }

    /// Remembers a post of which nothing is known. If it lands after all, it is not taken for another author's word.
    pub(super) fn give_up(&mut self, turn: &Turn, intent: Intent, is_hand_over_message: bool) {
        let at = self.now;
        self.state.unknown_post = Some(match self.state.unknown_post.take() {
            None => {
                let key = Some(self.key_of(turn.covers()));
                UnknownPost { key, ours_before: intent.ours_before, at, is_hand_over_message }
            }
            Some(earlier) => UnknownPost { key: None, at, is_hand_over_message: false, ..earlier },
        });
    }
}

/// What a look for a post found.
pub(super) enum PostIs {
    /// It is this part.
    There(PartId),
    /// These parts appeared, and one may be an earlier turn's post.
    EitherOf(Vec<PartId>, Thread),
    /// It is not there.
    NotThere(Thread),
    /// The read failed or was stale, and is made again at this time.
    Unseen(UnixMillis),
    /// The conversation is gone.
    Gone,
}

/// Nothing that was posted appears later than this.
const MOST_LATE: Millis = Millis::from_hours(1);
