use super::fixture::*;
use crate::fault::Fault;
use crate::intercom::thread::{Kind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::Finding;
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::state::{HandOverStep, Service};

fn assign() -> Wanted {
    Wanted::Repeatable(Repeatable::Assign)
}

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

/// Looks who has the conversation, because the AI refused the question.
fn looking() -> Conversation {
    let mut conversation = Conversation::asking();
    conversation.find(Finding::Answer(Err(refused())));
    conversation
}

fn assigning() -> Conversation {
    let mut conversation = looking();
    assert_eq!(conversation.read(hi()), [assign()]);
    conversation
}

fn noting() -> Conversation {
    let mut conversation = assigning();
    conversation.find(Finding::Assigned(Ok(())));
    conversation
}

#[test]
fn a_teammate_is_told_by_assignment_and_note_and_then_the_customer_by_a_line() {
    let mut conversation = assigning();
    let wanted = conversation.find(Finding::Assigned(Ok(())));
    let [Wanted::Repeatable(Repeatable::WriteNote(note))] = &wanted[..] else { panic!("{wanted:?}") };
    for expected in ["215-m1", "Hi", "GPT Trainer refused the question."] {
        assert!(note.as_str().contains(expected), "{}", note.as_str());
    }
    assert_eq!(conversation.find(Finding::NoteWritten(Ok(part("n1")))), [read()]);
    assert_eq!(conversation.read(hi()), [say_message()]);
    let wanted = conversation.find(Finding::Posted(Ok(part("l1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
    assert_eq!(wanted, [conversation.last_settled()]);
    assert!(conversation.is_idle());
}

#[test]
fn the_note_carries_the_answer_that_the_customer_has_not_got() {
    let mut conversation = Conversation::settling(unanswered());
    conversation.read(hi());
    let wanted = conversation.find(Finding::Assigned(Ok(())));
    let [Wanted::Repeatable(Repeatable::WriteNote(note))] = &wanted[..] else { panic!("{wanted:?}") };
    assert!(note.as_str().contains("Hello."), "{}", note.as_str());
}

#[test]
fn a_teammate_who_has_it_already_is_not_assigned_away() {
    let mut conversation = looking();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 9, Kind::Comment, Some("Hello"))]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

#[test]
fn each_step_is_retried_without_an_end() {
    for (mut conversation, fail, again) in
        [(looking(), (|| Finding::Conversation(Err(failed()), crate::time::UnixMillis(0))) as fn() -> Finding, read())]
    {
        for _ in 0..40 {
            conversation.find(fail());
            assert_eq!(conversation.sleep(), std::slice::from_ref(&again));
        }
    }
    let mut conversation = assigning();
    for _ in 0..40 {
        conversation.find(Finding::Assigned(Err(unanswered())));
        assert_eq!(conversation.sleep(), [read()]);
        assert_eq!(conversation.read(hi()), [assign()]);
    }
    let mut conversation = noting();
    for _ in 0..40 {
        conversation.find(Finding::NoteWritten(Err(unauthorised())));
        let wanted = conversation.sleep();
        assert!(matches!(wanted[..], [Wanted::Repeatable(Repeatable::WriteNote(_))]));
    }
}

#[test]
fn a_step_that_is_done_is_not_done_again_after_a_crash() {
    let mut conversation = noting();
    assert_eq!(conversation.sleep(), [announce(Announcement::Interrupted), read()], "the note may be there");
    let wanted = conversation.read(hi());
    assert!(matches!(wanted[..], [Wanted::Repeatable(Repeatable::WriteNote(_))]), "{wanted:?}");
}

#[test]
fn a_teammate_who_comes_while_the_assignment_fails_keeps_the_conversation() {
    for ended in [Some(Finding::Assigned(Err(failed()))), None] {
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
    let mut conversation = Conversation::reading();
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
    let mut conversation = Conversation::reading();
    let failed = announce(Announcement::Failed(Service::Intercom, refused()));
    let begins = hands_over(HandOverReason::IntercomUnavailable);
    assert_eq!(conversation.read_fails(refused()), [failed.clone(), begins, read()]);
    assert_eq!(conversation.read_fails(refused()), [failed, assign()]);
    conversation.find(Finding::Assigned(Ok(())));
    conversation.find(Finding::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
    assert!(conversation.is_idle());
}

#[test]
fn a_conversation_that_cannot_be_read_for_good_is_told_to_a_teammate_unseen() {
    let garbled = || Fault::Unanswered(crate::fault::Silence::Garbled);
    let mut conversation = Conversation::reading();
    let mut wanted = vec![];
    while wanted.last() != Some(&assign()) {
        wanted = conversation.read_fails(garbled());
        if wanted.last() != Some(&assign()) && wanted.last() != Some(&read()) {
            wanted = conversation.sleep();
        }
    }
    conversation.find(Finding::Assigned(Ok(())));
    // Nor is a note written again and again whose answer cannot be read.
    let mut notes = 1;
    while !conversation.is_idle() {
        let running = conversation.state.clone();
        match conversation.hand_over().step.clone() {
            HandOverStep::Note(_) => conversation.find(Finding::NoteWritten(Err(garbled()))),
            _a_look => conversation.read_fails(garbled()),
        };
        if !conversation.is_idle() && conversation.state.attempt == running.attempt {
            let wanted = conversation.sleep();
            notes += usize::from(matches!(wanted.last(), Some(Wanted::Repeatable(Repeatable::WriteNote(_)))));
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
    let wanted = conversation.find(Finding::Assigned(Err(refused())));
    assert_eq!(wanted[0], announce(Announcement::Failed(Service::Intercom, refused())));
    assert!(matches!(wanted[1], Wanted::Repeatable(Repeatable::WriteNote(_))));
    conversation.told_and_said(hi());
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
}

#[test]
fn a_turn_fails_only_when_assignment_and_note_are_refused() {
    let mut conversation = assigning();
    conversation.find(Finding::Assigned(Err(refused())));
    conversation.find(Finding::NoteWritten(Err(refused())));
    assert_eq!(conversation.outcomes(), [Outcome::Failed(FailureReason::IntercomRefused)]);

    let mut conversation = noting();
    conversation.find(Finding::NoteWritten(Err(refused())));
    assert_eq!(conversation.read(hi()), [say_message()], "the assignment alone tells people");
    conversation.find(Finding::Posted(Ok(part("l1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
}

#[test]
fn an_intercom_that_is_down_until_the_deadline_is_handed_over_when_it_is_back() {
    let mut conversation = Conversation::reading();
    while conversation.phase() == "reading" {
        conversation.read_fails(unanswered());
        if conversation.phase() == "reading" {
            conversation.sleep();
        }
    }
    conversation.read_fails(unanswered());
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(hi()), [assign()]);
    let wanted = conversation.find(Finding::Assigned(Ok(())));
    let [Wanted::Repeatable(Repeatable::WriteNote(note))] = &wanted[..] else { panic!("{wanted:?}") };
    assert!(note.as_str().contains("Hi"), "{}", note.as_str());
    conversation.told_and_said(hi());
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
    conversation.told_and_said(both());
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

#[test]
fn a_reply_that_the_look_for_the_note_shows_settles_the_turn_as_answered() {
    let mut conversation = Conversation::settling(unanswered());
    conversation.read(thread([customer("m1", 0, "Hi")]));
    conversation.find(Finding::Assigned(Ok(())));
    conversation.find(Finding::NoteWritten(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([customer("m1", 0, "Hi"), ours("r1", 50, "Hello.")]));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::UsLate }]);
    assert!(conversation.is_idle());
}
