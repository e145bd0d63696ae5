#![allow(clippy::unwrap_used)]
use super::*;
use crate::audit::{Finding, FindingKind};
use crate::fault::Silence;
use crate::intercom::ids::PartId;
use crate::intercom::search::{Cursor, FoundConversation};
use crate::turn::outcome::{Outcome, StandDownReason, TurnKey};
use crate::turn::tests::fixture::{START, customer, ours, second, thread};
use crate::workspace::ledger::FoundBy;

const NOW: UnixMillis = UnixMillis(1_770_000_000_000);
const SINCE: UnixSeconds = UnixSeconds(1_769_913_600);
const SILENT: Fault = Fault::Unanswered(Silence::Timeout);

fn later(seconds: u64) -> UnixMillis {
    NOW.after(Millis::from_seconds(seconds))
}

fn run() -> AuditRun {
    AuditRun::begin(AskedBy::Operator, SINCE, NOW)
}

fn id(id: &str) -> ConversationId {
    ConversationId::new(id).unwrap()
}

fn page(ids: &[&str], next: Option<&str>) -> SearchPage {
    let found = ids.iter().map(|name| FoundConversation { conversation: id(name), at: None }).collect();
    SearchPage { found, next: next.map(|next| Cursor(next.to_owned())) }
}

fn search(after: Option<&str>) -> AuditStep {
    let after = after.map(|after| Cursor(after.to_owned()));
    AuditStep::Search(Search { query: Query::Written(SINCE), after })
}

fn turns(turns: u32) -> Audited {
    Audited { turns, findings: vec![] }
}

#[test]
fn every_conversation_of_every_page_is_read_and_counted() {
    let mut run = run();
    assert_eq!(run.next(NOW), search(None));
    run.page_read(page(&["1", "2"], Some("p2")), NOW);
    assert_eq!(run.next(NOW), AuditStep::Read(id("1")));
    run.judged(turns(3), NOW);
    assert_eq!(run.next(NOW), AuditStep::Read(id("2")));
    let unanswered = Finding {
        kind: FindingKind::Unanswered,
        about: None,
        conversation: id("2"),
        message: PartId::new("9"),
        part: None,
        turn: None,
    };
    run.judged(Audited { turns: 1, findings: vec![unanswered.clone()] }, NOW);
    assert_eq!(run.next(NOW), search(Some("p2")));
    run.page_read(page(&[], None), later(9));
    assert_eq!((run.next(later(9)), run.ended_at), (AuditStep::End, Some(later(9))));
    let expected =
        Summary { conversations: 2, turns: 4, unanswered: 1, findings: vec![unanswered], ..Summary::default() };
    assert_eq!(run.summary, expected);
}

#[test]
fn a_window_without_conversations_ends_with_zeros() {
    let mut run = run();
    run.page_read(page(&[], None), NOW);
    assert_eq!((run.next(NOW), &run.summary), (AuditStep::End, &Summary::default()));
}

#[test]
fn beyond_the_budget_conversations_are_counted_and_not_read() {
    let mut run = run();
    run.reads_left = 1;
    run.page_read(page(&["1", "2", "3"], Some("p2")), NOW);
    run.judged(turns(1), NOW);
    run.page_read(page(&["4"], None), NOW);
    assert_eq!((run.next(NOW), run.summary.conversations, run.summary.unread), (AuditStep::End, 1, 3));
}

#[test]
fn a_conversation_that_cannot_be_read_is_tried_again_and_then_counted_as_unread() {
    let mut run = run();
    run.page_read(page(&["1", "2"], None), NOW);
    let mut now = NOW;
    for _ in 0..4 {
        run.failed(&SILENT, now);
        let AuditStep::Wait(at) = run.next(now) else { panic!("{:?}", run.next(now)) };
        now = at;
        assert_eq!(run.next(now), AuditStep::Read(id("1")));
    }
    run.failed(&SILENT, now);
    assert_eq!(run.summary.unread, 1);
    assert_eq!(run.next(now.after(Millis::from_minutes(2))), AuditStep::Read(id("2")));
}

#[test]
fn a_conversation_that_is_gone_is_no_conversation() {
    let mut run = run();
    run.page_read(page(&["1"], None), NOW);
    run.failed(&Fault::NotFound, NOW);
    assert_eq!((run.next(NOW), &run.summary), (AuditStep::End, &Summary::default()));
}

#[test]
fn a_limit_is_waited_for() {
    let mut run = run();
    run.failed(&Fault::RateLimited { until: Some(UnixSeconds(1_770_000_007)) }, NOW);
    assert_eq!((run.next(NOW), run.next(later(7))), (AuditStep::Wait(later(7)), search(None)));
}

#[test]
fn a_search_that_fails_for_good_ends_the_run_and_it_says_so() {
    let mut run = run();
    for _ in 0..5 {
        run.failed(&SILENT, NOW);
    }
    assert_eq!((run.ended_at, run.summary.reach), (Some(NOW), Reach::Unknown));
}

#[test]
fn it_goes_on_in_the_middle_after_it_was_stored() {
    let mut run = run();
    run.page_read(page(&["1", "2"], Some("p2")), NOW);
    run.judged(turns(3), NOW);
    let read: AuditRun = crate::json::read(serde_json::to_string(&run).unwrap().as_bytes()).unwrap();
    assert_eq!((&read, read.next(NOW)), (&run, AuditStep::Read(id("2"))));
}

#[test]
fn a_run_begins_once_a_night_unless_one_is_under_way() {
    // 1,769,990,400 is a midnight (UTC).
    let at = |hour: u64, minute: u64| UnixMillis((1_769_990_400 + hour * 3_600 + minute * 60) * 1_000);
    let of = |asked_by, began_at, ended_at| AuditRun { ended_at, ..AuditRun::begin(asked_by, SINCE, began_at) };
    for (hour, minute, expected) in
        [(2, 59, Night::Waits), (3, 0, Night::Begins), (3, 59, Night::Begins), (4, 0, Night::Waits)]
    {
        assert_eq!(at_night(None, at(hour, minute)), expected, "{hour}:{minute}");
    }
    let nights = [
        (of(AskedBy::Night, at(3, 0), Some(at(3, 1))), Night::Waits),
        (of(AskedBy::Night, UnixMillis(at(3, 0).0 - 86_400_000), Some(at(0, 0))), Night::Begins),
        (of(AskedBy::Operator, at(2, 50), Some(at(2, 51))), Night::Begins),
        (of(AskedBy::Operator, at(2, 50), None), Night::Waits),
    ];
    for (last, expected) in nights {
        assert_eq!(at_night(Some(&last), at(3, 2)), expected, "{last:?}");
    }
}

#[test]
fn what_may_still_be_open_is_not_judged_and_what_has_ended_is() {
    let ended = |message: &str| LedgerEntry {
        conversation: id("215"),
        turn: TurnKey::new(&id("215"), PartId::new(message).as_ref()),
        outcome: Outcome::StoodDown(StandDownReason::ModeOff),
        at: UnixMillis(START * 1_000),
        parts: vec![PartId::new(message).unwrap()],
        asked_at: None,
        found_by: FoundBy::Webhook,
        corrects: None,
    };
    let talk = thread([customer("m1", 0, "Hi"), ours("r1", 5, "Yes"), customer("m2", 100, "And?")]);
    let until = |ledger: &[LedgerEntry], fresh_since| window(&talk, ledger, SINCE, fresh_since).until;
    let for_ever = UnixSeconds(u64::MAX);
    assert_eq!(until(&[ended("m1")], second(50)), second(100));
    assert_eq!(until(&[ended("m1"), ended("m2")], second(50)), for_ever);
    assert_eq!(until(&[ended("m1")], second(101)), for_ever, "it has waited long enough");
    assert_eq!(until(&[], second(0)), second(0));
}
