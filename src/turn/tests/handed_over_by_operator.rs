//! The operator hands a conversation over, in every stage and after the last turn.

// shows: G3

use super::fixture::*;
use crate::fault::Fault;
use crate::intercom::thread::{AiVoice, Author, Entry, EntryKind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::{CommandResult, Event};
use crate::turn::hand_over::{HandOverIs, NotHandedOver, may_hand_over};
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::state::Service;
use crate::turn::stored;

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

/// Another bot has answered it.
fn answered() -> Thread {
    let answer = entry("f1", 3, Author::OtherBot, EntryKind::Comment, Some("Fin answers."));
    thread([customer("m1", 0, "Hi"), Entry { ai: AiVoice::Answer, ..answer }])
}

fn assign() -> Request {
    Request::Repeatable(Repeatable::Assign)
}

fn is_to_be_handed_over(conversation: &mut Fixture) -> Vec<Request> {
    assert_eq!(may_hand_over(&conversation.state), Ok(HandOverIs::ToBegin), "{}", conversation.phase());
    let requests = conversation.take(Event::HandOverRequested);
    let kept = stored::read(&stored::write(&conversation.state));
    assert_eq!(kept.as_ref(), Ok(&conversation.state), "it survives a crash");
    assert_eq!(may_hand_over(&conversation.state), Ok(HandOverIs::UnderWay));
    let (state, again) = (conversation.state.clone(), conversation.take(Event::HandOverRequested));
    assert_eq!((again, &conversation.state), (vec![], &state), "once more changes nothing");
    requests
}

/// From the look on, as any hand-over: assignment, note, line. The note's words come back.
#[track_caller]
fn assert_teammate_notified(conversation: &mut Fixture, look: Vec<Request>) -> String {
    assert_eq!(look, [assign()]);
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = requests.as_slice() else { panic!("{requests:?}") };
    let note = note.as_str().to_owned();
    assert!(note.contains("An operator handed it over."), "{note}");
    conversation.note_and_message(hi());
    assert_eq!(conversation.outcomes().last(), Some(&Outcome::HandedOver(HandOverReason::Operator)));
    assert!(conversation.is_idle());
    assert_eq!(may_hand_over(&conversation.state), Err(NotHandedOver::HandedOver));
    note
}

fn opening_session() -> Fixture {
    let mut conversation = Fixture::verified();
    conversation.reported(wrote("m1", 0));
    conversation.pass(4);
    conversation.wake();
    assert_eq!(conversation.read(hi()), [open_session()]);
    conversation
}

fn seeking() -> Fixture {
    let mut conversation = Fixture::reading();
    conversation.grants = Grants::ByTest;
    conversation.read(hi());
    conversation.grants = Grants::AtOnce;
    conversation
}

fn reading_session() -> Fixture {
    let mut conversation = Fixture::reading();
    conversation.read(hi());
    conversation
}

fn recovering() -> Fixture {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(unanswered())));
    conversation
}

#[test]
fn a_turn_is_handed_over_in_each_stage_before_its_post_and_what_is_under_way_is_dropped_when_it_comes() {
    let said = || {
        CommandResult::Answer(Ok(crate::gpt_trainer::said::AiAnswer::Said(crate::text::AnswerText("Hello.".into()))))
    };
    let stages: [(Fixture, CommandResult, Option<&str>); 7] = [
        (Fixture::reading(), CommandResult::Conversation(Ok(hi()), second(4).to_millis()), None),
        (seeking(), CommandResult::Grant(Err(unanswered())), None),
        (opening_session(), CommandResult::SessionOpened(Ok(session())), None),
        (reading_session(), session_holds(vec![earlier()]), None),
        (Fixture::asking(), said(), None),
        (recovering(), session_holds(vec![earlier(), exchange("x1", "Hi", "Hello.")]), None),
        (Fixture::rechecking(), CommandResult::Conversation(Ok(hi()), second(4).to_millis()), Some("Hello.")),
    ];
    for (mut conversation, under_way, unsent) in stages {
        let (stage, attempt) = (conversation.phase(), conversation.state.attempt);
        assert_eq!(is_to_be_handed_over(&mut conversation), [hands_over(HandOverReason::Operator)], "{stage}");
        assert_eq!(conversation.state.wake_at(), Some(conversation.now), "{stage}");
        let requests = conversation.take(Event::Finished(attempt, under_way));
        assert_eq!(requests, [announce(Announcement::LateResult(attempt)), read()], "{stage}");
        let look = conversation.read(hi());
        let note = assert_teammate_notified(&mut conversation, look);
        assert!(note.contains("Hi"), "{stage}: {note}");
        assert_eq!(note.contains("Hello."), unsent.is_some(), "{stage}: {note}");
    }
}

#[test]
fn it_survives_a_crash_in_each_stage() {
    for mut conversation in [Fixture::reading(), Fixture::asking(), recovering(), Fixture::rechecking()] {
        is_to_be_handed_over(&mut conversation);
        assert_eq!(conversation.wake(), [read()]);
        assert_eq!(conversation.wake(), [announce(Announcement::Interrupted), read()]);
        let look = conversation.read(hi());
        assert_teammate_notified(&mut conversation, look);
    }
}

#[test]
fn a_turn_that_is_still_gathered_is_handed_over_at_once() {
    let mut conversation = Fixture::verified();
    conversation.reported(wrote("m1", 0));
    assert_eq!(is_to_be_handed_over(&mut conversation), [hands_over(HandOverReason::Operator)]);
    assert_eq!(conversation.wake(), [read()]);
    let look = conversation.read(hi());
    assert_teammate_notified(&mut conversation, look);
}

#[test]
fn nothing_is_done_before_the_workspace_is_known() {
    let mut conversation = Fixture::new();
    conversation.reported(wrote("m1", 0));
    assert_eq!(is_to_be_handed_over(&mut conversation), []);
    assert_eq!(conversation.wake(), [Request::Repeatable(Repeatable::VerifyWorkspace)]);
    let requests = conversation.find(CommandResult::Workspace(Ok(app())));
    assert_eq!(requests, [hands_over(HandOverReason::Operator), read()]);

    let mut foreign = Fixture::new();
    foreign.reported(wrote("m1", 0));
    foreign.take(Event::HandOverRequested);
    foreign.wake();
    foreign.find(CommandResult::Workspace(Ok(crate::intercom::ids::AppId::new("another").unwrap())));
    assert_eq!(foreign.outcomes(), [Outcome::StoodDown(StandDownReason::ForeignWorkspace)]);
    assert_eq!(may_hand_over(&foreign.state), Err(NotHandedOver::NothingHere));
}

#[test]
fn a_reply_that_is_being_posted_goes_out_if_it_does() {
    let mut conversation = Fixture::posting();
    assert_eq!(is_to_be_handed_over(&mut conversation), []);
    assert_eq!(conversation.phase(), "posting");
    assert_eq!(conversation.find(CommandResult::Posted(Ok(part("r1")))), [conversation.last_settled()]);
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
    assert!(conversation.is_idle());
    assert_eq!(may_hand_over(&conversation.state), Err(NotHandedOver::Answered));
}

#[test]
fn a_post_that_certainly_failed_is_not_made_again_but_people_are_told() {
    let mut conversation = Fixture::posting();
    is_to_be_handed_over(&mut conversation);
    let fault = Fault::RateLimited { until: None };
    let requests = conversation.find(CommandResult::Posted(Err(fault.clone())));
    let failed = announce(Announcement::Failed(Service::Intercom, fault));
    assert_eq!(requests, [failed, hands_over(HandOverReason::Operator), read()]);
    let look = conversation.read(hi());
    let note = assert_teammate_notified(&mut conversation, look);
    assert!(note.contains("Hello."), "the answer that was not sent: {note}");
}

#[test]
fn a_post_that_failed_and_is_not_to_be_seen_is_not_made_again_but_people_are_told() {
    let mut conversation = Fixture::settling(failed());
    is_to_be_handed_over(&mut conversation);
    assert_eq!(conversation.phase(), "settling");
    let requests = conversation.read(hi());
    assert_eq!(requests, [hands_over(HandOverReason::Operator), assign()]);
    assert_teammate_notified(&mut conversation, vec![assign()]);
}

#[test]
fn a_post_that_was_never_answered_is_told_as_that_and_nothing_public_follows() {
    let mut conversation = Fixture::posting();
    is_to_be_handed_over(&mut conversation);
    conversation.find(CommandResult::Posted(Err(unanswered())));
    assert_eq!(conversation.phase(), "settling");
    conversation.sleep();
    assert_eq!(conversation.read(hi()), [hands_over(HandOverReason::ReplyUnknown), assign()]);
    conversation.find(CommandResult::Assigned(Ok(())));
    let requests = conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_eq!(requests, [conversation.last_settled()], "no line");
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::ReplyUnknown)]);
}

#[test]
fn a_reply_that_is_found_after_all_is_the_only_word() {
    let mut conversation = Fixture::settling(unanswered());
    is_to_be_handed_over(&mut conversation);
    let requests = conversation.read(thread([customer("m1", 0, "Hi"), ours("r1", 9, "Hello.")]));
    assert_eq!(requests, [conversation.last_settled()]);
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
}

#[test]
fn a_process_that_dies_while_it_posts_looks_for_the_post_first() {
    let mut conversation = Fixture::posting();
    is_to_be_handed_over(&mut conversation);
    assert_eq!(conversation.wake(), [announce(Announcement::Interrupted)]);
    assert_eq!(conversation.phase(), "settling");
    conversation.sleep();
    assert_eq!(conversation.read(hi()), [hands_over(HandOverReason::ReplyUnknown), assign()]);
}

#[test]
fn what_a_teammate_has_taken_meanwhile_is_not_assigned_away() {
    let mut conversation = Fixture::asking();
    is_to_be_handed_over(&mut conversation);
    conversation.wake();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 5, assigned_to_teammate(), None)]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    assert_eq!(may_hand_over(&conversation.state), Err(NotHandedOver::WithTeammate));
}

#[test]
fn the_last_turn_is_handed_over_though_another_bot_has_answered_it() {
    let mut conversation = Fixture::reading();
    conversation.read(answered());
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::OtherBot)]);
    assert_eq!(is_to_be_handed_over(&mut conversation), [hands_over(HandOverReason::Operator)]);
    assert_eq!(conversation.wake(), [read()]);
    let requests = conversation.read(answered());
    let Some(Request::Announce(Announcement::Reopened(_))) = requests.first() else { panic!("{requests:?}") };
    let note = assert_teammate_notified(&mut conversation, requests[1..].to_vec());
    assert!(note.contains("Hi") && note.contains("-again1"), "{note}");
}

#[test]
fn what_nobody_could_be_told_of_is_tried_once_more() {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Err(refused())));
    conversation.find(CommandResult::NoteWritten(Err(refused())));
    assert_eq!(conversation.outcomes(), [Outcome::Failed(FailureReason::IntercomRefused)]);
    is_to_be_handed_over(&mut conversation);
    assert_eq!(conversation.wake(), [read()]);
    let requests = conversation.read(hi());
    assert_teammate_notified(&mut conversation, requests[1..].to_vec());
}

#[test]
fn what_the_settings_leave_to_people_stays_so() {
    let mut conversation = Fixture::reading();
    conversation.policy.rollout_percent = 0;
    is_to_be_handed_over(&mut conversation);
    conversation.wake();
    conversation.read(hi());
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Rollout)]);
    assert!(conversation.is_idle());
    assert_eq!(may_hand_over(&conversation.state), Err(NotHandedOver::LeftBySettings));
}

#[test]
fn a_turn_that_the_settings_left_to_people_cannot_be_handed_over_and_others_can() {
    let allowed = |reason: StandDownReason| {
        let mut conversation = Fixture::posting();
        conversation.find(CommandResult::Posted(Ok(part("r1"))));
        conversation.state.settled[0].outcome = Outcome::StoodDown(reason);
        may_hand_over(&conversation.state)
    };
    use StandDownReason::{Channel, HandedOver, ModeOff, NotATester, OtherBot, Rollout, RuleAssigned, Teammate};
    for reason in [ModeOff, Channel, NotATester, Rollout] {
        assert_eq!(allowed(reason), Err(NotHandedOver::LeftBySettings), "{reason:?}");
    }
    for reason in [Teammate, RuleAssigned, OtherBot, HandedOver] {
        assert_eq!(allowed(reason), Ok(HandOverIs::ToBegin), "{reason:?}");
    }
}

#[test]
fn where_nothing_is_to_be_seen_any_more_nothing_is_recorded() {
    let mut conversation = Fixture::reading();
    conversation.read(answered());
    is_to_be_handed_over(&mut conversation);
    conversation.wake();
    assert_eq!(conversation.read(thread([entry("m0", 0, Author::Other, EntryKind::Comment, None)])), []);
    assert_eq!(conversation.outcomes().len(), 1);
    assert!(conversation.is_idle());
}

#[test]
fn what_was_answered_deleted_or_never_there_is_not() {
    let refusal = |outcome: Outcome| {
        let mut conversation = Fixture::posting();
        conversation.find(CommandResult::Posted(Ok(part("r1"))));
        conversation.state.settled[0].outcome = outcome;
        may_hand_over(&conversation.state)
    };
    assert_eq!(refusal(Outcome::Noted { part: part("n1") }), Err(NotHandedOver::Answered));
    assert_eq!(refusal(Outcome::HandedOver(HandOverReason::AiAsked)), Err(NotHandedOver::HandedOver));
    assert_eq!(refusal(Outcome::StoodDown(StandDownReason::Vanished)), Err(NotHandedOver::NothingHere));
    assert_eq!(
        refusal(Outcome::StoodDown(StandDownReason::Teammate)),
        Ok(HandOverIs::ToBegin),
        "closed or snoozed, say"
    );
    assert_eq!(may_hand_over(&Fixture::new().state), Err(NotHandedOver::NothingHere));
    let mut deleted = Fixture::asking();
    deleted.reported(crate::intercom::events::ConversationEvent::Deleted);
    assert_eq!(may_hand_over(&deleted.state), Err(NotHandedOver::Deleted));
    assert_eq!(deleted.take(Event::HandOverRequested), []);
}
