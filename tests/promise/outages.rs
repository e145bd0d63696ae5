//! G2 while a far side fails: the turn is tried again, and in the end somebody is told.

use crate::world::audit::assert_kept;
use crate::world::settings::{ACCESS_TOKEN, settings_with};
use crate::world::{HOUR, MINUTE, SECOND, START, World};
use onereply::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

const DOWN: Kind = Kind::FailBefore { status: 500, json: true };

/// How many questions reached the AI and were kept by its session.
fn questions(world: &World) -> usize {
    world.far_side.gpt_trainer.records(world.now).iter().map(|session| session.messages.len()).sum()
}

#[test]
fn a_lost_answer_is_found_in_the_session_and_not_asked_for_again() {
    for fault in [
        Kind::ActThenCut {},
        Kind::ActThen500 { json: true },
        Kind::ActThen500 { json: false },
        Kind::ActThen502 {},
        Kind::NeverAnswer { acts: true },
        Kind::Malformed {},
        Kind::HalfBody {},
        Kind::Html200 {},
    ] {
        let mut world = World::new();
        world.fault("gpt_trainer.stream", 1, fault.clone());
        world.begins("alpha");
        world.run();
        assert_eq!(world.replies(), ["About alpha."], "{fault:?}");
        assert_eq!(questions(&world), 1, "{fault:?}");
        assert_kept(&world);
    }
}

#[test]
fn a_question_that_never_arrived_is_asked_again() {
    for fault in [Kind::CutBefore {}, Kind::NeverAnswer { acts: false }, DOWN, Kind::RateLimited { reset_in_s: 5 }] {
        let mut world = World::new();
        world.fault("gpt_trainer.stream", 1, fault.clone());
        world.begins("alpha");
        world.run();
        assert_eq!(world.replies(), ["About alpha."], "{fault:?}");
        assert_kept(&world);
    }
}

#[test]
fn an_ai_that_is_down_until_the_deadline_is_made_up_for_by_a_teammate() {
    for call in ["gpt_trainer.*", "gpt_trainer.stream", "gpt_trainer.create_session"] {
        for fault in [DOWN, Kind::CutBefore {}, Kind::NeverAnswer { acts: false }, Kind::RateLimited { reset_in_s: 5 }]
        {
            let mut world = World::new();
            world.fault(call, 0, fault.clone());
            world.begins("alpha");
            world.run();
            assert_eq!(world.outcomes(), [Outcome::HandedOver(HandOverReason::AiUnavailable)], "{call} {fault:?}");
            assert!(world.now <= START + 15 * MINUTE, "{call} {fault:?}");
            assert_kept(&world);
        }
    }
}

// shows: G2
#[test]
fn answers_that_are_none_are_handed_over() {
    let rate_limit = onereply_sandbox::gpt_trainer::RATE_LIMIT_MESSAGE.to_owned();
    for fault in [Kind::Empty {}, Kind::AnswerText { text: rate_limit }, Kind::FailBefore { status: 422, json: true }] {
        let mut world = World::new();
        world.fault("gpt_trainer.stream", 0, fault.clone());
        world.begins("alpha");
        world.run();
        assert!(matches!(world.outcomes()[..], [Outcome::HandedOver(_)]), "{fault:?}");
        assert_kept(&world);
    }
}

#[test]
fn a_forgotten_session_is_replaced() {
    for moment in [Call::Messages, Call::Stream] {
        let mut world = World::new();
        world.begins("alpha");
        world.at(MINUTE, |world| world.writes("bravo"));
        let forget = |world: &mut World| {
            let session = world.far_side.gpt_trainer.records(world.now)[0].uuid.clone();
            world.far_side.gpt_trainer.forget(&session).unwrap();
        };
        match moment {
            Call::Messages => world.at(50 * SECOND, forget),
            _stream => world.on(Call::Messages, 1, forget),
        }
        world.run();
        assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
        assert_kept(&world);
    }
}

#[test]
fn intercom_down_for_a_while_is_waited_for() {
    for fault in [DOWN, Kind::CutBefore {}, Kind::FailBefore { status: 502, json: false }] {
        let mut world = World::new();
        world.begins("alpha");
        world.at(SECOND, move |world| world.fault("intercom.*", 0, fault));
        world.at(5 * MINUTE, |world| world.far_side.faults.clear());
        world.run();
        assert_eq!(world.replies(), ["About alpha."]);
        assert_kept(&world);
    }
}

// shows: G2
#[test]
fn intercom_down_past_the_deadline_and_back_later_ends_with_a_teammate() {
    for from in [Call::Read, Call::Stream, Call::Reply] {
        let mut world = World::new();
        world.begins("alpha");
        world.on(from, 1, |world| world.fault("intercom.*", 0, Kind::CutBefore {}));
        world.at(3 * HOUR, |world| world.far_side.faults.clear());
        world.run();
        assert_kept(&world);
        assert!(world.replies().len() <= 1);
    }
}

// shows: G2
#[test]
fn a_read_that_lags_behind_is_made_again() {
    for skip in 0..2 {
        let mut world = World::new();
        world.begins("alpha");
        world.at(SECOND, |world| world.writes("bravo"));
        world.fault_after(skip, "intercom.read", 3, Kind::StaleRead { behind: 1 });
        world.run();
        assert_eq!(world.replies(), ["About alpha bravo."], "{skip}");
        assert_kept(&world);
    }
}

#[test]
fn a_stale_read_at_the_hand_over_does_not_lose_the_message() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(MINUTE, |world| {
        world.fault("gpt_trainer.*", 0, Kind::FailBefore { status: 422, json: true });
        world.writes("bravo");
    });
    // The second turn's first read is right, the look before the hand-over lags behind.
    world.fault_after(3, "intercom.read", 1, Kind::StaleRead { behind: 1 });
    world.run();
    assert_kept(&world);
}

// shows: G2
#[test]
fn a_hand_over_is_told_in_spite_of_failing_calls() {
    for fault in [DOWN, Kind::CutBefore {}, Kind::ActThenCut {}, Kind::ActThen500 { json: true }] {
        let mut world = World::new();
        world.fault("gpt_trainer.*", 0, DOWN);
        for call in ["intercom.parts", "intercom.note"] {
            world.fault(call, 3, fault.clone());
        }
        world.begins("alpha");
        world.run();
        assert!(world.seen().contains(&"bot notes".to_owned()), "{fault:?}");
        assert_kept(&world);
    }
}

#[test]
fn what_the_customer_adds_while_a_teammate_is_being_told_has_an_outcome() {
    let mut world = World::new();
    world.fault("gpt_trainer.*", 0, DOWN);
    world.fault("intercom.note", 5, DOWN);
    world.begins("alpha");
    world.on(Call::Note, 1, |world| world.writes("bravo"));
    world.run();
    assert_kept(&world);
}

fn revoked(from: u64, until: u64) -> World {
    let mut world = World::new();
    world.at(from, |world| world.far_side.intercom.workspace.access_token = "another".to_owned());
    world.at(until, |world| world.far_side.intercom.workspace.access_token = ACCESS_TOKEN.to_owned());
    world.begins("alpha");
    world.run();
    world
}

#[test]
fn a_token_that_is_mended_within_the_hour_still_brings_the_reply() {
    for from in [0, 6 * SECOND, 12 * SECOND] {
        let world = revoked(from, 50 * MINUTE);
        assert_eq!(world.replies(), ["About alpha."], "{from}");
        assert_kept(&world);
    }
}

#[test]
fn a_token_that_is_mended_later_brings_a_note_and_no_stale_reply() {
    for from in [0, 6 * SECOND, 12 * SECOND] {
        let world = revoked(from, 3 * HOUR);
        assert_eq!(world.seen(), ["customer: alpha", "bot notes"], "{from}");
        assert_kept(&world);
    }
}

#[test]
fn a_wrong_key_of_the_ai_is_waited_for() {
    let mut world = World::new();
    world.far_side.gpt_trainer.account.api_key = "another".to_owned();
    world.at(40 * MINUTE, |world| world.far_side.gpt_trainer.account.api_key = "sandbox-gpt-key".to_owned());
    world.begins("alpha");
    world.run();
    assert_eq!(world.replies(), ["About alpha."]);
    assert_kept(&world);
}

/// A world in which the operator set one thing.
fn with_setting(name: &'static str, value: &'static str) -> World {
    let mut world = World::new();
    world.settings = settings_with(|of| (of == name).then(|| value.to_owned()));
    world
}

// found by: simulation
#[test]
fn nothing_is_written_in_a_conversation_that_cannot_be_read_where_nothing_may_be() {
    let mut world = with_setting("REPLY_MODE", "off");
    world.fault("intercom.read", 0, Kind::FailBefore { status: 422, json: true });
    world.begins("alpha");
    world.run();
    assert_eq!(world.seen(), ["customer: alpha"]);
    assert_eq!(world.outcomes(), [Outcome::StoodDown(StandDownReason::ModeOff)]);
    assert_kept(&world);
}

// found by: simulation
#[test]
fn a_question_that_may_still_be_answered_is_not_put_again_at_the_deadline() {
    let mut world = with_setting("ANSWER_DEADLINE_SECONDS", "40");
    world.far_side.gpt_trainer.account.answer_delay = MINUTE;
    world.fault("gpt_trainer.stream", 1, Kind::ActThenCut {});
    world.fault("gpt_trainer.messages", 0, Kind::FailBefore { status: 422, json: true });
    world.begins("alpha");
    world.run();
    assert_eq!(world.outcomes(), [Outcome::HandedOver(HandOverReason::AiUnavailable)]);
    assert_eq!(world.far_side.arrived(Call::Stream), 1);
    assert_kept(&world);
}

// found by: simulation
#[test]
fn the_next_question_is_not_put_beside_one_that_was_given_up_and_may_still_be_answered() {
    let mut world = with_setting("ANSWER_DEADLINE_SECONDS", "40");
    world.far_side.gpt_trainer.account.answer_delay = MINUTE;
    world.fault("gpt_trainer.stream", 1, Kind::ActThenCut {});
    world.begins("alpha");
    world.on(Call::Stream, 1, |world| {
        world.another_program_answers();
        world.writes("bravo");
    });
    world.run();
    assert_eq!(world.replies().last().map(String::as_str), Some("About bravo."));
    assert_kept(&world);
}
