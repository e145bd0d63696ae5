//! Who may answer: what one read, and what webhooks told, say about a conversation. Pure questions without a change.

use super::message::{manner_of, message_of};
use super::nudge::shown_up_to;
use super::other_bot::is_answer;
use super::outcome::{HandOverReason, Outcome, Settled, StandDownReason};
use super::ownership::{ends, given_back_by};
use super::policy::{Audience, Policy, ReplyMode, Takeover, Tester};
use super::state::{Covers, Delivery, Reopening, Sign, State, TeammateSign};
use crate::intercom::ids::{ConversationId, PartId};
use crate::intercom::thread::{Author, Entry, EntryKind, PARTS_WINDOW, Thread};
use crate::text::{customer_words, says};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use sha1::{Digest, Sha1};

/// One read, seen with what is known of the conversation.
pub struct View<'s, 't> {
    /// What is known.
    pub state: &'s State,
    /// The read.
    pub thread: &'t Thread,
    /// What the operator decided.
    pub policy: &'s Policy,
}

/// What is known to be there and a read lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Parts that we know by their ids.
    pub parts: Vec<PartId>,
    /// Whether it lacks what the sweep told of.
    pub nudge: bool,
}

/// Whether we may answer a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eligibility {
    /// We answer it, in this way.
    Ours(Delivery),
    /// We stand down.
    NotOurs(StandDownReason),
}

impl<'t> View<'_, 't> {
    /// The customer messages that wait for an outcome, in Intercom's order.
    ///
    /// Those before the last answer of a teammate, of another bot, or of ourselves through another program, have been answered.
    pub fn pending(&self) -> Vec<&'t Entry> {
        let from = self.last_answer().map_or(0, |last| last + 1);
        self.thread.entries[from..].iter().filter(|entry| self.is_uncovered(entry)).collect()
    }

    /// All customer messages without an outcome, answered by another author or not, in Intercom's order.
    pub fn uncovered(&self) -> Vec<&'t Entry> {
        self.thread.entries.iter().filter(|entry| self.is_uncovered(entry)).collect()
    }

    /// Whether a customer message is without an outcome, as far as we know.
    fn is_uncovered(&self, entry: &Entry) -> bool {
        entry.is_customers() && (self.state.awaits(&entry.id) || !self.state.watermark.covers(&entry.id, entry.at))
    }

    /// The place of the last answer that does not come from us.
    fn last_answer(&self) -> Option<usize> {
        (0..self.thread.entries.len()).rev().find(|at| self.is_answer(*at))
    }

    /// Whether this is an answer that does not come from us: a teammate's, another bot's, or one of another program under our
    /// name. Words by which a teammate gives the conversation back announce an answer and are none.
    fn is_answer(&self, at: usize) -> bool {
        let entry = &self.thread.entries[at];
        entry.is_message()
            && match entry.author {
                Author::Teammate(_) => given_back_by(entry, self.policy).is_none(),
                Author::OtherBot => is_answer(self.thread, at),
                Author::Ourselves => self.is_strange(entry),
                Author::Customer | Author::Other => false,
            }
    }

    /// The outcome of messages that another author has answered.
    pub fn answered_by_others(&self, covers: &Covers) -> Outcome {
        if let Some(word) = self.answered_by_another_program(&covers.parts) {
            return Outcome::Replied { part: word.id.clone(), by: super::outcome::RepliedBy::AnotherProgram };
        }
        let by_other_bot = self.last_answer().is_some_and(|at| self.thread.entries[at].author == Author::OtherBot);
        Outcome::StoodDown(if by_other_bot { StandDownReason::OtherBot } else { StandDownReason::Teammate })
    }

    /// Messages that were left to teammates and are to be answered after all: nobody has, in public, since they were written.
    ///
    /// Never among them are those whose reply is unknown, unless the operator asked for that: a second reply could meet a late first one.
    pub fn reopened(&self) -> Vec<&'t Entry> {
        let answers = match self.state.reopening {
            // Another bot's answer does not keep a teammate from taking it.
            Reopening::HandOver => 0..0,
            Reopening::No | Reopening::GivenBack | Reopening::Retry => 0..self.thread.entries.len(),
        };
        let answered_up_to = answers.filter_map(|at| self.answers_up_to(at)).max();
        let waits = |entry: &&Entry| entry.is_customers() && self.is_reopenable(entry);
        self.thread.entries[answered_up_to.map_or(0, |last| last + 1)..].iter().filter(waits).collect()
    }

    /// The place up to which this entry answers what stands there, if it does.
    fn answers_up_to(&self, at: usize) -> Option<usize> {
        let entry = &self.thread.entries[at];
        if self.is_answer(at) {
            return Some(at);
        }
        let ours = entry.author == Author::Ourselves
            && is_delivered(entry, Delivery::Reply)
            && !self.state.hand_over_messages.contains(&entry.id);
        ours.then(|| self.last_answered_by(&entry.id).unwrap_or(at))
    }

    /// The place of the last message that a reply of ours answers, where that is known: further ones may have come before it.
    fn last_answered_by(&self, reply: &PartId) -> Option<usize> {
        let by_it = |turn: &&Settled| matches!(&turn.outcome, Outcome::Replied { part, .. } if part == reply);
        let turn = self.state.settled.iter().rev().find(by_it)?;
        self.thread.entries.iter().rposition(|entry| turn.parts.contains(&entry.id))
    }

    /// Whether the last outcome of a message is one that a resume, or a retry, opens again.
    fn is_reopenable(&self, message: &Entry) -> bool {
        let mut turns = self.state.settled.iter().rev();
        let Some(turn) = turns.find(|turn| turn.parts.contains(&message.id)) else { return false };
        let is_free = match self.state.reopening {
            // People may be told, or the operator takes a second reply into the bargain.
            Reopening::HandOver | Reopening::Retry => true,
            Reopening::GivenBack | Reopening::No => {
                !self.state.answer_may_land(turn) || self.is_written_since_given_up(message)
            }
        };
        turn.reopened_at.is_none()
            && is_free
            && match (&turn.outcome, self.state.reopening) {
                (_, Reopening::No) | (Outcome::Replied { .. } | Outcome::Noted { .. }, _) => false,
                (Outcome::StoodDown(reason), Reopening::GivenBack) => reason.is_about_people(),
                (Outcome::HandedOver(reason), Reopening::GivenBack) => *reason != HandOverReason::ReplyUnknown,
                (Outcome::Failed(_), Reopening::GivenBack) => false,
                (Outcome::StoodDown(_) | Outcome::HandedOver(_) | Outcome::Failed(_), Reopening::Retry)
                | (Outcome::StoodDown(_) | Outcome::Failed(_), Reopening::HandOver) => {
                    self.state.settled.last().is_some_and(|last| last.key == turn.key)
                }
                (Outcome::HandedOver(_), Reopening::HandOver) => false,
            }
    }

    /// Whether a message is newer than all posts that were given up, so that none of them was an answer to it.
    fn is_written_since_given_up(&self, message: &Entry) -> bool {
        let given_up = self.state.unknown_post.as_ref();
        given_up.is_some_and(|post| message.at.to_millis() > post.at.after(CLOCKS_DIFFER))
    }

    /// Whether a customer asks for a person in one of these messages. One that stood there when a teammate gave the
    /// conversation back was seen by them.
    pub fn asks_for_a_person(&self, pending: &[&Entry]) -> bool {
        pending.iter().filter(|entry| !self.is_seen_by_people(entry)).any(|entry| {
            let Some(body) = &entry.body else { return false };
            let text = customer_words(body, manner_of(self.thread, entry));
            self.policy.handover_phrases.iter().any(|phrase| says(&text, phrase))
        })
    }

    /// Whether these messages say no word, and a teammate who gave the conversation back has not seen all of them.
    pub fn brings_only_attachments(&self, pending: &[&Entry]) -> bool {
        pending.iter().all(|entry| !message_of(self.thread, entry).says_words())
            && pending.iter().any(|entry| !self.is_seen_by_people(entry))
    }

    fn is_seen_by_people(&self, entry: &Entry) -> bool {
        self.state.given_back.as_ref().is_some_and(|given| entry.at <= given.at)
    }

    /// How many of our parts of this kind were written in the 24 hours before `now`.
    pub fn delivered_lately(&self, delivery: Delivery, now: UnixMillis) -> usize {
        let ours = self.thread.entries.iter().filter(|entry| entry.author == Author::Ourselves);
        ours.filter(|entry| is_delivered(entry, delivery) && now.since(entry.at.to_millis()) < Millis::from_hours(24))
            .count()
    }

    /// Whether a part of ours is none that we know of.
    fn is_strange(&self, entry: &Entry) -> bool {
        let given_up = self.state.unknown_post.as_ref().is_some_and(|post| !post.ours_before.contains(&entry.id));
        !self.state.sent.contains(&entry.id) && !given_up
    }

    /// A public word of ours that we did not send and that stands behind one of these messages.
    pub fn answered_by_another_program(&self, messages: &[PartId]) -> Option<&'t Entry> {
        let asked = self.thread.entries.iter().rposition(|entry| messages.contains(&entry.id))?;
        self.thread.entries[asked + 1..]
            .iter()
            .find(|entry| entry.author == Author::Ourselves && entry.is_message() && self.is_strange(entry))
    }

    /// The post that was given up as unknown, if this read shows it.
    pub fn landed(&self) -> Option<PartId> {
        let post = self.state.unknown_post.as_ref()?;
        let ours = self.ours(Delivery::Reply);
        ours.into_iter().find(|part| !post.ours_before.contains(part) && !self.state.sent.contains(part))
    }

    /// Our parts of this kind, wherever they came from.
    pub fn ours(&self, delivery: Delivery) -> Vec<PartId> {
        self.thread
            .entries
            .iter()
            .filter(|entry| entry.author == Author::Ourselves && is_delivered(entry, delivery))
            .map(|entry| entry.id.clone())
            .collect()
    }

    /// What is known to exist and this read lacks. Redacted parts are still listed; parts that fell out of
    /// Intercom's window of the 500 most recent ones are not missed.
    pub fn missing(&self, asked: Option<&Covers>, requested_at: UnixMillis) -> Missing {
        let awaited = self.state.awaited.iter().filter_map(|awaited| Some((awaited.part.as_ref()?, Some(awaited.at))));
        let covered = asked.into_iter().flat_map(|covers| covers.parts.iter().map(|part| (part, None)));
        let known_parts = self.state.known_parts.iter().map(|known| (&known.part, None));
        let parts = awaited.chain(covered).chain(known_parts).filter(|(part, at)| self.lacks(part, *at));
        let shown_up_to = shown_up_to(self.thread, requested_at);
        let nudge = self.state.open_nudge().is_some_and(|nudged| shown_up_to < Some(nudged.at));
        Missing { parts: parts.map(|(part, _)| part.clone()).collect(), nudge }
    }

    fn lacks(&self, part: &PartId, at: Option<UnixSeconds>) -> bool {
        let parts = &self.thread.entries;
        let window_is_full = parts.len() > PARTS_WINDOW;
        // The source stands first and never falls out, so the window begins with the second entry.
        let before_window = |at| parts.get(1).is_some_and(|oldest| at < oldest.at);
        let out_of_window = window_is_full && at.is_none_or(before_window);
        !out_of_window && !self.thread.shows(part)
    }

    /// Whose the pending messages are, the newest of which was written at `newest`.
    pub fn eligibility(&self, newest: UnixSeconds, now: UnixMillis) -> Eligibility {
        use StandDownReason::{Channel, HandedOver, ModeOff, NotATester, Rollout};
        let policy = self.policy;
        if let Some(reason) = self.teammate_owns(newest) {
            return Eligibility::NotOurs(reason);
        }
        if self.state.handed_over_at.is_some() {
            return Eligibility::NotOurs(HandedOver);
        }
        if !policy.channels.iter().any(|channel| channel.eq_ignore_ascii_case(&self.thread.channel)) {
            return Eligibility::NotOurs(Channel);
        }
        if !self.is_in_audience(&policy.audience) {
            return Eligibility::NotOurs(NotATester);
        }
        if rollout_bucket(&self.thread.id) >= policy.rollout_percent {
            return Eligibility::NotOurs(Rollout);
        }
        match self.state.mode(policy) {
            ReplyMode::Off => Eligibility::NotOurs(ModeOff),
            ReplyMode::Note => Eligibility::Ours(Delivery::Note),
            ReplyMode::Reply if now.since(newest.to_millis()) > policy.max_answer_age => {
                Eligibility::Ours(Delivery::Note)
            }
            ReplyMode::Reply => Eligibility::Ours(Delivery::Reply),
        }
    }

    /// Why a teammate has the conversation, if one has, by what reads and webhooks told so far.
    pub fn teammate_owns(&self, newest: UnixSeconds) -> Option<StandDownReason> {
        let kept = self.state.teammate.as_ref();
        let kept = kept.filter(|sign| is_kept(sign.at.to_millis(), newest.to_millis(), self.policy.takeover));
        if let Some(sign) = kept {
            return Some(match sign.sign {
                Sign::RuleAssigned => StandDownReason::RuleAssigned,
                Sign::Spoke | Sign::Assigned | Sign::Stopped | Sign::ClosedOrSnoozed => StandDownReason::Teammate,
            });
        }
        // Within one second only the order of the read tells who came last, so what was told counts only until it is read.
        let reported = self
            .state
            .closed_or_snoozed
            .filter(|at| !self.shows_closed_or_snoozed(*at) && !self.is_given_back_since(*at, None));
        reported.max(self.closed_or_snoozed()).is_some_and(|at| at >= newest).then_some(StandDownReason::Teammate)
    }

    /// When a teammate closed or snoozed the conversation, if no customer message stands behind that, and nobody gave it back.
    pub fn closed_or_snoozed(&self) -> Option<UnixSeconds> {
        let entries = &self.thread.entries;
        let last_word = entries.iter().rposition(Entry::is_customers).unwrap_or(0);
        let stands =
            |entry: &&Entry| is_closing_or_snoozing(entry) && !self.is_given_back_since(entry.at, Some(&entry.id));
        entries[last_word.min(entries.len())..].iter().filter(stands).map(|entry| entry.at).max()
    }

    fn is_given_back_since(&self, at: UnixSeconds, part: Option<&PartId>) -> bool {
        let sign = TeammateSign { at, sign: Sign::ClosedOrSnoozed, part: part.cloned() };
        self.state.given_back.as_ref().is_some_and(|given| ends(given, &sign, Some(self.thread)))
    }

    /// When a teammate last closed or snoozed the conversation, whatever stands behind that.
    pub fn last_closed_or_snoozed(&self) -> Option<UnixSeconds> {
        self.thread.entries.iter().filter(|entry| is_closing_or_snoozing(entry)).map(|entry| entry.at).max()
    }

    /// Whether this read shows what was told. An older one of the same second is not it.
    fn shows_closed_or_snoozed(&self, reported: UnixSeconds) -> bool {
        self.thread.entries.iter().any(|entry| is_closing_or_snoozing(entry) && entry.at >= reported)
            && self.state.closed_or_snoozed_by.iter().all(|part| self.thread.shows(part))
    }

    fn is_in_audience(&self, audience: &Audience) -> bool {
        match audience {
            Audience::Everyone => true,
            Audience::Testers(testers) => testers.iter().any(|tester| match tester {
                Tester::Contact(contact) => self.thread.contacts.contains(contact),
                Tester::EmailDomain(domain) => self.thread.email_domains.contains(domain),
            }),
        }
    }
}

impl Missing {
    /// The same for a read whose use does not depend on what the sweep told.
    pub fn parts_only(self) -> Self {
        Self { nudge: false, ..self }
    }
}

/// Intercom's clock and ours are no further apart.
pub(super) const CLOCKS_DIFFER: Millis = Millis::from_seconds(10);

/// Where a conversation stands in the roll-out, 0 to 99: the same for ever, and spread evenly.
pub fn rollout_bucket(conversation: &ConversationId) -> u8 {
    let digest = Sha1::digest(conversation.as_str().as_bytes());
    let first = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    u8::try_from(first % 100).expect("a remainder of 100 is below 256")
}

/// Whether a teammate closed or snoozed the conversation here.
fn is_closing_or_snoozing(entry: &Entry) -> bool {
    matches!(entry.author, Author::Teammate(_)) && matches!(entry.kind, EntryKind::Close | EntryKind::Snooze)
}

/// Whether an entry is what a delivery of this kind looks like.
fn is_delivered(entry: &Entry, delivery: Delivery) -> bool {
    match delivery {
        Delivery::Reply => entry.is_message() && entry.body.is_some(),
        Delivery::Note => entry.kind == EntryKind::Note,
    }
}

/// Whether what began at `from` still holds for a message written at `written`.
pub(super) fn is_kept(from: UnixMillis, written: UnixMillis, takeover: Takeover) -> bool {
    match takeover {
        Takeover::ForEver => true,
        Takeover::For(Millis(0)) => false,
        Takeover::For(length) => written < from.after(length),
    }
}
