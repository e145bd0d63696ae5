//! How turns end.

use super::{Next, Step};
use crate::intercom::ids::PartId;
use crate::intercom::thread::Entry;
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::outcome::{HandOverReason, Outcome, RepliedBy, Settled, TurnKey};
use crate::turn::state::{
    Attempt, Call, Covers, Delivery, PartKind, Reopening, SENT_REMEMBERED, SETTLED_REMEMBERED, Turn,
};

impl Step<'_> {
    /// These messages have their outcome. What else waits is the next turn.
    pub(super) fn settle(&mut self, outcome: Outcome, covers: Option<&Covers>) {
        self.record(self.key_of(covers), outcome, covers);
        match covers {
            Some(covers) => self.cover(covers),
            None => self.cover_everything(),
        }
        self.begin_turn_if_needed();
    }

    /// What was posted is there: the answer, or the message of a hand-over that has this reason.
    pub(super) fn delivered(
        &mut self,
        mut turn: Turn,
        delivery: Delivery,
        message_of: Option<HandOverReason>,
        part: PartId,
    ) -> Next {
        self.succeeded(&mut turn, Call::Post);
        turn.end(match (delivery, message_of) {
            (Delivery::Note, _) => Outcome::Noted { part },
            (Delivery::Reply, None) => {
                self.remember_sent(part.clone());
                Outcome::Replied { part, by: RepliedBy::Us }
            }
            (Delivery::Reply, Some(reason)) => {
                self.remember_message(part);
                Outcome::HandedOver(reason)
            }
        })
    }

    /// Intercom's own answer names the reply of the turn that ended last, of which a webhook had named another part. While
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
        self.state.awaited.retain(|awaited| awaited.part.is_some() || awaited.reported_at >= requested_at);
        let note_reported_at = self.state.note_reported_at.filter(|reported_at| *reported_at >= requested_at);
        // This read showed them, or so many reads lacked them that they are not waited for any more.
        self.state.forget_notes();
        self.state.note_reported_at = note_reported_at;
    }

    /// Moves the watermark over all that webhooks told of, where no read can show what it was.
    fn cover_everything(&mut self) {
        for awaited in std::mem::take(&mut self.state.awaited) {
            self.state.watermark.advance(awaited.at, awaited.part);
        }
        self.settle_nudge();
        self.state.reopening = Reopening::No;
        self.state.forget_notes();
    }

    /// Keeps that a public part is ours and answers nothing.
    pub(super) fn remember_message(&mut self, part: PartId) {
        self.state.hand_over_messages.push(part.clone());
        keep_last(&mut self.state.hand_over_messages, SENT_REMEMBERED);
        self.remember_sent(part);
    }

    /// Keeps that a public part is ours.
    pub(super) fn remember_sent(&mut self, part: PartId) {
        if !self.state.sent.contains(&part) {
            self.state.know_instead(PartKind::Ours, Some(part.clone()));
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

fn keep_last<T>(list: &mut Vec<T>, most: usize) {
    let surplus = list.len().saturating_sub(most);
    list.drain(..surplus);
}
