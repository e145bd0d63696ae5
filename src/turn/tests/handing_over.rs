use super::fixture::*;
use crate::fault::Fault;
use crate::intercom::thread::{EntryKind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::state::{HandOverStep, Service};

fn assign() -> Request {
    Request::Repeatable(Repeatable::Assign)
}

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

/// Looks who has the conversation, because the AI refused the question.
fn looking() -> Fixture {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation
}

fn assigning() -> Fixture {
    let mut conversation = looking();
    assert_eq!(conversation.read(hi()), [assign()]);
    conversation
}

fn noting() -> Fixture {
    let mut conversation = assigning();
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation
}

#[test]
fn a_teammate_is_told_by_assignment_and_note_and_then_the_customer_by_a_line() {
    let mut conversation = assigning();
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = &requests[..] else { panic!("{requests:?}") };
    for expected in ["215-m1", "Hi", "GPT Trainer refused the question."] {
        assert!(note.as_str().contains(expected), "{}", note.as_str());
    }
    assert_eq!(conversation.find(CommandResult::NoteWritten(Ok(part("n1")))), [read()]);
    assert_eq!(conversation.read(hi()), [say_message()]);
    let requests = conversation.find(CommandResult::Posted(Ok(part("l1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
    assert_eq!(requests, [conversation.last_settled()]);
    assert!(conversation.is_idle());
}

#[test]
fn the_note_carries_the_answer_that_the_customer_has_not_got() {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(hi());
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = &requests[..] else { panic!("{requests:?}") };
    assert!(note.as_str().contains("Hello."), "{}", note.as_str());
}

// shows: G3
#[test]
fn a_teammate_who_has_it_already_is_not_assigned_away() {
    let mut conversation = looking();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 9, EntryKind::Comment, Some("Hello"))]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

// shows: G2
#[test]
fn each_step_is_retried_without_an_end() {
    for (mut conversation, fail, again) in [(
        looking(),
        (|| CommandResult::Conversation(Err(failed()), crate::time::UnixMillis(0))) as fn() -> CommandResult,
        read(),
    )] {
        for _ in 0..40 {
            conversation.find(fail());
            assert_eq!(conversation.sleep(), std::slice::from_ref(&again));
        }
    }
    let mut conversation = assigning();
    for _ in 0..40 {
        conversation.find(CommandResult::Assigned(Err(unanswered())));
        assert_eq!(conversation.sleep(), [read()]);
        assert_eq!(conversation.read(hi()), [assign()]);
    }
    let mut conversation = noting();
    for _ in 0..40 {
        conversation.find(CommandResult::NoteWritten(Err(unauthorised())));
        let requests = conversation.sleep();
        assert!(matches!(requests[..], [Request::Repeatable(Repeatable::WriteNote(_))]));
    }
}

// shows: G2
#[test]
fn a_step_that_is_done_is_not_done_again_after_a_crash() {
    let mut conversation = noting();
    assert_eq!(conversation.sleep(), [announce(Announcement::Interrupted), read()], "the note may be there");
    let requests = conversation.read(hi());
    assert!(matches!(requests[..], [Request::Repeatable(Repeatable::WriteNote(_))]), "{requests:?}");
}

#[test]
fn a_teammate_who_comes_while_the_assignment_fails_keeps_the_conversation() {
    for ended in [Some(CommandResult::Assigned(Err(failed()))), None] {
        let mut conversation = assigning();
        if let Some(finding) = ended {
            conversation.find(finding);
        }
        conversation.reported(teammate_did(crate::intercom::events::Act::Spoke, 20));
        assert_eq!(conversation.sleep().last(), Some(&read()));
        conversation.read(hi());
        assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    }
}

#[test]
fn nobody_is_told_of_what_was_not_ours_to_answer() {
    let mut conversation = Fixture::reading();
    while conversation.phase() == "reading" {
        conversation.read_fails(unanswered());
        if conversation.phase() == "reading" {
            conversation.sleep();
        }
    }
    conversation.in_mode(crate::turn::policy::ReplyMode::Off);
    conversation.read(hi());
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::ModeOff)]);
}

#[test]
fn a_refused_read_is_told_to_a_teammate_unseen() {
    let mut conversation = Fixture::reading();
    let failed = announce(Announcement::Failed(Service::Intercom, refused()));
    let begins = hands_over(HandOverReason::IntercomUnavailable);
    assert_eq!(conversation.read_fails(refused()), [failed.clone(), begins, read()]);
    assert_eq!(conversation.read_fails(refused()), [failed, assign()]);
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
    assert!(conversation.is_idle());
}

#[test]
fn a_conversation_that_cannot_be_read_for_good_is_told_to_a_teammate_unseen() {
    let garbled = || Fault::Unanswered(crate::fault::Silence::Garbled);
    let mut conversation = Fixture::reading();
    let mut requests = vec![];
    while requests.last() != Some(&assign()) {
        requests = conversation.read_fails(garbled());
        if requests.last() != Some(&assign()) && requests.last() != Some(&read()) {
            requests = conversation.sleep();
        }
    }
    conversation.find(CommandResult::Assigned(Ok(())));
    // Nor is a note written again and again whose answer cannot be read.
    let mut notes = 1;
    while !conversation.is_idle() {
        let running = conversation.state.clone();
        match conversation.hand_over().step.clone() {
            HandOverStep::Note(_) => conversation.find(CommandResult::NoteWritten(Err(garbled()))),
            _a_look => conversation.read_fails(garbled()),
        };
        if !conversation.is_idle() && conversation.state.attempt == running.attempt {
            let requests = conversation.sleep();
            notes += usize::from(matches!(requests.last(), Some(Request::Repeatable(Repeatable::WriteNote(_)))));
        }
    }
    assert!(notes <= 3, "{notes}");
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
}

#[test]
fn a_stale_read_is_no_reason_to_tell_nobody() {
    let mut conversation = looking();
    assert_eq!(conversation.read(thread([])), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(hi()), [assign()]);
}

#[test]
fn a_refused_assignment_still_leaves_the_note() {
    let mut conversation = assigning();
    let requests = conversation.find(CommandResult::Assigned(Err(refused())));
    assert_eq!(requests[0], announce(Announcement::Failed(Service::Intercom, refused())));
    assert!(matches!(requests[1], Request::Repeatable(Repeatable::WriteNote(_))));
    conversation.note_and_message(hi());
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
}

// shows: G2
#[test]
fn a_turn_fails_only_when_assignment_and_note_are_refused() {
    let mut conversation = assigning();
    conversation.find(CommandResult::Assigned(Err(refused())));
    conversation.find(CommandResult::NoteWritten(Err(refused())));
    assert_eq!(conversation.outcomes(), [Outcome::Failed(FailureReason::IntercomRefused)]);

    let mut conversation = noting();
    conversation.find(CommandResult::NoteWritten(Err(refused())));
    assert_eq!(conversation.read(hi()), [say_message()], "the assignment alone tells people");
    conversation.find(CommandResult::Posted(Ok(part("l1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
}

#[test]
fn an_intercom_that_is_down_until_the_deadline_is_handed_over_when_it_is_back() {
    let mut conversation = Fixture::reading();
    while conversation.phase() == "reading" {
        conversation.read_fails(unanswered());
        if conversation.phase() == "reading" {
            conversation.sleep();
        }
    }
    conversation.read_fails(unanswered());
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(hi()), [assign()]);
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = &requests[..] else { panic!("{requests:?}") };
    assert!(note.as_str().contains("Hi"), "{}", note.as_str());
    conversation.note_and_message(hi());
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
}

#[test]
fn a_conversation_that_is_gone_cannot_be_handed_over() {
    let mut conversation = looking();
    while !conversation.is_idle() {
        conversation.read_fails(Fault::NotFound);
        if !conversation.is_idle() {
            conversation.sleep();
        }
    }
    assert_eq!(conversation.outcomes(), [Outcome::Failed(FailureReason::ConversationGone)]);
}

#[test]
fn what_the_customer_writes_after_a_hand_over_is_the_teammates() {
    let mut conversation = noting();
    conversation.reported(wrote("m2", 30));
    let both = || thread([customer("m1", 0, "Hi"), customer("m2", 30, "Hello?")]);
    conversation.note_and_message(both());
    assert_eq!(conversation.sleep(), [read()]);
    let mut later = both();
    later.entries.push(ours("l1", 31, "A teammate will be with you."));
    conversation.read(later);
    assert_eq!(
        conversation.outcomes(),
        [Outcome::HandedOver(HandOverReason::AiRefused), Outcome::StoodDown(StandDownReason::HandedOver)]
    );
}

#[test]
fn an_another_programs_answer_that_came_meanwhile_needs_no_hand_over() {
    let mut conversation = looking();
    conversation.read(thread([customer("m1", 0, "Hi"), ours("x1", 9, "Hello.")]));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("x1"), by: RepliedBy::AnotherProgram }]);
}

// found by: model
#[test]
fn a_reply_that_the_look_for_the_note_shows_settles_the_turn_as_answered() {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(thread([customer("m1", 0, "Hi")]));
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([customer("m1", 0, "Hi"), ours("r1", 50, "Hello.")]));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::UsLate }]);
    assert!(conversation.is_idle());
}
