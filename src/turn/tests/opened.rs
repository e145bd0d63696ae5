//! What an open turn is shown to wait for.

use super::fixture::*;
use crate::intercom::events::ConversationEvent;
use crate::intercom::ids::ConversationId;
use crate::time::UnixMillis;
use crate::turn::event::CommandResult;
use crate::turn::open::{Held, OpenTurn};
use serde_json::{Value, json};

fn json_of(turn: &OpenTurn, now: UnixMillis) -> Value {
    let id = ConversationId::new("215").unwrap();
    turn.to_json(&id, "https://inbox".to_owned(), now)
}

fn shown(conversation: &Fixture) -> Value {
    json_of(&OpenTurn::of(&conversation.state).unwrap(), conversation.now)
}

#[test]
fn a_turn_waits_since_its_first_message_was_written() {
    let mut conversation = Fixture::with_session();
    conversation.pass(3);
    conversation.reported(wrote("m1", 1));
    conversation.pass(2);
    conversation.reported(wrote("m2", 4));
    let deadline = START * 1_000 + 3_000 + 600_000;
    let expected = json!({
        "conversation": "215", "link": "https://inbox", "phase": "gathering", "since": (START + 1) * 1_000, "age_ms": 4_000,
        "wakes_at": conversation.state.wake_at(),
        "detail": {
            "messages": 2, "deadline": deadline, "failing": null, "failures": 0, "refused_by": null, "waiting": null,
            "hand_over": null,
        },
    });
    assert_eq!(shown(&conversation), expected);
}

#[test]
fn what_the_sweep_found_late_waits_since_it_was_written() {
    let mut conversation = Fixture::with_session();
    conversation.pass(120);
    conversation.reported(ConversationEvent::CustomerWaits { at: second(7) });
    let shown = shown(&conversation);
    assert_eq!((&shown["since"], &shown["age_ms"]), (&json!((START + 7) * 1_000), &json!(113_000)));
}

#[test]
fn what_fails_and_why_a_person_is_told_is_named() {
    let mut conversation = Fixture::reading();
    conversation.read_fails(unauthorised());
    let failing = shown(&conversation);
    assert_eq!(failing["phase"], "reading");
    assert_eq!(
        (&failing["detail"]["failing"], &failing["detail"]["failures"]),
        (&json!("read_conversation"), &json!(1))
    );
    assert_eq!(failing["detail"]["refused_by"], "intercom");

    let mut conversation = Fixture::asking();
    conversation.find(CommandResult::Answer(Err(refused())));
    let handed_over = shown(&conversation);
    assert_eq!(
        (&handed_over["phase"], &handed_over["detail"]["hand_over"]),
        (&json!("handing_over"), &json!("ai_refused"))
    );
    assert!(!handed_over.to_string().contains("Hi"), "never words: {handed_over}");
}

#[test]
fn a_conversation_in_which_everything_has_its_outcome_has_none() {
    assert_eq!(OpenTurn::of(&Fixture::with_session().state), None);
    let mut conversation = Fixture::posting();
    conversation.find(CommandResult::Posted(Ok(part("r1"))));
    assert_eq!(OpenTurn::of(&conversation.state), None);
}

#[test]
fn what_cannot_go_on_says_why() {
    let held = json_of(&OpenTurn::held(Held::UnreadableState, 2, Some(UnixMillis(9))), UnixMillis(5));
    let expected = json!({
        "conversation": "215", "link": "https://inbox", "phase": "held", "since": null, "wakes_at": 9, "age_ms": null,
        "detail": { "reason": "unreadable_state", "events": 2 },
    });
    assert_eq!(held, expected);
    let unreachable = json_of(&OpenTurn::unreachable(), UnixMillis(5));
    assert_eq!((&unreachable["phase"], &unreachable["detail"]), (&json!("unreachable"), &json!({})));
}
