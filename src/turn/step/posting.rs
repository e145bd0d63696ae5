//! From an answer to one reply. The conversation is read seconds before, the intent is written down, and a post whose fate
//! is unknown is looked for before anything else is done.

use super::reading::MAX_STALE_READS;
use super::{Retry, Step, asking::MAX_QUESTIONS};
use crate::fault::{FarSide, Fault};
use crate::intercom::ids::PartId;
use crate::intercom::requests::LIMIT;
use crate::intercom::thread::Thread;
use crate::time::{Millis, UnixMillis};
use crate::turn::command::{Announcement, Once};
use crate::turn::other_bot::{OtherBotIs, other_bot};
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason, TurnKey};
use crate::turn::standing::{Standing, View};
use crate::turn::state::{
    Answered, Awaited, Call, Covers, Delivery, Ended, Intent, Progress, Purpose, Service, Stage, Turn, UnknownPost,
    Wish,
};

/// A read that was asked for longer ago than this is made again before the post: a teammate may have spoken since.
pub const MAX_READ_AGE: Millis = Millis::from_seconds(5);

/// So many reads in a turn are made again for their age. Where Intercom takes that long for each, the answer goes out on the
/// next one: no call takes longer than its own limit, so the read is never older than that.
const MAX_SLOW_READS: u8 = 3;

/// Whether the customer wrote more than the turn stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Newer {
    None,
    Some,
}

/// A post whose process was ended. It may have been sent at the last moment, so the wait begins now.
pub(super) fn settle_unanswered(intent: Intent, now: UnixMillis, settle: Millis) -> Stage {
    Stage::Settling(Progress::Due(now.after(settle)), intent, Ended::Unanswered)
}

impl Step<'_> {
    pub(super) fn rechecked(
        &mut self,
        mut turn: Turn,
        answered: Answered,
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(&turn) => {
                let outcome = match answered.purpose {
                    Purpose::Answer => Outcome::Failed(FailureReason::ConversationGone),
                    Purpose::Line(reason) => Outcome::HandedOver(reason),
                };
                return self.settle(outcome, Some(&answered.question.covers));
            }
            Err(fault) => return self.recheck_later(turn, answered, Call::Read, fault),
        };
        self.succeeded(&mut turn, Call::Read);
        self.learn(&thread);
        self.check(turn, answered, &thread, requested_at);
    }

    /// Whether the answer may go out, by a read that was asked for at `requested_at`.
    fn check(&mut self, mut turn: Turn, answered: Answered, thread: &Thread, requested_at: UnixMillis) {
        let covers = &answered.question.covers;
        let mut missing = View { state: &self.state, thread, policy: self.policy }.missing(Some(covers), requested_at);
        if let Purpose::Line(_) = answered.purpose {
            // It answers nothing, so it need not wait for what else the customer wrote.
            missing = missing.parts_only();
        }
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return self.open(turn, Stage::RenewingGrant(Progress::Due(at), answered));
        }
        let newer = self.await_next(covers, thread);
        self.settle_hints(requested_at);
        if let Purpose::Line(reason) = answered.purpose {
            return self.check_line(turn, answered, reason, thread, requested_at);
        }
        let view = View { state: &self.state, thread, policy: self.policy };
        if let Some(reason) = view.teammate_owns(covers.newest) {
            return self.stand_down(&answered.question, reason);
        }
        if let Some(word) = view.answered_by_older_system(&covers.parts) {
            let outcome = Outcome::Replied { part: word.id.clone(), by: RepliedBy::OlderSystem };
            return self.settle_answered_by_others(outcome, &answered.question.covers, thread);
        }
        let pending = view.pending();
        if !pending.iter().any(|entry| covers.parts.contains(&entry.id)) {
            let stands = view.uncovered().iter().any(|entry| covers.parts.contains(&entry.id));
            let vanished = Outcome::StoodDown(StandDownReason::Vanished);
            let outcome = if stands { view.answered_by_others(covers) } else { vanished };
            return self.settle(outcome, Some(&answered.question.covers));
        }
        match other_bot(thread, covers.newest, self.policy) {
            OtherBotIs::Done => return self.stand_down(&answered.question, StandDownReason::OtherBot),
            OtherBotIs::Answering(spoken) => {
                turn.superseded = Some(answered.question.text.clone());
                return self.leave_to_other_bot(turn, answered.question, spoken);
            }
            OtherBotIs::Away => {}
        }
        if newer == Newer::Some && turn.answers < MAX_QUESTIONS {
            return self.supersede(turn, answered.question);
        }
        let age = self.now.since(requested_at);
        if age > LIMIT && self.now >= turn.deadline {
            let Answered { question, answer, .. } = answered;
            return self.hand_over(turn, HandOverReason::IntercomUnavailable, Some(question), Some(answer));
        }
        if self.is_too_old_a_read(&mut turn, requested_at) {
            return self.open(turn, Stage::RenewingGrant(Progress::Due(self.now), answered));
        }
        let view = View { state: &self.state, thread, policy: self.policy };
        match view.standing(answered.question.covers.newest, self.now) {
            Standing::NotOurs(reason) => self.stand_down(&answered.question, reason),
            Standing::Ours(delivery) => self.post(turn, answered, delivery, thread),
        }
    }

    /// Whether the line of a hand-over may go out: it takes the same gate as an answer. Where it may not, the hand-over ends
    /// without it: people were told before.
    fn check_line(
        &mut self,
        mut turn: Turn,
        answered: Answered,
        reason: HandOverReason,
        thread: &Thread,
        requested_at: UnixMillis,
    ) {
        let covers = &answered.question.covers;
        let view = View { state: &self.state, thread, policy: self.policy };
        // Somebody has attended to it, has given it back, or has answered in our name.
        let over = self.state.handed_over_at.is_none()
            || view.teammate_owns(covers.newest).is_some()
            || view.answered_by_older_system(&covers.parts).is_some();
        let stands = thread.entries.iter().any(|entry| covers.parts.contains(&entry.id) && entry.is_message());
        if over || !stands || !self.wants_line(reason, covers) {
            return self.settle(Outcome::HandedOver(reason), Some(&answered.question.covers));
        }
        if self.is_too_old_a_read(&mut turn, requested_at) {
            return match self.now < turn.deadline {
                true => self.open(turn, Stage::RenewingGrant(Progress::Due(self.now), answered)),
                false => self.settle(Outcome::HandedOver(reason), Some(&answered.question.covers)),
            };
        }
        self.post(turn, answered, Delivery::Line, thread);
    }

    /// Whether a read must be made again before anything is posted on it.
    fn is_too_old_a_read(&self, turn: &mut Turn, requested_at: UnixMillis) -> bool {
        let age = self.now.since(requested_at);
        let too_old = age > LIMIT || (age > MAX_READ_AGE && turn.slow_reads < MAX_SLOW_READS);
        if too_old {
            turn.slow_reads = turn.slow_reads.saturating_add(1);
        }
        too_old
    }

    /// Messages that the turn does not stand for: they are asked with the others, or are the next turn. Hints that meant
    /// them are about to be settled, so from here on they are known by their ids, whatever becomes of this turn.
    pub(super) fn await_next(&mut self, covers: &Covers, thread: &Thread) -> Newer {
        let pending = View { state: &self.state, thread, policy: self.policy }.pending();
        let newer: Vec<_> = pending.into_iter().filter(|entry| !covers.parts.contains(&entry.id)).collect();
        for entry in &newer {
            if !self.state.awaited.iter().any(|awaited| awaited.part.as_ref() == Some(&entry.id)) {
                self.state.awaited.push(Awaited { part: Some(entry.id.clone()), at: entry.at, heard_at: self.now });
            }
        }
        if newer.is_empty() { Newer::None } else { Newer::Some }
    }

    /// Writes the intent down; the post follows when it is on disk.
    fn post(&mut self, turn: Turn, answered: Answered, delivery: Delivery, thread: &Thread) {
        let now = self.now;
        self.state.unknown_post.take_if(|post| now.since(post.at) > MOST_LATE);
        let attempt = self.next_attempt();
        self.run_once(
            attempt,
            Once::Post { delivery, answer: answered.answer.clone(), sources: answered.sources.clone() },
        );
        let intent = Intent {
            key: self.key_of(Some(&answered.question.covers)),
            answered,
            delivery,
            ours_before: View { state: &self.state, thread, policy: self.policy }.ours(delivery),
            attempt,
            since: self.now,
        };
        self.open(turn, Stage::Posting(intent));
    }

    pub(super) fn posted(&mut self, turn: Turn, intent: Intent, result: Result<PartId, Fault>) {
        let fault = match result {
            Ok(part) => return self.delivered(turn, intent, part),
            Err(fault) => fault,
        };
        match fault {
            // People were told before, and what needs the operator is said by the next turn's calls.
            Fault::Refused { .. } | Fault::Unauthorised { .. } | Fault::NotFound
                if let Purpose::Line(reason) = intent.answered.purpose =>
            {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                self.settle(Outcome::HandedOver(reason), Some(&intent.answered.question.covers));
            }
            Fault::Refused { .. } => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                let Answered { question, answer, .. } = intent.answered;
                self.hand_over(turn, HandOverReason::ReplyRefused, Some(question), Some(answer));
            }
            // Certainly not posted; where the conversation is gone the read before the next try shows it.
            Fault::Unauthorised { .. } | Fault::RateLimited { .. } | Fault::NotFound => {
                self.recheck_later(turn, intent.answered, Call::Post, fault);
            }
            Fault::Failed { .. } | Fault::Unanswered(_) => {
                let ended = match fault.far_side() {
                    FarSide::MayStillAct => Ended::Unanswered,
                    FarSide::DidNotAct | FarSide::MayHaveActed => Ended::Answered,
                };
                self.announce(Announcement::Failed(Service::Intercom, fault));
                let at = self.now.after(self.policy.settle);
                self.open(turn, Stage::Settling(Progress::Due(at), intent, ended));
            }
        }
    }

    /// Each further try has a grant of its own: the workspace may have been paused meanwhile.
    fn recheck_later(&mut self, mut turn: Turn, answered: Answered, call: Call, fault: Fault) {
        match self.retry(&mut turn, call, fault) {
            Retry::At(at) => self.open(turn, Stage::RenewingGrant(Progress::Due(at), answered)),
            Retry::GiveUp => match answered.purpose {
                Purpose::Answer => {
                    let Answered { question, answer, .. } = answered;
                    self.hand_over(turn, HandOverReason::IntercomUnavailable, Some(question), Some(answer));
                }
                Purpose::Line(reason) => self.settle(Outcome::HandedOver(reason), Some(&answered.question.covers)),
            },
        }
    }

    /// Looks for a reply whose fate is unknown, after nothing can be in flight any more.
    pub(super) fn reply_looked_for(
        &mut self,
        mut turn: Turn,
        intent: Intent,
        ended: Ended,
        result: Result<Thread, Fault>,
        requested_at: UnixMillis,
    ) {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(&turn) => {
                let outcome = match intent.answered.purpose {
                    Purpose::Answer => Outcome::Failed(FailureReason::ConversationGone),
                    Purpose::Line(reason) => Outcome::HandedOver(reason),
                };
                return self.settle(outcome, Some(&intent.answered.question.covers));
            }
            // Without a look nothing may be done, neither a post nor a hand-over: the wait has no end.
            Err(fault) => {
                let at = self.again(&mut turn, Call::Read, fault);
                return self.open(turn, Stage::Settling(Progress::Due(at), intent, ended));
            }
        };
        self.succeeded(&mut turn, Call::Read);
        let view = View { state: &self.state, thread: &thread, policy: self.policy };
        let mut new = view.ours(intent.delivery);
        new.retain(|part| !intent.ours_before.contains(part));
        match new.first() {
            Some(_) if self.may_be_an_earlier(&intent) => return self.reply_unclear(turn, intent, new, &thread),
            Some(part) => return self.delivered(turn, intent, part.clone()),
            None => {}
        }
        let missing = view.missing(Some(&intent.answered.question.covers), requested_at).parts_only();
        if turn.stale_reads < MAX_STALE_READS
            && let Some(at) = self.read_again(&mut turn, &missing)
        {
            return self.open(turn, Stage::Settling(Progress::Due(at), intent, ended));
        }
        self.learn(&thread);
        self.reply_absent(turn, intent, ended, &thread);
    }

    fn reply_absent(&mut self, turn: Turn, intent: Intent, ended: Ended, thread: &Thread) {
        let Intent { key, answered, delivery, ours_before, .. } = intent;
        let purpose = answered.purpose;
        // A second post could meet a late first one.
        let reason = match ended {
            // Nothing is under way any more, so what the operator wanted can be done.
            Ended::Answered if turn.wish == Wish::HandOver && purpose == Purpose::Answer => HandOverReason::Operator,
            // It is posted again as it was the first time: by a grant, and by a read that follows it.
            Ended::Answered if self.now < turn.deadline => {
                return self.open(turn, Stage::RenewingGrant(Progress::Due(self.now), answered));
            }
            Ended::Answered => HandOverReason::IntercomUnavailable,
            Ended::Unanswered => HandOverReason::ReplyUnknown,
        };
        if ended == Ended::Unanswered && delivery != Delivery::Note {
            self.give_up(key, ours_before, purpose);
        }
        match purpose {
            Purpose::Answer => self.hand_over_seen(turn, reason, answered, thread),
            Purpose::Line(reason) => self.settle(Outcome::HandedOver(reason), Some(&answered.question.covers)),
        }
    }

    /// Whether a part of ours that appears may be an earlier turn's post, which was given up and landed late.
    pub(super) fn may_be_an_earlier(&self, intent: &Intent) -> bool {
        intent.delivery == Delivery::Reply && self.state.unknown_post.is_some()
    }

    /// Something of ours has appeared, and it may be the earlier turn's: the customer may be without this answer.
    fn reply_unclear(&mut self, turn: Turn, intent: Intent, new: Vec<PartId>, thread: &Thread) {
        self.give_up(intent.key, intent.ours_before, intent.answered.purpose);
        for part in new {
            self.remember_sent(part);
        }
        self.hand_over_seen(turn, HandOverReason::ReplyUnknown, intent.answered, thread);
    }

    /// Remembers a post of which nothing is known. If it lands after all, it is not taken for somebody else's word.
    fn give_up(&mut self, key: TurnKey, ours_before: Vec<PartId>, purpose: Purpose) {
        let given_up = match self.state.unknown_post.take() {
            None => UnknownPost { key: Some(key), ours_before, at: self.now, purpose },
            Some(earlier) => UnknownPost { key: None, at: self.now, purpose: Purpose::Answer, ..earlier },
        };
        self.state.unknown_post = Some(given_up);
    }
}

/// Nothing that was posted appears later than this.
const MOST_LATE: Millis = Millis::from_hours(1);
