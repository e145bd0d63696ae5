//! How turns end.

use super::Step;
use crate::intercom::ids::PartId;
use crate::intercom::thread::Entry;
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::outcome::{Outcome, RepliedBy, Settled, StandDownReason, TurnKey};
use crate::turn::state::{
    Attempt, Call, Covers, Delivery, Intent, Phase, Purpose, Reopening, SENT_REMEMBERED, SETTLED_REMEMBERED, Stage,
    Turn,
};

impl Step<'_> {
    /// Ends the open turn: these messages have their outcome. What else waits is the next turn.
    pub(super) fn settle(&mut self, outcome: Outcome, covers: Option<&Covers>) {
        self.record(self.key_of(covers), outcome, covers);
        match covers {
            Some(covers) => self.cover(covers),
            None => self.cover_everything(),
        }
        self.rest();
    }

    /// Goes on with what still waits, or with nothing.
    pub(super) fn rest(&mut self) {
        self.state.phase = Phase::Idle;
        self.begin_turn_if_needed();
    }

    /// The answer is with the customer, or in its note.
    pub(super) fn delivered(&mut self, mut turn: Turn, intent: Intent, part: PartId) {
        self.succeeded(&mut turn, Call::Post);
        let outcome = match (intent.delivery, intent.answered.purpose) {
            (Delivery::Note, _) => Outcome::Noted { part },
            (Delivery::Reply | Delivery::Line, purpose) => {
                self.remember_said(part.clone(), purpose);
                match purpose {
                    Purpose::Answer => Outcome::Replied { part, by: RepliedBy::Us },
                    Purpose::Line(reason) => Outcome::HandedOver(reason),
                }
            }
        };
        self.settle(outcome, Some(&intent.answered.question.covers));
    }

    /// Intercom's own answer names the reply of the turn that ended last, of which a notification had named another part. While
    /// a post is with Intercom no other command runs, so the last one's answer is about the last turn.
    pub(super) fn name_reply(&mut self, attempt: Attempt, named: &PartId) {
        let is_last = attempt == self.state.attempt;
        let Some(settled) = self.state.settled.last_mut().filter(|_| is_last) else { return };
        let Outcome::Replied { part, by: RepliedBy::Us } = &mut settled.outcome else { return };
        part.clone_from(named);
        settled.at = self.now;
        let corrected = settled.clone();
        self.announce(Announcement::Corrected(corrected));
    }

    /// Another workspace's conversation: acknowledged, recorded, never answered.
    pub(super) fn stand_down_foreign(&mut self) {
        self.settle(Outcome::StoodDown(StandDownReason::ForeignWorkspace), None);
    }

    /// Keeps how a turn, or some of its messages, ended.
    pub(super) fn record(&mut self, key: TurnKey, outcome: Outcome, covers: Option<&Covers>) {
        let parts = covers.map(|covers| covers.parts.clone()).unwrap_or_default();
        let settled = Settled { key, outcome, at: self.now, parts, reopened_at: None };
        self.state.settled.push(settled.clone());
        keep_last(&mut self.state.settled, SETTLED_REMEMBERED);
        self.announce(Announcement::Settled(settled));
    }

    /// The key of the turn with these messages. One that was opened again has another, so that what was said of it the first
    /// time is not taken for what is to be said now.
    pub(super) fn key_of(&self, covers: Option<&Covers>) -> TurnKey {
        let last = covers.and_then(|covers| covers.parts.last());
        TurnKey::new(&self.state.conversation, last).again(self.times_reopened(last))
    }

    /// How often a turn that ended with this message was opened again.
    pub(super) fn times_reopened(&self, last: Option<&PartId>) -> usize {
        let ended = self.state.settled.iter().filter(|turn| last.is_some() && turn.parts.last() == last);
        ended.filter(|turn| turn.reopened_at.is_some()).count()
    }

    /// Moves the watermark over these messages.
    pub(super) fn cover(&mut self, covers: &Covers) {
        self.state.watermark.advance(covers.newest, covers.parts.iter().cloned());
        let covered = |part: &Option<PartId>| part.as_ref().is_some_and(|part| covers.parts.contains(part));
        self.state.awaited.retain(|awaited| !covered(&awaited.part));
    }

    /// A read that was asked for at `requested_at` shows what hints heard before it meant.
    pub(super) fn settle_hints(&mut self, requested_at: UnixMillis) {
        self.state.awaited.retain(|awaited| awaited.part.is_some() || awaited.heard_at >= requested_at);
        self.state.note_heard_at.take_if(|heard_at| *heard_at < requested_at);
        // This read showed them, or so many reads lacked them that they are not waited for any more.
        self.state.notes_heard.clear();
    }

    /// Moves the watermark over all that notifications told of, where no read can show what it was.
    fn cover_everything(&mut self) {
        for awaited in std::mem::take(&mut self.state.awaited) {
            self.state.watermark.advance(awaited.at, awaited.part);
        }
        self.settle_nudge();
        self.state.reopening = Reopening::No;
        self.state.note_heard_at = None;
        self.state.notes_heard.clear();
    }

    /// Keeps which public words are ours, and which of them answer nothing.
    pub(super) fn remember_said(&mut self, part: PartId, purpose: Purpose) {
        if let Purpose::Line(_) = purpose {
            self.state.lines.push(part.clone());
            keep_last(&mut self.state.lines, SENT_REMEMBERED);
        }
        self.remember_sent(part);
    }

    pub(super) fn remember_sent(&mut self, part: PartId) {
        if !self.state.sent.contains(&part) {
            self.state.last_sent = Some(part.clone());
            self.state.sent.push(part);
        }
        keep_last(&mut self.state.sent, SENT_REMEMBERED);
    }
}

impl Covers {
    /// The messages of a turn; `None` where there are none.
    pub(super) fn of(entries: &[&Entry]) -> Option<Self> {
        let newest: UnixSeconds = entries.iter().map(|entry| entry.at).max()?;
        Some(Self { parts: entries.iter().map(|entry| entry.id.clone()).collect(), newest })
    }
}

impl Stage {
    /// The messages that the turn stands for, once a read has shown them.
    pub(super) fn covers(&self) -> Option<&Covers> {
        let question = match self {
            Self::Gathering { .. } | Self::Verifying(_) | Self::Reading(_) => None,
            Self::SeekingGrant(_, question)
            | Self::OpeningSession(_, question)
            | Self::ReadingSession(_, question)
            | Self::Discarding(_, question, _)
            | Self::CheckingSession(_, question, _) => Some(question),
            Self::Asking(asked) | Self::RecoveringAnswer(_, asked, _) => Some(&asked.question),
            Self::RenewingGrant(_, answered) | Self::Rechecking(_, answered) => Some(&answered.question),
            Self::Posting(intent) | Self::Settling(_, intent, _) => Some(&intent.answered.question),
            Self::HandingOver(_, hand_over) => hand_over.question.as_ref(),
        };
        question.map(|question| &question.covers)
    }
}

fn keep_last<T>(list: &mut Vec<T>, most: usize) {
    let surplus = list.len().saturating_sub(most);
    list.drain(..surplus);
}
