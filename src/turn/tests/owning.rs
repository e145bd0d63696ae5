//! Taking a conversation, giving it back, and trying a turn again.

// shows: G3

use super::fixture::*;
use crate::intercom::events::{Act, AssignedTo, ConversationEvent};
use crate::intercom::ids::AdminId;
use crate::intercom::thread::{Assignee, EntryKind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::{CommandResult, Event};
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::state::{GiveBack, Sign};

fn on(at: u64) -> crate::intercom::thread::Entry {
    teammate(&format!("t{at}"), at, EntryKind::Note, Some("/bot on"))
}

fn spoke(at: u64) -> crate::intercom::thread::Entry {
    teammate(&format!("t{at}"), at, EntryKind::Comment, Some("I take this"))
}

fn to_us(at: u64) -> crate::intercom::thread::Entry {
    teammate(&format!("t{at}"), at, EntryKind::Assignment(Some(Assignee::Ourselves)), None)
}

fn assigned_to_us(at: u64) -> ConversationEvent {
    ConversationEvent::TeammateActed {
        part: Some(part(&format!("t{at}"))),
        at: second(at),
        admin: AdminId::new("9608799"),
        act: Act::Assigned { to: AssignedTo::Admin { id: ourselves() } },
    }
}

/// A turn that was left to a teammate who had been assigned.
fn left_to_teammate() -> Fixture {
    let mut conversation = Fixture::reading();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None)]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    conversation
}

/// A turn that was handed over with its line.
fn handed_over() -> Fixture {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    assert_eq!(conversation.read(hi()), [Request::Repeatable(Repeatable::Assign)]);
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.note_and_message(hi());
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
    conversation
}

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

#[test]
fn a_note_is_a_reason_to_look_and_no_more() {
    let mut conversation = Fixture::with_session();
    conversation.reported(teammate_did(Act::Noted, 5));
    assert_eq!(conversation.sleep(), [read()]);
    // No webhook reported this message: it is not answered because of a note.
    assert_eq!(
        conversation.read(thread([customer("m0", 0, "Long ago"), teammate("t5", 5, EntryKind::Note, Some("Hm"))])),
        []
    );
    assert!(conversation.is_idle());
    assert_eq!(conversation.outcomes(), []);
}

#[test]
fn our_own_notes_are_no_reason_to_look() {
    let mut conversation = Fixture::with_session();
    let noted = ConversationEvent::TeammateActed {
        part: Some(part("n1")),
        at: second(5),
        admin: Some(ourselves()),
        act: Act::Noted,
    };
    assert_eq!(conversation.reported(noted), []);
    assert!(conversation.is_idle());
}

#[test]
fn a_note_that_stops_the_bot_is_seen_by_the_read_before_the_post() {
    let mut conversation = Fixture::rechecking();
    let requests =
        conversation.read(thread([customer("m1", 0, "Hi"), teammate("n3", 3, EntryKind::Note, Some("/bot off"))]));
    assert_eq!(requests[0], announce(Announcement::TakenOver(Sign::Stopped)));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

#[test]
fn what_waits_is_answered_when_a_note_gives_the_conversation_back() {
    let mut conversation = left_to_teammate();
    conversation.reported(teammate_did(Act::Noted, 60));
    assert_eq!(conversation.sleep(), [read()]);
    let words = thread([customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None), on(60)]);
    let requests = conversation.read(words);
    let key = conversation.state.settled[0].key.clone();
    assert_eq!(
        requests,
        [announce(Announcement::GivenBack(GiveBack::Note)), announce(Announcement::Reopened(key)), read_session()]
    );
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi")]);
}

#[test]
fn what_waits_is_answered_when_a_person_assigns_it_to_us() {
    let mut conversation = left_to_teammate();
    assert_eq!(conversation.reported(assigned_to_us(60)), [announce(Announcement::GivenBack(GiveBack::Assignment))]);
    assert_eq!(conversation.sleep(), [read()]);
    let words = thread([customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None), to_us(60)]);
    conversation.read(words);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi")]);
}

#[test]
fn a_closing_counts_only_until_the_conversation_is_given_back() {
    let closed = || teammate("t1", 1, EntryKind::Close, None);
    let mut conversation = Fixture::reading();
    conversation.read(thread([customer("m1", 0, "Hi"), closed()]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    conversation.reported(teammate_did(Act::Noted, 60));
    conversation.sleep();
    conversation.read(thread([customer("m1", 0, "Hi"), closed(), on(60)]));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi")]);
    conversation.said("Hello.");
    let again = teammate("t2", 70, EntryKind::Close, None);
    conversation.read(thread([customer("m1", 0, "Hi"), closed(), on(60), again]));
    assert_eq!(conversation.outcomes()[1..], [Outcome::StoodDown(StandDownReason::Teammate)]);
}

#[test]
fn what_a_teammate_has_answered_is_not_answered_again() {
    let mut conversation = left_to_teammate();
    conversation.reported(assigned_to_us(60));
    conversation.sleep();
    conversation.read(thread([customer("m1", 0, "Hi"), spoke(30), to_us(60)]));
    assert!(conversation.is_idle());
    assert_eq!(conversation.outcomes().len(), 1);
}

#[test]
fn a_second_webhook_of_the_same_resume_changes_nothing() {
    let mut conversation = left_to_teammate();
    conversation.reported(assigned_to_us(60));
    assert_eq!(conversation.reported(assigned_to_us(60)), []);
    conversation.sleep();
    conversation.read(thread([customer("m1", 0, "Hi"), spoke(30), to_us(60)]));
    assert_eq!(conversation.reported(assigned_to_us(60)), []);
    assert_eq!(conversation.reported(assigned_to_us(20)), [], "an older one that comes late");
    assert!(conversation.is_idle());
}

#[test]
fn an_older_word_of_a_teammate_that_comes_late_does_not_take_it_again() {
    let mut conversation = left_to_teammate();
    conversation.reported(assigned_to_us(60));
    assert_eq!(conversation.reported(teammate_did(Act::Spoke, 59)), []);
    assert_eq!(conversation.state.teammate, None);
    assert_eq!(conversation.reported(teammate_did(Act::Spoke, 61)), [announce(Announcement::TakenOver(Sign::Spoke))]);
}

#[test]
fn a_read_that_lacks_the_resume_is_stale() {
    let mut conversation = left_to_teammate();
    conversation.reported(assigned_to_us(60));
    conversation.sleep();
    assert_eq!(conversation.read(hi()), [announce(Announcement::StaleRead)]);
}

#[test]
fn a_rules_assignment_to_us_gives_nothing_back() {
    let mut conversation = left_to_teammate();
    let to = AssignedTo::Admin { id: ourselves() };
    assert_eq!(conversation.reported(ConversationEvent::RuleAssigned { part: None, at: second(60), to }), []);
    assert!(conversation.is_idle() && conversation.state.teammate.is_some());
}

#[test]
fn a_hand_over_keeps_the_bot_quiet_however_long_until_it_is_given_back() {
    let mut conversation = handed_over();
    let later = 100 * 3_600;
    conversation.pass(later);
    conversation.reported(wrote("m2", later));
    conversation.sleep();
    let line = || ours("l1", 31, "A teammate will be with you.");
    conversation.read(thread([customer("m1", 0, "Hi"), line(), customer("m2", later, "Anybody?")]));
    assert_eq!(conversation.outcomes()[1..], [Outcome::StoodDown(StandDownReason::HandedOver)]);

    conversation.reported(teammate_did(Act::Noted, later + 60));
    conversation.sleep();
    let mut words = thread([customer("m1", 0, "Hi"), line(), customer("m2", later, "Anybody?")]);
    words.entries.push(on(later + 60));
    conversation.read(words);
    assert_eq!(conversation.state.handed_over_at, None);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi\n\nAnybody?")], "the line is no answer");
}

#[test]
fn a_teammate_who_attends_to_a_hand_over_makes_it_run_out() {
    for (act, sign) in [(Act::Spoke, Sign::Spoke), (Act::Closed, Sign::ClosedOrSnoozed)] {
        let mut conversation = handed_over();
        assert_eq!(conversation.reported(teammate_did(act, 60)), [announce(Announcement::TakenOver(sign))]);
        let later = 60 + 12 * 3_600;
        conversation.pass(later);
        conversation.reported(wrote("m2", later));
        conversation.sleep();
        let line = ours("l1", 31, "A teammate will be with you.");
        let words = thread([customer("m1", 0, "Hi"), line, spoke(60), customer("m2", later, "Next question")]);
        conversation.read(words);
        assert_eq!(conversation.find(session_holds(vec![])), [ask("Next question")]);
    }
}

#[test]
fn an_assignment_alone_does_not_end_a_hand_over() {
    let mut conversation = handed_over();
    conversation
        .reported(teammate_did(Act::Assigned { to: AssignedTo::Admin { id: AdminId::new("9608799").unwrap() } }, 60));
    assert!(conversation.state.handed_over_at.is_some());
}

#[test]
fn a_resume_does_not_answer_what_may_already_be_answered() {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::ReplyUnknown)], "and without a line");
    conversation.reported(assigned_to_us(90));
    conversation.sleep();
    let given = || thread([customer("m1", 0, "Hi"), to_us(90)]);
    conversation.read(given());
    assert!(conversation.is_idle());

    // The operator may want it all the same.
    conversation.take(Event::RetryRequested);
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(given());
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi")]);
}

#[test]
fn what_is_given_back_while_nothing_can_be_read_is_told_to_people() {
    let mut conversation = left_to_teammate();
    conversation.reported(assigned_to_us(90));
    conversation.sleep();
    while conversation.phase() == "reading" {
        conversation.read_fails(unanswered());
        if conversation.phase() == "reading" {
            conversation.sleep();
        }
    }
    assert_eq!(conversation.phase(), "handing_over");
    let given = thread([customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None), to_us(90)]);
    let requests = conversation.read(given);
    assert!(
        requests.iter().any(|request| matches!(request, Request::Announce(Announcement::Reopened(_)))),
        "{requests:?}"
    );
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = &requests[..] else { panic!("{requests:?}") };
    assert!(note.as_str().contains("Hi"), "m1 with it: {}", note.as_str());
}

#[test]
fn a_retry_opens_the_last_turn_again_and_no_other() {
    let mut conversation = handed_over();
    conversation.reported(wrote("m2", 40));
    conversation.sleep();
    let line = || ours("l1", 31, "A teammate will be with you.");
    let both = || thread([customer("m1", 0, "Hi"), line(), customer("m2", 40, "Hello?")]);
    conversation.read(both());
    assert_eq!(conversation.outcomes()[1..], [Outcome::StoodDown(StandDownReason::HandedOver)]);
    conversation.take(Event::RetryRequested);
    conversation.sleep();
    conversation.read(both());
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hello?")]);
}

#[test]
fn a_retry_is_not_over_a_teammate() {
    let mut conversation = left_to_teammate();
    conversation.take(Event::RetryRequested);
    conversation.sleep();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None)]));
    let left = Outcome::StoodDown(StandDownReason::Teammate);
    assert_eq!(conversation.outcomes(), [left.clone(), left]);
}

#[test]
fn what_was_replied_to_is_not_retried() {
    let mut conversation = Fixture::posting();
    conversation.find(CommandResult::Posted(Ok(part("r1"))));
    conversation.take(Event::RetryRequested);
    conversation.sleep();
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi"), ours("r1", 9, "Hello.")])), []);
    assert!(conversation.is_idle());
}

#[test]
fn an_assignee_whom_no_part_explains_has_it_since_they_were_first_seen() {
    let days = 3 * 24 * 3_600;
    let assigned = |entries: Vec<crate::intercom::thread::Entry>| {
        let mut words = thread([]);
        words.entries = entries;
        words.admin_assignee = AdminId::new("9608799");
        words
    };
    let mut conversation = Fixture::with_session();
    conversation.pass(days);
    conversation.reported(wrote("m1", days));
    conversation.sleep();
    let m1 = customer("m1", days, "Hi");
    conversation.read(assigned(vec![m1.clone()]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::RuleAssigned)]);

    // They never said a word, so it runs out although the field still names them.
    let later = days + 12 * 3_600;
    conversation.pass(12 * 3_600);
    conversation.reported(wrote("m2", later));
    conversation.sleep();
    conversation.read(assigned(vec![m1, customer("m2", later, "Still there?")]));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Still there?")], "what was left to them stays theirs");
}

// found by: model
#[test]
fn a_turn_whose_reply_may_still_land_is_not_opened_again_though_it_was_left_to_a_teammate() {
    let mut conversation = Fixture::settling(unanswered());
    let taken = || [customer("m1", 0, "Hi"), teammate("t5", 5, assigned_to_teammate(), None)];
    conversation.read(thread(taken()));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    conversation.reported(assigned_to_us(50));
    conversation.sleep();
    let [asked, took] = taken();
    assert_eq!(conversation.read(thread([asked, took, to_us(50)])), []);
    assert!(conversation.is_idle());
}

/// The reply stands behind a message that came in while it was posted, and does not answer it.
// found by: model
#[test]
fn what_is_given_back_is_opened_again_though_the_reply_to_an_earlier_message_stands_behind_it() {
    let mut conversation = Fixture::posting();
    conversation.reported(wrote("m2", 9));
    conversation.find(CommandResult::Posted(Ok(part("r1"))));
    conversation.sleep();
    let all = |more: crate::intercom::thread::Entry| {
        thread([customer("m1", 0, "Hi"), customer("m2", 9, "And?"), ours("r1", 10, "Hello."), more])
    };
    conversation.read(all(teammate("t11", 11, assigned_to_teammate(), None)));
    assert_eq!(conversation.outcomes().last(), Some(&Outcome::StoodDown(StandDownReason::Teammate)));
    conversation.reported(assigned_to_us(20));
    conversation.sleep();
    assert_eq!(conversation.read(all(to_us(20))).last(), Some(&read_session()));
}

// found by: model
#[test]
fn words_before_the_conversation_was_given_back_are_still_a_teammates_answer() {
    let mut conversation = Fixture::rechecking();
    conversation.read(thread([customer("m1", 0, "Hi"), spoke(5), on(6)]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

// found by: model
#[test]
fn a_read_that_lacks_a_note_of_which_a_webhook_told_is_made_again() {
    let mut conversation = left_to_teammate();
    conversation.reported(teammate_did(Act::Noted, 5));
    conversation.sleep();
    let taken = || [customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None)];
    assert_eq!(conversation.read(thread(taken())), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    let [asked, took] = taken();
    let note = teammate("t5", 5, EntryKind::Note, Some("/bot on"));
    assert_eq!(conversation.read(thread([asked, took, note])).last(), Some(&read_session()));
}

#[test]
fn a_note_that_stays_missing_is_waited_for_no_longer() {
    let mut conversation = left_to_teammate();
    conversation.reported(teammate_did(Act::Noted, 5));
    for _ in 0..6 {
        assert_eq!(conversation.sleep(), [read()]);
        conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 1, assigned_to_teammate(), None)]));
    }
    assert!(conversation.is_idle());
}
