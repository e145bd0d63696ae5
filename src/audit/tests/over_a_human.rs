//! Public parts of ours behind a teammate's sign that held then.

use super::*;
use crate::turn::policy::{RuleAssignments, Takeover};

#[test]
fn over_a_teammate() {
    let answered = || [replied(["m1"], "r1", 100)];
    check([
        case("who spoke", [m(1, 0), says(50), r(1, 100)]).ledger(answered()).finds([over("m1", "r1")]),
        case("who spoke before", [says(0), m(1, 50), r(1, 100)]).ledger(answered()).finds([over("m1", "r1")]),
        case("who closed", [m(1, 0), does(50, EntryKind::Close), r(1, 100)])
            .ledger(answered())
            .finds([over("m1", "r1")]),
        case("who snoozed", [m(1, 0), does(50, EntryKind::Snooze), r(1, 100)])
            .ledger(answered())
            .finds([over("m1", "r1")]),
        case("who was assigned", [m(1, 0), assigned(50), r(1, 100)]).ledger(answered()).finds([over("m1", "r1")]),
        case("who stopped us", [m(1, 0), notes(50, "/bot off"), r(1, 100)])
            .ledger(answered())
            .finds([over("m1", "r1")]),
        case("whom a rule assigned", [by_rule(0), m(1, 50), r(1, 100)]).ledger(answered()).finds([over("m1", "r1")]),
        case("who took it again", [notes(10, "/bot on"), says(20), m(1, 50), r(1, 100)])
            .ledger(answered())
            .finds([over("m1", "r1")]),
        case("who has it for ever", [says(0), m(1, 20 * HOUR), r(1, 20 * HOUR + 50)])
            .with(|policy, _| policy.takeover = Takeover::ForEver)
            .ledger([replied(["m1"], "r1", 20 * HOUR + 50)])
            .finds([over("m1", "r1")]),
        case("with a line", [m(1, 0), hands_over(1, 20), says(40), hand_over_message(1, 100)])
            .ledger([handed_over(["m1"], 100)])
            .finds([over("m1", "l1")]),
        case(
            "who closed, with a line",
            [m(1, 0), hands_over(1, 20), does(40, EntryKind::Close), hand_over_message(1, 100)],
        )
        .ledger([handed_over(["m1"], 100)])
        .finds([over("m1", "l1")]),
        case(
            "who attended to a hand-over by closing",
            [m(1, 0), hands_over(1, 20), does(40, EntryKind::Close), m(2, HOUR), r(2, HOUR + 20)],
        )
        .ledger([handed_over(["m1"], 20), replied(["m2"], "r2", HOUR + 20)])
        .finds([over("m2", "r2")]),
        case(
            "who snoozed after a hand-over whose reply landed since",
            [m(1, 0), hands_over(1, 20), r(1, 25), does(40, EntryKind::Snooze), m(2, HOUR), r(2, HOUR + 20)],
        )
        .ledger([landed(Some(UnixMillis((START + 22) * 1_000))), replied(["m2"], "r2", HOUR + 20)])
        .finds([over("m2", "r2")]),
        case("a moment before the gap", [m(1, 0), says(84), r(1, 100)]).ledger(answered()).finds([over("m1", "r1")]),
    ]);
}

#[test]
fn over_nobody() {
    let answered = || [replied(["m1"], "r1", 100)];
    check([
        case("in the gap of one request", [m(1, 0), says(85), r(1, 100)]).ledger(answered()),
        case("closed in the gap", [m(1, 0), does(99, EntryKind::Close), r(1, 100)]).ledger(answered()),
        case("after it", [m(1, 0), r(1, 100), says(101)]).ledger(answered()),
        case("who gave it back", [says(0), notes(10, "/bot on"), m(1, 50), r(1, 100)]).ledger(answered()),
        case("who gave it back in the gap", [m(1, 0), says(50), notes(99, "/bot on"), r(1, 100)]).ledger(answered()),
        case("who gave it to us", [assigned(0), to_us(10), m(1, 50), r(1, 100)]).ledger(answered()),
        case("who closed before the message", [does(0, EntryKind::Close), m(1, 50), r(1, 100)]).ledger(answered()),
        case("whose word had run out", [says(0), m(1, 12 * HOUR), r(1, 13 * HOUR)]).ledger([replied(
            ["m1"],
            "r1",
            13 * HOUR,
        )]),
        case("a rule's, and rules do not count", [by_rule(0), m(1, 50), r(1, 100)])
            .with(|policy, _| policy.rule_assignments = RuleAssignments::Ignore)
            .ledger(answered()),
        case("another program's word", [m(1, 0), says(50), r(1, 100)]).ledger([replied_by(
            RepliedBy::AnotherProgram,
            ["m1"],
            "r1",
            100,
        )]),
        case("a reply that landed late", [m(1, 0), hands_over(1, 50), says(60), r(1, 100)]).ledger([replied_by(
            RepliedBy::UsLate,
            ["m1"],
            "r1",
            100,
        )]),
        case("one that landed late, and nobody has seen it", [m(1, 0), hands_over(1, 50), says(60), r(1, 100)])
            .ledger([reply_unknown(["m1"], 50)]),
        case(
            "who snoozed after a reply had called the hand-over off",
            [m(1, 0), hands_over(1, 20), r(1, 25), does(40, EntryKind::Snooze), m(2, HOUR), r(2, HOUR + 20)],
        )
        .ledger([landed(None), replied(["m2"], "r2", HOUR + 20)]),
        case(
            "who closed after a hand-over that a word of theirs had come before",
            [
                m(1, 0),
                assigns_to_team(20),
                says(25),
                hands_over(1, 30),
                does(HOUR, EntryKind::Close),
                m(2, 12 * HOUR + 60),
                r(2, 12 * HOUR + 80),
            ],
        )
        .ledger([handed_over(["m1"], 31), replied(["m2"], "r2", 12 * HOUR + 80)]),
        case(
            "who snoozed while people were being told",
            [m(1, 0), assigns_to_team(20), does(22, EntryKind::Snooze), m(2, HOUR), r(2, HOUR + 20)],
        )
        .ledger([stood_down(["m1"], 30, StandDownReason::Teammate), replied(["m2"], "r2", HOUR + 20)]),
        case(
            "a line, before the closing was told of",
            [m(1, 0), hands_over(1, 20), does(30, EntryKind::Close), m(2, 60), hand_over_message(1, 100)],
        )
        .ledger([handed_over(["m1"], 100), stood_down(["m2"], 110, StandDownReason::HandedOver)]),
        case(
            "the same, and what came after the closing was taken back since",
            [m(1, 0), does(1, EntryKind::Close), redacted(m(2, 2)), hands_over(1, 20), hand_over_message(1, 100)],
        )
        .ledger([handed_over(["m1"], 100), stood_down(["m2"], 110, StandDownReason::HandedOver)]),
        case(
            "who snoozed before the note, and closed after it",
            [
                m(1, 0),
                assigns_to_team(20),
                does(21, EntryKind::Snooze),
                hands_over(1, 22),
                does(450, EntryKind::Close),
                m(2, HOUR),
                r(2, HOUR + 20),
            ],
        )
        .ledger([handed_over(["m1"], 23), replied(["m2"], "r2", HOUR + 20)]),
        case("whom nothing but the present assignee shows", [m(1, 0), r(1, 100)])
            .with(|_, thread| thread.admin_assignee = Some(human()))
            .ledger(answered()),
        case(
            "given back while people were told, closed since",
            [m(1, 0), notes(10, "/bot on"), hands_over(1, 20), does(40, EntryKind::Close), m(2, HOUR), r(2, HOUR + 20)],
        )
        .ledger([handed_over(["m1"], 20), replied(["m2"], "r2", HOUR + 20)]),
        case("before the window", [says(0), m(1, 50), r(1, 100)]).ledger(answered()).window(51, DAY),
        case("a note of ours is not public", [says(0), m(1, 50), answer_note(1, 100)]).ledger([noted(
            ["m1"],
            "n1",
            100,
        )]),
    ]);
}

/// The entry of a reply that had been given up; `corrects` is when its hand-over had ended.
fn landed(corrects: Option<UnixMillis>) -> LedgerEntry {
    LedgerEntry { corrects, ..replied_by(RepliedBy::UsLate, ["m1"], "r1", 25) }
}

fn by_rule(at: u64) -> Part {
    does(at, EntryKind::RuleAssignment(Some(Assignee::Teammate(human()))))
}

fn to_us(at: u64) -> Part {
    does(at, EntryKind::Assignment(Some(Assignee::Ourselves)))
}
