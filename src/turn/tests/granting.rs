//! The pause switch and the reply budget.

// shows: G3

use super::answering::assert_handing_over;
use super::fixture::*;
use crate::intercom::thread::Thread;
use crate::time::{Millis, UnixMillis};
use crate::turn::command::{Announcement, Once, Repeatable};
use crate::turn::event::{CommandResult, Event};
use crate::turn::grant::{Grant, GrantAnswer, GrantKey};
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::policy::ReplyMode;
use crate::turn::state::{Delivery, Phase, Waiting};

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

fn key(conversation: &Fixture, requests: &[Request]) -> GrantKey {
    match requests {
        [.., Request::Repeatable(Repeatable::SeekGrant(key))] => key.clone(),
        other => panic!("{}: {other:?}", conversation.phase()),
    }
}

fn says(conversation: &mut Fixture, grant: Grant) -> Vec<Request> {
    conversation.granted(grant)
}

fn seeking() -> (Fixture, GrantKey) {
    let mut conversation = Fixture::reading();
    conversation.grants = Grants::ByTest;
    let requests = conversation.read(hi());
    let key = key(&conversation, &requests);
    (conversation, key)
}

#[test]
fn it_is_asked_before_the_question_and_before_the_second_read_by_the_same_key() {
    let (mut conversation, first) = seeking();
    assert_eq!(says(&mut conversation, Grant::Given), [read_session()]);
    conversation.find(session_holds(vec![]));
    let requests = conversation.said("Hello.");
    assert_eq!(key(&conversation, &requests), first);
    assert_eq!(says(&mut conversation, Grant::Given), [read()]);
    assert_eq!(conversation.read(hi()), [post("Hello.")]);
}

#[test]
fn the_key_stays_when_the_customer_writes_again() {
    let (mut conversation, first) = seeking();
    says(&mut conversation, Grant::Given);
    conversation.find(session_holds(vec![]));
    conversation.reported(wrote("m2", 5));
    conversation.said("Hello.");
    conversation.sleep();
    let requests = conversation.read(thread([customer("m1", 0, "Hi"), customer("m2", 5, "More")]));
    assert_eq!(key(&conversation, &requests), first);
}

#[test]
fn a_full_minute_makes_the_turn_wait_and_never_drops_it() {
    let (mut conversation, first) = seeking();
    for n in 0..40 {
        let until = conversation.now.after(Millis::from_seconds(20));
        let requests = says(&mut conversation, Grant::WaitUntil(until));
        let expected = if n == 0 { vec![announce(Announcement::Waits(Waiting::Budget))] } else { vec![] };
        assert_eq!(requests, expected);
        assert_eq!(conversation.state.wake_at(), Some(until));
        let requests = conversation.sleep();
        assert_eq!(key(&conversation, &requests), first);
    }
    assert_eq!(says(&mut conversation, Grant::Given), [read()], "much may have happened meanwhile");
    let requests = conversation.read(hi());
    assert_eq!(key(&conversation, &requests), first);
    assert_eq!(says(&mut conversation, Grant::Given), [read_session()]);
}

#[test]
fn what_another_clock_says_is_taken_within_bounds() {
    let (mut conversation, _) = seeking();
    let now = conversation.now;
    says(&mut conversation, Grant::WaitUntil(UnixMillis(0)));
    assert_eq!(conversation.state.wake_at(), Some(now.after(Millis::from_seconds(1))));
    conversation.sleep();
    let now = conversation.now;
    says(&mut conversation, Grant::WaitUntil(UnixMillis(u64::MAX)));
    assert_eq!(conversation.state.wake_at(), Some(now.after(Millis::from_seconds(60))));
}

#[test]
fn a_pause_holds_the_turn_and_a_question_that_grew_old_in_it_is_answered_by_a_note() {
    let (mut conversation, _) = seeking();
    assert_eq!(says(&mut conversation, Grant::Paused), [announce(Announcement::Waits(Waiting::Paused))]);
    while conversation.now.since(second(0).to_millis()) <= Millis::from_minutes(61) {
        let requests = conversation.sleep();
        key(&conversation, &requests);
        assert_eq!(says(&mut conversation, Grant::Paused), []);
    }
    conversation.sleep();
    assert_eq!(says(&mut conversation, Grant::Given), [read()]);
    conversation.read(hi());
    says(&mut conversation, Grant::Given);
    conversation.find(session_holds(vec![]));
    conversation.said("Hello.");
    says(&mut conversation, Grant::Given);
    let requests = conversation.read(hi());
    let Request::Once(crate::turn::command::Once::Post { delivery, .. }) = &requests[0] else { panic!("{requests:?}") };
    assert_eq!(*delivery, Delivery::Note);
}

#[test]
fn a_pause_is_asked_after_ever_more_seldom_and_its_end_is_told() {
    let (mut conversation, _) = seeking();
    let mut pauses = vec![];
    for _ in 0..7 {
        says(&mut conversation, Grant::Paused);
        pauses.push(conversation.state.wake_at().unwrap().since(conversation.now).0 / 1_000);
        conversation.sleep();
    }
    assert_eq!(pauses, [15, 30, 60, 120, 240, 300, 300]);
    says(&mut conversation, Grant::Paused);
    assert_eq!(conversation.take(Event::Resumed), []);
    assert_eq!(conversation.state.wake_at(), Some(conversation.now));
    let requests = conversation.wake();
    key(&conversation, &requests);
    assert_eq!(says(&mut conversation, Grant::Given), [read()]);
}

#[test]
fn the_end_of_a_pause_changes_nothing_for_a_turn_that_does_not_wait_for_it() {
    for conversation in [Fixture::reading(), Fixture::asking(), Fixture::verified()] {
        let mut resumed = Fixture { state: conversation.state.clone(), ..conversation };
        let before = resumed.state.clone();
        assert_eq!(resumed.take(Event::Resumed), []);
        assert_eq!(resumed.state, before);
    }
}

#[test]
fn a_pause_while_the_ai_thinks_holds_the_answer_back() {
    let (mut conversation, _) = seeking();
    says(&mut conversation, Grant::Given);
    conversation.find(session_holds(vec![]));
    conversation.said("Hello.");
    assert_eq!(says(&mut conversation, Grant::Paused), [announce(Announcement::Waits(Waiting::Paused))]);
    conversation.sleep();
    assert_eq!(says(&mut conversation, Grant::Given), [read()]);
    assert_eq!(conversation.read(hi()), [post("Hello.")], "it was paid for");
}

#[test]
fn a_person_is_told_when_nobody_can_say_whether_it_may_go_on() {
    let (mut conversation, _) = seeking();
    while conversation.phase() == "seeking_grant" {
        conversation.find(CommandResult::Grant(Err(unanswered())));
        if conversation.phase() == "seeking_grant" {
            conversation.sleep();
        }
    }
    assert_handing_over(&conversation, HandOverReason::GrantUnavailable);
}

#[test]
fn the_line_of_a_hand_over_takes_the_same_gate_and_is_left_out_where_that_does_not_open() {
    let mut conversation = Fixture::asking();
    conversation.grants = Grants::ByTest;
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Ok(())));
    let requests = conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    key(&conversation, &requests);
    while conversation.phase() == "handing_over" {
        conversation.find(CommandResult::Grant(Err(unanswered())));
        if conversation.phase() == "handing_over" {
            conversation.sleep();
        }
    }
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
}

#[test]
fn a_turn_that_was_switched_off_meanwhile_is_read_again_and_nothing_is_asked() {
    let (mut conversation, _) = seeking();
    conversation.in_mode(ReplyMode::Off);
    assert_eq!(says(&mut conversation, Grant::Given), [read()]);
    let requests = conversation.read(hi());
    assert_eq!(requests, [conversation.last_settled()]);
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::ModeOff)]);
}

#[test]
fn a_mode_that_cannot_be_learnt_is_never_louder_than_what_is_known() {
    use ReplyMode::{Note, Off, Reply};
    for (configured, heard, holds) in [
        (Reply, None, Reply),
        (Note, None, Note),
        (Reply, Some(Off), Off),
        (Reply, Some(Note), Note),
        (Note, Some(Reply), Note),
        (Off, Some(Reply), Off),
        (Reply, Some(Reply), Reply),
    ] {
        let mut conversation = Fixture::reading();
        (conversation.policy.mode, conversation.state.last_mode) = (configured, heard);
        conversation.take(Event::Woken(None));
        assert_eq!(conversation.state.mode(&conversation.policy), holds, "{configured:?}, {heard:?}");
    }
}

#[test]
fn the_mode_is_what_the_workspace_says_at_a_wake_up_and_with_a_grant() {
    let mut conversation = Fixture::reading();
    conversation.take(Event::Woken(Some(ReplyMode::Note)));
    assert_eq!(conversation.state.mode(&conversation.policy), ReplyMode::Note);
    conversation.grants = Grants::ByTest;
    conversation.read(hi());
    says(&mut conversation, Grant::Given);
    assert_eq!(conversation.state.mode(&conversation.policy), ReplyMode::Reply);
    conversation.state.phase = Phase::Idle;
    conversation.take(Event::Woken(Some(ReplyMode::Off)));
    assert_eq!(conversation.state.last_mode, Some(ReplyMode::Reply), "nothing is open, so nothing is written");
}

#[test]
fn what_the_chatbot_says_in_place_of_an_answer_comes_with_the_grant_and_goes_with_the_question() {
    let (mut conversation, _) = seeking();
    let rate_limit_message = Some("Slow down".to_owned());
    let mode = ReplyMode::Reply;
    conversation.find(CommandResult::Grant(Ok(GrantAnswer { grant: Grant::Given, mode, rate_limit_message })));
    let requests = conversation.find(session_holds(vec![]));
    let [Request::Once(Once::Ask { known, .. })] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(known.rate_limit_message.as_deref(), Some("Slow down"));
}

#[test]
fn an_answer_goes_out_in_the_mode_that_holds_then() {
    for (mode, delivery) in
        [(ReplyMode::Reply, Some(Delivery::Reply)), (ReplyMode::Note, Some(Delivery::Note)), (ReplyMode::Off, None)]
    {
        let mut conversation = Fixture::rechecking();
        conversation.in_mode(mode);
        let requests = conversation.read(hi());
        let posted = requests.iter().find_map(|request| match request {
            Request::Once(Once::Post { delivery, .. }) => Some(*delivery),
            _other => None,
        });
        assert_eq!(posted, delivery, "{mode:?}");
        assert_eq!(conversation.is_idle(), delivery.is_none());
    }
}
