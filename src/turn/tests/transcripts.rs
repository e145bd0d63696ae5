//! What a new session is told of the conversation before it.

use super::fixture::*;
use crate::intercom::thread::{Author, Entry, EntryKind, Thread};
use crate::time::Millis;
use crate::turn::command::{Once, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::policy::Takeover;

fn asked_words(requests: &[Request]) -> String {
    let [Request::Once(Once::Ask { text, .. })] = requests else { panic!("{requests:?}") };
    text.0.clone()
}

/// Up to the first question's session, in a conversation in which teammates and we have spoken before.
fn opening_with_a_past(more: &[Entry]) -> (Fixture, Thread) {
    let mut conversation = Fixture::verified();
    conversation.state.watermark.advance(second(0), [part("m0")]);
    conversation.reported(wrote("m1", 3));
    conversation.sleep();
    let mut entries = vec![customer("m0", 0, "Earlier"), teammate("t1", 1, EntryKind::Comment, Some("Indeed"))];
    entries.push(customer("m1", 3, "Hi"));
    entries.extend_from_slice(more);
    conversation.policy.takeover = Takeover::For(Millis(0));
    (conversation, Thread { entries, ..thread([]) })
}

const WITH_A_PAST: &str =
    "Earlier in this conversation:\nCustomer: Earlier\nTeammate: Indeed\n\nThe customer now writes:\nHi";

#[test]
fn a_new_session_is_told_what_was_said_before() {
    let (mut conversation, thread) = opening_with_a_past(&[]);
    assert_eq!(conversation.read(thread).last(), Some(&open_session()));
    assert_eq!(asked_words(&conversation.find(CommandResult::SessionOpened(Ok(session())))), WITH_A_PAST);
    // An answer that is lost is found by the same words.
    conversation.find(CommandResult::Answer(Err(unanswered())));
    assert_eq!(conversation.find(session_holds(vec![exchange("e1", WITH_A_PAST, "Hello.")])), [read()]);
    assert_eq!(conversation.phase(), "rechecking");
}

/// What a bot says between the messages of a turn, or behind them, is no past of theirs.
#[test]
fn a_new_session_is_told_nothing_where_nothing_was_said_before() {
    let mut conversation = Fixture::verified();
    conversation.reported(wrote("m1", 0));
    conversation.sleep();
    let bot = |id: &str, at| {
        let author = Author::OtherBot;
        entry(id, at, author, EntryKind::Comment, Some("Your address?"))
    };
    conversation.read(thread([customer("m1", 0, "Hi"), bot("b1", 1), customer("m2", 2, "there"), bot("b2", 3)]));
    assert_eq!(asked_words(&conversation.find(CommandResult::SessionOpened(Ok(session())))), "Hi\n\nthere");
}

#[test]
fn a_question_in_place_of_a_new_sessions_first_one_has_the_transcript_too() {
    let (mut conversation, thread) = opening_with_a_past(&[]);
    conversation.read(thread);
    conversation.find(CommandResult::SessionOpened(Ok(session())));
    conversation.reported(wrote("m2", 9));
    assert_eq!(conversation.said("Hello."), [superseded()]);
    assert_eq!(conversation.sleep(), [read()]);
    let (_, thread) = opening_with_a_past(&[customer("m2", 9, "there")]);
    assert_eq!(conversation.read(thread), [read_session()]);
    let discard = Request::Repeatable(Repeatable::Discard(message("e1")));
    assert_eq!(conversation.find(session_holds(vec![exchange("e1", WITH_A_PAST, "Hello.")])), [discard]);
    let asked = asked_words(&conversation.find(CommandResult::Discarded(Ok(()))));
    assert_eq!(asked, format!("{WITH_A_PAST}\n\nthere"));
}
