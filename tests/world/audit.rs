//! The judge. It reads what Intercom shows and what went over the wire, never the state under test.

use crate::world::far_side::CallRecord;
use crate::world::record::{By, Part, Record};
use crate::world::webhook::Reaction;
use crate::world::{HOUR, World};

/// A broken promise. Messages are named by their word, our own parts by theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// G1: more than one public reply of ours answers this message.
    TwoReplies { message: String },
    /// G1: a public part of ours answers nothing.
    Groundless { reply: String },
    /// G2, G4: an acknowledged message has neither a reply nor a teammate.
    Silence { message: String },
    /// G2: something goes on without an end.
    Unfinished,
    /// G3: the last read before the post showed a teammate's act that stands.
    OverTeammate { reply: String },
    /// G3: the last read before the post was not made directly before it.
    OldRead { reply: String },
    /// Two questions were in flight in one session at the same time.
    TwoQuestions,
}

/// `TAKEOVER_HOURS`: so long a teammate's word, or that one was told, keeps the bot quiet.
const TAKEOVER: u64 = 12 * HOUR;
/// "Directly before": a read that is older was not.
const READ_AGE: u64 = 5_000;

/// Everything that was promised and not kept, once the world has come to rest.
pub fn audit(world: &World) -> Vec<Violation> {
    let mut violations = Vec::new();
    for record in world.records() {
        Conversation { world, record: &record }.audit(&mut violations);
    }
    if world.objects.values().any(|object| object.run.is_some() || object.disk.alarm.is_some()) {
        violations.push(Violation::Unfinished);
    }
    if world.far_side.gpt_trainer.records(world.now).iter().any(|session| session.most_questions_in_flight > 1) {
        violations.push(Violation::TwoQuestions);
    }
    violations
}

struct Conversation<'a> {
    world: &'a World,
    record: &'a Record,
}

impl Conversation<'_> {
    fn audit(&self, violations: &mut Vec<Violation>) {
        for (at, part) in self.record.parts.iter().enumerate() {
            if part.is_message() {
                self.audit_message(at, violations);
            }
            if part.is_reply() {
                self.audit_reply(at, violations);
            }
        }
    }

    fn audit_message(&self, at: usize, violations: &mut Vec<Violation>) {
        let parts = &self.record.parts;
        let message = parts[at].text();
        if parts.iter().filter(|part| part.is_reply() && part.answers(&parts[at])).count() > 1 {
            violations.push(Violation::TwoReplies { message: message.clone() });
        }
        if self.is_acknowledged(&parts[at]) && !self.has_outcome(at) {
            violations.push(Violation::Silence { message });
        }
    }

    fn audit_reply(&self, at: usize, violations: &mut Vec<Violation>) {
        let parts = &self.record.parts;
        let reply = parts[at].text();
        let newest = parts[..at].iter().rposition(|part| part.is_message() && parts[at].answers(part));
        // Words that were taken back no longer show what was answered.
        let Some(newest) = newest.or_else(|| parts[..at].iter().rposition(|part| part.redacted)) else {
            return violations.push(Violation::Groundless { reply });
        };
        let post = self.calls().find(|call| call.made.as_ref() == Some(&parts[at].id)).unwrap();
        let was_read = |read: &&CallRecord| read.answered_at.is_some_and(|answered| answered <= post.sent_at);
        let last_read = self.calls().filter(was_read).filter_map(|read| Some((read.shown?, read.sent_at))).last();
        let Some((shown, read_at)) = last_read else {
            return violations.push(Violation::OldRead { reply });
        };
        if post.sent_at - read_at > READ_AGE {
            violations.push(Violation::OldRead { reply: reply.clone() });
        }
        if self.teammate_stands(newest, shown) {
            violations.push(Violation::OverTeammate { reply });
        }
    }

    /// Whether a teammate has the conversation, judged for this message by the first `shown` parts.
    fn teammate_stands(&self, message: usize, shown: usize) -> bool {
        let parts = &self.record.parts[..shown];
        let written = self.record.parts[message].at;
        let last_word = parts.iter().rposition(|part| part.by == By::Customer).unwrap_or(0);
        parts.iter().enumerate().any(|(at, part)| {
            part.takes_over() && (at > message || written < part.at + TAKEOVER) || part.puts_away() && at > last_word
        })
    }

    /// Whether a message was answered, or somebody knows of it.
    fn has_outcome(&self, message: usize) -> bool {
        let parts = &self.record.parts;
        let written = parts[message].at;
        let outcome = |(at, part): (usize, &Part)| {
            let answered = part.is_reply() && part.answers(&parts[message]);
            let by_older_system = part.by == By::Ourselves && !part.by_api && part.is_public();
            let known = part.tells_teammates() || part.takes_over();
            at > message && (answered || by_older_system || known || part.puts_away())
                || known && written < part.at + TAKEOVER
        };
        self.record.deleted || parts.iter().enumerate().any(outcome)
    }

    fn is_acknowledged(&self, message: &Part) -> bool {
        let webhooks = &self.world.webhooks;
        let tells_of_it = |id: &String| webhooks.message_of.get(id) == Some(&message.id);
        webhooks.deliveries.iter().any(|(id, reaction)| *reaction == Reaction::Acknowledged && tells_of_it(id))
    }

    fn calls(&self) -> impl Iterator<Item = &CallRecord> {
        let about = |call: &&CallRecord| call.target.conversation_id.as_ref() == Some(&self.record.id);
        self.world.far_side.calls.iter().filter(about)
    }
}

/// Asserts that every promise was kept.
#[track_caller]
pub fn assert_kept(world: &World) {
    let violations = audit(world);
    assert!(violations.is_empty(), "{violations:?}\n{:#?}", world.seen());
}
