//! The rounds of the Workspace object: they find what webhooks lost, wake objects whose alarm was lost, and know how turns ended.

// shows: G2

use crate::crashes::{WAYS, crash_everywhere};
use crate::world::audit::{assert_kept, judge};
use crate::world::calls::{NUDGED, REPORT_REPEATED};
use crate::world::excuses::Excuse;
use crate::world::fate::{Fate, Inner, Point};
use crate::world::settings::settings_with;
use crate::world::shared::{ALARM_LOST, FORGOTTEN, PAGE_FAILED, WOKEN};
use crate::world::{HOUR, MINUTE, SECOND, START, UNREACHED, World};
use onereply::settings::Ingest;
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

fn swept(ingest: Ingest) -> World {
    let mut world = World::new();
    world.every_minute(ingest);
    world
}

fn lose_webhooks(world: &mut World) {
    world.webhooks.unticked = Some("");
}

/// The first calls of a name between objects, or an alarm, are lost.
#[derive(Default)]
struct Losing {
    calls: Option<(&'static str, usize, Inner)>,
    alarm: Option<usize>,
}

impl Fate for Losing {
    fn inner(&mut self, at: Point, call: &'static str, _now: u64) -> Option<Inner> {
        self.calls.filter(|(name, first, _)| *name == call && at.nth <= *first).map(|(_, _, inner)| inner)
    }

    fn loses_alarm(&mut self, at: Point, _now: u64) -> bool {
        self.alarm == Some(at.nth)
    }
}

#[test]
fn what_no_webhook_tells_of_is_found_in_three_minutes() {
    for ingest in [Ingest::Both, Ingest::Polling] {
        for lag in [0, 10 * SECOND, 4 * MINUTE] {
            let mut world = swept(ingest);
            lose_webhooks(&mut world);
            world.far_side.intercom.workspace.search_lag = lag;
            world.at(SECOND, |world| world.begins("alpha"));
            world.at(20 * MINUTE, |world| world.writes("bravo"));
            world.run();
            assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
            let asked = world.far_side.calls.iter().find(|call| call.target.call == Call::Stream).unwrap();
            assert!(asked.sent_at < START + 3 * MINUTE + lag, "{ingest:?} {lag}");
            assert_kept(&world);
        }
    }
}

#[test]
fn rounds_cost_no_reads_and_no_nudges_where_every_webhook_came() {
    let mut world = swept(Ingest::Both);
    world.at(SECOND, |world| world.begins("alpha"));
    world.run();
    assert_eq!(world.replies(), ["About alpha."]);
    assert_eq!((world.far_side.arrived(Call::Read), world.tally.of("maintenance", NUDGED)), (2, 0));
    assert_kept(&world);
}

#[test]
fn what_was_written_before_the_first_run_is_left_to_people_but_for_the_backlog() {
    for (backlog, replies) in [("0", vec![]), ("60", vec!["About alpha."])] {
        let mut world = World::new();
        world.settings = settings_with(|name| (name == "BACKLOG_MINUTES").then(|| backlog.to_owned()));
        lose_webhooks(&mut world);
        world.begins("alpha");
        world.at(30 * MINUTE, |world| {
            let now = world.now;
            world.every_minute(Ingest::Both);
            world.now = now;
        });
        world.run();
        assert_eq!(world.replies(), replies);
        let verdict = judge(&world);
        assert_eq!(verdict.violations, []);
        let excused = if replies.is_empty() { vec![Excuse::BeforeFirstRun] } else { vec![] };
        assert_eq!(verdict.excuses, excused);
    }
}

#[test]
fn pages_that_fail_are_read_again_until_all_of_them_were() {
    for kind in [Kind::CutBefore {}, Kind::BadCursor {}, Kind::Html200 {}, Kind::FailBefore { status: 500, json: true }]
    {
        let mut world = swept(Ingest::Polling);
        world.far_side.page_size = Some(1);
        for (nth, word) in ["alpha", "bravo", "charlie"].into_iter().enumerate() {
            world.at((nth as u64 + 1) * SECOND, move |world| world.begins(word));
        }
        world.fault_after(3, "intercom.search", 9, kind);
        world.run();
        assert!(world.tally.of("maintenance", PAGE_FAILED) > 0);
        assert_eq!(world.tally.of("maintenance", NUDGED), 3);
        assert_kept(&world);
    }
}

#[test]
fn pages_that_come_again_and_again_hide_nobody_behind_them() {
    let mut world = swept(Ingest::Polling);
    world.far_side.page_size = Some(1);
    for (nth, word) in ["alpha", "bravo", "charlie"].into_iter().enumerate() {
        world.at((nth as u64 + 1) * SECOND, move |world| world.begins(word));
    }
    world.at(SECOND / 2, |world| world.fault("intercom.search", 12, Kind::RepeatItems { count: 1 }));
    world.run();
    assert_eq!(world.records().iter().filter(|record| record.parts.iter().any(|part| part.is_reply())).count(), 3);
    assert_kept(&world);
}

#[test]
fn a_message_that_only_rounds_find_survives_a_crash_at_every_step() {
    for ingest in [Ingest::Both, Ingest::Polling] {
        crash_everywhere(&WAYS[..2], |world| {
            world.every_minute(ingest);
            lose_webhooks(world);
            world.at(SECOND, |world| world.begins("alpha"));
        });
    }
}

#[test]
fn an_object_whose_alarm_is_lost_at_any_point_is_woken_within_two_minutes() {
    for ingest in [Ingest::Both, Ingest::Webhook] {
        let story = |alarm| {
            let mut world = swept(ingest);
            world.fate = Box::new(Losing { alarm, ..Losing::default() });
            world.at(SECOND, |world| world.begins("alpha"));
            world.run();
            world
        };
        let usual = story(None).far_side.calls.iter().map(|call| call.sent_at).max().unwrap();
        for nth in 1..20 {
            let world = story(Some(nth));
            let last = world.far_side.calls.iter().filter(|call| call.target.call != Call::Search);
            let last = last.map(|call| call.sent_at).max().unwrap();
            assert!(last <= usual.max(START) + 2 * MINUTE, "{ingest:?} {nth}: {}", last - START);
            assert_eq!(world.replies(), ["About alpha."]);
            assert_kept(&world);
        }
    }
}

#[test]
fn an_object_that_could_not_be_reached_is_told_later() {
    for inner in Inner::ALL {
        let mut world = swept(Ingest::Polling);
        world.fate = Box::new(Losing { calls: Some(("TakeEvents", 2, inner)), ..Losing::default() });
        world.at(SECOND, |world| world.begins("alpha"));
        world.run();
        assert!(world.tally.of("maintenance", UNREACHED) > 0);
        assert_eq!(world.replies(), ["About alpha."]);
        assert_kept(&world);
    }
}

#[test]
fn a_report_is_made_until_it_is_taken_and_entered_once() {
    for inner in Inner::ALL {
        let mut world = World::new();
        world.begins("alpha");
        world.fate = Box::new(Losing { calls: Some(("ReportTurns", 5, inner)), ..Losing::default() });
        world.run();
        assert_eq!(world.ledger().len(), 1);
        assert_eq!(world.tally.of("maintenance", REPORT_REPEATED) > 0, inner != Inner::Lost);
        assert_kept(&world);
    }
}

#[test]
fn a_conversation_is_forgotten_when_nobody_has_said_a_word_for_long() {
    let mut world = World::new();
    world.settings = settings_with(|name| (name == "RETENTION_DAYS").then(|| "2".to_owned()));
    world.begins("alpha");
    world.at(30 * HOUR, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.tally.of("maintenance", FORGOTTEN), 1);
    assert!(world.now >= START + 78 * HOUR);
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_eq!(world.ledger().len(), 2);
    let conversation = world.conversation();
    assert_eq!(world.state_of(&conversation), None);
    // What it says next is answered as ever.
    world.writes("charlie");
    world.run();
    assert_eq!(world.replies().last().unwrap(), "About charlie.");
    assert_kept(&world);
}

#[test]
fn a_lost_alarm_of_a_conversation_at_rest_harms_nobody() {
    let mut world = swept(Ingest::Both);
    world.at(SECOND, |world| world.begins("alpha"));
    world.at(10 * MINUTE, |world| {
        let conversation = world.conversation();
        world.lose_alarm_of(&conversation);
        world.writes("bravo");
    });
    world.run();
    assert_eq!((world.tally.of("maintenance", ALARM_LOST), world.tally.of("maintenance", WOKEN)), (1, 0));
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_kept(&world);
}
