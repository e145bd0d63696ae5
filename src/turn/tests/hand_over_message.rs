//! What the customer is told of a hand-over: at most once, and never where it could be one word too many.

use super::fixture::*;
use crate::intercom::thread::{Kind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::Finding;
use crate::turn::outcome::{HandOverReason, Outcome};
use crate::turn::policy::ReplyMode;

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

/// Before the read that the line needs.
fn told() -> Conversation {
    let mut conversation = Conversation::asking();
    conversation.find(Finding::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(Finding::Assigned(Ok(())));
    assert_eq!(conversation.find(Finding::NoteWritten(Ok(part("n1")))), [read()]);
    conversation
}

fn saying() -> Conversation {
    let mut conversation = told();
    assert_eq!(conversation.read(hi()), [say_message()]);
    conversation
}

fn assert_handed_over(conversation: &Conversation) {
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);
    assert!(conversation.is_idle());
}

#[test]
fn it_is_not_said_over_a_teammate_who_was_quicker() {
    let mut conversation = told();
    conversation.read(thread([customer("m1", 0, "Hi"), teammate("t9", 9, Kind::Comment, Some("Hello"))]));
    assert_handed_over(&conversation);
}

#[test]
fn it_is_not_said_where_the_message_was_taken_back() {
    let mut conversation = told();
    let mut words = hi();
    words.entries[0].redaction = crate::intercom::thread::Redaction::Redacted;
    conversation.read(words);
    assert_handed_over(&conversation);
}

#[test]
fn it_does_not_exist_in_note_mode_nor_for_old_questions() {
    let mut conversation = Conversation::asking();
    conversation.in_mode(ReplyMode::Note);
    conversation.find(Finding::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(Finding::Assigned(Ok(())));
    conversation.find(Finding::NoteWritten(Ok(part("n1"))));
    assert_handed_over(&conversation);

    let mut conversation = Conversation::asking();
    conversation.pass(61 * 60);
    conversation.find(Finding::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(Finding::Assigned(Ok(())));
    conversation.find(Finding::NoteWritten(Ok(part("n1"))));
    assert_handed_over(&conversation);
}

#[test]
fn it_is_never_said_behind_a_reply_that_may_still_land() {
    let mut conversation = Conversation::settling(unanswered());
    conversation.read(hi());
    conversation.find(Finding::Assigned(Ok(())));
    conversation.find(Finding::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::ReplyUnknown)]);
    assert!(conversation.is_idle());
}

#[test]
fn a_line_that_was_refused_is_left_out() {
    for fault in [refused(), unauthorised(), crate::fault::Fault::NotFound] {
        let mut conversation = saying();
        conversation.find(Finding::Posted(Err(fault)));
        assert_handed_over(&conversation);
    }
}

#[test]
fn a_line_of_unknown_fate_is_looked_for_and_never_repeated() {
    for found in [true, false] {
        let mut conversation = saying();
        conversation.find(Finding::Posted(Err(unanswered())));
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
    conversation.find(Finding::Posted(Err(unanswered())));
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
    conversation.find(Finding::Posted(Err(unanswered())));
    conversation.reported(ourselves_spoke("l1", 20));
    assert_handed_over(&conversation);
}

#[test]
fn an_ai_that_says_so_fetches_a_person() {
    let mut conversation = Conversation::asking();
    conversation.policy.handover_answers = vec!["Your request to speak with a human agent has been received".into()];
    let answer = "Your request to speak with a  human agent has been received. You can continue to chat.";
    assert_eq!(conversation.said(answer), [hands_over(HandOverReason::AiAsked), read()]);
    assert_eq!(conversation.read(hi()), [Wanted::Repeatable(Repeatable::Assign)]);
    let wanted = conversation.find(Finding::Assigned(Ok(())));
    let [Wanted::Repeatable(Repeatable::WriteNote(note))] = &wanted[..] else { panic!("{wanted:?}") };
    assert!(note.as_str().contains("You can continue to chat."), "{}", note.as_str());
    conversation.told_and_said(hi());
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiAsked)]);
}

#[test]
fn a_note_whose_answer_was_lost_is_found_and_not_written_again() {
    let mut conversation = Conversation::asking();
    conversation.find(Finding::Answer(Err(refused())));
    conversation.read(hi());
    let wanted = conversation.find(Finding::Assigned(Ok(())));
    let [Wanted::Repeatable(Repeatable::WriteNote(note))] = &wanted[..] else { panic!("{wanted:?}") };
    let written = note.as_str().to_owned();
    conversation.find(Finding::NoteWritten(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let mut words = hi();
    let mut note = ours("n1", 20, "");
    note.kind = Kind::Note;
    note.body = Some(crate::text::CustomerHtml(written));
    words.entries.push(note);
    assert_eq!(conversation.read(words), [read()], "the read before the line");
}

#[test]
fn an_assignment_whose_answer_was_lost_is_found_and_not_made_again() {
    let mut conversation = Conversation::asking();
    conversation.find(Finding::Answer(Err(refused())));
    conversation.read(hi());
    conversation.find(Finding::Assigned(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let mut words = hi();
    let mut assigned = ours("a1", 20, "");
    assigned.kind = Kind::Assignment(Some(crate::intercom::thread::Assignee::Other));
    assigned.body = None;
    words.entries.push(assigned);
    assert_eq!(conversation.read(words.clone()), [read()], "a look for the note");
    let wanted = conversation.read(words);
    assert!(matches!(wanted[..], [Wanted::Repeatable(Repeatable::WriteNote(_))]), "{wanted:?}");
}

#[test]
fn it_is_not_said_behind_an_another_programs_answer() {
    let mut conversation = told();
    conversation.read(thread([customer("m1", 0, "Hi"), ours("x1", 9, "Hello.")]));
    assert_handed_over(&conversation);
    assert!(!conversation.state.sent.contains(&part("x1")));
}
