//! What the sweep tells: a customer wrote last at this time.

// shows: G2

use super::fixture::*;
use crate::intercom::events::{Act, ConversationEvent};
use crate::intercom::thread::{EntryKind, Redaction, Thread};
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::event::CommandResult;
use crate::turn::outcome::{Outcome, RepliedBy, StandDownReason};

#[test]
fn a_message_whose_webhook_was_lost_is_answered() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    assert_eq!(nudge(&mut conversation, 0), []);
    assert_eq!((conversation.phase(), conversation.state.wake_at()), ("gathering", at(64)));
    assert_eq!(conversation.sleep(), [read()]);
    answers(&mut conversation, || thread([customer("m1", 0, "Hi")]));
    assert!(conversation.is_idle());
    assert_eq!((&conversation.state.nudged, conversation.state.seen), (&None, Some(second(0))));
}

#[test]
fn a_message_that_lands_between_the_last_read_and_the_reply_is_answered_though_that_stands_behind_it() {
    let mut conversation = Fixture::posting();
    delivered(&mut conversation, "r1");
    conversation.pass(60);
    nudge(&mut conversation, 5);
    assert_eq!(conversation.sleep(), [read()]);
    let words = || thread([customer("m1", 0, "Hi"), customer("m2", 5, "And?"), ours("r1", 5, "Hello.")]);
    assert_eq!(conversation.read(words()), [read_session()]);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("And?")]);
    assert_eq!(conversation.said("That."), [read()]);
    assert_eq!(conversation.read(words()), [post("That.")]);
    delivered(&mut conversation, "r2");
    assert!(conversation.is_idle());
    assert_eq!(replies(&conversation), [part("r1"), part("r2")]);
}

#[test]
fn a_message_of_the_same_second_as_a_covered_one_is_answered() {
    // The first read came so early in the second that it may not have shown all of it.
    let mut conversation = Fixture::with_session();
    conversation.policy.quiet = crate::time::Millis(0);
    conversation.reported(wrote("m1", 0));
    assert_eq!(conversation.wake(), [read()]);
    answers(&mut conversation, || thread([customer("m1", 0, "Hi")]));
    assert_eq!(conversation.state.seen, Some(UnixSeconds(START - 1)));
    assert!(!conversation.state.has_seen(second(0)));

    conversation.pass(60);
    nudge(&mut conversation, 0);
    assert_eq!(conversation.wake(), [read()]);
    let words = || thread([customer("m1", 0, "Hi"), ours("r1", 0, "Hello."), customer("m2", 0, "And?")]);
    assert_eq!(conversation.read(words()), [read_session()]);
    assert!(conversation.state.has_seen(second(0)));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("And?")]);
}

#[test]
fn a_second_is_seen_only_by_a_read_that_was_asked_for_well_after_it() {
    for (asked_for, seen) in [(2_999, START - 1), (3_000, START)] {
        let mut conversation = Fixture::reading();
        let asked_for = UnixMillis(START * 1_000 + asked_for);
        conversation.find(CommandResult::Conversation(Ok(hi()), asked_for));
        assert_eq!(conversation.state.seen, Some(UnixSeconds(seen)));
    }
}

#[test]
fn what_reads_have_shown_never_goes_back() {
    let mut conversation = Fixture::reading();
    conversation.state.seen = Some(second(3));
    conversation.read(hi());
    assert_eq!(conversation.state.seen, Some(second(3)));
}

#[test]
fn a_customers_entry_without_words_counts_as_seen() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    nudge(&mut conversation, 0);
    conversation.sleep();
    let redacted = crate::intercom::thread::Entry { redaction: Redaction::Redacted, ..customer("m1", 0, "Hi") };
    assert_eq!(conversation.read(thread([redacted])), []);
    assert!(conversation.is_idle() && conversation.state.has_seen(second(0)));
    assert_eq!(conversation.outcomes(), []);
}

#[test]
fn a_nudge_of_what_was_seen_changes_nothing_in_any_stage() {
    let mut answered = Fixture::posting();
    delivered(&mut answered, "r1");
    for mut conversation in
        [Fixture::asking(), Fixture::rechecking(), Fixture::posting(), Fixture::settling(failed()), answered]
    {
        let before = conversation.state.clone();
        assert_eq!(nudge(&mut conversation, 0), []);
        assert_eq!(conversation.state, before, "{}", before.phase.name());
    }
}

#[test]
fn what_is_covered_for_certain_is_no_news() {
    let mut conversation = Fixture::verified();
    conversation.state.watermark.advance(second(10), [part("m9")]);
    assert!(conversation.state.has_seen(second(9)));
    // In the mark's own second there may be another message.
    assert!(!conversation.state.has_seen(second(10)));
}

#[test]
fn a_nudge_in_any_stage_before_the_post_is_answered_together_and_once() {
    let both = || thread([customer("m1", 0, "Hi"), customer("m2", 1, "And?")]);
    for mut conversation in [Fixture::asking(), Fixture::rechecking()] {
        nudge(&mut conversation, 1);
        if conversation.phase() == "asking" {
            conversation.said("Hello.");
        }
        assert_eq!(conversation.read(both()), [superseded()]);
        conversation.sleep();
        let log = vec![earlier(), exchange("e1", "Hi", "Hello.")];
        assert_eq!(conversation.read(both()), [read_session()]);
        conversation.find(session_holds(log));
        conversation.find(CommandResult::Discarded(Ok(())));
        assert_eq!(conversation.phase(), "asking");
        conversation.said("Both.");
        assert_eq!(conversation.read(both()), [post("Both.")]);
        delivered(&mut conversation, "r1");
        assert!(conversation.is_idle(), "the read that decided has shown it");
        assert_eq!(replies(&conversation), [part("r1")]);
    }
}

#[test]
fn a_nudge_during_the_post_is_the_next_turn() {
    for mut conversation in [Fixture::posting(), Fixture::settling(failed())] {
        nudge(&mut conversation, 5);
        if conversation.phase() == "settling" {
            conversation.read(thread([customer("m1", 0, "Hi"), ours("r1", 5, "Hello.")]));
        } else {
            delivered(&mut conversation, "r1");
        }
        assert_eq!(conversation.phase(), "gathering");
        assert_eq!(conversation.sleep(), [read()]);
        let words = thread([customer("m1", 0, "Hi"), ours("r1", 5, "Hello."), customer("m2", 5, "And?")]);
        assert_eq!(conversation.read(words), [read_session()]);
    }
}

#[test]
fn a_nudge_during_the_first_read_makes_it_stale_where_that_lacks_it() {
    let mut conversation = Fixture::reading();
    nudge(&mut conversation, 1);
    assert_eq!(conversation.read(hi()), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([customer("m1", 0, "Hi"), customer("m2", 1, "And?")]));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi\n\nAnd?")]);
    assert_eq!(conversation.state.nudged, None);
}

#[test]
fn a_read_that_was_asked_for_too_early_to_show_all_of_its_second_is_made_again() {
    let mut conversation = Fixture::with_session();
    nudge(&mut conversation, 3);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(thread([customer("m1", 3, "Hi")])), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(thread([customer("m1", 3, "Hi")])), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    let words = || thread([customer("m1", 3, "Hi"), customer("m2", 3, "And?")]);
    assert_eq!(conversation.read(words()), [read_session()]);
    assert_eq!(conversation.state.nudged, None);
}

#[test]
fn the_same_nudge_again_changes_nothing() {
    let mut conversation = Fixture::with_session();
    nudge(&mut conversation, 0);
    conversation.pass(2);
    let before = conversation.state.clone();
    assert_eq!(nudge(&mut conversation, 0), []);
    assert_eq!(conversation.state, before);
    // A newer one may mean that the customer is still writing.
    nudge(&mut conversation, 2);
    assert_eq!(conversation.state.wake_at(), at(6));
}

#[test]
fn a_nudge_and_the_webhook_of_the_same_message_are_one_turn_in_either_order() {
    for nudge_first in [true, false] {
        let mut conversation = Fixture::with_session();
        if nudge_first {
            nudge(&mut conversation, 0);
        }
        conversation.reported(wrote("m1", 0));
        if !nudge_first {
            conversation.pass(1);
            nudge(&mut conversation, 0);
        }
        assert_eq!(conversation.state.wake_at(), at(4));
        assert_eq!(conversation.sleep(), [read()]);
        answers(&mut conversation, hi);
        assert!(conversation.is_idle());
        assert_eq!(replies(&conversation), [part("r1")]);
    }
}

#[test]
fn neither_the_look_for_a_reply_nor_a_hand_over_is_held_up() {
    let mut settling = Fixture::settling(unanswered());
    nudge(&mut settling, 5);
    settling.read(hi());
    assert_eq!(settling.phase(), "handing_over");

    let mut handing_over = Fixture::asking();
    handing_over.find(CommandResult::Answer(Err(refused())));
    nudge(&mut handing_over, 5);
    handing_over.read(hi());
    handing_over.find(CommandResult::Assigned(Ok(())));
    handing_over.note_and_message(hi());
    handing_over.knows_ours(None);
    assert_eq!(handing_over.phase(), "gathering", "what it told of is the next turn's");
    assert_eq!(handing_over.sleep(), [read()]);
    handing_over.read(thread([customer("m1", 0, "Hi"), customer("m2", 5, "And?")]));
    assert_eq!(handing_over.outcomes()[1..], [Outcome::StoodDown(StandDownReason::HandedOver)]);
}

#[test]
fn a_hand_over_that_does_not_know_the_question_looks_again_for_what_it_told_of() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    nudge(&mut conversation, 9);
    conversation.sleep();
    conversation.read_fails(refused());
    assert_eq!(conversation.phase(), "handing_over");
    assert_eq!(conversation.read(thread([])), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([customer("m1", 9, "Hi")]));
    assert_eq!(conversation.phase(), "handing_over");
    assert_eq!(conversation.outcomes(), []);
}

#[test]
fn what_can_never_be_read_has_its_outcome_and_is_not_told_again() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    nudge(&mut conversation, 9);
    conversation.sleep();
    conversation.read_fails(refused());
    conversation.read_fails(refused());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert!(conversation.is_idle() && conversation.state.has_seen(second(9)));
    assert_eq!(conversation.outcomes().len(), 1);
}

#[test]
fn a_message_that_a_teammate_answered_is_theirs() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    nudge(&mut conversation, 0);
    conversation.sleep();
    let answered = teammate("t1", 2, EntryKind::Comment, Some("Hello!"));
    conversation.read(thread([customer("m1", 0, "Hi"), answered]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    assert!(conversation.is_idle() && conversation.state.has_seen(second(0)));
}

#[test]
fn a_teammates_note_does_not_swallow_it() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    conversation.reported(teammate_did(Act::Noted, 60));
    nudge(&mut conversation, 0);
    conversation.sleep();
    let note = teammate("t60", 60, EntryKind::Note, Some("Who has this?"));
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi"), note])), [read_session()]);
}

#[test]
fn a_read_for_a_note_alone_has_not_seen_what_customers_wrote() {
    let mut conversation = Fixture::with_session();
    conversation.pass(60);
    conversation.reported(teammate_did(Act::Noted, 60));
    conversation.sleep();
    let note = teammate("t60", 60, EntryKind::Note, Some("Who has this?"));
    conversation.read(thread([customer("m1", 0, "Hi"), note]));
    assert!(conversation.is_idle() && !conversation.state.has_seen(second(0)));
}

#[test]
fn a_deleted_conversation_hears_nothing() {
    let mut conversation = Fixture::asking();
    nudge(&mut conversation, 4);
    conversation.reported(ConversationEvent::Deleted);
    assert_eq!(conversation.state.nudged, None);
    let before = conversation.state.clone();
    nudge(&mut conversation, 90);
    assert_eq!(conversation.state, before);
    assert!(conversation.state.has_seen(second(90)), "the object need not be told");
}

fn at(seconds: u64) -> Option<UnixMillis> {
    Some(UnixMillis((START + seconds) * 1_000))
}

pub fn nudge(conversation: &mut Fixture, at: u64) -> Vec<Request> {
    conversation.reported(ConversationEvent::CustomerWaits { at: second(at) })
}

pub fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

/// From the first read to the reply.
pub fn answers(conversation: &mut Fixture, words: impl Fn() -> Thread) {
    assert_eq!(conversation.read(words()), [read_session()]);
    conversation.find(session_holds(vec![]));
    assert_eq!(conversation.said("Hello."), [read()]);
    assert_eq!(conversation.read(words()), [post("Hello.")]);
    delivered(conversation, "r1");
}

pub fn delivered(conversation: &mut Fixture, reply: &str) {
    conversation.find(CommandResult::Posted(Ok(part(reply))));
    // The tests' reads do not show it.
    conversation.knows_ours(None);
}

fn replies(conversation: &Fixture) -> Vec<crate::intercom::ids::PartId> {
    let mut replies = vec![];
    for outcome in conversation.outcomes() {
        let Outcome::Replied { part, by: RepliedBy::Us } = outcome else { panic!("{outcome:?}") };
        replies.push(part);
    }
    replies
}
