//! What the customer is told of a hand-over: at most once, and never where it could be one word too many.

// shows: G3

use super::fixture::*;
use crate::intercom::thread::{EntryKind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::outcome::{HandOverReason, Outcome};
use crate::turn::policy::ReplyMode;

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

/// Before the read that the line needs.
fn handed_over() -> Fixture {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Ok(())));
    assert_eq!(conversation.find(CommandResult::NoteWritten(Ok(part("n1")))), [read()]);
    conversation
}

fn saying() -> Fixture {
    let mut conversation = handed_over();
    assert_eq!(conversation.read(hi()), [say_message()]);
    conversation
}

fn assert_handed_over(conversation: &Fixture) {
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
    assert!(conversation.is_idle());
}

#[test]
fn it_is_not_said_over_a_teammate_who_was_quicker() {
    let mut conversation = handed_over();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t9", 9, EntryKind::Comment, Some("Hello"))]));
    assert_handed_over(&conversation);
}

#[test]
fn it_is_not_said_where_the_message_was_taken_back() {
    let mut conversation = handed_over();
    let mut words = hi();
    words.entries[0].redaction = crate::intercom::thread::Redaction::Redacted;
    conversation.read(words);
    assert_handed_over(&conversation);
}

#[test]
fn it_does_not_exist_in_note_mode_nor_for_old_questions() {
    let mut conversation = Fixture::asking();
    conversation.in_mode(ReplyMode::Note);
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_handed_over(&conversation);

    let mut conversation = Fixture::asking();
    conversation.pass(61 * 60);
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_handed_over(&conversation);
}

#[test]
fn it_is_never_said_behind_a_reply_that_may_still_land() {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::ReplyUnknown)]);
    assert!(conversation.is_idle());
}

#[test]
fn a_line_that_was_refused_is_left_out() {
    for fault in [refused(), unauthorised(), crate::fault::Fault::NotFound] {
        let mut conversation = saying();
        conversation.find(CommandResult::Posted(Err(fault)));
        assert_handed_over(&conversation);
    }
}

#[test]
fn a_line_of_unknown_fate_is_looked_for_and_never_repeated() {
    for found in [true, false] {
        let mut conversation = saying();
        conversation.find(CommandResult::Posted(Err(unanswered())));
        assert_eq!(conversation.sleep(), [read()]);
        let mut words = hi();
        if found {
            words.entries.push(ours("l1", 40, "A teammate will be with you."));
        }
        conversation.read(words);
        assert_handed_over(&conversation);
        assert_eq!(conversation.state.hand_over_messages, if found { vec![part("l1")] } else { vec![] });
    }
}

#[test]
fn a_crash_while_it_is_said_does_not_say_it_twice() {
    let mut conversation = saying();
    assert_eq!(conversation.sleep(), [announce(Announcement::Interrupted)]);
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(hi());
    assert_handed_over(&conversation);
}

#[test]
fn a_line_that_lands_late_is_ours_and_corrects_nothing() {
    let mut conversation = saying();
    conversation.find(CommandResult::Posted(Err(unanswered())));
    conversation.sleep();
    conversation.read(hi());
    conversation.reported(ourselves_spoke("l1", 50));
    assert_handed_over(&conversation);
    assert_eq!(
        (conversation.state.hand_over_messages.clone(), conversation.state.sent.clone()),
        (vec![part("l1")], vec![part("l1")])
    );
}

#[test]
fn a_webhook_of_it_is_its_proof() {
    let mut conversation = saying();
    conversation.find(CommandResult::Posted(Err(unanswered())));
    conversation.reported(ourselves_spoke("l1", 20));
    assert_handed_over(&conversation);
}

#[test]
fn an_ai_that_says_so_fetches_a_person() {
    let mut conversation = Fixture::asking();
    conversation.policy.handover_answers = vec!["Your request to speak with a human agent has been received".into()];
    let answer = "Your request to speak with a  human agent has been received. You can continue to chat.";
    assert_eq!(conversation.said(answer), [hands_over(HandOverReason::AiAsked), read()]);
    assert_eq!(conversation.read(hi()), [Request::Repeatable(Repeatable::Assign)]);
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = &requests[..] else { panic!("{requests:?}") };
    assert!(note.as_str().contains("You can continue to chat."), "{}", note.as_str());
    conversation.note_and_message(hi());
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiAsked)]);
}

#[test]
fn a_note_whose_answer_was_lost_is_found_and_not_written_again() {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    let requests = conversation.find(CommandResult::Assigned(Ok(())));
    let [Request::Repeatable(Repeatable::WriteNote(note))] = &requests[..] else { panic!("{requests:?}") };
    let written = note.as_str().to_owned();
    conversation.find(CommandResult::NoteWritten(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let mut words = hi();
    let mut note = ours("n1", 20, "");
    note.kind = EntryKind::Note;
    note.body = Some(crate::text::CustomerHtml(written));
    words.entries.push(note);
    assert_eq!(conversation.read(words), [read()], "the read before the line");
}

#[test]
fn an_assignment_whose_answer_was_lost_is_found_and_not_made_again() {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(CommandResult::Assigned(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let mut words = hi();
    let mut assigned = ours("a1", 20, "");
    assigned.kind = EntryKind::Assignment(Some(crate::intercom::thread::Assignee::Other));
    assigned.body = None;
    words.entries.push(assigned);
    assert_eq!(conversation.read(words.clone()), [read()], "a look for the note");
    let requests = conversation.read(words);
    assert!(matches!(requests[..], [Request::Repeatable(Repeatable::WriteNote(_))]), "{requests:?}");
}

#[test]
fn it_is_not_said_behind_an_another_programs_answer() {
    let mut conversation = handed_over();
    conversation.read(thread([customer("m1", 0, "Hi"), ours("x1", 9, "Hello.")]));
    assert_handed_over(&conversation);
    assert!(!conversation.state.sent.contains(&part("x1")));
}
