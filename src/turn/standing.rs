//! Who may answer: what one read, and what notifications told, say about a conversation. Pure questions without a change.

use super::outcome::StandDownReason;
use super::policy::{Audience, Policy, ReplyMode, RuleAssignments, Takeover, Tester};
use super::state::{Covers, Delivery, Sign, State, TeammateSign};
use crate::intercom::ids::{ConversationId, PartId};
use crate::intercom::thread::{Assignee, Author, Entry, Kind, PARTS_WINDOW, Thread};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use sha1::{Digest, Sha1};

/// One read, seen with what is known of the conversation.
pub struct View<'s, 't> {
    /// What is known.
    pub state: &'s State,
    /// The read.
    pub thread: &'t Thread,
}

/// Whose a turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Ours, delivered so.
    Ours(Delivery),
    /// Not ours.
    NotOurs(StandDownReason),
}

impl<'t> View<'_, 't> {
    /// The customer messages that wait for an outcome, in Intercom's order.
    ///
    /// Those before the last public word of a teammate, or of ourselves through another program, have been answered.
    pub fn pending(&self) -> Vec<&'t Entry> {
        let answered_up_to = self.thread.entries.iter().rposition(|entry| self.answers(entry));
        let from = answered_up_to.map_or(0, |last| last + 1);
        self.thread.entries[from..].iter().filter(|entry| self.is_uncovered(entry)).collect()
    }

    /// All customer messages without an outcome, answered by somebody else or not, in Intercom's order.
    pub fn uncovered(&self) -> Vec<&'t Entry> {
        self.thread.entries.iter().filter(|entry| self.is_uncovered(entry)).collect()
    }

    /// Whether a customer message is without an outcome, as far as we know.
    fn is_uncovered(&self, entry: &Entry) -> bool {
        let awaited = self.state.awaited.iter().any(|awaited| awaited.part.as_ref() == Some(&entry.id));
        entry.author == Author::Customer
            && entry.is_message()
            && (awaited || !self.state.watermark.covers(&entry.id, entry.at))
    }

    /// Whether this is an answer that does not come from us: a teammate's, or one of another program under our name.
    fn answers(&self, entry: &Entry) -> bool {
        entry.is_message()
            && match entry.author {
                Author::Teammate(_) => true,
                Author::Ourselves => self.is_strange(entry),
                Author::Customer | Author::OtherBot | Author::Other => false,
            }
    }

    /// Whether a part of ours is none that we know of.
    fn is_strange(&self, entry: &Entry) -> bool {
        let given_up = self.state.unknown_post.as_ref().is_some_and(|post| !post.ours_before.contains(&entry.id));
        !self.state.sent.contains(&entry.id) && !given_up
    }

    /// A public word of ours that we did not send and that stands behind one of these messages.
    pub fn answered_by_older_system(&self, messages: &[PartId]) -> Option<PartId> {
        let asked = self.thread.entries.iter().rposition(|entry| messages.contains(&entry.id))?;
        self.thread.entries[asked + 1..]
            .iter()
            .find(|entry| entry.author == Author::Ourselves && entry.is_message() && self.is_strange(entry))
            .map(|entry| entry.id.clone())
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

    /// Ids that are known to exist and that this read lacks. Redacted parts are still listed; parts that fell out of
    /// Intercom's window of the 500 most recent ones are not missed.
    pub fn missing(&self, asked: Option<&Covers>) -> Vec<PartId> {
        let known = self.state.awaited.iter().filter_map(|awaited| Some((awaited.part.as_ref()?, Some(awaited.at))));
        let covered = asked.into_iter().flat_map(|covers| covers.parts.iter().map(|part| (part, None)));
        let sent = self.state.last_sent.as_ref().map(|part| (part, None));
        known
            .chain(covered)
            .chain(sent)
            .filter(|(part, at)| self.lacks(part, *at))
            .map(|(part, _)| part.clone())
            .collect()
    }

    fn lacks(&self, part: &PartId, at: Option<UnixSeconds>) -> bool {
        let parts = &self.thread.entries;
        let window_is_full = parts.len() > PARTS_WINDOW;
        // The source stands first and never falls out, so the window begins with the second entry.
        let before_window = |at| parts.get(1).is_some_and(|oldest| at < oldest.at);
        let out_of_window = window_is_full && at.is_none_or(before_window);
        !out_of_window && !parts.iter().any(|entry| entry.id == *part)
    }

    /// Whose the pending messages are, the newest of which was written at `newest`.
    pub fn standing(&self, newest: UnixSeconds, now: UnixMillis, policy: &Policy) -> Standing {
        use StandDownReason::{Channel, HandedOver, ModeOff, NotATester, Rollout, Teammate};
        if self.teammate_owns(newest, policy) {
            return Standing::NotOurs(Teammate);
        }
        if self.state.handed_over_at.is_some_and(|at| is_kept(at, newest.to_millis(), policy.takeover)) {
            return Standing::NotOurs(HandedOver);
        }
        if !policy.channels.iter().any(|channel| channel.eq_ignore_ascii_case(&self.thread.channel)) {
            return Standing::NotOurs(Channel);
        }
        if !self.is_in_audience(&policy.audience) {
            return Standing::NotOurs(NotATester);
        }
        if rollout_bucket(&self.thread.id) >= policy.rollout_percent {
            return Standing::NotOurs(Rollout);
        }
        match policy.mode {
            ReplyMode::Off => Standing::NotOurs(ModeOff),
            ReplyMode::Note => Standing::Ours(Delivery::Note),
            ReplyMode::Reply if now.since(newest.to_millis()) > policy.max_answer_age => Standing::Ours(Delivery::Note),
            ReplyMode::Reply => Standing::Ours(Delivery::Reply),
        }
    }

    /// Whether a teammate has the conversation, by what notifications told or by this read.
    pub fn teammate_owns(&self, newest: UnixSeconds, policy: &Policy) -> bool {
        let sign = self.state.teammate.max_by_time(self.teammate_sign(policy));
        // Within one second only the order of the read tells who came last, so what was told counts only until it is read.
        let told = self.state.put_away.filter(|at| !self.shows_put_away(*at));
        let put_away = told.max(self.put_away());
        sign.is_some_and(|sign| is_kept(sign.at.to_millis(), newest.to_millis(), policy.takeover))
            || put_away.is_some_and(|at| at >= newest)
    }

    /// The last sign of a teammate in this read.
    pub fn teammate_sign(&self, policy: &Policy) -> Option<TeammateSign> {
        let count_assignments = policy.rule_assignments == RuleAssignments::Count;
        let signs = self.thread.entries.iter().filter_map(|entry| match (&entry.author, &entry.kind) {
            (Author::Teammate(_), _) if entry.is_message() => Some((entry.at, Sign::Spoke)),
            (Author::Teammate(_) | Author::Ourselves, Kind::Assignment(Some(Assignee::Teammate(_)))) => {
                Some((entry.at, Sign::Assigned))
            }
            (_, Kind::Assignment(Some(Assignee::Teammate(_)))) if count_assignments => Some((entry.at, Sign::Assigned)),
            _other_entries_say_nothing => None,
        });
        let last = signs.max_by_key(|(at, _)| *at).map(|(at, sign)| TeammateSign { at, sign });
        // A conversation may be born assigned, without a part that says so.
        let assigned_to_teammate = self.thread.admin_assignee.as_ref().is_some_and(|admin| *admin != policy.ourselves);
        let born_assigned = assigned_to_teammate && count_assignments;
        last.or(born_assigned.then_some(TeammateSign { at: self.thread.created_at, sign: Sign::Assigned }))
    }

    /// When a teammate closed or snoozed the conversation, if no customer message stands behind that.
    pub fn put_away(&self) -> Option<UnixSeconds> {
        let entries = &self.thread.entries;
        let last_word =
            entries.iter().rposition(|entry| entry.author == Author::Customer && entry.is_message()).unwrap_or(0);
        entries[last_word.min(entries.len())..].iter().filter(|entry| is_put_away(entry)).map(|entry| entry.at).max()
    }

    /// Whether this read shows what was told. An older one of the same second is not it.
    fn shows_put_away(&self, told: UnixSeconds) -> bool {
        let shows = |part: &PartId| self.thread.entries.iter().any(|entry| entry.id == *part);
        self.thread.entries.iter().any(|entry| is_put_away(entry) && entry.at >= told)
            && self.state.put_away_by.iter().all(shows)
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

/// Where a conversation stands in the roll-out, 0 to 99: the same for ever, and spread evenly.
pub fn rollout_bucket(conversation: &ConversationId) -> u8 {
    let digest = Sha1::digest(conversation.as_str().as_bytes());
    let first = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    u8::try_from(first % 100).expect("a remainder of 100 is below 256")
}

/// Whether a teammate closed or snoozed the conversation here.
fn is_put_away(entry: &Entry) -> bool {
    matches!(entry.author, Author::Teammate(_)) && matches!(entry.kind, Kind::Close | Kind::Snooze)
}

/// Whether an entry is what a delivery of this kind looks like.
fn is_delivered(entry: &Entry, delivery: Delivery) -> bool {
    match delivery {
        Delivery::Reply => entry.is_message() && entry.body.is_some(),
        Delivery::Note => entry.kind == Kind::Note,
    }
}

/// Whether what began at `from` still holds for a message written at `written`.
fn is_kept(from: UnixMillis, written: UnixMillis, takeover: Takeover) -> bool {
    match takeover {
        Takeover::ForEver => true,
        Takeover::For(Millis(0)) => false,
        Takeover::For(length) => written < from.after(length),
    }
}

trait Latest {
    fn max_by_time(self, other: Self) -> Self;
}

impl Latest for Option<TeammateSign> {
    fn max_by_time(self, other: Self) -> Self {
        [self, other].into_iter().flatten().max_by_key(|sign| sign.at)
    }
}
