//! What the ledger and the thread tell differently.

use super::*;
use crate::intercom::thread::PARTS_WINDOW;
use Disagreement::{MessageNotEntered, NobodyTold, NotEntered, NotThere, RepliedTwice};

#[test]
fn they_disagree() {
    check([
        case("a reply that is not there", [m(1, 0), says(50)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([disagrees(NotThere, "m1", "r1")]),
        case("a note that is not there", [m(1, 0), says(50)])
            .ledger([noted(["m1"], "n1", 20)])
            .finds([disagrees(NotThere, "m1", "n1")]),
        case("nobody was told", [m(1, 0), says(50)])
            .ledger([handed_over(["m1"], 20)])
            .finds([disagrees(NobodyTold, "m1", "")]),
        case("people were told only of something before", [m(1, 0), hands_over(1, 5), m(2, 20), says(50)])
            .ledger([handed_over(["m1"], 5), handed_over(["m2"], 30)])
            .finds([disagrees(NobodyTold, "m2", "")]),
        case("an answer that no entry names", [m(1, 0), r(1, 20)]).finds([disagrees(NotEntered, "m1", "r1")]),
        case("the entry tells another outcome", [m(1, 0), r(1, 20)])
            .ledger([stood_down(["m1"], 20, StandDownReason::Teammate)])
            .finds([disagrees(NotEntered, "m1", "r1")]),
        case(
            "an answer after a give-back",
            [m(1, 0), hands_over(1, 20), hand_over_message(1, 21), notes(30, "/bot on"), r(1, 50)],
        )
        .ledger([handed_over(["m1"], 21)])
        .finds([disagrees(NotEntered, "m1", "r1")]),
        case("a note that no entry knows of", [m(1, 0), hands_over(1, 20)]).finds([disagrees(
            MessageNotEntered,
            "m1",
            "h1",
        )]),
        case("an assignment that no entry knows of", [m(1, 0), assigns_to_team(20)]).finds([disagrees(
            MessageNotEntered,
            "m1",
            "a20",
        )]),
        case("two entries for one message", [m(1, 0), m(2, 1), r(1, 20), r(2, 21)])
            .ledger([replied(["m1"], "r1", 20), replied(["m1", "m2"], "r2", 21)])
            .finds([disagrees(RepliedTwice, "m1", "r2")]),
        case("an entry without its messages", [m(1, 0), says(50)])
            .ledger([replied([], "r1", 20)])
            .finds([disagrees(NotThere, "", "r1")]),
    ]);
}

#[test]
fn they_agree() {
    let full = |case: Example| {
        case.with(|_, thread| {
            let words =
                (0..PARTS_WINDOW).map(|n| entry(&format!("t9{n}"), 50, Author::OtherBot, EntryKind::Automatic, None));
            thread.entries.extend(words);
        })
    };
    check([
        case("the reply is there", [m(1, 0), r(1, 20)]).ledger([replied(["m1"], "r1", 20)]),
        case("taken back, but there", [m(1, 0), redacted(r(1, 20))]).ledger([replied(["m1"], "r1", 20)]),
        case("another program's, as the entry says", [m(1, 0), r(1, 20)]).ledger([replied_by(
            RepliedBy::AnotherProgram,
            ["m1"],
            "r1",
            20,
        )]),
        full(case("the thread is too long to show it", [m(1, 0), says(50)]).ledger([replied(["m1"], "r1", 20)])),
        full(case("or the note", [m(1, 0), says(50)]).ledger([handed_over(["m1"], 20)])),
        case("the record was corrected before people were told", [m(1, 0), r(1, 60)]).ledger([
            handed_over(["m1"], 50),
            LedgerEntry {
                corrects: Some(UnixMillis((START + 50) * 1_000)),
                ..replied_by(RepliedBy::UsLate, ["m1"], "r1", 60)
            },
        ]),
        case("a late reply that the object has not seen yet", [m(1, 0), hands_over(1, 50), r(1, 60)])
            .ledger([reply_unknown(["m1"], 50)]),
        case("two entries claim one reply", [m(1, 0), m(2, 1), r(1, 20)])
            .ledger([replied(["m1", "m2"], "r1", 20), replied(["m1"], "r1", 21)]),
        case("a late reply, and a message since", [m(1, 0), hands_over(1, 50), m(2, 55), r(1, 60)])
            .ledger([reply_unknown(["m1"], 50), stood_down(["m2"], 58, StandDownReason::HandedOver)]),
        case("the report came twice", [m(1, 0), r(1, 20)])
            .ledger([replied(["m1"], "r1", 20), replied(["m1"], "r1", 20)]),
        case(
            "a teammate answered what nobody told us of",
            [m(1, 0), says(5), notes(6, "/bot on"), m(2, 9), hands_over(2, 20)],
        )
        .ledger([handed_over(["m2"], 20)]),
        case("a conversation that could not be read was handed over", [m(1, 0), hands_over(1, 20)])
            .ledger([handed_over([], 20)]),
        case("before the window", [m(1, 0), says(50)]).ledger([replied(["m1"], "r1", 20)]).window(1, DAY),
        case("answered before the window", [m(1, 0), r(1, 20)]).window(1, DAY),
        case("a note before the window", [m(1, 0), hands_over(1, 20)]).window(1, DAY),
        case("an entry that is older than all", [m(1, 100), r(1, 120)])
            .ledger([replied(["m0"], "r0", 20), replied(["m1"], "r1", 120)])
            .window(100, DAY),
    ]);
}
