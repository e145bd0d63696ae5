use super::fixture::*;
use crate::intercom::notice::News;
use crate::json;
use crate::turn::nudge::Wants;
use crate::turn::outcome::HandOverReason;
use crate::turn::state::{Attempt, Phase, Stage, State};
use crate::turn::stored::{self, STATE_VERSION, Unreadable};
use serde_json::Value;
use std::collections::BTreeMap;

/// A change of this text is a change of the format: it needs a new version and a way up from this one.
#[test]
fn state_format_unchanged() {
    let mut nudged = Conversation::posting();
    nudged.hear(News::CustomerWaits { at: second(3) });
    let mut given_up = nudged.state.nudged.clone().unwrap();
    given_up.given_up = 1;
    given_up.wants = Wants::Nothing;
    let mut told_again = Conversation::posting();
    told_again.state.nudged = Some(given_up);
    for (conversation, pinned) in [
        (never_nudged(), include_str!("state_v2.json")),
        (nudged, include_str!("state_v2_nudged.json")),
        (told_again, include_str!("state_v2_given_up.json")),
    ] {
        assert_eq!(stored::write(&conversation.state), pinned.trim_end());
        assert_eq!(stored::read(pinned.trim_end()), Ok(conversation.state));
    }
}

/// As an object was stored that no sweep had told anything: what it has seen is left out, and an older program reads the rest.
fn never_nudged() -> Conversation {
    let mut conversation = Conversation::posting();
    conversation.state.seen = None;
    conversation
}

/// It is in ledgers, and in the states of conversations.
#[test]
fn the_youngest_reason_keeps_its_name() {
    let name = serde_json::to_value(HandOverReason::Operator).unwrap();
    assert_eq!(name, "operator");
}

/// One row for each stage, kept by `tests/promise/upgrades.rs`.
#[test]
fn every_kept_row_of_this_version_is_written_as_it_was_read() {
    let kept: BTreeMap<String, Value> = json::read(include_bytes!("states_v2.json")).unwrap();
    assert!(!kept.is_empty());
    for (stage, kept) in kept {
        let row = &kept["row"];
        assert_eq!(row["version"], STATE_VERSION);
        let state = stored::read(&row.to_string()).unwrap();
        assert_eq!(json::value(stored::write(&state).as_bytes()).as_ref(), Ok(row), "{stage}");
        assert_eq!(state.phase.name(), stage);
    }
}

/// What version 1 wrote is read, and what version 2 added has its default.
#[test]
fn a_state_of_version_1_goes_on() {
    let mut conversation = never_nudged();
    // Version 1 asked for no grants.
    conversation.state.attempt = Attempt(5);
    let Phase::Open { stage: Stage::Posting(intent), .. } = &mut conversation.state.phase else { panic!("posting") };
    intent.attempt = Attempt(5);
    assert_eq!(stored::read(include_str!("state_v1.json").trim_end()), Ok(conversation.state));
}

#[test]
fn what_is_written_is_read_back() {
    for conversation in [
        Conversation::new(),
        Conversation::reading(),
        Conversation::asking(),
        Conversation::rechecking(),
        Conversation::posting(),
        Conversation::settling(failed()),
    ] {
        assert_eq!(stored::read(&stored::write(&conversation.state)), Ok(conversation.state));
    }
}

#[test]
fn a_newer_versions_state_is_told_from_a_damaged_one() {
    let newer = format!(r#"{{"version":{},"state":{{"anything":1}}}}"#, STATE_VERSION + 1);
    assert_eq!(stored::read(&newer), Err(Unreadable::Newer(STATE_VERSION + 1)));
    for damaged in ["", "{}", r#"{"version":1,"state":{}}"#, r#"{"version":0,"state":{}}"#] {
        assert_eq!(stored::read(damaged), Err(Unreadable::Damaged), "{damaged}");
    }
}

#[test]
fn no_words_outlive_their_turn() {
    let mut conversation = Conversation::posting();
    conversation.find(crate::turn::event::Finding::Posted(Ok(part("r1"))));
    let stored: String = stored::write(&conversation.state);
    let State { .. } = conversation.state;
    assert!(!stored.contains("Hello.") && !stored.contains("Hi"), "{stored}");
}
