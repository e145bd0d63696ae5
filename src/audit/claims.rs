//! Which messages each public part of ours stands for.
//!
//! An answer that an entry names stands for that entry's messages and no others: m1, m2, a reply to m1 and a reply to m2 are two
//! turns where m2 came between our last read and our post. One that no entry names, or that another program wrote, stands for all
//! before it that have no answer yet.

use super::agreeing::notifies_teammates;
use super::{Case, is_customers_word, reply_of, was_public};
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Author, Entry as Part};
use crate::text::{CustomerHtml, customer_html_to_text};
use crate::turn::hindsight::gives_back;
use crate::turn::outcome::{HandOverReason, Outcome, RepliedBy};
use crate::workspace::ledger::LedgerEntry;

/// A public part of ours that stands for something.
pub(super) struct Said<'a> {
    /// Its place in the thread.
    pub place: usize,
    pub words: ReplyKind,
    /// The entry that names it, where one does.
    pub entry: Option<&'a LedgerEntry>,
    /// The place of the newest message that it stands for.
    pub newest: usize,
    pub precedence: Precedence,
}

/// What a public part of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyKind {
    Answer,
    /// The hand-over message, which answers nothing.
    HandOverMessage,
}

/// Whether a part is the first for its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precedence {
    /// For a message at least, or for a turn that was opened again after its hand-over message.
    First,
    /// There was one before.
    Repeated,
    /// Its messages have fallen out of what Intercom shows.
    Unknown,
}

/// What the customer has received for a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Received {
    Nothing,
    HandOverMessage,
    Answer,
}

/// All of them, in Intercom's order.
pub(super) fn said<'a>(case: &Case<'a>) -> Vec<Said<'a>> {
    let mut claims = Claims { case, received: vec![Received::Nothing; case.parts().len()] };
    let ours = |(_, part): &(usize, &Part)| part.author == Author::Ourselves && was_public(part);
    case.parts().iter().enumerate().filter(ours).filter_map(|(place, _)| claims.claim(place)).collect()
}

impl<'a> Case<'a> {
    /// Whether an answer of ours stands for the message at this place.
    pub(super) fn is_answered(&self, place: usize) -> bool {
        let message = &self.parts()[place].id;
        self.said.iter().any(|said| said.words == ReplyKind::Answer && said.stands_for(self, place, message))
    }
}

impl Case<'_> {
    /// Whether this may be a reply that appeared after it had been given up: a teammate was notified, and the record is corrected
    /// when the conversation's object sees it.
    pub(super) fn may_be_late(&self, said: &Said<'_>) -> bool {
        said.entry.is_none() && said.words == ReplyKind::Answer && self.is_reply_unknown(said.newest)
    }

    /// Whether a teammate was notified of the message at this place because the fate of its reply was unknown.
    fn is_reply_unknown(&self, place: usize) -> bool {
        self.entry_of(&self.parts()[place].id).is_some_and(|entry| match entry.outcome {
            Outcome::HandedOver(reason) => reason == HandOverReason::ReplyUnknown,
            Outcome::Replied { .. } | Outcome::Noted { .. } | Outcome::StoodDown(_) | Outcome::Failed(_) => false,
        })
    }
}

impl Said<'_> {
    fn stands_for(&self, case: &Case<'_>, place: usize, message: &PartId) -> bool {
        place < self.place
            && match self.entry.filter(|entry| is_exact(entry)) {
                Some(_) => case.entries_naming(&case.parts()[self.place].id).any(|entry| entry.parts.contains(message)),
                None => !case.is_reserved(message),
            }
    }
}

/// Whether an entry tells all that its reply stands for: another program's may stand for more, and where no read has shown
/// the messages, it is not known.
fn is_exact(entry: &LedgerEntry) -> bool {
    match &entry.outcome {
        Outcome::Replied { by: RepliedBy::AnotherProgram, .. } => false,
        Outcome::Replied { by: RepliedBy::Us | RepliedBy::UsLate, .. }
        | Outcome::Noted { .. }
        | Outcome::HandedOver(_)
        | Outcome::StoodDown(_)
        | Outcome::Failed(_) => !entry.parts.is_empty(),
    }
}

impl<'a> Case<'a> {
    /// Whether an answer that is there stands for this message by its entry.
    fn is_reserved(&self, message: &PartId) -> bool {
        self.entries.iter().any(|entry| {
            is_exact(entry)
                && entry.parts.contains(message)
                && reply_of(entry).is_some_and(|part| self.place_of(part).is_some())
        })
    }

    fn entries_naming(&self, part: &PartId) -> impl Iterator<Item = &'a LedgerEntry> {
        self.entries.iter().copied().filter(move |entry| reply_of(entry) == Some(part))
    }

    /// The hand-over whose message this could be: one of the message that is open last.
    fn hand_over_of(&self, message: &PartId) -> Option<&'a LedgerEntry> {
        self.hand_overs_of(message).next()
    }

    /// The hand-overs of a message, the last one first, also where it was given back and answered since. Where a reply may still
    /// appear, no hand-over message is posted.
    fn hand_overs_of(&self, message: &PartId) -> impl Iterator<Item = &'a LedgerEntry> {
        self.entries.iter().rev().filter(|entry| entry.parts.contains(message)).copied().filter(|entry| {
            match entry.outcome {
                Outcome::HandedOver(reason) => reason != HandOverReason::ReplyUnknown,
                Outcome::Replied { .. } | Outcome::Noted { .. } | Outcome::StoodDown(_) | Outcome::Failed(_) => false,
            }
        })
    }

    /// Whether teammates were notified of all these messages before this place: the hand-over message never comes before that.
    fn is_notified_before(&self, entry: &LedgerEntry, place: usize) -> bool {
        let newest = entry.parts.iter().filter_map(|message| self.place_of(message)).max();
        newest.is_some_and(|newest| newest < place && self.parts()[newest..place].iter().any(notifies_teammates))
    }

    /// Whether these are the words of the present `HANDOVER_MESSAGE`.
    fn is_hand_over_message(&self, words: &CustomerHtml) -> bool {
        let line = self.policy.handover_message.as_ref().map(|line| CustomerHtml(line.to_html().as_str().to_owned()));
        line.is_some_and(|line| customer_html_to_text(&line) == customer_html_to_text(words))
    }

    /// Whether a turn with the message at this place was opened again before what stands at `later`.
    fn is_opened_again(&self, message: usize, later: usize) -> bool {
        let id = &self.parts()[message].id;
        self.parts()[message + 1..later].iter().any(|part| gives_back(part, self.policy))
            || self.entries.iter().filter(|entry| entry.parts.contains(id)).count() > 1
    }
}

struct Claims<'c, 'a> {
    case: &'c Case<'a>,
    /// By place.
    received: Vec<Received>,
}

impl<'a> Claims<'_, 'a> {
    fn claim(&mut self, place: usize) -> Option<Said<'a>> {
        let case = self.case;
        let part = &case.parts()[place];
        let newest_before = case.parts()[..place].iter().rposition(is_customers_word);
        let entry = case.entries_naming(&part.id).last();
        let words = self.words_of(part, entry, place);
        let asked = match (words, entry) {
            (ReplyKind::Answer, Some(entry)) if is_exact(entry) => self
                .places_of(|message| case.entries_naming(&part.id).any(|entry| entry.parts.contains(message)), place),
            (ReplyKind::Answer, None) => {
                let late = self.given_up_before(place);
                if late.is_empty() { self.unanswered_before(place, None) } else { late }
            }
            (ReplyKind::Answer, entry) => self.unanswered_before(place, entry),
            (ReplyKind::HandOverMessage, _) => self.unnotified_before(place),
        };
        let Some(newest) = asked.iter().copied().max() else {
            let precedence = match entry {
                Some(entry) if is_exact(entry) => Precedence::Unknown,
                Some(_) | None => Precedence::Repeated,
            };
            // Before a customer has said anything, nothing can be answered.
            return newest_before.map(|newest| Said { place, words, entry, newest, precedence });
        };
        let precedence = self.precedence(words, &asked, place);
        let now = match words {
            ReplyKind::Answer => Received::Answer,
            ReplyKind::HandOverMessage => Received::HandOverMessage,
        };
        for message in asked {
            if self.received[message] != Received::Answer {
                self.received[message] = now;
            }
        }
        Some(Said { place, words, entry, newest, precedence })
    }

    /// Settings change, so a hand-over message is recognised by its hand-over too.
    fn words_of(&self, part: &Part, entry: Option<&LedgerEntry>, place: usize) -> ReplyKind {
        if entry.is_some() {
            return ReplyKind::Answer;
        }
        let asked = (0..place).rev().find(|place| self.is_open(*place));
        let handed_over = asked.is_some_and(|asked| self.case.hand_over_of(&self.case.parts()[asked].id).is_some());
        let is_hand_over_message =
            handed_over || part.body.as_ref().is_some_and(|body| self.case.is_hand_over_message(body));
        if is_hand_over_message { ReplyKind::HandOverMessage } else { ReplyKind::Answer }
    }

    fn precedence(&self, words: ReplyKind, asked: &[usize], place: usize) -> Precedence {
        let received = |what| asked.iter().any(|message| self.received[*message] == what);
        let newest = asked.iter().max().copied().unwrap_or(place);
        if received(Received::Nothing) {
            return Precedence::First;
        }
        // A second answer never has a turn of its own.
        let may_follow = words == ReplyKind::HandOverMessage || received(Received::HandOverMessage);
        if may_follow && self.case.is_opened_again(newest, place) { Precedence::First } else { Precedence::Repeated }
    }

    fn places_of(&self, is_it: impl Fn(&PartId) -> bool, before: usize) -> Vec<usize> {
        (0..before).filter(|place| is_it(&self.case.parts()[*place].id)).collect()
    }

    /// The messages whose reply had been given up, if none has appeared yet: what no entry names is taken for that.
    fn given_up_before(&self, place: usize) -> Vec<usize> {
        let is_waiting = |at: &usize| self.received[*at] != Received::Answer && self.case.is_reply_unknown(*at);
        let Some(newest) = (0..place).rev().find(is_waiting) else { return Vec::new() };
        let entry = self.case.entry_of(&self.case.parts()[newest].id);
        self.places_of(|message| entry.is_some_and(|entry| entry.parts.contains(message)), place)
    }

    fn unanswered_before(&self, place: usize, entry: Option<&LedgerEntry>) -> Vec<usize> {
        let named = |part: &Part| entry.is_some_and(|entry| entry.parts.contains(&part.id));
        let stands_for = |at: &usize| {
            let part = &self.case.parts()[*at];
            is_customers_word(part)
                && (named(part) || self.received[*at] != Received::Answer && !self.case.is_reserved(&part.id))
        };
        (0..place).filter(stands_for).collect()
    }

    /// What a hand-over message is about: the last hand-over, or whatever is open.
    fn unnotified_before(&self, place: usize) -> Vec<usize> {
        let case = self.case;
        let words = (0..place).filter(|at| is_customers_word(&case.parts()[*at]));
        let words: Vec<usize> = words.collect();
        let handed_over = |at: &usize| case.hand_over_of(&case.parts()[*at].id);
        let notified =
            |at: &usize| case.hand_overs_of(&case.parts()[*at].id).find(|entry| case.is_notified_before(entry, place));
        let open = || words.iter().rev().filter(|at| self.is_open(**at));
        let entry = open().find_map(notified).or_else(|| open().find_map(handed_over));
        if let Some(entry) = entry.or_else(|| words.iter().rev().find_map(handed_over)) {
            return self.places_of(|message| entry.parts.contains(message), place);
        }
        let open: Vec<usize> = words.iter().copied().filter(|at| self.is_open(*at)).collect();
        if open.is_empty() { words.last().copied().into_iter().collect() } else { open }
    }

    /// Whether the customer has heard nothing of this message yet.
    fn is_open(&self, place: usize) -> bool {
        is_customers_word(&self.case.parts()[place]) && self.received[place] == Received::Nothing
    }
}
