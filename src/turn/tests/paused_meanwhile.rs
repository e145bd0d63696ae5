//! A pause, or the mode `off`, that comes between two tries: each further try asks for a grant, by the turn's one key.

// shows: G3

use super::fixture::*;
use crate::fault::{ErrorCode, Fault};
use crate::gpt_trainer::said::{AiAnswer, AiFailure};
use crate::intercom::events::Act;
use crate::intercom::thread::Thread;
use crate::time::Millis;
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::grant::{Grant, GrantKey};
use crate::turn::outcome::{Outcome, StandDownReason};
use crate::turn::policy::ReplyMode;
use crate::turn::state::Waiting;

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

fn limited() -> Fault {
    Fault::RateLimited { until: None }
}

fn asks_for_a_grant(conversation: &Fixture, requests: &[Request]) {
    let key = GrantKey::new(&conversation.state, &conversation.open().turn);
    assert_eq!(requests.last(), Some(&Request::Repeatable(Repeatable::SeekGrant(key))), "{}", conversation.phase());
}

/// The workspace is paused now. For ten hours nothing but the grant is asked for; then what goes on is returned.
fn goes_on_after_a_pause(conversation: &mut Fixture, requests: &[Request]) -> Vec<Request> {
    asks_for_a_grant(conversation, requests);
    assert_eq!(conversation.granted(Grant::Paused), [announce(Announcement::Waits(Waiting::Paused))]);
    let began = conversation.now;
    while conversation.now.since(began) < Millis::from_hours(10) {
        let requests = conversation.sleep();
        asks_for_a_grant(conversation, &requests);
        assert_eq!(conversation.granted(Grant::Paused), []);
    }
    conversation.sleep();
    conversation.granted(Grant::Given)
}

/// Each goes by what a test says of grants from here on.
fn by_test(mut conversation: Fixture) -> Fixture {
    conversation.grants = Grants::ByTest;
    conversation
}

#[test]
fn no_read_that_failed_before_the_post_is_made_again_in_a_pause() {
    let mut conversation = by_test(Fixture::rechecking());
    conversation.read_fails(failed());
    let requests = conversation.sleep();
    assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
}

#[test]
fn no_stale_read_before_the_post_is_made_again_in_a_pause() {
    let mut conversation = by_test(Fixture::rechecking());
    conversation.state.sent.push(part("r0"));
    conversation.knows_ours(Some(part("r0")));
    assert_eq!(conversation.read(hi()), [announce(Announcement::StaleRead)]);
    let requests = conversation.sleep();
    assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
}

#[test]
fn no_slow_read_before_the_post_is_made_again_in_a_pause() {
    let mut conversation = by_test(Fixture::rechecking());
    let requested_at = conversation.now;
    conversation.pass(6);
    let requests = conversation.find(CommandResult::Conversation(Ok(hi()), requested_at));
    assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
}

#[test]
fn no_post_that_was_certainly_not_made_is_made_again_in_a_pause() {
    for fault in [limited(), unauthorised(), Fault::NotFound] {
        let mut conversation = by_test(Fixture::posting());
        conversation.find(CommandResult::Posted(Err(fault)));
        let requests = conversation.sleep();
        assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
    }
}

#[test]
fn no_post_that_failed_and_is_absent_is_made_again_in_a_pause() {
    let mut conversation = by_test(Fixture::settling(failed()));
    let requests = conversation.read(hi());
    assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
}

#[test]
fn a_teammate_who_spoke_in_the_pause_ends_the_turn() {
    let mut conversation = by_test(Fixture::settling(failed()));
    let requests = conversation.read(hi());
    goes_on_after_a_pause(&mut conversation, &requests);
    conversation.reported(teammate_did(Act::Spoke, 60));
    let spoke = teammate("t60", 60, crate::intercom::thread::EntryKind::Comment, Some("I have it"));
    conversation.read(thread([customer("m1", 0, "Hi"), spoke]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

/// Every way in which a question comes to nothing and is put again, and what is done for that.
fn questions_that_failed() -> Vec<(Fixture, Vec<Request>)> {
    let findings = [
        vec![CommandResult::Answer(Err(limited()))],
        vec![CommandResult::Answer(Err(unauthorised()))],
        vec![CommandResult::Answer(Ok(AiAnswer::NotAnAnswer(AiFailure::RateLimited)))],
        vec![CommandResult::Answer(Err(failed())), session_holds(vec![earlier()])],
        vec![CommandResult::Answer(Err(Fault::Refused { status: 405, code: ErrorCode::new("none") }))],
    ];
    let failed = |findings: Vec<CommandResult>| {
        let mut conversation = by_test(Fixture::asking());
        let requests = findings.into_iter().map(|finding| conversation.find(finding)).last().unwrap();
        let is_at_once = matches!(requests.last(), Some(Request::Repeatable(_)));
        let requests = if is_at_once { requests } else { conversation.sleep() };
        (conversation, requests)
    };
    findings.map(failed).into()
}

#[test]
fn no_question_is_put_again_in_a_pause() {
    for (mut conversation, requests) in questions_that_failed() {
        assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()], "much may have happened meanwhile");
    }
}

#[test]
fn no_question_is_put_again_after_the_bot_was_switched_off() {
    for (mut conversation, requests) in questions_that_failed() {
        conversation.in_mode(ReplyMode::Off);
        asks_for_a_grant(&conversation, &requests);
        assert_eq!(conversation.granted(Grant::Given), [read()]);
        conversation.read(hi());
        assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::ModeOff)]);
    }
}

#[test]
fn what_prepares_a_question_and_failed_is_not_made_again_in_a_pause() {
    let (mut unread, mut unopened) = (reading_session(), Fixture::verified());
    unread.find(CommandResult::SessionMessages(Err(failed())));
    unopened.reported(wrote("m1", 0));
    unopened.sleep();
    assert_eq!(unopened.read(hi()), [open_session()]);
    unopened.find(CommandResult::SessionOpened(Err(failed())));
    for conversation in [unread, unopened] {
        let mut conversation = by_test(conversation);
        let requests = conversation.sleep();
        assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
    }
}

#[test]
fn a_question_that_waits_for_an_earlier_turns_has_its_grant_after_that() {
    let mut conversation = by_test(Fixture::reading());
    let busy_until = conversation.now.after(Millis::from_seconds(100));
    conversation.state.session.as_mut().unwrap().busy_until = Some(busy_until);
    assert_eq!(conversation.read(hi()), []);
    assert_eq!(conversation.state.wake_at(), Some(busy_until));
    let requests = conversation.sleep();
    asks_for_a_grant(&conversation, &requests);
    assert_eq!(conversation.granted(Grant::Given), [read_session()]);
}

#[test]
fn what_a_crash_ended_between_a_grant_and_its_use_has_a_new_one() {
    for conversation in [reading_session(), Fixture::rechecking()] {
        let mut conversation = by_test(conversation);
        conversation.pass(120);
        let requests = conversation.wake();
        assert_eq!(requests[0], announce(Announcement::Interrupted));
        assert_eq!(goes_on_after_a_pause(&mut conversation, &requests), [read()]);
    }
}

/// Up to the list that is read before the question.
fn reading_session() -> Fixture {
    let mut conversation = Fixture::reading();
    assert_eq!(conversation.read(hi()), [read_session()]);
    conversation
}
