//! The process dies at every step of a turn, and the promise holds.

use crate::world::audit::audit;
use crate::world::crash::{InFlight, Revival};
use crate::world::{MINUTE, SECOND, World};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

pub const WAYS: [(InFlight, Revival); 4] = [
    (InFlight::Arrives, Revival::Alarm),
    (InFlight::Arrives, Revival::Runtime),
    (InFlight::Lost, Revival::Alarm),
    (InFlight::Lost, Revival::Runtime),
];

/// Plays the story once without a crash, to know its moments, and then with a crash at each of them.
pub fn crash_everywhere(ways: &[(InFlight, Revival)], story: impl Fn(&mut World)) {
    let moments = played(&story, &[], ways[0]).crashes.passed.len();
    assert!(moments > 20, "{moments}");
    for way in ways.iter().copied() {
        for n in 1..=moments {
            assert_kept_in_spite_of(&[n], way, &played(&story, &[n], way));
        }
    }
}

fn played(story: &impl Fn(&mut World), at: &[usize], (in_flight, revival): (InFlight, Revival)) -> World {
    let mut world = World::new();
    world.crashes.at = at.to_vec();
    (world.crashes.in_flight, world.crashes.revival) = (in_flight, revival);
    story(&mut world);
    world.run();
    world
}

#[track_caller]
fn assert_kept_in_spite_of(at: &[usize], way: (InFlight, Revival), world: &World) {
    let violations = audit(world);
    let moments: Vec<_> = at.iter().map(|n| world.crashes.passed.get(n - 1)).collect();
    assert!(violations.is_empty(), "crash at {at:?} {moments:?} {way:?}: {violations:?}\n{:#?}", world.seen());
}

// shows: G1
#[test]
fn one_message_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| world.begins("alpha"));
}

// shows: G1
#[test]
fn one_message_survives_two_crashes_at_every_two_steps() {
    let story = |world: &mut World| world.begins("alpha");
    let moments = played(&story, &[], WAYS[0]).crashes.passed.len();
    for first in 1..=moments {
        // After the first crash the turn is longer.
        for second in first + 1..=moments + 12 {
            // Every pair in one of the two ways that differ most, for the sake of time.
            let way = [WAYS[0], WAYS[3]][(first + second) % 2];
            assert_kept_in_spite_of(&[first, second], way, &played(&story, &[first, second], way));
        }
    }
}

#[test]
fn a_second_turn_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.at(MINUTE, |world| world.writes("bravo"));
    });
}

#[test]
fn a_message_while_the_ai_thinks_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.on(Call::Stream, 1, |world| world.writes("bravo"));
    });
}

#[test]
fn a_message_during_the_post_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.on(Call::Reply, 1, |world| world.writes("bravo"));
    });
}

#[test]
fn a_teammate_who_answers_while_the_ai_thinks_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.begins("alpha");
        world.on(Call::Stream, 1, |world| world.teammate("reply"));
    });
}

#[test]
fn a_lost_confirmation_survives_a_crash_at_every_step() {
    for fault in [
        Kind::ActThenCut {},
        Kind::ActThen500 { json: true },
        Kind::FailBefore { status: 500, json: true },
        Kind::NeverAnswer { acts: false },
        Kind::Late { ms: 25_000, acts_first: false },
        Kind::Late { ms: 300_000, acts_first: false },
    ] {
        crash_everywhere(&[WAYS[0], WAYS[3]], move |world| {
            world.fault("intercom.reply", 1, fault.clone());
            world.begins("alpha");
        });
    }
}

// shows: G2
#[test]
fn a_hand_over_survives_a_crash_at_every_step() {
    crash_everywhere(&WAYS, |world| {
        world.fault("gpt_trainer.*", 0, Kind::FailBefore { status: 422, json: true });
        world.begins("alpha");
    });
}

#[test]
fn an_alarm_that_goes_off_without_need_changes_nothing() {
    for at in (0..40).map(|n| n * SECOND / 2) {
        let mut world = World::new();
        world.begins("alpha");
        world.at(at, World::wake_all);
        world.run();
        assert_eq!(world.replies(), ["About alpha."], "{at}");
        assert!(audit(&world).is_empty(), "{at}");
    }
}
