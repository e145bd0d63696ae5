#![allow(clippy::unwrap_used)]
use super::*;
use crate::intercom::ids::{AppId, ConversationId};
use crate::time::UnixSeconds;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason, TurnKey};
use crate::turn::state::{Awaited, Open, Progress, Stage, Turn};

const RETENTION: Millis = Millis::from_hours(24 * 30);

fn at(seconds: u64) -> UnixMillis {
    UnixMillis(1_770_000_000_000).after(Millis::from_seconds(seconds))
}

fn conversation() -> ConversationId {
    ConversationId::new("215").unwrap()
}

fn part(id: &str) -> PartId {
    PartId::new(id).unwrap()
}

fn key(last: &str) -> TurnKey {
    TurnKey::new(&conversation(), Some(&part(last)))
}

fn idle() -> State {
    State::new(AppId::new("abc").unwrap(), conversation())
}

fn settled(message: &str, outcome: Outcome, seconds: u64) -> Settled {
    Settled { key: key(message), outcome, at: at(seconds), parts: vec![part(message)], reopened_at: None }
}

fn with(turns: &[Settled]) -> State {
    let mut state = idle();
    for turn in turns {
        state.settled.push(turn.clone());
        state.watermark.advance(UnixSeconds(1_770_000_000), turn.parts.iter().cloned());
    }
    state
}

fn replied(part_id: &str) -> Outcome {
    Outcome::Replied { part: part(part_id), by: RepliedBy::Us }
}

const UNKNOWN: Outcome = Outcome::HandedOver(HandOverReason::ReplyUnknown);

fn with_webhook(message: &str) -> Outbox {
    let mut outbox = Outbox::default();
    outbox.note_event(&Event::Reported(ConversationEvent::CustomerWrote {
        part: Some(part(message)),
        at: UnixSeconds(1),
    }));
    outbox
}

#[test]
fn a_turn_that_ended_is_reported_once_with_what_told_of_it() {
    let mut outbox = with_webhook("7");
    let after = with(&[settled("7", replied("8"), 5)]);
    outbox.note(&idle(), &after, at(5));
    outbox.note(&after, &after, at(6));
    let expected = LedgerEntry {
        conversation: conversation(),
        turn: key("7"),
        outcome: replied("8"),
        at: at(5),
        parts: vec![part("7")],
        asked_at: Some(UnixSeconds(1_770_000_000)),
        found_by: FoundBy::Webhook,
        corrects: None,
    };
    assert_eq!(outbox.report(at(6)), [expected]);
}

#[test]
fn a_turn_of_which_no_webhook_told_was_found_by_the_sweep() {
    let mut outbox = with_webhook("6");
    outbox.note(&idle(), &with(&[settled("7", replied("8"), 5)]), at(5));
    assert_eq!(outbox.unreported[0].found_by, FoundBy::Sweep);
}

#[test]
fn a_turn_of_which_no_read_has_shown_a_message_was_found_by_what_told_of_those_that_were_awaited() {
    let gone = Settled { parts: vec![], ..settled("7", Outcome::Failed(FailureReason::ConversationGone), 5) };
    for (reported, found_by) in [("7", FoundBy::Webhook), ("6", FoundBy::Sweep)] {
        let mut before = idle();
        before.awaited.push(Awaited { part: Some(part("7")), at: UnixSeconds(1), reported_at: at(1) });
        let mut outbox = with_webhook(reported);
        outbox.note(&before, &with(std::slice::from_ref(&gone)), at(5));
        assert_eq!(outbox.unreported[0].found_by, found_by);
    }
}

#[test]
fn a_message_that_was_not_covered_has_no_time() {
    let mut outbox = Outbox::default();
    let mut after = idle();
    after.settled.push(settled("7", Outcome::StoodDown(StandDownReason::Vanished), 5));
    outbox.note(&idle(), &after, at(5));
    assert_eq!(outbox.unreported[0].asked_at, None);
}

#[test]
fn a_record_that_is_corrected_names_the_one_in_whose_place_it_comes() {
    let mut outbox = Outbox::default();
    let before = with(&[settled("7", UNKNOWN, 5)]);
    outbox.note(&idle(), &before, at(5));
    let entries = outbox.unreported.clone();
    outbox.reported(&entries);
    let late = Outcome::Replied { part: part("9"), by: RepliedBy::UsLate };
    outbox.note(&before, &with(&[settled("7", late.clone(), 60)]), at(60));
    assert_eq!(outbox.unreported.len(), 1);
    assert_eq!((&outbox.unreported[0].outcome, outbox.unreported[0].corrects), (&late, Some(at(5))));
}

#[test]
fn a_record_that_is_corrected_before_the_workspace_is_known_to_have_it_is_reported_with_its_correction() {
    let mut outbox = Outbox::default();
    let before = with(&[settled("7", UNKNOWN, 5)]);
    outbox.note(&idle(), &before, at(5));
    let late = Outcome::Replied { part: part("9"), by: RepliedBy::UsLate };
    outbox.note(&before, &with(&[settled("7", late.clone(), 60)]), at(60));
    let reported: Vec<_> = outbox.unreported.iter().map(|entry| (&entry.outcome, entry.corrects)).collect();
    assert_eq!(reported, [(&UNKNOWN, None), (&late, Some(at(5)))]);
}

#[test]
fn a_turn_that_vanished_and_came_back_ends_twice() {
    let mut outbox = Outbox::default();
    let vanished = settled("7", Outcome::StoodDown(StandDownReason::Vanished), 5);
    let before = with(std::slice::from_ref(&vanished));
    outbox.note(&idle(), &before, at(5));
    outbox.note(&before, &with(&[vanished, settled("7", replied("8"), 60)]), at(60));
    let reported: Vec<_> = outbox.unreported.iter().map(|entry| (entry.at, entry.corrects)).collect();
    assert_eq!(reported, [(at(5), None), (at(60), None)]);
}

#[test]
fn that_a_turn_was_opened_again_is_no_news_of_how_it_ended() {
    let mut outbox = Outbox::default();
    let before = with(&[settled("7", UNKNOWN, 5)]);
    let mut after = before.clone();
    after.settled[0].reopened_at = Some(at(9));
    outbox.note(&before, &after, at(9));
    assert!(outbox.unreported.is_empty());
}

#[test]
fn a_report_that_fails_is_made_again_later_and_keeps_what_came_meanwhile() {
    let mut outbox = Outbox::default();
    let first = with(&[settled("7", replied("8"), 5)]);
    outbox.note(&idle(), &first, at(5));
    let entries = outbox.report(at(5)).to_vec();
    outbox.not_reported(at(5));
    assert_eq!(outbox.report(at(9)), []);
    assert_eq!(outbox.wake_at(&first, RETENTION), at(10));
    outbox.note(&first, &with(&[settled("7", replied("8"), 5), settled("9", replied("10"), 8)]), at(8));
    outbox.reported(&entries);
    assert_eq!(outbox.unreported.iter().map(|entry| entry.at).collect::<Vec<_>>(), [at(8)]);
    outbox.not_reported(at(10));
    assert_eq!(outbox.wake_at(&first, RETENTION), at(15), "the pauses begin anew after a success");
    outbox.not_reported(at(15));
    assert_eq!(outbox.wake_at(&first, RETENTION), at(25));
}

/// The watchdog would take an older alarm for one that was lost.
#[test]
fn a_report_is_due_from_when_its_turn_ended_on() {
    let mut outbox = Outbox::default();
    let after = with(&[settled("7", replied("8"), 5)]);
    outbox.note(&idle(), &after, at(5));
    assert_eq!(outbox.wake_at(&after, RETENTION), at(5));
    assert_eq!(outbox.status(&after).wakes_at, Some(at(5)));
}

#[test]
fn nothing_is_forgotten_before_its_time_nor_before_it_was_reported() {
    let mut outbox = Outbox::default();
    let after = with(&[settled("7", replied("8"), 5)]);
    outbox.note(&idle(), &after, at(5));
    let end = at(5).after(RETENTION);
    assert!(!outbox.is_over(&after, end, RETENTION), "not reported");
    let entries = outbox.unreported.clone();
    outbox.reported(&entries);
    assert!(!outbox.is_over(&after, UnixMillis(end.0 - 1), RETENTION));
    assert_eq!(outbox.wake_at(&after, RETENTION), end);
    assert!(outbox.is_over(&after, end, RETENTION));
}

#[test]
fn what_is_open_is_not_forgotten_however_long_it_waits() {
    let mut state = idle();
    let turn = Turn::new(at(0), at(600));
    state.phase =
        Phase::Open(Open { turn, progress: Progress::Due(at(4)), stage: Stage::Gathering { cap_at: at(20) } });
    let mut outbox = Outbox::default();
    outbox.note(&idle(), &state, at(0));
    assert_eq!(outbox.wake_at(&state, RETENTION), at(4));
    assert!(!outbox.is_over(&state, at(0).after(RETENTION), RETENTION));
}

#[test]
fn a_conversation_that_was_deleted_is_forgotten_at_once() {
    let mut state = idle();
    state.phase = Phase::Deleted;
    let mut outbox = Outbox::default();
    outbox.note(&idle(), &state, at(5));
    assert!(outbox.wake_at(&state, RETENTION) <= at(5));
    assert!(outbox.is_over(&state, at(5), RETENTION));
}

// found by: simulation
#[test]
fn what_is_over_waits_for_its_report_and_not_in_vain() {
    let mut deleted = with(&[settled("7", replied("8"), 5)]);
    deleted.phase = Phase::Deleted;
    let idle_for_long = with(&[settled("7", replied("8"), 5)]);
    for after in [deleted, idle_for_long] {
        let mut outbox = Outbox::default();
        outbox.note(&idle(), &after, at(5));
        let end = at(5).after(RETENTION);
        outbox.not_reported(end);
        let again = end.after(PAUSE);
        assert_eq!(outbox.wake_at(&after, RETENTION), again);
        let entries = outbox.unreported.clone();
        outbox.reported(&entries);
        assert!(outbox.wake_at(&after, RETENTION) <= end);
    }
}

#[test]
fn books_are_read_as_they_were_written_and_damaged_ones_keep_the_conversation() {
    let mut outbox = with_webhook("7");
    outbox.note(&idle(), &with(&[settled("7", replied("8"), 5)]), at(5));
    outbox.not_reported(at(5));
    assert_eq!(Outbox::read(&outbox.write(), at(9)), outbox);
    for damaged in ["", "damaged", "{}"] {
        assert_eq!(Outbox::read(damaged, at(9)).wake_at(&idle(), RETENTION), at(9).after(RETENTION), "{damaged}");
    }
}
