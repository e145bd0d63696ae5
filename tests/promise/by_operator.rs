//! The operator hands a conversation over while it is answered, and the process dies at every step.

// shows: G3

use crate::crashes::{WAYS, crash_everywhere};
use crate::world::audit::assert_kept;
use crate::world::{MINUTE, SECOND, World};
use onereply::turn::outcome::{HandOverReason, Outcome};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

fn hand_over(world: &mut World) {
    let conversation = world.conversation();
    world.operator_hands_over(&conversation);
}

fn outcomes(world: &World) -> Vec<Outcome> {
    let state = world.state_of(&world.conversation()).unwrap();
    state.settled.into_iter().map(|settled| settled.outcome).collect()
}

#[test]
fn a_hand_over_in_place_of_an_answer_survives_a_crash_at_every_step() {
    for call in [Call::Read, Call::Stream, Call::Reply] {
        crash_everywhere(&WAYS, move |world| {
            world.begins("alpha");
            world.on(call, 1, hand_over);
        });
    }
}

#[test]
fn one_during_a_post_that_goes_wrong_survives_a_crash_at_every_step() {
    for fault in [
        Kind::ActThenCut {},
        Kind::ActThen500 { json: true },
        Kind::FailBefore { status: 500, json: true },
        Kind::NeverAnswer { acts: false },
        Kind::Late { ms: 300_000, acts_first: false },
    ] {
        crash_everywhere(&[WAYS[0], WAYS[3]], move |world| {
            world.fault("intercom.reply", 1, fault.clone());
            world.begins("alpha");
            world.on(Call::Reply, 1, hand_over);
        });
    }
}

#[test]
fn one_of_the_last_turn_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.on(Call::Stream, 1, |world| world.fin(Some("assumed_resolution"), Some("Fin answers.")));
        world.at(5 * MINUTE, hand_over);
    });
}

#[test]
fn an_answer_that_comes_too_late_is_not_posted_and_the_customer_is_told_of_people() {
    let mut world = World::new();
    world.begins("alpha");
    world.on(Call::Stream, 1, hand_over);
    world.run();
    assert_eq!(world.replies(), [""; 0]);
    assert_eq!(world.hand_over_messages(), 1, "{:#?}", world.seen());
    assert_eq!(outcomes(&world), [Outcome::HandedOver(HandOverReason::Operator)]);
    assert_kept(&world);
}

#[test]
fn what_the_customer_writes_afterwards_is_for_people() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(2 * SECOND, hand_over);
    world.at(MINUTE, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), [""; 0]);
    assert_eq!(outcomes(&world).len(), 2);
    assert_kept(&world);
}
