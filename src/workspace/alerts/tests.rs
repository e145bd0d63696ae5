#![allow(clippy::unwrap_used)]
use super::*;
use crate::audit::run::AskedBy;
use crate::time::UnixSeconds;

const NOW: UnixMillis = UnixMillis(1_770_000_000_000);

fn at(minutes: u64) -> UnixMillis {
    NOW.after(Millis::from_minutes(minutes))
}

fn wrong(problem: &str) -> Wrong {
    Wrong { problem: problem.to_owned(), message: format!("{problem} happened."), since: None }
}

/// A round: what is sent, and whether it arrives.
fn round(alerts: &mut Alerts, minute: u64, problems: &[&str], arrives: bool) -> Option<AlertKind> {
    let wrong: Vec<_> = problems.iter().map(|problem| wrong(problem)).collect();
    alerts.note(&wrong, at(minute));
    let event = alerts.due(true, at(minute))?;
    alerts.sending(event, at(minute));
    let stored = serde_json::to_string(alerts).unwrap();
    assert_eq!(Alerts::read(Some(&stored)), *alerts, "it survives a crash");
    if arrives {
        alerts.arrived();
    }
    Some(event)
}

#[test]
fn nothing_is_sent_while_nothing_is_wrong() {
    let mut alerts = Alerts::default();
    for minute in [0, 1, 500] {
        assert_eq!(round(&mut alerts, minute, &[], true), None);
    }
    assert_eq!(alerts, Alerts::default(), "and nothing is written");
}

#[test]
fn what_is_new_is_told_at_once_and_once_and_its_end_too() {
    let mut alerts = Alerts::default();
    assert_eq!(round(&mut alerts, 0, &["paused"], true), Some(AlertKind::Alert));
    for minute in 1..60 {
        assert_eq!(round(&mut alerts, minute, &["paused"], true), None, "{minute}");
    }
    assert_eq!(round(&mut alerts, 60, &[], true), Some(AlertKind::AllClear));
    assert_eq!(round(&mut alerts, 61, &[], true), None);
}

#[test]
fn nothing_is_told_more_often_than_every_five_minutes() {
    let mut alerts = Alerts::default();
    round(&mut alerts, 0, &["paused"], true);
    for minute in 1..5 {
        assert_eq!(round(&mut alerts, minute, &["paused", "sweep_stuck"], true), None, "{minute}");
    }
    assert_eq!(round(&mut alerts, 5, &["paused", "sweep_stuck"], true), Some(AlertKind::Alert));
    assert_eq!(round(&mut alerts, 6, &[], true), None, "neither is an end");
    assert_eq!(round(&mut alerts, 7, &["paused"], true), None, "and what comes back was told");
    assert_eq!(round(&mut alerts, 12, &[], true), Some(AlertKind::AllClear));
    assert_eq!(round(&mut alerts, 13, &["paused"], true), None);
    assert_eq!(round(&mut alerts, 17, &["paused"], true), Some(AlertKind::Alert));
}

#[test]
fn what_lasts_is_told_again_every_six_hours() {
    let mut alerts = Alerts::default();
    round(&mut alerts, 0, &["paused"], true);
    assert_eq!(round(&mut alerts, 359, &["paused"], true), None);
    assert_eq!(round(&mut alerts, 360, &["paused"], true), Some(AlertKind::Alert));
    assert_eq!(round(&mut alerts, 361, &["paused"], true), None);
}

#[test]
fn one_that_ends_while_another_lasts_is_no_news_but_its_return_is() {
    let mut alerts = Alerts::default();
    round(&mut alerts, 0, &["paused", "sweep_stuck"], true);
    assert_eq!(round(&mut alerts, 20, &["paused"], true), None);
    assert_eq!(round(&mut alerts, 21, &["paused", "sweep_stuck"], true), Some(AlertKind::Alert));
}

#[test]
fn what_may_not_have_arrived_is_sent_again_in_the_next_round_of_the_cron() {
    let mut alerts = Alerts::default();
    assert_eq!(round(&mut alerts, 0, &["paused"], false), Some(AlertKind::Alert));
    assert_eq!(alerts.due(false, at(0)), None);
    assert_eq!(round(&mut alerts, 1, &["paused"], false), Some(AlertKind::Alert));
    assert_eq!(round(&mut alerts, 2, &["paused"], false), None, "and after that less often");
    assert_eq!(round(&mut alerts, 3, &[], false), None);
    assert_eq!(round(&mut alerts, 6, &[], false), Some(AlertKind::AllClear), "of an alert that may have arrived");
    assert_eq!(round(&mut alerts, 7, &["paused"], false), None, "what comes and goes is told every five minutes");
    assert_eq!(round(&mut alerts, 11, &["paused"], true), Some(AlertKind::Alert));
    assert_eq!(round(&mut alerts, 12, &["paused"], true), None);
}

/// When something is sent to a receiver that never says in time that it took it, in the minutes from `from` to `to`.
fn sent_in_vain(alerts: &mut Alerts, from: u64, to: u64, problems: &[&str]) -> Vec<u64> {
    (from..=to).filter(|minute| round(alerts, *minute, problems, false).is_some()).collect()
}

#[test]
fn a_receiver_that_never_takes_anything_is_told_less_and_less_often() {
    let mut alerts = Alerts::default();
    assert_eq!(sent_in_vain(&mut alerts, 0, 210, &["paused"]), [0, 1, 3, 8, 23, 83, 143, 203]);
    assert_eq!(sent_in_vain(&mut alerts, 211, 1_000, &[]), [211, 212, 214, 219, 234], "the end is given up");
    assert_eq!(
        sent_in_vain(&mut alerts, 1_001, 1_004, &["paused"]),
        [1_001, 1_002, 1_004],
        "what comes after it is not"
    );
}

#[test]
fn what_is_new_does_not_wait_for_an_hour_as_what_did_not_arrive_does() {
    let mut alerts = Alerts::default();
    sent_in_vain(&mut alerts, 0, 83, &["paused"]);
    assert_eq!(sent_in_vain(&mut alerts, 84, 100, &["paused", "sweep_stuck"]), [88]);
    assert_eq!(round(&mut alerts, 148, &["paused", "sweep_stuck"], true), Some(AlertKind::Alert));
    assert_eq!(round(&mut alerts, 160, &[], false), Some(AlertKind::AllClear));
    assert_eq!(round(&mut alerts, 161, &[], true), Some(AlertKind::AllClear), "what has arrived counts as no try");
    assert_eq!(round(&mut alerts, 170, &[], true), None);
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let Wrong { problem, message, since } = Wrong::storage();
    assert_eq!((problem.as_str(), since), ("storage", None));
    assert!(message.contains("Deploy that version again") && message.contains("maintenance_failed"), "{message}");
    assert!(!message.contains("  "), "{message}");
}

#[test]
fn each_problem_has_its_time() {
    let mut alerts = Alerts::default();
    let paused = Wrong { since: Some(NOW), ..wrong("paused") };
    alerts.note(&[wrong("sweep_stuck")], at(1));
    let both = [paused, wrong("sweep_stuck")];
    alerts.note(&both, at(3));
    let body = alerts.body(AlertKind::Alert, &both, Form::Plain, "0.1.0", at(3));
    let expected = json!({
        "text": "OneReply needs your attention:\n• paused happened.\n• sweep_stuck happened.",
        "event": "alert",
        "problems": [
            { "problem": "paused", "message": "paused happened.", "since": NOW },
            { "problem": "sweep_stuck", "message": "sweep_stuck happened.", "since": at(1) },
        ],
        "build": "0.1.0",
        "at": at(3),
    });
    assert_eq!(body, expected);
}

#[test]
fn slack_gets_a_text_and_nothing_else() {
    for (url, form) in [
        ("https://hooks.slack.com/services/T0/B0/x", Form::Slack),
        ("https://HOOKS.slack.com:443/services/T0/B0/x", Form::Slack),
        ("https://hooks.slack.com.example.org/x", Form::Plain),
        ("https://example.org/hooks.slack.com", Form::Plain),
        ("https://example.org?to=hooks.slack.com", Form::Plain),
        ("http://127.0.0.1:8010/alerts", Form::Plain),
    ] {
        assert_eq!(Form::of(url), form, "{url}");
    }
    let body = Alerts::default().body(AlertKind::AllClear, &[], Form::Slack, "0.1.0", NOW);
    assert_eq!(body, json!({ "text": "OneReply: all problems are solved." }));
}

#[test]
fn what_cannot_be_read_is_told_once_more() {
    for text in [None, Some(""), Some("{"), Some("[]")] {
        assert_eq!(Alerts::read(text), Alerts::default());
    }
}

#[test]
fn what_an_audit_found_is_wrong_until_another_one_has_ended() {
    let mut run = AuditRun::begin(AskedBy::Night, UnixSeconds(0), NOW);
    let mut alerts = Alerts::default();
    assert_eq!(Wrong::audit(&run, &alerts), None, "nothing is known yet");
    run.ended_at = Some(NOW);
    assert_eq!(Wrong::audit(&run, &alerts), None);
    run.summary.unanswered = 2;
    let found = Wrong::audit(&run, &alerts).unwrap();
    assert!(found.message.contains("2 unanswered"), "{}", found.message);
    alerts.note(&[found], NOW);
    let mut next = AuditRun::begin(AskedBy::Night, UnixSeconds(0), at(60));
    assert_eq!(Wrong::audit(&next, &alerts).unwrap().problem, "audit_found");
    next.ended_at = Some(at(61));
    assert_eq!(Wrong::audit(&next, &alerts), None);
}
