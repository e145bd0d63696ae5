#![allow(clippy::unwrap_used)]
use super::*;
use crate::fault::{ErrorCode, Silence};
use crate::intercom::ids::ConversationId;

const NOW: UnixMillis = UnixMillis(1_770_000_000_000);
const NOW_S: u64 = 1_770_000_000;

fn app() -> AppId {
    AppId::new("abc123def").unwrap()
}

fn sweep(backlog: Millis) -> Sweep {
    let mut sweep = Sweep::first(app(), NOW, backlog);
    sweep.begin(NOW);
    sweep
}

fn found(id: &str, seconds_ago: u64) -> FoundConversation {
    FoundConversation { conversation: ConversationId::new(id).unwrap(), at: Some(UnixSeconds(NOW_S - seconds_ago)) }
}

fn page(found: &[FoundConversation], next: Option<&str>) -> SearchPage {
    SearchPage { found: found.to_vec(), next: next.map(|next| Cursor(next.to_owned())) }
}

fn all_new(_: &FoundConversation) -> bool {
    true
}

fn search(since: u64, after: Option<&str>) -> SweepStep {
    let after = after.map(|after| Cursor(after.to_owned()));
    SweepStep::Search(Search { query: Query::Waiting(UnixSeconds(since)), after })
}

fn later(seconds: u64) -> UnixMillis {
    NOW.after(Millis::from_seconds(seconds))
}

#[test]
fn the_first_run_leaves_the_backlog_to_people() {
    let mut sweep = sweep(Millis(0));
    assert_eq!(sweep.next(NOW), search(NOW_S - 300, None));
    sweep.page_read(page(&[found("1", 200), found("2", 10)], None), Ingest::Polling, NOW, all_new);
    assert_eq!(sweep.next(NOW), SweepStep::Rest);
    for pass in 1..10 {
        sweep.begin(later(60 * pass));
        sweep.page_read(page(&[found("1", 200), found("2", 10)], None), Ingest::Polling, later(60 * pass), all_new);
        assert_eq!(sweep.next(later(60 * pass)), SweepStep::Rest, "{pass}");
    }
}

#[test]
fn whoever_waited_before_and_writes_again_is_told() {
    let mut sweep = sweep(Millis(0));
    sweep.page_read(page(&[found("1", 200)], None), Ingest::Polling, NOW, all_new);
    sweep.begin(later(60));
    let again = FoundConversation { at: Some(UnixSeconds(NOW_S + 30)), ..found("1", 0) };
    sweep.page_read(page(std::slice::from_ref(&again), None), Ingest::Polling, later(60), all_new);
    assert_eq!(sweep.next(later(60)), SweepStep::Tell(again));
}

#[test]
fn what_the_index_shows_only_after_the_first_run_is_told() {
    let mut sweep = sweep(Millis(0));
    sweep.page_read(page(&[], None), Ingest::Both, NOW, all_new);
    sweep.begin(later(60));
    sweep.page_read(page(&[found("1", 100)], None), Ingest::Both, later(60), all_new);
    assert_eq!(sweep.next(later(60)), SweepStep::Tell(found("1", 100)));
}

#[test]
fn the_first_run_goes_back_as_far_as_it_is_told_to() {
    let mut sweep = sweep(Millis::from_minutes(10));
    assert_eq!(sweep.next(NOW), search(NOW_S - 900, None));
    sweep.page_read(page(&[found("old", 601), found("new", 600)], None), Ingest::Both, NOW, all_new);
    assert_eq!(sweep.next(NOW), SweepStep::Tell(found("new", 600)));
    sweep.nudged(&found("new", 600), NOW);
    assert_eq!(sweep.next(NOW), SweepStep::Rest);
}

#[test]
fn a_search_that_finds_older_ones_than_asked_for_tells_nobody_of_them() {
    let mut sweep = sweep(Millis(0));
    sweep.page_read(page(&[], None), Ingest::Both, NOW, all_new);
    sweep.begin(later(60));
    sweep.page_read(page(&[found("1", 301)], None), Ingest::Both, later(60), all_new);
    assert_eq!(sweep.next(later(60)), SweepStep::Rest);
}

#[test]
fn page_after_page_is_read_and_each_found_conversation_told_before_the_next_page() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[found("1", 100), found("2", 200)], Some("p2")), Ingest::Both, NOW, all_new);
    assert_eq!(sweep.next(NOW), SweepStep::Tell(found("1", 100)));
    sweep.nudged(&found("1", 100), NOW);
    assert_eq!(sweep.next(NOW), SweepStep::Tell(found("2", 200)));
    sweep.nudged(&found("2", 200), NOW);
    assert_eq!(sweep.next(NOW), search(NOW_S - 900, Some("p2")));
    sweep.page_read(page(&[found("3", 300)], None), Ingest::Both, NOW, all_new);
    sweep.nudged(&found("3", 300), later(5));
    assert_eq!(sweep.next(NOW), SweepStep::Rest);
    assert_eq!(sweep.last, Some(Done { began_at: NOW, ended_at: later(5), found: 3, told: 3 }));
}

#[test]
fn what_a_webhook_may_still_tell_is_left_to_it_unless_there_is_none() {
    let both = |seconds_ago: u64, ingest: Ingest| {
        let mut sweep = sweep(Millis::from_minutes(10));
        sweep.page_read(page(&[found("1", seconds_ago)], None), ingest, NOW, all_new);
        sweep.next(NOW)
    };
    assert_eq!(both(89, Ingest::Both), SweepStep::Rest);
    assert_eq!(both(90, Ingest::Both), SweepStep::Tell(found("1", 90)));
    assert_eq!(both(0, Ingest::Polling), SweepStep::Tell(found("1", 0)));
}

#[test]
fn what_was_left_to_a_webhook_is_found_by_a_later_pass() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[found("1", 89)], None), Ingest::Both, NOW, all_new);
    sweep.begin(later(60));
    sweep.page_read(page(&[found("1", 89)], None), Ingest::Both, later(60), all_new);
    assert_eq!(sweep.next(later(60)), SweepStep::Tell(found("1", 89)));
}

#[test]
fn an_object_that_has_read_so_far_is_not_told() {
    let mut sweep = sweep(Millis::from_minutes(10));
    let is_new = |found: &FoundConversation| found.conversation.as_str() != "1";
    sweep.page_read(page(&[found("1", 100), found("2", 100)], None), Ingest::Both, NOW, is_new);
    assert_eq!(sweep.next(NOW), SweepStep::Tell(found("2", 100)));
}

#[test]
fn the_cursor_stays_five_minutes_behind_the_pass_before_and_never_goes_back() {
    let mut sweep = sweep(Millis::from_minutes(2));
    let mut handled_to = vec![];
    for at in [0, 60, 3_600, 3_660, 3_720] {
        sweep.begin(later(at));
        sweep.page_read(page(&[], None), Ingest::Both, later(at), all_new);
        handled_to.push(sweep.handled_to);
    }
    let first = UnixSeconds(NOW_S - 120 - 300);
    let behind = |at: u64| UnixSeconds(NOW_S + at - 300);
    assert_eq!(handled_to, [first, behind(0), behind(60), behind(3_600), behind(3_660)]);
    sweep.begin(later(3_780));
    assert_eq!(sweep.next(later(3_780)), search(behind(3_660).0, None));
}

// found by: simulation
#[test]
fn what_shifting_pages_hid_after_a_long_gap_is_looked_for_once_more() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[], None), Ingest::Both, NOW, all_new);
    sweep.begin(later(3_600));
    sweep.page_read(page(&[], None), Ingest::Both, later(3_600), all_new);
    sweep.begin(later(3_660));
    assert!(
        matches!(sweep.next(later(3_660)), SweepStep::Search(search) if search.query == Query::Waiting(UnixSeconds(NOW_S - 300)))
    );
}

#[test]
fn the_cursor_stays_where_it_is_while_a_conversation_is_not_told() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[found("1", 100)], None), Ingest::Both, later(900), all_new);
    sweep.begin(later(900));
    assert_eq!(sweep.handled_to, UnixSeconds(NOW_S - 900));
    assert_eq!(sweep.next(later(900)), SweepStep::Tell(found("1", 100)), "the same pass goes on");
}

#[test]
fn a_page_that_fails_is_read_again_and_the_pass_goes_on_behind_it() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[], Some("p2")), Ingest::Both, NOW, all_new);
    sweep.page_failed(&Fault::Unanswered(Silence::Timeout), NOW);
    assert_eq!(sweep.next(NOW), SweepStep::Wait(later(2)));
    assert_eq!(sweep.next(later(2)), search(NOW_S - 900, Some("p2")));
    sweep.page_failed(&Fault::Unanswered(Silence::Timeout), later(2));
    assert_eq!(sweep.next(later(2)), SweepStep::Wait(later(6)));
    assert_eq!(sweep.handled_to, UnixSeconds(NOW_S - 900));
    sweep.page_read(page(&[], None), Ingest::Both, later(6), all_new);
    assert_eq!((sweep.failures, sweep.next(later(6))), (0, SweepStep::Rest));
}

#[test]
fn a_limit_is_waited_for_as_long_as_intercom_says() {
    let mut sweep = sweep(Millis(0));
    sweep.page_failed(&Fault::RateLimited { until: Some(UnixSeconds(NOW_S + 7)) }, NOW);
    assert_eq!(sweep.next(NOW), SweepStep::Wait(later(7)));
    sweep.page_failed(&Fault::RateLimited { until: Some(UnixSeconds(NOW_S + 90_000)) }, NOW);
    assert_eq!(sweep.next(NOW), SweepStep::Wait(later(120)), "within bounds");
    sweep.page_failed(&Fault::RateLimited { until: None }, NOW);
    assert_eq!(sweep.next(NOW), SweepStep::Wait(later(8)));
}

#[test]
fn a_cursor_that_is_refused_is_reached_anew_from_the_first_page() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[], Some("p2")), Ingest::Both, NOW, all_new);
    sweep.page_failed(&Fault::Refused { status: 400, code: ErrorCode::new("parameter_invalid") }, NOW);
    assert_eq!(sweep.next(later(2)), search(NOW_S - 900, None));
}

// found by: simulation
#[test]
fn a_cursor_that_leads_to_itself_passes_nothing_and_is_reached_anew_later_and_later() {
    let mut sweep = sweep(Millis::from_minutes(10));
    let mut now = NOW;
    for pause in [2, 4, 8] {
        sweep.page_read(page(&[], Some("p2")), Ingest::Both, now, all_new);
        sweep.page_read(page(&[], Some("p2")), Ingest::Both, now, all_new);
        let again = now.after(Millis::from_seconds(pause));
        assert_eq!(sweep.next(now), SweepStep::Wait(again));
        now = again;
        assert_eq!(sweep.next(now), search(NOW_S - 900, None));
    }
    assert_eq!(sweep.handled_to, UnixSeconds(NOW_S - 900));
}

// found by: simulation
#[test]
fn a_cursor_that_is_always_refused_is_tried_ever_more_seldom() {
    let mut sweep = sweep(Millis::from_minutes(10));
    for pause in [2, 4, 8] {
        sweep.page_read(page(&[], Some("p2")), Ingest::Both, NOW, all_new);
        sweep.page_failed(&Fault::Refused { status: 400, code: ErrorCode::new("parameter_invalid") }, NOW);
        assert_eq!(sweep.next(NOW), SweepStep::Wait(later(pause)));
    }
}

#[test]
fn it_goes_on_in_the_middle_after_it_was_stored() {
    let mut sweep = sweep(Millis::from_minutes(10));
    sweep.page_read(page(&[found("1", 100), found("2", 200)], Some("p2")), Ingest::Both, NOW, all_new);
    sweep.nudged(&found("1", 100), NOW);
    let stored = serde_json::to_string(&sweep).unwrap();
    let read: Sweep = crate::json::read(stored.as_bytes()).unwrap();
    assert_eq!(read, sweep);
    assert_eq!(read.next(NOW), SweepStep::Tell(found("2", 200)));
}
