//! Replies that land when their turn has ended otherwise.

use super::fixture::*;
use crate::intercom::events::{Act, AssignedTo, ConversationEvent};
use crate::intercom::ids::AdminId;
use crate::intercom::thread::{Assignee, Entry, EntryKind, Thread};
use crate::turn::command::Announcement;
use crate::turn::event::{CommandResult, Event};
use crate::turn::outcome::{HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::state::{Sign, UnknownPost};

/// Two messages, and a teammate who has it.
fn taken<const N: usize>(more: [Entry; N]) -> Thread {
    let mut taken =
        thread([customer("m1", 0, "Hi"), customer("m2", 6, "And?"), teammate("t7", 7, assigned_to_teammate(), None)]);
    taken.entries.extend(more);
    taken
}

/// The reply to the first message was given up, and both messages were left to a teammate.
fn given_up_and_left() -> Fixture {
    let mut conversation = Fixture::settling(unanswered());
    let left = Outcome::StoodDown(StandDownReason::Teammate);
    let settles = |message, conversation: &Fixture| {
        announce(Announcement::Settled(settled(message, left.clone(), conversation.now)))
    };
    let requests = conversation.read(taken([]));
    assert_eq!(
        requests,
        [
            announce(Announcement::TakenOver(Sign::Assigned)),
            hands_over(HandOverReason::ReplyUnknown),
            settles("m1", &conversation),
            settles("m2", &conversation),
        ]
    );
    assert!(conversation.is_idle());
    conversation
}

fn assigned_to_us(at: u64) -> ConversationEvent {
    ConversationEvent::TeammateActed {
        part: Some(part(&format!("t{at}"))),
        at: second(at),
        admin: AdminId::new("9608799"),
        act: Act::Assigned { to: AssignedTo::Admin { id: ourselves() } },
    }
}

fn to_us(at: u64) -> Entry {
    teammate(&format!("t{at}"), at, EntryKind::Assignment(Some(Assignee::Ourselves)), None)
}

#[test]
fn a_reply_that_lands_when_it_was_left_to_people_with_later_messages_corrects_the_record_of_its_own() {
    let mut conversation = given_up_and_left();
    let late = Outcome::Replied { part: part("r1"), by: RepliedBy::UsLate };
    let corrected = settled("m1", late.clone(), conversation.now);
    assert_eq!(conversation.reported(ourselves_spoke("r1", 60)), [announce(Announcement::Corrected(corrected))]);
    assert_eq!(conversation.outcomes(), [late, Outcome::StoodDown(StandDownReason::Teammate)]);
}

#[test]
fn when_it_is_given_back_only_what_that_reply_does_not_answer_is_opened_again() {
    let mut conversation = given_up_and_left();
    conversation.reported(assigned_to_us(50));
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(taken([to_us(50)])).last(), Some(&read_session()));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("And?")]);
}

/// Another program spoke under our name while we posted, and the webhook of its word was taken for that of our reply.
fn ended_by_another_word() -> (Fixture, Event) {
    let mut conversation = Fixture::posting();
    let attempt = conversation.state.attempt;
    conversation.reported(ourselves_spoke("x1", 20));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("x1"), by: RepliedBy::Us }]);
    (conversation, Event::Finished(attempt, CommandResult::Posted(Ok(part("r1")))))
}

// shows: G2
#[test]
fn a_reply_whose_turn_another_word_has_ended_is_named_by_intercoms_own_answer() {
    let (mut conversation, late) = ended_by_another_word();
    let attempt = conversation.state.attempt;
    conversation.pass(1);
    let requests = conversation.take(late);
    let corrected = settled("m1", Outcome::Replied { part: part("r1"), by: RepliedBy::Us }, conversation.now);
    assert_eq!(
        requests,
        [announce(Announcement::LateResult(attempt)), announce(Announcement::Corrected(corrected.clone()))]
    );
    assert_eq!(conversation.state.settled, [corrected]);
    assert!(conversation.is_idle());
    assert_eq!(conversation.reported(ourselves_spoke("r1", 22)), []);
}

// found by: model
// shows: G2
#[test]
fn a_reply_whose_turn_another_word_has_ended_is_ours_and_answers_no_later_message() {
    let (mut conversation, late) = ended_by_another_word();
    conversation.reported(wrote("m2", 21));
    conversation.take(late);
    conversation.sleep();
    let all =
        thread([customer("m1", 0, "Hi"), ours("x1", 20, "Hi."), customer("m2", 21, "And?"), ours("r1", 22, "Hello.")]);
    assert_eq!(conversation.read(all), [read_session()]);
}

/// Of either nobody knows to which message it belongs; of what was written later everybody does.
#[test]
fn what_was_written_after_two_posts_were_given_up_is_opened_again() {
    let mut conversation = given_up_and_left();
    let UnknownPost { key, .. } = conversation.state.unknown_post.as_mut().unwrap();
    *key = None;
    conversation.pass(120);
    conversation.reported(wrote("m3", 200));
    assert_eq!(conversation.sleep(), [read()]);
    let m3 = || customer("m3", 200, "Still there?");
    conversation.read(taken([m3()]));
    assert_eq!(conversation.outcomes()[2..], [Outcome::StoodDown(StandDownReason::Teammate)]);
    conversation.reported(assigned_to_us(300));
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(taken([m3(), to_us(300)])).last(), Some(&read_session()));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Still there?")]);
}
