//! What is found and what is not, each as a conversation, what the ledger says of it, and the findings.
#![allow(clippy::unwrap_used)]

mod agreeing;
mod answered_twice;
mod over_a_human;
mod stories;
mod summary;
mod unanswered;

use super::{AuditWindow, Audited, Disagreement, FindingKind, audit};
use crate::intercom::ids::{AdminId, ConversationId, PartId};
use crate::intercom::thread::{Assignee, Author, Entry as Part, EntryKind, Redaction, Thread};
use crate::time::UnixMillis;
use crate::turn::outcome::{HandOverReason, Outcome, RepliedBy, StandDownReason, TurnKey};
use crate::turn::policy::Policy;
use crate::turn::tests::fixture::{START, entry, part, policy, second, teammate, thread};
use crate::workspace::ledger::{FoundBy, LedgerEntry};

/// A situation.
struct Example {
    name: &'static str,
    thread: Thread,
    ledger: Vec<LedgerEntry>,
    policy: Policy,
    window: AuditWindow,
    found: Vec<ExpectedFinding>,
}

/// What a finding says: what, about what, the message and our part.
type ExpectedFinding = (FindingKind, Option<Disagreement>, &'static str, &'static str);

fn case<const N: usize>(name: &'static str, parts: [Part; N]) -> Example {
    Example {
        name,
        thread: thread(parts),
        ledger: vec![],
        policy: policy(),
        window: AuditWindow { since: second(0), until: second(DAY) },
        found: vec![],
    }
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl Example {
    fn ledger<const N: usize>(mut self, ledger: [LedgerEntry; N]) -> Self {
        self.ledger = ledger.into();
        self
    }

    fn with(mut self, change: impl Fn(&mut Policy, &mut Thread)) -> Self {
        change(&mut self.policy, &mut self.thread);
        self
    }

    fn window(mut self, since: u64, until: u64) -> Self {
        self.window = AuditWindow { since: second(since), until: second(until) };
        self
    }

    fn finds<const N: usize>(mut self, found: [ExpectedFinding; N]) -> Self {
        self.found = found.into();
        self
    }

    fn audited(&self) -> Audited {
        audit(&self.thread, &self.ledger, &self.policy, &self.window)
    }

    #[track_caller]
    fn assert(&self) {
        let audited = self.audited();
        let id = |id: &Option<PartId>| id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        let found = audited.findings.iter().map(|it| (it.kind, it.about, id(&it.message), id(&it.part)));
        let expected = self.found.iter().map(|it| (it.0, it.1, it.2.to_owned(), it.3.to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", self.name);
    }
}

fn check<const N: usize>(cases: [Example; N]) {
    for case in cases {
        case.assert();
    }
}

fn unanswered(message: &'static str) -> ExpectedFinding {
    (FindingKind::Unanswered, None, message, "")
}

fn twice(message: &'static str, part: &'static str) -> ExpectedFinding {
    (FindingKind::AnsweredTwice, None, message, part)
}

fn over(message: &'static str, part: &'static str) -> ExpectedFinding {
    (FindingKind::OverAHuman, None, message, part)
}

fn disagrees(about: Disagreement, message: &'static str, part: &'static str) -> ExpectedFinding {
    (FindingKind::LedgerDisagrees, Some(about), message, part)
}

// Parts, by when.

fn m(n: u8, at: u64) -> Part {
    entry(&format!("m{n}"), at, Author::Customer, EntryKind::Comment, Some("Hi"))
}

fn r(n: u8, at: u64) -> Part {
    entry(&format!("r{n}"), at, Author::Ourselves, EntryKind::Comment, Some("Hello."))
}

fn hand_over_message(n: u8, at: u64) -> Part {
    entry(&format!("l{n}"), at, Author::Ourselves, EntryKind::Comment, Some("A teammate will be with you."))
}

fn hands_over(n: u8, at: u64) -> Part {
    let words = format!("OneReply handed this conversation over to your team.</p><p><i>[OneReply turn 215-m{n}]</i>");
    entry(&format!("h{n}"), at, Author::Ourselves, EntryKind::Note, Some(&words))
}

fn answer_note(n: u8, at: u64) -> Part {
    entry(
        &format!("n{n}"),
        at,
        Author::Ourselves,
        EntryKind::Note,
        Some("OneReply's answer, for teammates only. Hello."),
    )
}

fn assigns_to_team(at: u64) -> Part {
    entry(&format!("a{at}"), at, Author::Ourselves, EntryKind::Assignment(Some(Assignee::Team)), None)
}

fn says(at: u64) -> Part {
    teammate(&format!("t{at}"), at, EntryKind::Comment, Some("I take this"))
}

fn does(at: u64, kind: EntryKind) -> Part {
    teammate(&format!("t{at}"), at, kind, None)
}

fn notes(at: u64, words: &str) -> Part {
    teammate(&format!("t{at}"), at, EntryKind::Note, Some(words))
}

fn assigned(at: u64) -> Part {
    does(at, EntryKind::Assignment(Some(Assignee::Teammate(human()))))
}

fn redacted(part: Part) -> Part {
    Part { redaction: Redaction::Redacted, ..part }
}

fn human() -> AdminId {
    AdminId::new("9608799").unwrap()
}

// The ledger. A turn is named after its last message; entries come in the order in which their turns ended.

fn ended<const N: usize>(messages: [&str; N], at: u64, outcome: Outcome) -> LedgerEntry {
    let conversation = ConversationId::new("215").unwrap();
    let parts: Vec<PartId> = messages.iter().map(|id| part(id)).collect();
    LedgerEntry {
        turn: TurnKey::new(&conversation, parts.last()),
        conversation,
        outcome,
        at: UnixMillis((START + at) * 1_000),
        parts,
        asked_at: None,
        found_by: FoundBy::Webhook,
        corrects: None,
    }
}

fn replied<const N: usize>(messages: [&str; N], reply: &str, at: u64) -> LedgerEntry {
    replied_by(RepliedBy::Us, messages, reply, at)
}

fn replied_by<const N: usize>(by: RepliedBy, messages: [&str; N], reply: &str, at: u64) -> LedgerEntry {
    ended(messages, at, Outcome::Replied { part: part(reply), by })
}

fn noted<const N: usize>(messages: [&str; N], note: &str, at: u64) -> LedgerEntry {
    ended(messages, at, Outcome::Noted { part: part(note) })
}

fn handed_over<const N: usize>(messages: [&str; N], at: u64) -> LedgerEntry {
    ended(messages, at, Outcome::HandedOver(HandOverReason::AiUnavailable))
}

fn reply_unknown<const N: usize>(messages: [&str; N], at: u64) -> LedgerEntry {
    ended(messages, at, Outcome::HandedOver(HandOverReason::ReplyUnknown))
}

fn stood_down<const N: usize>(messages: [&str; N], at: u64, reason: StandDownReason) -> LedgerEntry {
    ended(messages, at, Outcome::StoodDown(reason))
}

fn again(entry: LedgerEntry) -> LedgerEntry {
    LedgerEntry { turn: entry.turn.again(1), ..entry }
}
