//! What the first read decides: whose the turn is, and what is asked.

use super::{Next, Retry, Step, doubled};
use crate::fault::Fault;
use crate::gpt_trainer::variables::Variables;
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Author, Customer, Entry, Thread};
use crate::text::{self, PlainText, Speaker};
use crate::time::{Millis, UnixMillis};
use crate::turn::command::Announcement;
use crate::turn::message::message_of;
use crate::turn::other_bot::{OtherBotIs, other_bot};
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::policy::{Attachments, Fact};
use crate::turn::state::{
    Awaited, Call, Covers, Delivery, PartKind, Question, Service, SessionIs, Stage, Turn, Waiting,
};
use crate::turn::view::{Eligibility, Missing, View};

/// After so many reads in a row without it, a part that we know of counts as taken away.
pub(super) const MAX_STALE_READS: u8 = 5;

impl Step<'_> {
    pub(super) fn read(&mut self, mut turn: Turn, result: Result<Thread, Fault>, requested_at: UnixMillis) -> Next {
        let thread = match result {
            Ok(thread) => thread,
            Err(Fault::NotFound) if self.is_gone(&turn) => {
                return Next::End(Outcome::Failed(FailureReason::ConversationGone), None);
            }
            Err(fault @ Fault::Refused { .. }) => {
                self.announce(Announcement::Failed(Service::Intercom, fault));
                return self.hand_over(turn, HandOverReason::IntercomUnavailable, None);
            }
            Err(fault) => {
                return match self.retry(&mut turn, Call::ReadConversation, fault) {
                    Retry::At(at) => turn.due(Stage::Reading, at),
                    Retry::GiveUp => self.hand_over(turn, HandOverReason::IntercomUnavailable, None),
                };
            }
        };
        self.succeeded(&mut turn, Call::ReadConversation);
        self.learn(&thread);
        let missing = self.view(&thread).missing(None, requested_at);
        let woken_by_customer = !self.state.awaited.is_empty() || self.state.open_nudge().is_some();
        if let Some(at) = self.read_again(&mut turn, &missing) {
            return turn.due(Stage::Reading, at);
        }
        self.vanish(&missing.parts);
        self.settle_hints(requested_at);
        self.reopen(&thread);
        if !woken_by_customer && self.state.awaited.is_empty() {
            // A note woke us. What customers wrote without our being told is the sweep's to find.
            return Next::Rest;
        }
        self.note_seen(&thread, requested_at);
        self.decide(turn, &thread)
    }

    pub(super) fn view<'s, 't>(&'s self, thread: &'t Thread) -> View<'s, 't> {
        View { state: &self.state, thread, policy: self.policy }
    }

    /// Whether one more 404 means that the conversation is gone. A single one never does: a wake-up may come so late that
    /// it is the first call of its turn.
    pub(super) fn is_gone(&self, turn: &Turn) -> bool {
        self.now >= turn.deadline && turn.failing == Some(Call::ReadConversation)
    }

    /// Decides on a read that can be trusted.
    fn decide(&mut self, mut turn: Turn, thread: &Thread) -> Next {
        let view = self.view(thread);
        let (uncovered, pending) = (view.uncovered(), view.pending());
        let Some(all) = Covers::of(&uncovered) else {
            // What woke us is covered, or is nothing that a customer said.
            self.state.awaited.retain(|awaited| awaited.part.is_none());
            return Next::Rest;
        };
        if let Some(reason) = view.teammate_owns(all.newest) {
            return Next::End(Outcome::StoodDown(reason), Some(all));
        }
        let Some(covers) = Covers::of(&pending) else {
            let outcome = view.answered_by_others(&all);
            return self.end_answered_by_others(outcome, all, thread);
        };
        let delivery = match view.eligibility(covers.newest, self.now) {
            Eligibility::NotOurs(reason) => return Next::End(Outcome::StoodDown(reason), Some(all)),
            Eligibility::Ours(delivery) => delivery,
        };
        let needs_a_person = self.needs_a_person(&view, &pending, delivery);
        self.record_answered_by_others(thread, &uncovered, &pending);
        self.keep_awaiting(&covers);
        let other_bot = other_bot(thread, covers.newest, self.policy);
        turn.question = Some(Question { text: self.words(&turn, thread, &pending), covers });
        match other_bot {
            OtherBotIs::Done => return turn.end(Outcome::StoodDown(StandDownReason::OtherBot)),
            OtherBotIs::Answering { has_spoken } => return self.leave_to_other_bot(turn, has_spoken),
            OtherBotIs::Away => turn.waiting = None,
        }
        if let Some(reason) = needs_a_person {
            return self.hand_over(turn, reason, None);
        }
        turn.about = self.about(&thread.customer);
        self.seek_grant(turn, self.now)
    }

    /// What the session is told of the customer, if it is still to be made.
    fn about(&self, customer: &Customer) -> Variables {
        let shared = |fact, known: &Option<PlainText>| {
            let is_shared = self.state.session.is_none() && self.policy.context.contains(&fact);
            known.clone().filter(|_| is_shared)
        };
        Variables {
            user_name: shared(Fact::Name, &customer.name),
            user_email: shared(Fact::Email, &customer.email),
            page_url: shared(Fact::Page, &customer.page),
        }
    }

    /// Why these messages go to a person without the AI being asked, if they do.
    fn needs_a_person(&self, view: &View<'_, '_>, pending: &[&Entry], delivery: Delivery) -> Option<HandOverReason> {
        let most = usize::try_from(self.policy.max_replies_per_conversation_per_day).unwrap_or(usize::MAX);
        if view.asks_for_a_person(pending) {
            Some(HandOverReason::CustomerAsked)
        } else if self.policy.attachments == Attachments::HandOver && view.brings_only_attachments(pending) {
            Some(HandOverReason::OnlyAttachments)
        } else if view.delivered_lately(delivery, self.now) >= most {
            Some(HandOverReason::DailyCap)
        } else {
            None
        }
    }

    /// Another bot is answering: the turn is looked at again until that has answered, has handed off, or its time is over.
    pub(super) fn leave_to_other_bot(&mut self, mut turn: Turn, has_spoken: bool) -> Next {
        if self.now >= turn.deadline {
            return match has_spoken {
                true => turn.end(Outcome::StoodDown(StandDownReason::OtherBot)),
                false => self.hand_over(turn, HandOverReason::OtherBotSilent, None),
            };
        }
        self.wait_for(&mut turn, Waiting::OtherBot);
        turn.looks = turn.looks.saturating_add(1);
        let at = self.now.after(doubled(OTHER_BOT_PAUSE, turn.looks.into(), OTHER_BOT_PAUSE_CAP));
        let at = at.min(turn.deadline);
        turn.read_at(at)
    }

    /// Messages that woke us and were answered by others, while further ones wait for us.
    fn record_answered_by_others(&mut self, thread: &Thread, uncovered: &[&Entry], pending: &[&Entry]) {
        let answered = uncovered.iter().filter(|entry| !pending.contains(entry) && self.state.awaits(&entry.id));
        let answered: Vec<_> = answered.copied().collect();
        if let Some(covers) = Covers::of(&answered) {
            let outcome = self.view(thread).answered_by_others(&covers);
            self.record(self.key_of(Some(&covers)), outcome, Some(&covers));
        }
    }

    /// From here on only messages that the question does not stand for can be new. Those that it does stand for are known by
    /// their ids, also where a mere hint had told of them: the turn may have to read again.
    fn keep_awaiting(&mut self, covers: &Covers) {
        self.state.awaited.retain(|awaited| awaited.part.as_ref().is_none_or(|part| covers.parts.contains(part)));
        for part in &covers.parts {
            self.await_message(part, covers.newest);
        }
    }

    /// What is asked: the messages' words, after a transcript where the session knows nothing of what was said before. Where a
    /// question of this turn was put already, it is taken out of the session, and its transcript with it.
    fn words(&self, turn: &Turn, thread: &Thread, pending: &[&Entry]) -> PlainText {
        let question = what_is_said(thread, pending);
        let remembers = self.state.session.is_some() && turn.session == SessionIs::Older;
        if remembers { question } else { text::with_transcript(&so_far(thread, pending), &question) }
    }

    /// A read that lacks what is known to be there is stale and made again, a bounded number of times.
    pub(super) fn read_again(&mut self, turn: &mut Turn, missing: &Missing) -> Option<UnixMillis> {
        if missing.parts.is_empty() && !missing.nudge {
            turn.stale_reads = 0;
            return None;
        }
        if turn.stale_reads >= MAX_STALE_READS {
            turn.stale_reads = 0;
            // It may have been deleted; it is not missed in every turn from now on.
            self.state.known_parts.retain(|it| it.kind == PartKind::Note || !missing.parts.contains(&it.part));
            if !self.is_reported_lately(missing) {
                if missing.nudge {
                    self.give_nudge_up();
                }
                return None;
            }
        }
        turn.stale_reads += 1;
        self.announce(Announcement::StaleRead);
        Some(self.now.after(doubled(STALE_PAUSE, turn.stale_reads.into(), STALE_PAUSE_CAP)))
    }

    /// Whether one of these was heard of only while others were missed: it has not been missed as often.
    fn is_reported_lately(&self, missing: &Missing) -> bool {
        let is_late = |reported_at| self.now.since(reported_at) < STALE_SPAN;
        let nudged = self.state.open_nudge().filter(|_| missing.nudge);
        nudged.is_some_and(|nudged| is_late(nudged.reported_at))
            || self.state.awaited.iter().any(|awaited| {
                let missed = awaited.part.as_ref().is_some_and(|part| missing.parts.contains(part));
                missed && is_late(awaited.reported_at)
            })
    }

    /// Messages that woke us and that no read shows.
    fn vanish(&mut self, missing: &[PartId]) {
        let is_gone = |awaited: &Awaited| awaited.part.as_ref().is_some_and(|part| missing.contains(part));
        let (vanished, others): (Vec<_>, _) = std::mem::take(&mut self.state.awaited).into_iter().partition(is_gone);
        self.state.awaited = others;
        let Some(newest) = vanished.iter().map(|awaited| awaited.at).max() else { return };
        let covers = Covers { parts: vanished.into_iter().filter_map(|awaited| awaited.part).collect(), newest };
        // The mark stays where it is: should the message appear after all, it is new.
        self.record(self.key_of(Some(&covers)), Outcome::StoodDown(StandDownReason::Vanished), Some(&covers));
    }

    /// Another author's words follow all that waited.
    pub(super) fn end_answered_by_others(&mut self, outcome: Outcome, covers: Covers, thread: &Thread) -> Next {
        // An old word may be our own, from before all that was stored here was deleted.
        let is_of_now = |word: &PartId| {
            let word = thread.entries.iter().find(|entry| entry.id == *word);
            word.is_some_and(|word| self.now.since(word.at.to_millis()) <= self.policy.max_answer_age)
        };
        if let Outcome::Replied { by: RepliedBy::AnotherProgram, part } = &outcome
            && is_of_now(part)
        {
            self.announce(Announcement::AnotherProgramAnswers);
        }
        Next::End(outcome, Some(covers))
    }
}

const STALE_PAUSE: Millis = Millis::from_seconds(1);
const STALE_PAUSE_CAP: Millis = Millis::from_seconds(8);
/// Five stale reads take at least this long.
const STALE_SPAN: Millis = Millis::from_seconds(20);

/// The pause between two looks whether another bot has answered; it doubles up to the cap.
const OTHER_BOT_PAUSE: Millis = Millis::from_seconds(5);
const OTHER_BOT_PAUSE_CAP: Millis = Millis::from_seconds(60);

/// The messages' words.
pub(super) fn what_is_said(thread: &Thread, pending: &[&Entry]) -> PlainText {
    let messages: Vec<_> = pending.iter().map(|entry| message_of(thread, entry)).collect();
    text::question(&messages)
}

/// The conversation before these messages. What stands among them is no past of theirs: often a bot asks for an address there.
fn so_far(thread: &Thread, pending: &[&Entry]) -> PlainText {
    let before = thread.entries.iter().take_while(|entry| !pending.contains(entry));
    let earlier = before.filter(|entry| entry.is_message());
    let said: Vec<_> =
        earlier.map(|entry| (speaker_of(&entry.author), text::question(&[message_of(thread, entry)]))).collect();
    let lines: Vec<_> = said.iter().map(|(speaker, words)| (*speaker, words)).collect();
    text::transcript(&lines, TRANSCRIPT_CAP)
}

/// A transcript has at most so many characters: enough to know what is talked about, little beside the question's own cap.
const TRANSCRIPT_CAP: usize = 2_000;

fn speaker_of(author: &Author) -> Speaker {
    match author {
        Author::Customer => Speaker::Customer,
        Author::Teammate(_) => Speaker::Teammate,
        Author::Ourselves | Author::OtherBot | Author::Other => Speaker::Assistant,
    }
}
