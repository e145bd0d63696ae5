use super::fixture::*;
use crate::intercom::events::ConversationEvent;
use crate::intercom::ids::PartId;
use crate::time::UnixMillis;
use crate::turn::policy::ReplyMode;

fn at(seconds: u64) -> Option<UnixMillis> {
    Some(UnixMillis((START + seconds) * 1_000))
}

#[test]
fn a_message_waits_for_the_quiet_window_and_then_the_conversation_is_read() {
    let mut conversation = Fixture::verified();
    assert_eq!(conversation.reported(wrote("m1", 0)), []);
    assert_eq!((conversation.phase(), conversation.state.wake_at()), ("gathering", at(4)));
    assert_eq!(conversation.sleep(), [read()]);
}

#[test]
fn a_further_message_begins_the_quiet_window_anew() {
    let mut conversation = Fixture::verified();
    conversation.reported(wrote("m1", 0));
    conversation.pass(3);
    assert_eq!(conversation.reported(wrote("m2", 3)), []);
    assert_eq!(conversation.state.wake_at(), at(7));
}

#[test]
fn the_quiet_window_has_a_cap() {
    let mut conversation = Fixture::verified();
    for second in (0..=18).step_by(3) {
        conversation.reported(wrote(&format!("m{second}"), second));
        conversation.pass(3);
    }
    assert_eq!(conversation.state.wake_at(), at(20));
}

#[test]
fn a_duplicate_does_not_prolong_the_quiet_window() {
    let mut conversation = Fixture::verified();
    conversation.reported(wrote("m1", 0));
    conversation.pass(3);
    let before = conversation.state.clone();
    assert_eq!(conversation.reported(wrote("m1", 0)), []);
    assert_eq!(conversation.state, before);
}

#[test]
fn an_early_wake_changes_nothing() {
    let mut conversation = Fixture::verified();
    conversation.in_mode(ReplyMode::Reply);
    conversation.reported(wrote("m1", 0));
    conversation.pass(1);
    let before = conversation.state.clone();
    assert_eq!(conversation.wake(), []);
    assert_eq!(conversation.state, before);
}

#[test]
fn a_wake_of_an_idle_conversation_changes_nothing() {
    let mut conversation = Fixture::verified();
    let before = conversation.state.clone();
    assert_eq!(conversation.wake(), []);
    assert_eq!(conversation.state, before);
}

#[test]
fn a_webhook_without_a_message_id_wakes_too_and_once() {
    let mut conversation = Fixture::verified();
    conversation.reported(ConversationEvent::CustomerWrote { part: None, at: second(0) });
    conversation.pass(1);
    conversation.reported(ConversationEvent::CustomerWrote { part: None, at: second(1) });
    assert_eq!((conversation.state.awaited.len(), conversation.state.wake_at()), (1, at(4)));
    assert_eq!(conversation.sleep(), [read()]);
}

#[test]
fn a_hint_that_is_heard_during_the_last_read_or_the_post_opens_the_next_turn() {
    let hint = || ConversationEvent::CustomerWrote { part: None, at: second(20) };
    let reply = || crate::turn::event::CommandResult::Posted(Ok(part("r1")));
    let words = || thread([customer("m1", 0, "Hi")]);
    for while_posting in [true, false] {
        let mut conversation = Fixture::rechecking();
        let asked_for = conversation.now;
        conversation.pass(1);
        if !while_posting {
            conversation.reported(hint());
        }
        conversation.find(crate::turn::event::CommandResult::Conversation(Ok(words()), asked_for));
        if while_posting {
            conversation.reported(hint());
        }
        conversation.find(reply());
        assert_eq!(conversation.phase(), "gathering");
    }
}

#[test]
fn a_hint_is_settled_by_a_read_that_was_asked_for_later() {
    let mut conversation = Fixture::asking();
    conversation.reported(ConversationEvent::CustomerWrote { part: None, at: second(5) });
    conversation.pass(5);
    conversation.said("Hello.");
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [post("Hello.")]);
    conversation.find(crate::turn::event::CommandResult::Posted(Ok(part("r1"))));
    assert!(conversation.is_idle());
}

#[test]
fn a_message_without_a_time_counts_as_written_now() {
    let mut conversation = Fixture::verified();
    conversation
        .reported(ConversationEvent::CustomerWrote { part: PartId::new("m1"), at: crate::time::UnixSeconds(0) });
    assert_eq!(conversation.state.awaited[0].at, second(0));
}

#[test]
fn news_that_only_a_newer_version_knows_is_a_reason_to_look() {
    let mut conversation = Fixture::verified();
    conversation.reported(ConversationEvent::Other);
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([ours("r0", 0, "Hello.")]));
    assert!(conversation.is_idle());
}

#[test]
fn a_merge_wakes_the_conversation_that_survives() {
    let mut conversation = Fixture::verified();
    conversation.reported(ConversationEvent::Merged { part: PartId::new("x"), at: second(0) });
    assert_eq!(conversation.sleep(), [read()]);
}

// shows: G1
#[test]
fn a_duplicate_of_a_settled_message_changes_nothing() {
    let mut conversation = Fixture::posting();
    conversation.find(crate::turn::event::CommandResult::Posted(Ok(part("r1"))));
    let before = conversation.state.clone();
    conversation.reported(wrote("m1", 0));
    assert_eq!(conversation.state, before);
    assert!(conversation.is_idle());
}

// shows: G1
#[test]
fn a_very_old_webhook_is_never_new_again() {
    let mut conversation = Fixture::verified();
    conversation.state.watermark.advance(second(0), [part("m9")]);
    conversation.reported(ConversationEvent::CustomerWrote {
        part: PartId::new("m1"),
        at: crate::time::UnixSeconds(START - 3_600),
    });
    assert!(conversation.is_idle());
}

#[test]
fn a_late_webhook_of_a_message_that_no_read_showed_opens_a_turn() {
    let mut conversation = Fixture::verified();
    conversation.state.watermark.advance(second(10), [part("m2")]);
    conversation.reported(wrote("m1", 9));
    assert_eq!(conversation.sleep(), [read()]);
}
