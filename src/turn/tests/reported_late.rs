//! Signs of teammates that are learnt later than what came after them.

use super::fixture::*;
use crate::intercom::events::Act;
use crate::intercom::thread::{Author, Entry, EntryKind, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::state::{GiveBack, Sign};

fn spoke(id: &str, at: u64) -> Entry {
    teammate(id, at, EntryKind::Comment, Some("May I help you?"))
}

/// A conversation that could not be read was handed over a minute after it had begun.
fn handed_over_unread() -> Fixture {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    conversation.reported(wrote("m1", 60));
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read_fails(refused());
    assert_eq!(conversation.read_fails(refused()).last(), Some(&Request::Repeatable(Repeatable::Assign)));
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
    conversation
}

#[test]
fn a_word_from_before_a_hand_over_that_only_a_later_read_shows_does_not_end_it() {
    let mut conversation = handed_over_unread();
    let later = 14 * 3_600;
    conversation.pass(later);
    conversation.reported(wrote("m2", later));
    assert_eq!(conversation.sleep(), [read()]);
    let words = [spoke("t0", 0), customer("m1", 60, "Yes"), customer("m2", later, "Anybody?")];
    let requests = conversation.read(thread(words));
    assert_eq!(requests, [announce(Announcement::TakenOver(Sign::Spoke)), conversation.last_settled()]);
    assert_eq!(conversation.outcomes()[1..], [Outcome::StoodDown(StandDownReason::HandedOver)]);
    assert!(conversation.state.handed_over_at.is_some());
}

#[test]
fn a_word_after_it_does() {
    let mut conversation = handed_over_unread();
    let later = 14 * 3_600;
    conversation.pass(later);
    conversation.reported(wrote("m2", later));
    assert_eq!(conversation.sleep(), [read()]);
    let words = [spoke("t0", 0), customer("m1", 60, "Yes"), spoke("t100", 100), customer("m2", later, "Next question")];
    assert_eq!(conversation.read(thread(words)), [announce(Announcement::TakenOver(Sign::Spoke)), read_session()]);
}

/// People were told of what the customer had asked, and a teammate closed the conversation an hour later.
fn handed_over_and_closed() -> Fixture {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    assert_eq!(conversation.read(hi([])), [Request::Repeatable(Repeatable::Assign)]);
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.note_and_message(hi([]));
    conversation.reported(teammate_did(Act::Noted, 3_500));
    let closes = conversation.reported(teammate_did(Act::Closed, 3_600));
    assert_eq!(closes, [announce(Announcement::TakenOver(Sign::ClosedOrSnoozed))]);
    conversation.pass(3_600);
    assert_eq!(conversation.wake(), [read()]);
    conversation
}

fn hi<const N: usize>(more: [Entry; N]) -> Thread {
    let mut hi = thread([customer("m1", 0, "Hi")]);
    hi.entries.extend(more);
    hi
}

fn noted(words: &str) -> [Entry; 3] {
    [
        ours("l1", 31, "A teammate will be with you."),
        teammate("t3500", 3_500, EntryKind::Note, Some(words)),
        teammate("t3600", 3_600, EntryKind::Close, None),
    ]
}

#[test]
fn a_closing_after_a_give_back_that_only_a_read_shows_keeps_nothing_from_us() {
    let mut conversation = handed_over_and_closed();
    let key = conversation.state.settled[0].key.clone();
    let requests = conversation.read(hi(noted("/bot on")));
    assert_eq!(
        requests,
        [
            announce(Announcement::GivenBack(GiveBack::Note)),
            announce(Announcement::Reopened(key)),
            conversation.last_settled()
        ]
    );
    let closed = Outcome::StoodDown(StandDownReason::Teammate);
    assert_eq!(conversation.outcomes()[1..], [closed], "what stood before the closing is done");

    conversation.pass(60);
    conversation.reported(wrote("m2", 3_700));
    assert_eq!(conversation.sleep(), [read()]);
    let mut later = hi(noted("/bot on"));
    later.entries.push(customer("m2", 3_700, "Next question"));
    conversation.read(later);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Next question")]);
}

#[test]
fn a_closing_after_a_hand_over_is_somebody_who_attended_to_it() {
    let mut conversation = handed_over_and_closed();
    assert_eq!(conversation.read(hi(noted("Looks easy"))), []);
    conversation.pass(60);
    conversation.reported(wrote("m2", 3_700));
    assert_eq!(conversation.sleep(), [read()]);
    let mut later = hi(noted("Looks easy"));
    later.entries.push(customer("m2", 3_700, "Next question"));
    conversation.read(later);
    assert_eq!(conversation.outcomes()[1..], [Outcome::StoodDown(StandDownReason::Teammate)]);
}

/// A note gave the conversation back before the last message of the hand-over, and only the look for its note shows it.
#[test]
fn a_give_back_before_what_people_were_told_of_unread_does_not_end_the_hand_over() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    conversation.reported(wrote("m1", 56));
    conversation.reported(teammate_did(Act::Noted, 58));
    conversation.reported(wrote("m2", 60));
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read_fails(refused());
    assert_eq!(conversation.read_fails(refused()).last(), Some(&Request::Repeatable(Repeatable::Assign)));
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let reported = [
        customer("m1", 56, "Hi"),
        teammate("t58", 58, EntryKind::Note, Some("/bot on")),
        customer("m2", 60, "Anybody?"),
        entry("n1", 62, Author::Ourselves, EntryKind::Note, Some("<i>[OneReply turn 215-unread]</i>")),
    ];
    assert_eq!(
        conversation.read(thread(reported)),
        [announce(Announcement::GivenBack(GiveBack::Note)), conversation.last_settled()]
    );
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
    assert!(conversation.is_idle());
    assert!(conversation.state.handed_over_at.is_some());
}

/// Their word came behind the note whose answer was lost.
#[test]
fn a_teammate_who_answers_before_we_know_of_our_note_has_attended_to_the_hand_over() {
    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    assert_eq!(conversation.read(hi([])), [Request::Repeatable(Repeatable::Assign)]);
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let reported = || {
        let words = Some("<i>[OneReply turn 215-m1]</i>");
        [entry("n1", 20, Author::Ourselves, EntryKind::Note, words), spoke("t22", 22)]
    };
    let requests = conversation.read(hi(reported()));
    assert_eq!(requests, [announce(Announcement::TakenOver(Sign::Spoke)), conversation.last_settled()]);
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::AiRefused)]);

    let later = 13 * 3_600;
    conversation.pass(later);
    conversation.reported(wrote("m2", later));
    assert_eq!(conversation.sleep(), [read()]);
    let mut words = hi(reported());
    words.entries.push(customer("m2", later, "Next question"));
    conversation.read(words);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Next question")]);
}
