//! How turns end.

use super::Step;
use crate::intercom::ids::PartId;
use crate::intercom::thread::Entry;
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::outcome::{Outcome, RepliedBy, Settled, StandDownReason, TurnKey};
use crate::turn::state::{Call, Covers, Delivery, Intent, Phase, SENT_REMEMBERED, SETTLED_REMEMBERED, Stage, Turn};

impl Step<'_> {
    /// Ends the open turn: these messages have their outcome. What else waits is the next turn.
    pub(super) fn settle(&mut self, outcome: Outcome, covers: Option<&Covers>) {
        self.record(self.key_of(covers), outcome);
        match covers {
            Some(covers) => self.cover(covers),
            None => self.cover_awaited(),
        }
        self.rest();
    }

    /// Goes on with what still waits, or with nothing.
    pub(super) fn rest(&mut self) {
        self.state.phase = Phase::Idle;
        if !self.state.awaited.is_empty() {
            self.begin_turn();
        }
    }

    /// The answer is with the customer, or in its note.
    pub(super) fn delivered(&mut self, mut turn: Turn, intent: Intent, part: PartId) {
        self.succeeded(&mut turn, Call::Post);
        let outcome = match intent.delivery {
            Delivery::Reply => {
                self.remember_sent(part.clone());
                Outcome::Replied { part, by: RepliedBy::Us }
            }
            Delivery::Note => Outcome::Noted { part },
        };
        self.settle(outcome, Some(&intent.answered.question.covers));
    }

    /// Another workspace's conversation: acknowledged, recorded, never answered.
    pub(super) fn stand_down_foreign(&mut self) {
        self.settle(Outcome::StoodDown(StandDownReason::ForeignWorkspace), None);
    }

    /// Keeps how a turn, or some of its messages, ended.
    pub(super) fn record(&mut self, key: TurnKey, outcome: Outcome) {
        let settled = Settled { key, outcome, at: self.now };
        self.state.settled.push(settled.clone());
        keep_last(&mut self.state.settled, SETTLED_REMEMBERED);
        self.announce(Announcement::Settled(settled));
    }

    /// The key of the turn with these messages.
    pub(super) fn key_of(&self, covers: Option<&Covers>) -> TurnKey {
        TurnKey::new(&self.state.conversation, covers.and_then(|covers| covers.parts.last()))
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
    }

    /// Moves the watermark over all that notifications told of.
    pub(super) fn cover_awaited(&mut self) {
        for awaited in std::mem::take(&mut self.state.awaited) {
            self.state.watermark.advance(awaited.at, awaited.part);
        }
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
            Self::OpeningSession(_, question)
            | Self::ReadingSession(_, question)
            | Self::Discarding(_, question, _)
            | Self::CheckingSession(_, question, _) => Some(question),
            Self::Asking(asked) | Self::RecoveringAnswer(_, asked, _) => Some(&asked.question),
            Self::Rechecking(_, answered) => Some(&answered.question),
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
