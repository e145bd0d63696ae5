//! Messages that nobody handled, and those that a teammate did.

use super::*;
use crate::intercom::thread::{AiAgent, AiVoice, Resolution};
use crate::time::Millis;
use crate::turn::outcome::FailureReason;
use crate::turn::policy::{Audience, OtherBot as OtherBotSetting, ReplyMode, RuleAssignments, Takeover, Tester};
use StandDownReason::{Channel, HandedOver, ModeOff, NotATester, OtherBot, Rollout, RuleAssigned, Teammate, Vanished};

#[test]
fn a_message_that_nobody_has_seen_to() {
    check([
        case("nothing came of it", [m(1, 0)]).finds([unanswered("m1")]),
        case("three make one turn", [m(1, 0), m(2, 1), m(3, 2)]).finds([unanswered("m3")]),
        case("somebody's note makes two turns of them", [m(1, 0), notes(1, "Looks like a bug"), m(2, 2)])
            .finds([unanswered("m1"), unanswered("m2")]),
        case("a teammate's words announce an answer", [m(1, 0), says(5)])
            .with(|policy, _| policy.resume_phrase = Some("I take this".into()))
            .finds([unanswered("m1")]),
        case("it came after the answer", [m(1, 0), r(1, 20), m(2, 40)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([unanswered("m2")]),
        case("the answer was to another", [m(1, 0), m(2, 19), r(1, 20)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([unanswered("m2")]),
        case("the note was to another", [m(1, 0), m(2, 10), answer_note(1, 20)])
            .ledger([noted(["m1"], "n1", 20)])
            .finds([unanswered("m2")]),
        case("the reply of the ledger is not there", [m(1, 0)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([unanswered("m1"), disagrees(Disagreement::NotThere, "m1", "r1")]),
        case("only a team was assigned by a person", [m(1, 0), does(5, EntryKind::Assignment(Some(Assignee::Team)))])
            .finds([unanswered("m1")]),
        case("only a note of a teammate", [m(1, 0), notes(5, "Looks like a bug")]).finds([unanswered("m1")]),
        case("the message vanished, says the ledger", [m(1, 0)])
            .ledger([stood_down(["m1"], 20, Vanished)])
            .finds([unanswered("m1")]),
        case("a teammate has it, says the ledger alone", [m(1, 0)])
            .ledger([stood_down(["m1"], 20, Teammate)])
            .finds([unanswered("m1")]),
        case("it was handed over, says the ledger alone", [m(1, 0)])
            .ledger([stood_down(["m1"], 20, HandedOver)])
            .finds([unanswered("m1")]),
        case("a teammate gave it back, and nobody went on", [m(1, 0), assigned(5), notes(9, "/bot on")])
            .finds([unanswered("m1")]),
        case("their word had run out", [says(0), m(1, 12 * HOUR)]).finds([unanswered("m1")]),
        case("rules do not count", [by_rule(0), m(1, 5)])
            .with(|policy, _| policy.rule_assignments = RuleAssignments::Ignore)
            .finds([unanswered("m1")]),
        case("Operator greeted", [m(1, 0), bot(5, AiVoice::None)]).finds([unanswered("m1")]),
        case("Fin's answer was not wanted", [m(1, 0), bot(5, AiVoice::Answer)])
            .with(|_, thread| thread.ai_agent = fin(Some(Resolution::NegativeFeedback)))
            .finds([unanswered("m1")]),
        case("Fin has said nothing", [m(1, 0)]).with(|_, thread| thread.ai_agent = fin(None)).finds([unanswered("m1")]),
        case("another bot's, says the ledger alone", [m(1, 0)])
            .ledger([stood_down(["m1"], 20, OtherBot)])
            .finds([unanswered("m1")]),
        case("closed before, reopened since", [m(1, 0), r(1, 20), does(30, EntryKind::Close), m(2, 40)])
            .ledger([replied(["m1"], "r1", 20)])
            .finds([unanswered("m2")]),
        case("a line without a note", [m(1, 0), hand_over_message(1, 20)])
            .ledger([handed_over(["m1"], 20)])
            .finds([unanswered("m1"), disagrees(Disagreement::NobodyTold, "m1", "")]),
    ]);
}

#[test]
fn a_failure_is_named_by_its_turn() {
    let failed = ended(["m1", "m2"], 20, Outcome::Failed(FailureReason::IntercomRefused));
    let case = case("nobody could be told", [m(1, 0), m(2, 1)]).ledger([failed]).finds([unanswered("m2")]);
    case.assert();
    assert_eq!(case.audited().findings[0].turn.as_ref().unwrap().as_str(), "215-m2");
    assert_eq!(case.audited().turns, 1);
}

#[test]
fn a_message_that_somebody_has_seen_to() {
    check([
        case("answered", [m(1, 0), r(1, 20)]).ledger([replied(["m1"], "r1", 20)]),
        case("one answer to three", [m(1, 0), m(2, 1), m(3, 2), r(1, 20)]).ledger([replied(
            ["m1", "m2", "m3"],
            "r1",
            20,
        )]),
        case("answered in a note", [m(1, 0), answer_note(1, 20)]).ledger([noted(["m1"], "n1", 20)]),
        case("handed over", [m(1, 0), assigns_to_team(20), hands_over(1, 21), hand_over_message(1, 22)])
            .ledger([handed_over(["m1"], 22)]),
        case("handed over without a note", [m(1, 0), assigns_to_team(20)]).ledger([handed_over(["m1"], 22)]),
        case("a teammate spoke", [m(1, 0), says(5)]),
        case("a teammate spoke, and took it back", [m(1, 0), redacted(says(5))]),
        case("a teammate closed", [m(1, 0), does(5, EntryKind::Close)]),
        case("a teammate closed, and the customer went on", [m(1, 0), does(5, EntryKind::Close), m(2, 100), r(2, 120)])
            .ledger([stood_down(["m1"], 10, Teammate), replied(["m2"], "r2", 120)]),
        case("a teammate snoozed", [m(1, 0), does(5, EntryKind::Snooze)]),
        case("a teammate was assigned", [m(1, 0), assigned(5)]),
        case("a rule assigned one", [m(1, 0), by_rule(5)]),
        case("a teammate stopped us", [m(1, 0), notes(5, "/bot off")]),
        case("a teammate had it before", [says(0), m(1, 12 * HOUR - 1)]),
        case("one has it for ever", [says(0), m(1, 23 * HOUR)]).with(|policy, _| policy.takeover = Takeover::ForEver),
        case(
            "one had it then, and gave it back since",
            [says(0), m(1, 5), m(2, 13 * HOUR), r(2, 13 * HOUR + 20), notes(15 * HOUR, "/bot on")],
        )
        .ledger([stood_down(["m1"], 10, Teammate), replied(["m2"], "r2", 13 * HOUR + 20)]),
        case("it was handed over before", [m(1, 0), hands_over(1, 20), m(2, 20 * HOUR)])
            .ledger([handed_over(["m1"], 20), stood_down(["m2"], 20 * HOUR, HandedOver)]),
        case(
            "a hand-over was attended to, and holds",
            [m(1, 0), hands_over(1, 20), does(HOUR, EntryKind::Close), m(2, 13 * HOUR - 1)],
        )
        .ledger([handed_over(["m1"], 20), stood_down(["m2"], 13 * HOUR, Teammate)]),
        case("somebody was assigned of whom no part tells", [m(1, 0)])
            .with(|_, thread| thread.admin_assignee = Some(human())),
        case("and is not any more, but the ledger knows", [m(1, 0)]).ledger([stood_down(["m1"], 20, RuleAssigned)]),
        case("it was taken back", [redacted(m(1, 0))]),
        case("Fin has answered", [m(1, 0), bot(5, AiVoice::Answer)]).with(|_, thread| thread.ai_agent = fin(None)),
        case("Fin has answered, and we take turns", [m(1, 0), bot(5, AiVoice::Answer)]).with(|policy, thread| {
            policy.other_bot = OtherBotSetting::TakeTurns;
            thread.ai_agent = fin(None);
        }),
        case("Fin says so", [m(1, 0)]).with(|_, thread| thread.ai_agent = fin(Some(Resolution::Assumed))),
        case("Fin said so then", [m(1, 0)])
            .ledger([stood_down(["m1"], 20, OtherBot)])
            .with(|_, thread| thread.ai_agent = fin(Some(Resolution::Escalated))),
        case("the settings leave it to people", [m(1, 0)]).with(|policy, _| policy.mode = ReplyMode::Off),
        case("another channel", [m(1, 0)]).with(|_, thread| thread.channel = "email".into()),
        case("no tester", [m(1, 0)])
            .with(|policy, _| policy.audience = Audience::Testers(vec![Tester::EmailDomain("example.com".into())])),
        case("outside of the roll-out", [m(1, 0)]).with(|policy, _| policy.rollout_percent = 0),
        case("an old question may be in time no more", [m(1, 0), answer_note(1, 20)])
            .with(|policy, _| policy.max_answer_age = Millis(0))
            .ledger([noted(["m1"], "n1", 20)]),
    ]);
}

#[test]
fn settings_of_that_time_count_as_the_ledger_tells() {
    for reason in [ModeOff, Channel, NotATester, Rollout] {
        case("left to people then", [m(1, 0)]).ledger([stood_down(["m1"], 20, reason)]).assert();
        case("another message was", [m(1, 0), m(2, HOUR)])
            .ledger([stood_down(["m1"], 20, reason)])
            .finds([unanswered("m2")])
            .assert();
    }
}

#[test]
fn only_the_window_is_judged() {
    let cases = || [m(1, 0), m(2, 10), r(9, 20), m(3, 30), m(4, 40)];
    let ledger = || [replied(["m1", "m2"], "r9", 20)];
    check([
        case("all of it", cases()).ledger(ledger()).finds([unanswered("m4")]),
        case("its first second", cases()).ledger(ledger()).window(30, 40).finds([unanswered("m3")]),
        case("before the message", cases()).ledger(ledger()).window(0, 30),
        case("behind it", cases()).ledger(ledger()).window(41, DAY),
        case("what was answered before is context", cases()).window(30, DAY).finds([unanswered("m4")]),
    ]);
    assert_eq!(case("", cases()).ledger(ledger()).audited().turns, 2);
    assert_eq!(case("", cases()).ledger(ledger()).window(10, 40).audited().turns, 2);
    assert_eq!(case("", cases()).ledger(ledger()).window(41, DAY).audited().turns, 0);
}

fn by_rule(at: u64) -> Part {
    does(at, EntryKind::RuleAssignment(Some(Assignee::Teammate(human()))))
}

fn bot(at: u64, ai: AiVoice) -> Part {
    Part { ai, ..entry(&format!("b{at}"), at, Author::OtherBot, EntryKind::Comment, Some("Like this")) }
}

fn fin(resolution: Option<Resolution>) -> Option<AiAgent> {
    Some(AiAgent { resolution })
}
