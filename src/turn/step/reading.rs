//! What the first read decides: whose the turn is, and what is asked.

use super::{Retry, Step};
use crate::fault::Fault;
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Author, Entry, Thread};
use crate::text::{self, CustomerMessage, PlainText, Speaker};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::standing::{Standing, View};
use crate::turn::state::{Call, Covers, Progress, Question, Service, SessionLoss, Stage, Turn};

/// After so many reads in a row without it, a part that we know of counts as taken away.
pub(super) const MAX_STALE_READS: u8 = 5;

impl Step<'_> {
    pub(super) fn read(&mut self, mut turn: Turn, result: Result<Thread, Fault>, requested_at: UnixMillis) {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(&turn) => {
                return self.settle(Outcome::Failed(FailureReason::ConversationGone), None);
            }
            Err(fault @ Fault::Refused { .. }) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return self.hand_over(turn, HandOverReason::IntercomUnavailable, None, None);
            }
            Err(fault) => {
                return match self.retry(&mut turn, Call::Read, fault) {
                    Retry::At(at) => self.open(turn, Stage::Reading(Progress::Due(at))),
                    Retry::GiveUp => self.hand_over(turn, HandOverReason::IntercomUnavailable, None, None),
                };
            }
        };
        self.succeeded(&mut turn, Call::Read);
        self.learn(&thread);
        let missing = View { state: &self.state, thread: &thread }.missing(None);
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return self.open(turn, Stage::Reading(Progress::Due(at)));
        }
        self.vanish(&missing);
        self.settle_hints(requested_at);
        self.decide(turn, &thread);
    }

    /// Whether one more 404 means that the conversation is gone. A single one never does: a wake-up may come so late that
    /// it is the first call of its turn.
    pub(super) fn is_gone(&self, turn: &Turn) -> bool {
        self.now >= turn.deadline && turn.failing == Some(Call::Read)
    }

    /// Decides on a read that can be trusted.
    fn decide(&mut self, turn: Turn, thread: &Thread) {
        let view = View { state: &self.state, thread };
        let (uncovered, pending) = (view.uncovered(), view.pending());
        let Some(all) = Covers::of(&uncovered) else {
            // What woke us is covered, or is nothing that a customer said.
            self.state.awaited.retain(|awaited| awaited.part.is_none());
            return self.rest();
        };
        if view.teammate_owns(all.newest, self.policy) {
            return self.settle(Outcome::StoodDown(StandDownReason::Teammate), Some(&all));
        }
        let Some(covers) = Covers::of(&pending) else {
            let outcome = answered_by_others(&view, &all);
            return self.settle_answered_by_others(outcome, &all);
        };
        match view.standing(covers.newest, self.now, self.policy) {
            Standing::NotOurs(reason) => self.settle(Outcome::StoodDown(reason), Some(&all)),
            Standing::Ours(_) => {
                self.record_answered_by_others(thread, &uncovered, &pending);
                let question = Question { text: self.words(&turn, thread, &pending), covers };
                self.keep_awaiting(&question.covers);
                self.prepare_session(turn, question);
            }
        }
    }

    /// Messages that woke us and were answered by others, while further ones wait for us.
    fn record_answered_by_others(&mut self, thread: &Thread, uncovered: &[&Entry], pending: &[&Entry]) {
        let woke_us = |entry: &Entry| self.state.awaited.iter().any(|awaited| awaited.part.as_ref() == Some(&entry.id));
        let answered = uncovered.iter().filter(|entry| !pending.contains(entry) && woke_us(entry));
        let answered: Vec<_> = answered.copied().collect();
        if let Some(covers) = Covers::of(&answered) {
            let outcome = answered_by_others(&View { state: &self.state, thread }, &covers);
            self.record(self.key_of(Some(&covers)), outcome);
        }
    }

    /// From here on only messages that the question does not stand for can be news.
    fn keep_awaiting(&mut self, covers: &Covers) {
        self.state.awaited.retain(|awaited| awaited.part.as_ref().is_none_or(|part| covers.parts.contains(part)));
    }

    /// What is asked: the messages' words, after a transcript where the session was lost.
    pub(super) fn words(&self, turn: &Turn, thread: &Thread, pending: &[&Entry]) -> PlainText {
        let messages: Vec<_> = pending.iter().map(|entry| message_of(entry)).collect();
        let question = text::question(&messages);
        match turn.session_loss {
            SessionLoss::None => question,
            SessionLoss::Lost => text::with_transcript(&so_far(thread, pending), &question),
        }
    }

    /// What any read tells of teammates, and of a post that was given up, is kept.
    pub(super) fn learn(&mut self, thread: &Thread) {
        let view = View { state: &self.state, thread };
        let sign = view.teammate_sign(self.policy);
        let landed = view.landed();
        if let Some(sign) = sign {
            self.note_sign(sign.at, sign.sign);
        }
        if let Some(part) = landed {
            self.correct(part);
        }
    }

    /// A read that lacks what is known to be there is stale and made again, a bounded number of times.
    pub(super) fn read_again(&mut self, turn: &mut Turn, missing: &[PartId]) -> Option<UnixMillis> {
        if missing.is_empty() {
            turn.stale_reads = 0;
            return None;
        }
        if turn.stale_reads >= MAX_STALE_READS {
            turn.stale_reads = 0;
            // Somebody may have deleted our reply; it is not missed in every turn from now on.
            self.state.last_sent.take_if(|sent| missing.contains(sent));
            if !self.is_heard_of_lately(missing) {
                return None;
            }
        }
        turn.stale_reads += 1;
        self.announce(Announcement::StaleRead);
        Some(self.now.after(super::doubled(STALE_PAUSE, turn.stale_reads.into(), STALE_PAUSE_CAP)))
    }

    /// Whether one of these was heard of only while others were missed: it has not been missed as often.
    fn is_heard_of_lately(&self, missing: &[PartId]) -> bool {
        self.state.awaited.iter().any(|awaited| {
            let missed = awaited.part.as_ref().is_some_and(|part| missing.contains(part));
            missed && self.now.since(awaited.heard_at) < STALE_SPAN
        })
    }

    /// Messages that woke us and that no read shows.
    fn vanish(&mut self, missing: &[PartId]) {
        let gone = |part: &Option<PartId>| part.as_ref().is_some_and(|part| missing.contains(part));
        let vanished: Vec<_> = self.state.awaited.iter().filter(|awaited| gone(&awaited.part)).cloned().collect();
        self.state.awaited.retain(|awaited| !gone(&awaited.part));
        if vanished.is_empty() {
            return;
        }
        let newest = vanished.iter().map(|awaited| awaited.at).max().unwrap_or(UnixSeconds(0));
        let covers = Covers { parts: vanished.into_iter().filter_map(|awaited| awaited.part).collect(), newest };
        // The mark stays where it is: should the message appear after all, it is new.
        self.record(self.key_of(Some(&covers)), Outcome::StoodDown(StandDownReason::Vanished));
    }

    /// Somebody else's words stand behind all that waited.
    pub(super) fn settle_answered_by_others(&mut self, outcome: Outcome, covers: &Covers) {
        if let Outcome::Replied { by: RepliedBy::OlderSystem, .. } = outcome {
            self.announce(Announcement::OlderSystemAnswers);
        }
        self.settle(outcome, Some(covers));
    }
}

const STALE_PAUSE: Millis = Millis::from_seconds(1);
const STALE_PAUSE_CAP: Millis = Millis::from_seconds(8);
/// Five stale reads take at least this long.
const STALE_SPAN: Millis = Millis::from_seconds(20);

fn answered_by_others(view: &View<'_, '_>, covers: &Covers) -> Outcome {
    match view.answered_by_older_system(&covers.parts) {
        Some(part) => Outcome::Replied { part, by: RepliedBy::OlderSystem },
        None => Outcome::StoodDown(StandDownReason::Teammate),
    }
}

/// The conversation before these messages.
fn so_far(thread: &Thread, pending: &[&Entry]) -> PlainText {
    let earlier = thread.entries.iter().filter(|entry| entry.is_message() && !pending.contains(entry));
    let said: Vec<_> = earlier.map(|entry| (speaker_of(&entry.author), text::question(&[message_of(entry)]))).collect();
    let lines: Vec<_> = said.iter().map(|(speaker, words)| (*speaker, words)).collect();
    text::transcript(&lines, TRANSCRIPT_CAP)
}

/// A transcript has at most so many characters: enough to know what is talked about, little beside the question's own cap.
const TRANSCRIPT_CAP: usize = 2_000;

fn message_of(entry: &Entry) -> CustomerMessage<'_> {
    let attachments = entry.attachments.iter().map(|attachment| attachment.name.as_str()).collect();
    CustomerMessage { body: entry.body.as_ref(), attachments }
}

fn speaker_of(author: &Author) -> Speaker {
    match author {
        Author::Customer => Speaker::Customer,
        Author::Teammate(_) => Speaker::Teammate,
        Author::Ourselves | Author::OtherBot | Author::Other => Speaker::Assistant,
    }
}
