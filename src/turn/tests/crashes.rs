//! Every phase can be woken up in after the process was ended.

// shows: G1, G2

use super::fixture::*;
use crate::gpt_trainer::said::AiAnswer;
use crate::text::AnswerText;
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::{CommandResult, Event};
use crate::turn::outcome::{Outcome, RepliedBy};
use crate::turn::state::HEARTBEAT;

fn interrupted() -> Request {
    announce(Announcement::Interrupted)
}

// shows: G2
#[test]
fn every_stage_sets_an_alarm() {
    let stages = [
        Fixture::reading(),
        Fixture::asking(),
        Fixture::rechecking(),
        Fixture::posting(),
        Fixture::settling(unanswered()),
    ];
    for conversation in stages {
        assert_eq!(conversation.state.wake_at(), Some(conversation.now.after(HEARTBEAT)), "{}", conversation.phase());
    }
}

#[test]
fn a_crash_while_reading_reads_again() {
    let mut conversation = Fixture::reading();
    assert_eq!(conversation.sleep(), [interrupted(), read()]);
}

#[test]
fn a_crash_while_verifying_verifies_again() {
    let mut conversation = Fixture::new();
    conversation.reported(wrote("m1", 0));
    conversation.sleep();
    assert_eq!(conversation.sleep(), [interrupted(), Request::Repeatable(Repeatable::VerifyWorkspace)]);
}

#[test]
fn a_crash_while_asking_looks_for_the_answer_and_does_not_ask_again() {
    let mut conversation = Fixture::asking();
    assert_eq!(conversation.sleep(), [interrupted(), read_session()]);
    assert_eq!(conversation.phase(), "recovering_answer");
    let exchanges = vec![earlier(), exchange("e1", "Hi", "Hello.")];
    assert_eq!(conversation.find(session_holds(exchanges)), [read()]);
}

// shows: G1
#[test]
fn a_crash_while_posting_waits_looks_and_does_not_post_again() {
    let mut conversation = Fixture::posting();
    assert_eq!(conversation.sleep(), [interrupted()]);
    assert_eq!(conversation.phase(), "settling");
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([customer("m1", 0, "Hi"), ours("r1", 20, "Hello.")]));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
}

#[test]
fn a_crash_during_the_look_for_a_reply_looks_again() {
    let mut conversation = Fixture::settling(unanswered());
    assert_eq!(conversation.sleep(), [interrupted(), read()]);
}

#[test]
fn a_crash_before_the_second_read_reads_again() {
    let mut conversation = Fixture::rechecking();
    assert_eq!(conversation.sleep(), [interrupted(), read()]);
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [post("Hello.")]);
}

// shows: G1
#[test]
fn a_result_of_an_earlier_command_is_named_and_ignored() {
    let mut conversation = Fixture::asking();
    let before = conversation.state.clone();
    let answer = CommandResult::Answer(Ok(AiAnswer::Said(AnswerText("Old.".into()))));
    let requests = conversation.take(Event::Finished(NO_ATTEMPT, answer));
    assert_eq!(requests, [announce(Announcement::LateResult(NO_ATTEMPT))]);
    assert_eq!(conversation.state, before);
}

#[test]
fn that_the_reply_stands_is_believed_even_when_it_was_thought_lost() {
    let mut conversation = Fixture::posting();
    let attempt = conversation.state.attempt;
    conversation.sleep();
    conversation.sleep();
    assert_eq!(conversation.phase(), "settling");
    conversation.take(Event::Finished(attempt, CommandResult::Posted(Ok(part("r1")))));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
}

// shows: G1
#[test]
fn a_double_wake_runs_a_due_command_once() {
    let mut conversation = Fixture::posting();
    conversation.find(CommandResult::Posted(Err(unanswered())));
    conversation.pass(10);
    assert_eq!(conversation.wake(), []);
    assert_eq!(conversation.wake(), []);
    assert_eq!(conversation.sleep(), [read()]);
}
