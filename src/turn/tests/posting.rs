use super::answering::assert_handing_over;
use super::fixture::*;
use crate::fault::{Fault, Silence};
use crate::intercom::events::Act;
use crate::intercom::thread::{Entry, EntryKind, Thread};
use crate::time::{Millis, UnixSeconds};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::outcome::{HandOverReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::policy::ReplyMode;
use crate::turn::state::{Delivery, HandOverStep, Service, Stage};

fn asked() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

fn answered_by(id: &str) -> Thread {
    thread([customer("m1", 0, "Hi"), ours(id, 20, "Hello.")])
}

#[test]
fn the_intent_names_the_turn_and_what_of_ours_was_there_before() {
    let mut conversation = Fixture::reading();
    conversation.state.sent.push(part("r0"));
    let earlier = || thread([customer("m0", 0, "Earlier"), ours("r0", 0, "Yes"), customer("m1", 1, "Hi")]);
    conversation.state.watermark.advance(second(0), [part("m0")]);
    conversation.read(earlier());
    conversation.find(session_holds(vec![]));
    conversation.said("Hello.");
    assert_eq!(conversation.read(earlier()), [post("Hello.")]);
    let Stage::Posting(_, intent) = &conversation.open().stage else { panic!("posting") };
    assert_eq!(intent.ours_before, [part("r0")]);
}

// shows: G1
#[test]
fn a_reply_whose_connection_broke_is_found_and_counts_as_sent() {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(answered_by("r1"));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
    assert!(conversation.is_idle());
}

// shows: G1
#[test]
fn nothing_is_looked_for_while_a_post_may_be_in_flight() {
    let mut conversation = Fixture::posting();
    assert_eq!(
        conversation.find(CommandResult::Posted(Err(unanswered()))),
        [announce(Announcement::Failed(Service::Intercom, unanswered()))]
    );
    assert_eq!(conversation.state.wake_at(), Some(conversation.now.after(Millis::from_seconds(30))));
    conversation.reported(wrote("m1", 0));
    conversation.reported(wrote("m2", 5));
    assert_eq!(conversation.state.wake_at(), Some(conversation.now.after(Millis::from_seconds(30))));
    conversation.pass(29);
    assert_eq!(conversation.wake(), []);
}

// shows: G1
#[test]
fn an_unanswered_post_that_is_not_to_be_seen_is_never_repeated_but_told_to_a_teammate() {
    let mut conversation = Fixture::settling(unanswered());
    let reason = HandOverReason::ReplyUnknown;
    assert_eq!(conversation.read(asked()), [hands_over(reason), Request::Repeatable(Repeatable::Assign)]);
    let hand_over = conversation.hand_over();
    assert_eq!((hand_over.reason, &hand_over.step), (HandOverReason::ReplyUnknown, &HandOverStep::Assign));
    assert_eq!(hand_over.unsent, Some(reply("Hello.")));
}

#[test]
fn a_reply_that_intercom_failed_at_is_posted_again_when_it_is_not_to_be_seen() {
    let mut conversation = Fixture::settling(failed());
    assert_eq!(conversation.read(asked()), [read()], "nothing is posted on an old grant");
    assert_eq!(conversation.read(asked()), [post("Hello.")]);
}

// shows: G1
#[test]
fn a_reply_that_intercom_failed_at_but_that_is_there_counts_as_sent() {
    let mut conversation = Fixture::settling(failed());
    conversation.read(answered_by("r1"));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
}

#[test]
fn a_reply_that_intercom_fails_at_until_the_deadline_is_told_to_a_teammate() {
    let mut conversation = Fixture::posting();
    loop {
        conversation.find(CommandResult::Posted(Err(failed())));
        conversation.sleep();
        let requests = conversation.read(asked());
        if requests == [read()] {
            assert_eq!(conversation.read(asked()), [post("Hello.")]);
        } else {
            let reason = HandOverReason::IntercomUnavailable;
            assert_eq!(requests, [hands_over(reason), Request::Repeatable(Repeatable::Assign)]);
            break;
        }
    }
    assert_eq!(conversation.phase(), "handing_over");
}

// shows: G1
#[test]
fn a_text_of_ours_alone_is_not_the_reply_and_neither_is_a_note_or_a_part_without_words() {
    let mut conversation = Fixture::posting();
    let Stage::Posting(_, intent) = &mut conversation.open_mut().stage else { panic!("posting") };
    intent.ours_before.push(part("r0"));
    conversation.state.sent.push(part("r0"));
    conversation.find(CommandResult::Posted(Err(unanswered())));
    conversation.sleep();
    let mut note = ours("n1", 20, "Hello.");
    note.kind = EntryKind::Note;
    let mut silent = ours("a1", 20, "");
    silent.body = None;
    let same_words = ours("r0", 0, "Hello.");
    conversation.read(thread([same_words, customer("m1", 0, "Hi"), note, silent]));
    assert_eq!(conversation.phase(), "handing_over");
}

#[test]
fn a_read_that_fails_is_repeated_before_anything_else_is_done_about_an_unknown_reply() {
    let mut conversation = Fixture::settling(unanswered());
    for _ in 0..30 {
        conversation.read_fails(unanswered());
        assert_eq!(conversation.phase(), "settling");
        assert_eq!(conversation.sleep(), [read()]);
    }
    conversation.read(answered_by("r1"));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
}

#[test]
fn a_rate_limited_reply_waits_for_the_reset_and_the_conversation_is_read_again() {
    let mut conversation = Fixture::posting();
    let until = UnixSeconds(conversation.now.0 / 1_000 + 9);
    conversation.find(CommandResult::Posted(Err(Fault::RateLimited { until: Some(until) })));
    assert_eq!(conversation.state.wake_at(), Some(until.to_millis()));
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(asked()), [post("Hello.")]);
}

#[test]
fn a_refused_reply_is_told_to_a_teammate() {
    let mut conversation = Fixture::posting();
    assert_eq!(
        conversation.find(CommandResult::Posted(Err(refused()))),
        [
            announce(Announcement::Failed(Service::Intercom, refused())),
            hands_over(HandOverReason::ReplyRefused),
            read()
        ]
    );
    assert_handing_over(&conversation, HandOverReason::ReplyRefused);
}

// shows: G3
#[test]
fn a_read_that_took_too_long_is_made_again_before_the_post() {
    let mut conversation = Fixture::rechecking();
    let asked_for = conversation.now;
    conversation.pass(6);
    assert_eq!(conversation.find(CommandResult::Conversation(Ok(asked()), asked_for)), [read()]);
    assert_eq!(conversation.read(asked()), [post("Hello.")]);
}

#[test]
fn an_intercom_that_is_slow_at_every_read_does_not_keep_the_answer_back() {
    let mut conversation = Fixture::rechecking();
    for _ in 0..3 {
        let asked_for = conversation.now;
        conversation.pass(6);
        assert_eq!(conversation.find(CommandResult::Conversation(Ok(asked()), asked_for)), [read()]);
    }
    let asked_for = conversation.now;
    conversation.pass(6);
    assert_eq!(conversation.find(CommandResult::Conversation(Ok(asked()), asked_for)), [post("Hello.")]);
}

// shows: G3
#[test]
fn a_teammate_that_the_second_read_shows_ends_the_turn() {
    for kind in [EntryKind::Comment, EntryKind::Open, EntryKind::Close, assigned_to_teammate()] {
        let mut conversation = Fixture::rechecking();
        conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 5, kind, Some("I am here"))]));
        assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    }
}

// shows: G3
#[test]
fn a_teammate_who_closes_snoozes_or_is_assigned_without_a_word_ends_the_turn() {
    for kind in [EntryKind::Close, EntryKind::Snooze, assigned_to_teammate()] {
        let mut conversation = Fixture::rechecking();
        conversation.read(thread([customer("m1", 0, "Hi"), teammate("t1", 5, kind, None)]));
        assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    }
}

// shows: G3
#[test]
fn a_teammate_whom_only_a_webhook_told_of_ends_the_turn() {
    let mut conversation = Fixture::rechecking();
    conversation.reported(teammate_did(Act::Spoke, 10));
    conversation.read(asked());
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

#[test]
fn a_note_of_a_teammate_ends_nothing() {
    let mut conversation = Fixture::rechecking();
    let note = teammate("t1", 5, EntryKind::Note, Some("Looks easy"));
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi"), note])), [post("Hello.")]);
}

#[test]
fn a_word_of_ours_that_we_did_not_send_is_an_another_programs_answer() {
    let mut conversation = Fixture::rechecking();
    conversation.read(answered_by("x1"));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("x1"), by: RepliedBy::AnotherProgram }]);
}

#[test]
fn a_message_that_was_taken_back_while_the_ai_thought_is_not_answered() {
    let mut conversation = Fixture::rechecking();
    let mut gone = customer("m1", 0, "This message was deleted");
    gone.redaction = crate::intercom::thread::Redaction::Redacted;
    conversation.read(thread([gone]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Vanished)]);
}

#[test]
fn in_note_mode_the_answer_is_a_note() {
    let mut conversation = Fixture::rechecking();
    conversation.in_mode(ReplyMode::Note);
    let requests = conversation.read(asked());
    let note = crate::turn::command::Once::Post { delivery: Delivery::Note, answer: reply("Hello."), sources: vec![] };
    assert_eq!(requests, [Request::Once(note)]);
    conversation.find(CommandResult::Posted(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::Noted { part: part("n1") }]);
}

#[test]
fn a_question_that_has_become_too_old_is_answered_by_a_note() {
    let mut conversation = Fixture::rechecking();
    conversation.pass(3_601);
    let requests = conversation.read(asked());
    assert!(matches!(requests[..], [Request::Once(crate::turn::command::Once::Post { delivery: Delivery::Note, .. })]));
}

#[test]
fn a_post_that_lands_after_a_teammate_was_told_corrects_the_record() {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(asked());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::ReplyUnknown)]);
    let late = Outcome::Replied { part: part("r1"), by: RepliedBy::UsLate };
    let corrected = settled("m1", late.clone(), conversation.now);
    assert_eq!(conversation.reported(ourselves_spoke("r1", 60)), [announce(Announcement::Corrected(corrected))]);
    assert_eq!(conversation.outcomes(), [late]);
    assert_eq!(conversation.reported(ourselves_spoke("r1", 60)), []);
}

#[test]
fn a_post_that_lands_while_a_teammate_is_being_told_ends_the_hand_over() {
    let late = Outcome::Replied { part: part("r1"), by: RepliedBy::UsLate };
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(asked());
    conversation.reported(ourselves_spoke("r1", 60));
    assert_eq!(conversation.outcomes(), std::slice::from_ref(&late));

    let mut conversation = Fixture::settling(unanswered());
    conversation.read(asked());
    conversation.find(CommandResult::Assigned(Err(failed())));
    conversation.sleep();
    conversation.read(answered_by("r1"));
    assert_eq!(conversation.outcomes(), [late]);
}

/// Two turns, of which the first one's post was given up, and the second one's is with Intercom.
fn posting_after_a_post_was_given_up() -> Fixture {
    let mut conversation = Fixture::settling(unanswered());
    conversation.read(asked());
    conversation.find(CommandResult::Assigned(Ok(())));
    conversation.find(CommandResult::NoteWritten(Ok(part("n1"))));
    conversation.state.handed_over_at = None;
    conversation.pass(60);
    conversation.reported(wrote("m2", 90));
    conversation.sleep();
    conversation.read(both([]));
    conversation.find(session_holds(vec![]));
    conversation.said("So.");
    assert_eq!(conversation.read(both([])), [post("So.")]);
    conversation
}

fn both<const N: usize>(ours: [Entry; N]) -> Thread {
    let mut both = thread([customer("m1", 0, "Hi"), customer("m2", 90, "And?")]);
    both.entries.extend(ours);
    both
}

// found by: model
// shows: G1
#[test]
fn a_post_that_was_given_up_is_not_mistaken_for_a_later_reply() {
    let mut conversation = posting_after_a_post_was_given_up();
    assert_eq!(conversation.reported(ourselves_spoke("r1", 95)), []);
    conversation.find(CommandResult::Posted(Ok(part("r2"))));
    let replied = |id, by| Outcome::Replied { part: part(id), by };
    let given_up = Outcome::HandedOver(HandOverReason::ReplyUnknown);
    assert_eq!(conversation.outcomes(), [given_up, replied("r2", RepliedBy::Us)]);
    conversation.reported(wrote("m3", 99));
    conversation.sleep();
    let mut later = both([ours("r1", 95, "Hello."), ours("r2", 96, "So.")]);
    later.entries.push(customer("m3", 99, "Thanks"));
    conversation.read(later);
    assert_eq!(conversation.outcomes(), [replied("r1", RepliedBy::UsLate), replied("r2", RepliedBy::Us)]);
}

// found by: model
// shows: G1
#[test]
fn of_two_posts_that_were_never_answered_one_that_appears_may_be_either() {
    let mut conversation = posting_after_a_post_was_given_up();
    conversation.find(CommandResult::Posted(Err(unanswered())));
    assert_eq!(conversation.sleep(), [read()]);
    let seen = || both([ours("r1", 95, "Hello.")]);
    assert_eq!(
        conversation.read(seen()),
        [hands_over(HandOverReason::ReplyUnknown), Request::Repeatable(Repeatable::Assign)]
    );
    conversation.find(CommandResult::Assigned(Err(failed())));
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(seen()), [Request::Repeatable(Repeatable::Assign)]);
    conversation.reported(ourselves_spoke("r2", 120));
    assert_eq!(conversation.phase(), "handing_over");
}

/// It stands behind a message that was written meanwhile, and does not answer it.
// shows: G2
#[test]
fn a_post_that_lands_after_the_next_reply_is_not_another_programs_word() {
    let mut conversation = posting_after_a_post_was_given_up();
    conversation.find(CommandResult::Posted(Ok(part("r2"))));
    conversation.reported(wrote("m3", 99));
    conversation.sleep();
    let mut later = both([ours("r2", 96, "So.")]);
    later.entries.extend([customer("m3", 99, "Thanks"), ours("r1", 100, "Hello.")]);
    assert_eq!(conversation.read(later).last(), Some(&read_session()));
}

#[test]
fn our_own_reply_that_comes_back_as_a_webhook_changes_nothing() {
    let mut conversation = Fixture::posting();
    conversation.find(CommandResult::Posted(Ok(part("r1"))));
    let before = conversation.state.clone();
    assert_eq!(conversation.reported(ourselves_spoke("r1", 20)), []);
    assert_eq!(conversation.state, before);
}

// shows: G1
#[test]
fn a_webhook_of_our_own_reply_is_the_proof_of_a_post_whose_result_is_not_known() {
    for mut conversation in [Fixture::posting(), Fixture::settling(failed()), Fixture::settling(unanswered())] {
        let attempt = conversation.open().stage.intent().unwrap().0.attempt;
        conversation.reported(ourselves_spoke("r1", 20));
        assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("r1"), by: RepliedBy::Us }]);
        assert!(conversation.is_idle());
        let before = conversation.state.clone();
        let late = crate::turn::event::Event::Finished(attempt, CommandResult::Posted(Ok(part("r1"))));
        assert_eq!(conversation.take(late), []);
        assert_eq!(conversation.state, before);
    }
}

#[test]
fn a_webhook_of_an_earlier_reply_of_ours_proves_nothing() {
    let mut conversation = Fixture::posting();
    let Stage::Posting(_, intent) = &mut conversation.open_mut().stage else { panic!("posting") };
    intent.ours_before.push(part("r0"));
    conversation.reported(ourselves_spoke("r0", 0));
    assert_eq!(conversation.phase(), "posting");
}

// shows: G1
#[test]
fn a_reply_whose_answer_was_half_a_body_is_looked_for() {
    let conversation = Fixture::settling(Fault::Unanswered(Silence::Garbled));
    assert_eq!(conversation.phase(), "settling");
}
