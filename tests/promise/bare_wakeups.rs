//! Webhooks whose inside nobody understands: only that something was written, not what.

use crate::world::audit::assert_kept;
use crate::world::{SECOND, World};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

const CUSTOMERS: Option<&str> = Some("conversation.user");

#[test]
fn a_message_that_is_only_hinted_at_is_answered() {
    let mut world = World::new();
    world.webhooks.bare = CUSTOMERS;
    world.begins("alpha");
    world.run();
    assert_eq!(world.replies(), ["About alpha."]);
    assert_kept(&world);
}

#[test]
fn a_message_that_is_only_hinted_at_during_any_call_has_an_outcome() {
    for call in [Call::Read, Call::Messages, Call::CreateSession, Call::Stream, Call::Reply] {
        for nth in [1, 2] {
            let mut world = World::new();
            world.webhooks.bare = CUSTOMERS;
            // The hint is there before the answer to the call, which was right when it was given.
            world.webhooks.latency = 50;
            world.begins("alpha");
            world.on(call, nth, |world| world.writes("bravo"));
            world.run();
            assert_kept(&world);
        }
    }
}

#[test]
fn a_message_that_is_only_hinted_at_while_a_teammate_is_being_told_has_an_outcome() {
    let mut world = World::new();
    world.webhooks.bare = CUSTOMERS;
    world.fault("gpt_trainer.*", 0, Kind::FailBefore { status: 422, json: true });
    world.begins("alpha");
    world.on(Call::Note, 1, |world| world.writes("bravo"));
    world.at(14 * 3_600 * SECOND, |world| world.far_side.faults.clear());
    world.run();
    assert_kept(&world);
}

#[test]
fn our_own_reply_that_is_only_hinted_at_is_no_teammates() {
    let mut world = World::new();
    world.webhooks.bare = Some("conversation.admin");
    world.begins("alpha");
    world.at(60 * SECOND, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_kept(&world);
}

fn taken_back(world: &mut World) {
    world.takes_back(&world.conversation(), 0);
}

// found by: simulation
#[test]
fn a_message_that_is_only_hinted_at_is_answered_though_the_question_before_it_is_not() {
    for ends_the_turn in [taken_back, World::another_program_answers] {
        let mut world = World::new();
        world.webhooks.bare = CUSTOMERS;
        world.begins("alpha");
        world.on(Call::Stream, 1, move |world| {
            ends_the_turn(world);
            world.writes("bravo");
        });
        world.run();
        assert!(world.replies().contains(&"About bravo.".to_owned()), "{:#?}", world.seen());
        assert_kept(&world);
    }
}

// found by: simulation
#[test]
fn a_message_that_is_only_hinted_at_has_an_outcome_though_a_hand_over_ends_without_it() {
    let mut world = World::new();
    world.webhooks.bare = CUSTOMERS;
    world.fault("gpt_trainer.stream", 1, Kind::FailBefore { status: 422, json: true });
    // The hint is there before the look at who has the conversation.
    world.webhooks.latency = 50;
    world.begins("alpha");
    world.on(Call::Stream, 1, |world| {
        world.another_program_answers();
        world.writes("bravo");
    });
    world.run();
    assert!(world.replies().contains(&"About bravo.".to_owned()), "{:#?}", world.seen());
    assert_kept(&world);
}
