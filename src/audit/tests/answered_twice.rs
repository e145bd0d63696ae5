//! Public parts of ours for messages that had one before.

use super::*;
use Disagreement::{NotEntered, RepliedTwice};

#[test]
fn two_for_one() {
    check([
        case("two answers, one of them not entered", [m(1, 0), r(1, 20), r(2, 21)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([twice("m1", "r2"), disagrees(NotEntered, "m1", "r2")]),
        case("the first is the one that is not entered", [m(1, 0), r(1, 20), r(2, 21)])
            .ledger([replied(["m1"], "r2", 21)])
            .finds([twice("m1", "r1"), disagrees(NotEntered, "m1", "r1")]),
        case("both are entered", [m(1, 0), r(1, 20), r(2, 21)])
            .ledger([replied(["m1"], "r1", 20), again(replied(["m1"], "r2", 21))])
            .finds([twice("m1", "r2"), disagrees(RepliedTwice, "m1", "r2")]),
        case("neither is", [m(1, 0), r(1, 20), r(2, 21)]).finds([
            twice("m1", "r2"),
            disagrees(NotEntered, "m1", "r1"),
            disagrees(NotEntered, "m1", "r2"),
        ]),
        case("given back, and answered before", [m(1, 0), r(1, 20), notes(30, "/bot on"), r(2, 40)])
            .ledger([replied(["m1"], "r1", 20), again(replied(["m1"], "r2", 40))])
            .finds([twice("m1", "r2"), disagrees(RepliedTwice, "m1", "r2")]),
        case("another program was quicker", [m(1, 0), r(1, 20), r(2, 21)])
            .ledger([replied(["m1"], "r2", 21)])
            .finds([twice("m1", "r1"), disagrees(NotEntered, "m1", "r1")]),
        case("two lines", [m(1, 0), hands_over(1, 20), hand_over_message(1, 21), hand_over_message(2, 22)])
            .ledger([handed_over(["m1"], 22)])
            .finds([twice("m1", "l2")]),
        case("a line and an answer", [m(1, 0), hands_over(1, 20), hand_over_message(1, 21), r(1, 22)])
            .ledger([replied(["m1"], "r1", 22)])
            .finds([twice("m1", "r1")]),
        case("an answer and a line", [m(1, 0), r(1, 20), hands_over(1, 21), hand_over_message(1, 22)])
            .ledger([replied(["m1"], "r1", 22)])
            .finds([twice("m1", "l1")]),
        case("an earlier line was worded otherwise", [m(1, 0), hands_over(1, 20), r(1, 21), hand_over_message(1, 22)])
            .ledger([handed_over(["m1"], 22)])
            .finds([twice("m1", "l1")]),
        case(
            "late, and again after a give-back",
            [m(1, 0), hands_over(1, 50), r(1, 60), notes(70, "/bot on"), r(2, 99)],
        )
        .ledger([reply_unknown(["m1"], 50)])
        .finds([twice("m1", "r2"), disagrees(NotEntered, "m1", "r2")]),
        case("the first was taken back since", [m(1, 0), redacted(r(1, 20)), r(2, 21)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([twice("m1", "r2"), disagrees(NotEntered, "m1", "r2")]),
    ]);
}

#[test]
fn one_for_each() {
    check([
        case("a message came between the last read and the post", [m(1, 0), m(2, 19), r(1, 20), r(2, 40)])
            .ledger([replied(["m1"], "r1", 20), replied(["m2"], "r2", 40)]),
        case("the same, and the first is not entered", [m(1, 0), m(2, 19), r(1, 20), r(2, 40)])
            .ledger([replied(["m2"], "r2", 40)])
            .finds([disagrees(NotEntered, "m1", "r1")]),
        case("turn after turn", [m(1, 0), r(1, 20), m(2, 30), r(2, 50)])
            .ledger([replied(["m1"], "r1", 20), replied(["m2"], "r2", 50)]),
        case(
            "a line, and after the give-back an answer",
            [m(1, 0), hands_over(1, 20), hand_over_message(1, 21), notes(30, "/bot on"), r(1, 50)],
        )
        .ledger([handed_over(["m1"], 21), again(replied(["m1"], "r1", 50))]),
        case(
            "the same, and the hand-over is kept no more",
            [m(1, 0), hands_over(1, 20), hand_over_message(1, 21), notes(30, "/bot on"), r(1, 50)],
        )
        .ledger([again(replied(["m1"], "r1", 50))]),
        case("a line, and after a retry an answer", [m(1, 0), hands_over(1, 20), hand_over_message(1, 21), r(1, 50)])
            .ledger([handed_over(["m1"], 21), again(replied(["m1"], "r1", 50))]),
        case(
            "handed over again after a give-back",
            [
                m(1, 0),
                hands_over(1, 20),
                hand_over_message(1, 21),
                notes(30, "/bot on"),
                hands_over(1, 50),
                hand_over_message(2, 51),
            ],
        )
        .ledger([handed_over(["m1"], 21), again(handed_over(["m1"], 51))]),
        case(
            "the same, long after another hand-over with its line",
            [
                m(1, 0),
                hands_over(1, 20),
                hand_over_message(1, 21),
                says(60),
                m(2, DAY - 90),
                hands_over(2, DAY - 70),
                hand_over_message(2, DAY - 69),
                notes(DAY - 60, "/bot on"),
                r(2, DAY - 50),
            ],
        )
        .ledger([
            handed_over(["m1"], 21),
            handed_over(["m2"], DAY - 69),
            again(replied(["m2"], "r2", DAY - 50)),
        ]),
        case(
            "given back, and written again, in the moment of the line",
            [
                m(1, 0),
                hands_over(1, 20),
                notes(21, "/bot on"),
                m(2, 21),
                hand_over_message(1, 22),
                hands_over(2, 30),
                hand_over_message(2, 31),
            ],
        )
        .ledger([handed_over(["m1"], 22), handed_over(["m1", "m2"], 31)]),
        case("a line in words that are not set any more", [m(1, 0), hands_over(1, 20), r(1, 21)])
            .ledger([handed_over(["m1"], 21)]),
        case(
            "a line, and an answer to what came later",
            [
                m(1, 0),
                hands_over(1, 20),
                hand_over_message(1, 21),
                does(30, EntryKind::Close),
                m(2, DAY - 60),
                r(2, DAY - 30),
            ],
        )
        .ledger([handed_over(["m1"], 21), replied(["m2"], "r2", DAY - 30)]),
        case("late, after a note: it is the only one", [m(1, 0), hands_over(1, 50), r(1, 60)]).ledger([replied_by(
            RepliedBy::UsLate,
            ["m1"],
            "r1",
            61,
        )]),
        case("the question was taken back after the answer", [redacted(m(1, 0)), r(1, 20)]).ledger([replied(
            ["m1"],
            "r1",
            20,
        )]),
        case("answered before the window", [m(1, 0), r(1, 20), r(2, 21)]).window(1, DAY),
        case("another program answered all that waited", [m(1, 0), m(2, 1), r(1, 20)]).ledger([replied_by(
            RepliedBy::AnotherProgram,
            ["m2"],
            "r1",
            20,
        )]),
        case("we wrote first", [r(1, 0), m(1, 10), r(2, 20)]).ledger([replied(["m1"], "r2", 20)]),
    ]);
}
