//! Beside Fin: the turn is held, looked at again, and ends in one way.

// shows: G3

use super::fixture::*;
use crate::intercom::events::ConversationEvent;
use crate::intercom::thread::{AiAgent, AiVoice, Author, Entry, EntryKind, Resolution, Thread};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::state::Waiting;

fn beside_fin(resolution: Option<Resolution>, entries: Vec<Entry>) -> Thread {
    let mut words = thread([customer("m1", 0, "Hi")]);
    words.entries.extend(entries);
    words.ai_agent = Some(AiAgent { resolution });
    words
}

fn fin_says(at: u64, ai: AiVoice) -> Entry {
    Entry { ai, ..entry(&format!("f{at}"), at, Author::OtherBot, EntryKind::Comment, Some("Let me see")) }
}

fn held() -> Fixture {
    let mut conversation = Fixture::reading();
    let waits = announce(Announcement::Waits(Waiting::OtherBot));
    assert_eq!(conversation.read(beside_fin(None, vec![])), [waits]);
    conversation
}

/// Looks until something else happens than one more look.
fn look_until_decided(conversation: &mut Fixture, thread: impl Fn() -> Thread) -> Vec<Request> {
    for _ in 0..100 {
        assert_eq!(conversation.sleep(), [read()]);
        let requests = conversation.read(thread());
        if !requests.is_empty() {
            return requests;
        }
    }
    panic!("it is looked at without an end");
}

#[test]
fn the_turn_is_ours_when_fin_hands_off_without_telling() {
    let mut conversation = held();
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(beside_fin(None, vec![])), [], "it says once for what it waits");
    assert_eq!(conversation.sleep(), [read()]);
    let handed_off = beside_fin(Some(Resolution::Escalated), vec![fin_says(9, AiVoice::Sent)]);
    assert_eq!(conversation.read(handed_off), [read_session()]);
}

#[test]
fn the_turn_ends_when_fin_answers() {
    let mut conversation = held();
    let spoke = ConversationEvent::OtherBotSpoke { part: Some(part("f9")), at: second(9) };
    assert_eq!(conversation.reported(spoke), []);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(
        conversation.read(beside_fin(None, vec![])),
        [announce(Announcement::StaleRead)],
        "its answer is missing"
    );
    conversation.sleep();
    conversation.read(beside_fin(None, vec![fin_says(9, AiVoice::Answer)]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::OtherBot)]);
    assert!(conversation.is_idle());
}

#[test]
fn a_person_is_told_when_fin_says_nothing_until_the_deadline() {
    let mut conversation = held();
    let began = conversation.now;
    let requests = look_until_decided(&mut conversation, || beside_fin(None, vec![]));
    assert_eq!(requests, [hands_over(HandOverReason::OtherBotSilent), read()]);
    assert!(conversation.now.since(began).0 <= 600_000);
    assert_eq!(conversation.read(beside_fin(None, vec![])), [Request::Repeatable(Repeatable::Assign)]);
}

#[test]
fn what_fin_asked_back_is_its_turn_when_nothing_more_comes() {
    let mut conversation = held();
    let requests = look_until_decided(&mut conversation, || beside_fin(None, vec![fin_says(9, AiVoice::Sent)]));
    assert_eq!(requests, [conversation.last_settled()]);
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::OtherBot)]);
}

#[test]
fn fin_that_comes_while_our_ai_thinks_is_left_alone() {
    let mut conversation = Fixture::rechecking();
    let waits = announce(Announcement::Waits(Waiting::OtherBot));
    assert_eq!(conversation.read(beside_fin(None, vec![])), [waits]);
    assert_eq!(conversation.phase(), "reading");

    let mut conversation = Fixture::rechecking();
    conversation.read(beside_fin(None, vec![fin_says(3, AiVoice::Answer)]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::OtherBot)]);

    let mut conversation = Fixture::rechecking();
    conversation.read(beside_fin(Some(Resolution::Confirmed), vec![]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::OtherBot)]);
}

#[test]
fn a_message_while_the_turn_is_held_belongs_to_it() {
    let mut conversation = held();
    conversation.reported(wrote("m2", 8));
    conversation.sleep();
    let mut both = beside_fin(Some(Resolution::Escalated), vec![]);
    both.entries.push(customer("m2", 8, "Are you there?"));
    conversation.read(both);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi\n\nAre you there?")]);
}

#[test]
fn a_greeting_that_was_told_and_taken_away_is_not_missed_for_ever() {
    let mut conversation = Fixture::reading();
    conversation.reported(ConversationEvent::OtherBotSpoke { part: Some(part("b1")), at: second(1) });
    let mut looks = 0;
    while conversation.read(thread([customer("m1", 0, "Hi")])) != [read_session()] {
        looks += 1;
        assert!(looks < 10, "a bounded number of reads");
        conversation.sleep();
    }
    assert_eq!((looks, &conversation.state.known_parts[..]), (5, &[][..]));
}
