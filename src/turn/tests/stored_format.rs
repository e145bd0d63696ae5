use super::fixture::*;
use crate::intercom::events::ConversationEvent;
use crate::turn::outcome::Outcome;
use crate::turn::state::State;
use crate::turn::stored::{self, STATE_VERSION, UnreadableState};

/// A change of this text is a change of the format: once it is released, that needs a new version.
#[test]
fn state_format_unchanged() {
    let mut conversation = Fixture::posting();
    conversation.reported(ConversationEvent::CustomerWaits { at: second(3) });
    let pinned = include_str!("state.json").trim_end();
    assert_eq!(stored::write(&conversation.state), pinned);
    assert_eq!(stored::read(pinned), Ok(conversation.state));
}

#[test]
fn what_is_written_is_read_back() {
    for conversation in [
        Fixture::new(),
        Fixture::reading(),
        Fixture::asking(),
        Fixture::rechecking(),
        Fixture::posting(),
        Fixture::settling(failed()),
    ] {
        assert_eq!(stored::read(&stored::write(&conversation.state)), Ok(conversation.state));
    }
}

#[test]
fn a_newer_versions_state_is_told_from_a_damaged_one() {
    let newer = format!(r#"{{"version":{},"state":{{"anything":1}}}}"#, STATE_VERSION + 1);
    assert_eq!(stored::read(&newer), Err(UnreadableState::Newer(STATE_VERSION + 1)));
    for damaged in ["", "{}", r#"{"version":1,"state":{}}"#, r#"{"version":0,"state":{}}"#] {
        assert_eq!(stored::read(damaged), Err(UnreadableState::Damaged), "{damaged}");
    }
}

#[test]
fn an_ended_turn_that_only_a_newer_program_knows_is_left_out() {
    let mut conversation = Fixture::new();
    let known = settled("m1", Outcome::Noted { part: part("n1") }, conversation.now);
    let unknown = settled("m2", Outcome::Noted { part: part("n2") }, conversation.now);
    conversation.state.settled = vec![known.clone(), unknown];
    let stored = stored::write(&conversation.state).replace(r#""noted":{"part":"n2"}"#, r#""settled_by_magic":{}"#);
    assert!(stored.contains("magic"));
    assert_eq!(stored::read(&stored).unwrap().settled, [known]);
}

#[test]
fn no_words_outlive_their_turn() {
    let mut conversation = Fixture::posting();
    conversation.find(crate::turn::event::CommandResult::Posted(Ok(part("r1"))));
    let stored: String = stored::write(&conversation.state);
    let State { .. } = conversation.state;
    assert!(!stored.contains("Hello.") && !stored.contains("Hi"), "{stored}");
}
