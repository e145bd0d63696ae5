//! Each step of each object's storage fails once: before it was written, and where that makes a difference after it was. The object looks
//! again, events are sent again, and the promise holds.

// shows: G1, G2

use crate::world::audit::assert_kept;
use crate::world::disk::{ALONE, Broken, EVENTS, HELD, OUTBOX, Passed, Step};
use crate::world::fate::{Fate, Point};
use crate::world::host::WORKSPACE;
use crate::world::program::{Configured, Program};
use crate::world::{MINUTE, SECOND, World};
use onereply::settings::Ingest;
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

/// These steps fail, counted over all objects.
struct Failing {
    steps: Vec<(usize, Broken)>,
    passed: usize,
}

impl Fate for Failing {
    fn storage(&mut self, _at: Point, _step: Step, _now: u64) -> Option<Broken> {
        self.passed += 1;
        self.steps.iter().find(|(nth, _)| *nth == self.passed).map(|(_, broken)| *broken)
    }
}

fn played(story: impl Fn(&mut World), steps: Vec<(usize, Broken)>) -> World {
    let mut world = World::new();
    world.fate = Box::new(Failing { steps, passed: 0 });
    story(&mut world);
    world.run();
    world
}

/// Plays the story once for each step that it passes and each way in which that can fail.
fn each_step_fails_once(story: impl Fn(&mut World), judge: impl Fn(&World, &Passed, Broken)) {
    for (nth, passed) in played(&story, vec![]).storage_steps.iter().enumerate() {
        for broken in [Broken::Unwritten, Broken::Written] {
            judge(&played(&story, vec![(nth + 1, broken)]), passed, broken);
        }
    }
}

fn one_message(world: &mut World) {
    world.begins("alpha");
}

/// The only transaction after which an object cannot know whether it posted: then a teammate is told.
fn leaves_an_intent(passed: &Passed, broken: Broken) -> bool {
    passed.occasion == "posting" && passed.step == Step::Commit && broken == Broken::Written
}

#[track_caller]
fn assert_one_answer_unless_notified(world: &World, told: bool, about: &str) {
    let seen = world.seen();
    if told {
        assert_eq!(seen, ["customer: alpha", "bot <assignment>", "bot notes"], "{about}");
    } else {
        assert_eq!(seen, ["customer: alpha", "bot: About alpha."], "{about}");
    }
    assert_kept(world);
}

#[test]
fn every_step_of_a_turn_may_fail() {
    each_step_fails_once(one_message, |world, passed, broken| {
        let about = format!("{passed:?} {broken:?}");
        assert_one_answer_unless_notified(world, leaves_an_intent(passed, broken), &about);
    });
}

/// What a turn does with storage, so that the tests here are known to reach it.
#[test]
fn a_turn_passes_every_kind_of_step() {
    let world = played(one_message, vec![]);
    let steps = &world.storage_steps;
    let passes = |step, occasion| {
        let found = steps.iter().any(|passed| passed.step == step && passed.occasion == occasion);
        assert!(found, "{step:?} in {occasion}");
    };
    for phase in [EVENTS, "verifying", "reading", "opening_session", "asking", "rechecking", "posting", "idle"] {
        for step in [Step::Read("held"), Step::Read("conversation"), Step::Write("conversation"), Step::Commit] {
            passes(step, phase);
        }
    }
    passes(Step::SetAlarm, EVENTS);
    passes(Step::SetAlarm, "idle");
    passes(Step::Write("conversation"), OUTBOX);
    for step in [Step::Open, Step::Read("conversation"), Step::Read("identity"), Step::Write("identity")] {
        passes(step, ALONE);
    }
    for table in ["granted", "open", "ledger"] {
        assert!(
            steps.iter().any(|passed| &*passed.object == WORKSPACE && passed.step == Step::Write(table)),
            "{table}"
        );
    }
}

/// A commit fails, and then the transaction that sets an alarm because of that: the runtime calls the handler again.
#[test]
fn the_alarm_after_a_failure_may_fail_too() {
    let world = played(one_message, vec![]);
    let steps = &world.storage_steps;
    let commits = |passed: &Passed| passed.step == Step::Commit && ![EVENTS, ALONE, OUTBOX].contains(&passed.occasion);
    let commits: Vec<_> = (1..=steps.len()).filter(|nth| commits(&steps[nth - 1])).collect();
    assert!(commits.len() > 8, "{commits:?}");
    for nth in commits {
        for (later, broken) in
            [(1, Broken::Unwritten), (2, Broken::Unwritten), (3, Broken::Unwritten), (3, Broken::Written)]
        {
            let world = played(one_message, vec![(nth, Broken::Unwritten), (nth + later, broken)]);
            assert_one_answer_unless_notified(&world, false, &format!("{:?} {later} {broken:?}", steps[nth - 1]));
        }
    }
}

/// A reply whose confirmation is lost, and one that is never seen.
#[test]
fn every_step_may_fail_while_a_lost_reply_is_looked_for_and_a_teammate_is_told() {
    for fault in [Kind::ActThenCut {}, Kind::NeverAnswer { acts: false }] {
        let story = |world: &mut World| {
            world.fault("intercom.reply", 1, fault.clone());
            world.begins("alpha");
        };
        each_step_fails_once(story, |world, _, _| assert_kept(world));
    }
}

/// Everything that the Workspace object does with its storage in a few minutes.
#[test]
fn every_step_of_the_rounds_may_fail() {
    let story = |world: &mut World| {
        world.every_minute(Ingest::Both);
        world.webhooks.unticked = Some("");
        world.at(SECOND, |world| world.begins("alpha"));
    };
    each_step_fails_once(story, |world, passed, broken| {
        let about = format!("{passed:?} {broken:?}");
        assert_one_answer_unless_notified(world, leaves_an_intent(passed, broken), &about);
    });
}

#[test]
fn every_step_of_a_pause_may_fail() {
    let story = |world: &mut World| {
        world.every_minute(Ingest::Both);
        world.begins("alpha");
        world.at(SECOND, World::pause);
        world.at(3 * MINUTE, World::resume);
    };
    each_step_fails_once(story, |world, _, _| assert_kept(world));
}

/// An object whose alarm is lost, as it is looked after.
#[test]
fn every_step_of_the_watchdog_may_fail() {
    let story = |world: &mut World| {
        world.every_minute(Ingest::Webhook);
        world.begins("alpha");
        world.on(Call::Stream, 1, |world| {
            let conversation = world.conversation();
            world.crash();
            world.lose_alarm_of(&conversation);
        });
    };
    each_step_fails_once(story, |world, _, _| assert_kept(world));
}

/// A message that waits for settings, or for a program that knows its state.
fn held_by_settings(world: &mut World) {
    world.configure(Configured::Wrong);
    world.begins("alpha");
    world.at(5 * MINUTE, |world| world.configure(Configured::Right));
}

fn held_by_version(world: &mut World) {
    world.deploy(Program::Newer);
    world.begins("alpha");
    world.at(MINUTE, |world| {
        world.deploy(Program::AsBuilt);
        world.writes("bravo");
    });
    world.at(5 * MINUTE, |world| world.deploy(Program::Newer));
}

#[test]
fn a_held_notice_is_answered_when_it_can_be() {
    for story in [held_by_settings, held_by_version] {
        let world = played(story, vec![]);
        assert!(world.tally.of("events", "held") > 0);
        assert!(world.storage_steps.iter().any(|passed| passed.occasion == HELD));
        assert_eq!(world.replies().join(" ").matches("About").count(), world.seen().len() / 2);
        assert_kept(&world);
    }
}

#[test]
fn every_step_may_fail_while_a_notice_is_held() {
    for story in [held_by_settings, held_by_version] {
        each_step_fails_once(story, |world, passed, broken| {
            let answered =
                world.replies().last().is_some_and(|reply| reply.contains("alpha") || reply.contains("bravo"));
            assert!(answered || leaves_an_intent(passed, broken), "{passed:?} {broken:?} {:#?}", world.seen());
            assert_kept(world);
        });
    }
}
