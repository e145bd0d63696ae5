//! G3: never over a human. Whatever a teammate does, the read directly before the post shows it.

use crate::world::audit::assert_kept;
use crate::world::{HOUR, SECOND, World};
use onereply::turn::outcome::{Outcome, StandDownReason};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

const ACTS: [&str; 4] = ["reply", "assign", "close", "snooze"];

// shows: G3
#[test]
fn a_teammate_who_acts_while_the_ai_thinks_is_left_alone() {
    for act in ACTS {
        let mut world = World::new();
        world.begins("alpha");
        world.on(Call::Stream, 1, move |world| world.teammate(act));
        world.run();
        assert_eq!(world.replies(), [""; 0], "{act}");
        assert_eq!(world.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)], "{act}");
        assert_kept(&world);
    }
}

// shows: G3
#[test]
fn the_second_read_alone_is_enough_to_stand_down() {
    for act in ACTS {
        let mut world = World::new();
        world.webhooks.unticked = Some("conversation.admin");
        world.begins("alpha");
        world.on(Call::Stream, 1, move |world| world.teammate(act));
        world.run();
        assert_eq!(world.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)], "{act}");
        assert_kept(&world);
    }
}

// shows: G3
#[test]
fn a_webhook_alone_is_enough_to_stand_down() {
    let mut world = World::new();
    world.begins("alpha");
    world.on(Call::Stream, 1, |world| world.teammate("reply"));
    world.fault_after(1, "intercom.read", 1, Kind::StaleRead { behind: 1 });
    world.run();
    assert_eq!(world.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
    assert_kept(&world);
}

#[test]
fn a_teammate_who_acts_before_the_first_read_is_left_alone() {
    for act in ACTS {
        let mut world = World::new();
        world.begins("alpha");
        world.at(2 * SECOND, move |world| world.teammate(act));
        world.run();
        assert_eq!(world.far_side.arrived(Call::Stream), 0, "{act}");
        assert_kept(&world);
    }
}

// shows: G3
#[test]
fn an_answer_is_not_posted_on_a_read_that_took_too_long() {
    let mut world = World::new();
    world.begins("alpha");
    world.fault_after(1, "intercom.read", 1, Kind::Late { ms: 7_000, acts_first: true });
    world.webhooks.unticked = Some("conversation.admin");
    world.on(Call::Read, 2, |world| world.teammate("reply"));
    world.run();
    assert_eq!(world.replies(), [""; 0]);
    assert_kept(&world);
}

#[test]
fn what_the_customer_adds_while_a_teammate_has_it_is_the_teammates() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(2 * SECOND, |world| world.teammate("reply"));
    world.at(HOUR, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), [""; 0]);
    assert_kept(&world);
}

#[test]
fn the_bot_answers_again_when_a_teammates_hours_are_over() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(2 * SECOND, |world| world.teammate("reply"));
    world.at(13 * HOUR, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About bravo."]);
    assert_kept(&world);
}

#[test]
fn a_message_that_reopens_a_closed_conversation_is_answered() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(60 * SECOND, |world| world.teammate("close"));
    world.at(90 * SECOND, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_kept(&world);
}

#[test]
fn a_message_in_the_second_in_which_a_teammate_closed_has_an_outcome() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(60 * SECOND, |world| world.teammate("close"));
    world.at(60 * SECOND + 400, |world| world.writes("bravo"));
    world.run();
    assert_kept(&world);
}

// shows: G3
#[test]
fn a_teammate_who_takes_over_during_a_hand_over_keeps_the_conversation() {
    let mut world = World::new();
    world.fault("gpt_trainer.*", 0, Kind::FailBefore { status: 422, json: true });
    world.fault("intercom.parts", 4, Kind::FailBefore { status: 500, json: true });
    world.begins("alpha");
    world.on(Call::Parts, 1, |world| world.teammate("reply"));
    world.run();
    let assignee = world.far_side.intercom.records()[0].admin_assignee_id;
    assert_eq!(assignee, Some(9_608_799), "{:#?}", world.seen());
    assert_kept(&world);
}

/// Nothing told us of the note but reads that lagged. It looks as if we had spoken over it, and Intercom keeps no record of reads.
#[test]
fn a_note_that_no_read_before_the_post_shows_cannot_stop_it() {
    let mut world = World::new();
    world.webhooks.unticked = Some("conversation.admin");
    world.far_side.gpt_trainer.account.answer_delay = 60_000;
    world.begins("alpha");
    world.fault_after(1, "intercom.read", 1, Kind::StaleRead { behind: 1 });
    world.at(20 * SECOND, |world| world.teammate("stop"));
    world.run();
    assert_eq!(world.replies(), ["About alpha."]);
    assert_kept(&world);
}
