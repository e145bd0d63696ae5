//! The judge. It reads what Intercom shows and what went over the wire, and the operator's settings; never the state under
//! test.

// shows: G1, G2, G3, G4

use crate::world::accounts::differences;
use crate::world::acts::{Born, Scope};
use crate::world::excuses::Excuse;
use crate::world::far_side::CallRecord;
use crate::world::granting::without_grant;
use crate::world::record::{By, Part, Record};
use crate::world::second_judge::unexplained;
use crate::world::{HOUR, World};
use onereply::turn::policy::{Policy, ReplyMode, RuleAssignments, Takeover};
use onereply_sandbox::call::Call;

/// A broken promise. Messages are named by their word, our own parts by theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// G1: more than one answer of ours answers this message.
    TwoReplies { message: String },
    /// G1: a public part of ours answers nothing.
    Groundless { reply: String },
    /// G2, G4: a message has neither an answer nor a teammate, and nothing excuses that.
    Silence { message: String },
    /// G2: something goes on without an end.
    Unfinished,
    /// G3: the last read before the post showed a teammate's act that stands.
    OverTeammate { reply: String },
    /// An answer to what was written after a hand-over, before anybody gave the conversation back.
    AfterHandOver { reply: String },
    /// The customer was told of a hand-over more often than people were.
    TooManyHandOverMessages,
    /// G3: the last read before the post was not made directly before it.
    OldRead { reply: String },
    /// The operator wants no answer here, or not in public.
    NotAllowed { part: String },
    /// The question was older than the operator allows for a public answer.
    TooOld { reply: String },
    /// A question or a public post without a grant of its own: while the workspace is paused it gives none.
    NotGranted { conversation: String },
    /// Two questions were in flight in one session at the same time.
    TwoQuestions,
    /// An object had something open and no alarm, though none was lost.
    NoAlarm { conversation: String },
    /// The ledger and an object do not say the same of how turns ended.
    LedgerDiffers { conversation: String },
}

impl Violation {
    pub fn name(&self) -> &'static str {
        match self {
            Self::TwoReplies { .. } => "two replies",
            Self::Groundless { .. } => "groundless reply",
            Self::Silence { .. } => "silence",
            Self::Unfinished => "unfinished",
            Self::OverTeammate { .. } => "over a teammate",
            Self::AfterHandOver { .. } => "after a hand-over",
            Self::TooManyHandOverMessages => "too many hand-over messages",
            Self::OldRead { .. } => "old read",
            Self::NotAllowed { .. } => "not wanted",
            Self::TooOld { .. } => "too old",
            Self::NotGranted { .. } => "not granted",
            Self::TwoQuestions => "two questions",
            Self::NoAlarm { .. } => "no alarm",
            Self::LedgerDiffers { .. } => "ledger differs",
        }
    }
}

/// What the judge found, once the world has come to rest.
#[derive(Default)]
pub struct Verdict {
    pub violations: Vec<Violation>,
    pub excuses: Vec<Excuse>,
}

/// "Directly before": a read that is older was not.
const READ_AGE: u64 = 5_000;
/// Where Intercom took longer than that for so many reads before, the next one may take as long as a call can.
const SLOW_READS: usize = 3;
const LONGEST_READ: u64 = 10_000;
/// Nothing that is open waits so long; what a conversation's object waits for then is to be forgotten.
const FAR_AHEAD: u64 = 12 * HOUR;
/// By our clock and by Intercom's one thing happens at different times, and a teammate is told in several calls.
const CLOCKS_DIFFER: u64 = 120_000;

/// Everything that was promised and not kept.
pub fn audit(world: &World) -> Vec<Violation> {
    judge(world).violations
}

pub fn judge(world: &World) -> Verdict {
    let mut verdict = Verdict::default();
    for record in world.records() {
        Conversation { world, policy: &world.settings.policy, record: &record }.judge(&mut verdict);
    }
    let violations = &mut verdict.violations;
    let waits = |alarm: u64| alarm < world.now + FAR_AHEAD;
    if world.is_at_work() || world.disks.values().any(|disk| disk.alarm.is_some_and(waits)) {
        violations.push(Violation::Unfinished);
    }
    violations.extend(differences(world));
    violations.extend(without_grant(world));
    let never_set = world.alarms_never_set.iter().cloned();
    violations.extend(never_set.map(|conversation| Violation::NoAlarm { conversation }));
    // Where the list of its messages was refused, nothing tells whether a question arrived.
    let refused = |session: &str| {
        let listed =
            |call: &&CallRecord| call.target.call == Call::Messages && call.target.session.as_deref() == Some(session);
        world.far_side.calls.iter().filter(listed).any(|call| call.status.is_some_and(is_refusal))
    };
    let sessions = world.far_side.gpt_trainer.records(world.now);
    if sessions.iter().any(|session| session.most_questions_in_flight > 1 && !refused(&session.uuid)) {
        violations.push(Violation::TwoQuestions);
    }
    verdict
}

/// Whether an answer says that asking again changes nothing.
pub fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && ![401, 403, 408, 429].contains(&status)
}

pub struct Conversation<'a> {
    pub world: &'a World,
    pub policy: &'a Policy,
    pub record: &'a Record,
}

impl Conversation<'_> {
    fn judge(&self, verdict: &mut Verdict) {
        self.judge_lines(&mut verdict.violations);
        for (at, part) in self.record.parts.iter().enumerate() {
            if part.is_message() {
                self.judge_message(at, verdict);
            }
            if part.is_reply() {
                self.judge_reply(at, &mut verdict.violations);
            }
            if part.is_hand_over_message() {
                self.judge_post(at, at, &mut verdict.violations);
            }
            if part.by == By::Ourselves && part.by_api && !self.may_write(part) {
                verdict.violations.push(Violation::NotAllowed { part: part.line() });
            }
        }
    }

    /// A line is said when people know, and once for each time that they were told.
    fn judge_lines(&self, violations: &mut Vec<Violation>) {
        let parts = &self.record.parts;
        let told = |part: &&Part| part.by == By::Ourselves && part.by_api && part.tells_teammates();
        let lines = parts.iter().filter(|part| part.is_hand_over_message()).count();
        if lines > parts.iter().filter(told).count() {
            violations.push(Violation::TooManyHandOverMessages);
        }
    }

    fn judge_message(&self, at: usize, verdict: &mut Verdict) {
        let parts = &self.record.parts;
        let message = parts[at].text();
        let is_answer = |part: &&Part| (part.is_reply() || part.is_answer_in_note()) && part.answers(&parts[at]);
        if parts.iter().filter(is_answer).count() > 1 {
            verdict.violations.push(Violation::TwoReplies { message: message.clone() });
        }
        if self.has_outcome(at) {
            return;
        }
        match self.excuse(&parts[at]) {
            Some(excuse) => verdict.excuses.push(excuse),
            None => verdict.violations.push(Violation::Silence { message }),
        }
    }

    fn judge_reply(&self, at: usize, violations: &mut Vec<Violation>) {
        let parts = &self.record.parts;
        let reply = parts[at].text();
        if self.is_unknown_refusal(&parts[at]) {
            return;
        }
        let is_answered = |part: &Part| part.was_message() && parts[at].answers(part);
        let Some(newest) = parts[..at].iter().rposition(is_answered) else {
            return violations.push(Violation::Groundless { reply });
        };
        if self.is_after_hand_over(newest) {
            violations.push(Violation::AfterHandOver { reply });
        }
        self.judge_post(at, newest, violations);
    }

    /// Whether a message was written after people had been told, and before anybody attended to that.
    fn is_after_hand_over(&self, message: usize) -> bool {
        let parts = &self.record.parts;
        let told = |part: &Part| part.by == By::Ourselves && part.tells_teammates() && part.kind == "note";
        let Some(told) = parts[..message].iter().rposition(told) else { return false };
        // A reply that landed while people were being told ends the turn after all.
        let answered = |asked: &Part| parts[..message].iter().any(|part| part.is_reply() && part.answers(asked));
        if parts[..told].iter().rfind(|part| part.was_message()).is_some_and(answered) {
            return false;
        }
        // So does one that landed behind the note, also where the customer had written on before that.
        let landed = |asked: &Part| parts[told..message].iter().any(|part| part.is_reply() && part.answers(asked));
        if parts[..told].iter().any(|part| part.was_message() && landed(part)) {
            return false;
        }
        // Somebody may have given it back while people were being told, which may take as long as an outage.
        let answers = |message: &Part| parts[..told].iter().any(|part| part.is_reply() && part.answers(message));
        let asked = parts[..told].iter().position(|part| part.was_message() && !answers(part)).unwrap_or(told);
        let long_before = parts[..told].iter().rposition(|part| part.at + CLOCKS_DIFFER < parts[told].at);
        let since = asked.min(long_before.map_or(0, |at| at + 1));
        !parts[since..].iter().any(|part| part.attends() || part.gives_back())
    }

    /// The read before the post at `at`, which is for the message at `newest`.
    fn judge_post(&self, at: usize, newest: usize, violations: &mut Vec<Violation>) {
        let parts = &self.record.parts;
        let reply = parts[at].text();
        // Without a call it was there when this world began.
        let Some(post) = self.calls().find(|call| call.made.as_ref() == Some(&parts[at].id)) else { return };
        let reads = self.calls().filter(|call| call.answered_at.is_some_and(|answered| answered <= post.sent_at));
        let reads: Vec<_> = reads.filter_map(|read| Some((read.shown?, read.sent_at, read.answered_at?))).collect();
        let Some((shown, read_at, _)) = reads.last().copied() else {
            return violations.push(Violation::OldRead { reply });
        };
        let slow = reads.iter().filter(|(_, sent, answered)| answered - sent > READ_AGE).count();
        let allowed = if slow > SLOW_READS { LONGEST_READ } else { READ_AGE };
        if post.sent_at - read_at > allowed {
            violations.push(Violation::OldRead { reply: reply.clone() });
        }
        if self.teammate_stands(newest, shown, at) {
            violations.push(Violation::OverTeammate { reply: reply.clone() });
        }
        let sent_at = post.sent_at.saturating_add_signed(self.world.skew);
        let age = sent_at.saturating_sub(parts[newest].at);
        if parts[newest].is_message() && age > self.policy.max_answer_age.0 + CLOCKS_DIFFER {
            violations.push(Violation::TooOld { reply });
        }
    }

    /// Whether the operator wants something like this written here at all.
    fn may_write(&self, part: &Part) -> bool {
        match (self.record.scope, self.policy.mode) {
            (Scope::AnotherWorkspace, _) | (_, ReplyMode::Off) => false,
            // Whom a conversation is left to, only a read tells.
            (Scope::Left, ReplyMode::Note | ReplyMode::Reply) => part.tells_teammates() && self.was_unreadable(part),
            (Scope::Ours, ReplyMode::Note) => !part.is_public(),
            (Scope::Ours, ReplyMode::Reply) => true,
        }
    }

    /// Whether the last look before this was begun brought nothing.
    fn was_unreadable(&self, part: &Part) -> bool {
        let made = self.calls().find(|call| call.made.as_ref() == Some(&part.id)).unwrap();
        // The note explains the assignment, whatever is seen after that.
        let begun = self.calls().filter(|call| call.target.call == Call::Parts && call.sent_at < made.sent_at).last();
        let begun = begun.map_or(made.sent_at, |call| call.sent_at);
        let reads = self.calls().filter(|call| call.target.call == Call::Read && call.sent_at < begun);
        reads.last().is_some_and(|read| read.shown.is_none())
    }

    /// Whether a teammate has the conversation, judged for this message by the first `shown` parts. That it was given back may
    /// be known from an earlier read than the one before the `post`.
    fn teammate_stands(&self, message: usize, shown: usize, post: usize) -> bool {
        let parts = &self.record.parts[..shown];
        let written = self.record.parts[message].at;
        let last_word = parts.iter().rposition(|part| part.by == By::Customer).unwrap_or(0);
        // Whom a conversation was born assigned to counts until somebody assigns it anew.
        let assigned_since = parts[1..].iter().any(|part| part.assigned.is_some());
        parts.iter().enumerate().any(|(at, part)| {
            if self.record.parts[at..post].iter().any(Part::gives_back) {
                return false;
            }
            let takes_over = self.takes_over(at, part) && !(self.is_born_assigned(at) && assigned_since);
            takes_over && (at > message || self.is_kept(part.at, written, 0))
                || part.closes_or_snoozes() && at > last_word
        })
    }

    /// Whether a message was answered, or somebody knows of it.
    fn has_outcome(&self, message: usize) -> bool {
        let parts = &self.record.parts;
        let written = parts[message].at;
        // Who takes it from them afterwards knows of it.
        let assigned_before = parts[..message].iter().skip(1).any(|part| part.assigned.is_some());
        let outcome = |(at, part): (usize, &Part)| {
            let ours = part.is_reply() || part.is_answer_in_note();
            let by_another_program = part.by == By::Ourselves && !part.by_api && part.is_public();
            let known = part.tells_teammates() || self.takes_over(at, part);
            let by_fin = part.ai_answer;
            let given_back = at < message && parts[at..message].iter().any(Part::gives_back);
            at > message
                && (ours && part.answers(&parts[message]) || by_another_program || by_fin || known || part.closes_or_snoozes())
                // A hand-over lasts until somebody attends to it, and then as long as a teammate's word.
                || part.tells_teammates() && !given_back
                // Nothing tells since when somebody has it whom no part assigns.
                || self.is_born_assigned(at) && !assigned_before && !given_back
                || (known || part.closes_or_snoozes()) && !given_back && self.is_kept(part.at, written, CLOCKS_DIFFER)
        };
        self.record.deleted || parts.iter().enumerate().any(outcome)
    }

    fn takes_over(&self, at: usize, part: &Part) -> bool {
        part.takes_over(self.policy.rule_assignments) || self.is_born_assigned(at)
    }

    fn is_born_assigned(&self, at: usize) -> bool {
        let counts = self.policy.rule_assignments == RuleAssignments::Count;
        at == 0 && self.record.assigned == Born::AssignedToTeammate && counts
    }

    /// Whether what began at `from` still keeps us from what was written then. Intercom tells whole seconds.
    fn is_kept(&self, from: u64, written: u64, tolerance: u64) -> bool {
        match self.policy.takeover {
            Takeover::ForEver => true,
            Takeover::For(length) => written / 1_000 < (from + length.0 + tolerance) / 1_000,
        }
    }

    pub fn calls(&self) -> impl Iterator<Item = &CallRecord> {
        let about = |call: &&CallRecord| call.target.conversation_id.as_ref() == Some(&self.record.id);
        self.world.far_side.calls.iter().filter(about)
    }
}

/// Asserts that every promise was kept, and that the product's own audit finds so too.
#[track_caller]
pub fn assert_kept(world: &World) {
    let verdict = judge(world);
    assert!(verdict.violations.is_empty(), "{:?}\n{:#?}", verdict.violations, world.seen());
    let found = unexplained(world);
    assert!(found.is_empty(), "{found:?}\n{:#?}", world.seen());
}
