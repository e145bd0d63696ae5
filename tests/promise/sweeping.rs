//! Messages whose webhooks were lost, and the sweep that tells of them.

// shows: G2

use crate::crashes::{WAYS, crash_everywhere};
use crate::world::audit::assert_kept;
use crate::world::{MINUTE, SECOND, World};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

/// From here on no webhook of a customer's message arrives.
fn lose_webhooks(world: &mut World) {
    world.webhooks.unticked = Some("conversation.user");
}

/// The calls of a turn, each of which is made once where nothing goes wrong, but for the reads.
const CALLS: [(Call, usize); 6] =
    [(Call::Read, 1), (Call::CreateSession, 1), (Call::Stream, 1), (Call::Read, 2), (Call::Reply, 1), (Call::Me, 1)];

fn bravo_without_webhook(world: &mut World) {
    lose_webhooks(world);
    world.writes("bravo");
}

#[test]
fn messages_whose_webhooks_were_all_lost_are_answered_once() {
    let mut world = World::new();
    lose_webhooks(&mut world);
    world.begins("alpha");
    world.at(10 * SECOND, |world| world.writes("bravo"));
    for minute in 1..6 {
        world.at(minute * MINUTE, World::sweep);
    }
    world.run();
    assert_eq!(world.replies(), ["About alpha bravo."]);
    assert_kept(&world);
}

#[test]
fn a_message_whose_webhook_was_lost_is_answered_though_the_others_came() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(MINUTE, bravo_without_webhook);
    world.at(2 * MINUTE, World::sweep);
    world.at(3 * MINUTE, |world| {
        world.webhooks.unticked = None;
        world.writes("charlie");
    });
    world.at(4 * MINUTE, World::sweep);
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo.", "About charlie."]);
    assert_kept(&world);
}

#[test]
fn a_sweep_costs_no_call_where_every_webhook_came() {
    let reads = |sweeps: u64| {
        let mut world = World::new();
        world.begins("alpha");
        for minute in 1..=sweeps {
            world.at(minute * MINUTE, World::sweep);
        }
        world.run();
        assert_eq!(world.replies(), ["About alpha."]);
        assert_kept(&world);
        world.far_side.calls.len()
    };
    assert_eq!(reads(0), reads(5));
}

#[test]
fn a_message_during_any_call_is_answered_once_whenever_the_sweep_tells_of_it() {
    for (call, nth) in CALLS {
        for sweep_at in [0, SECOND, 5 * SECOND, MINUTE] {
            let mut world = World::new();
            world.begins("alpha");
            world.on(call, nth, move |world| {
                bravo_without_webhook(world);
                let since_start = world.now - crate::world::START;
                world.at(since_start + sweep_at, World::sweep);
            });
            world.run();
            let replies = world.replies().concat();
            assert_eq!(replies.matches("bravo").count(), 1, "{call:?} {nth} {sweep_at}: {replies}");
            assert_kept(&world);
        }
    }
}

#[test]
fn a_sweep_during_any_call_asks_and_answers_nothing_twice() {
    for (call, nth) in CALLS {
        let mut world = World::new();
        world.begins("alpha");
        world.on(call, nth, World::sweep);
        world.run();
        assert_eq!(world.replies(), ["About alpha."], "{call:?} {nth}");
        assert_eq!(world.far_side.arrived(Call::Stream), 1, "{call:?} {nth}");
        assert_kept(&world);
    }
}

#[test]
fn a_read_that_lacks_what_the_sweep_told_of_is_made_again() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(MINUTE, bravo_without_webhook);
    world.at(2 * MINUTE, |world| {
        world.fault("intercom.read", 3, Kind::StaleRead { behind: 1 });
        world.sweep();
    });
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_kept(&world);
}

#[test]
fn what_no_read_shows_for_long_is_answered_when_the_sweep_tells_it_again() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(MINUTE, bravo_without_webhook);
    world.at(2 * MINUTE, |world| {
        world.fault("intercom.read", 6, Kind::StaleRead { behind: 1 });
        world.sweep();
    });
    world.at(3 * MINUTE, World::sweep);
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_kept(&world);
}

#[test]
fn a_message_that_only_the_sweep_tells_of_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        lose_webhooks(world);
        world.begins("alpha");
        world.at(MINUTE, World::sweep);
    });
}

#[test]
fn a_nudge_during_the_question_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.on(Call::Stream, 1, |world| {
            bravo_without_webhook(world);
            world.sweep();
        });
    });
}

#[test]
fn a_nudge_during_the_post_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.on(Call::Reply, 1, |world| {
            bravo_without_webhook(world);
            world.sweep();
        });
    });
}
