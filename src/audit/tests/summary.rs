//! What is told of many conversations.

use super::*;
use crate::audit::Summary;
use crate::audit::summary::MOST_FINDINGS;
use serde_json::{Value, json};

#[test]
fn nothing_is_told_as_zero() {
    let nothing = serde_json::to_value(Summary::default()).unwrap();
    let expected = json!({
        "conversations": 0, "turns": 0, "unread": 0, "reach": "all",
        "unanswered": 0, "answered_twice": 0, "over_a_human": 0, "ledger_disagrees": 0,
        "findings": [], "more": 0,
    });
    assert_eq!(nothing, expected);
}

#[test]
fn it_counts_all_and_names_the_first() {
    let mut summary = Summary::default();
    summary.add(case("fine", [m(1, 0), r(1, 20)]).ledger([replied(["m1"], "r1", 20)]).audited());
    for _ in 0..=MOST_FINDINGS {
        summary.add(case("not", [m(1, 0)]).audited());
    }
    summary.add_unread(3);
    assert_eq!((summary.conversations, summary.turns, summary.unread), (202, 202, 3));
    assert_eq!((summary.unanswered, summary.findings.len(), summary.more), (201, 200, 1));
}

#[test]
fn findings_have_stable_names() {
    let found_in = |case: Example| serde_json::to_value(&case.audited().findings).unwrap();
    let findings = found_in(case("", [m(1, 0), says(5), r(1, 100), r(2, 101)]).ledger([replied(["m1"], "r1", 100)]));
    let expected: Value = json!([
        {"kind": "answered_twice", "conversation": "215", "message": "m1", "part": "r2", "turn": "215-m1"},
        {"kind": "over_a_human", "conversation": "215", "message": "m1", "part": "r1", "turn": "215-m1"},
        {"kind": "over_a_human", "conversation": "215", "message": "m1", "part": "r2", "turn": "215-m1"},
        {"kind": "ledger_disagrees", "about": "not_entered", "conversation": "215", "message": "m1", "part": "r2", "turn": "215-m1"},
    ]);
    assert_eq!(findings, expected);
    let findings = found_in(case("", [m(1, 0)]));
    let expected =
        json!([{"kind": "unanswered", "conversation": "215", "message": "m1", "part": null, "turn": "215-m1"}]);
    assert_eq!(findings, expected);
}
