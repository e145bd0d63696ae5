//! Each step of an object's storage fails once, in each transaction of a turn: before it was written, and where that makes a
//! difference after it was. The object looks again, a notice is sent again, and the promise holds.

use crate::world::audit::assert_kept;
use crate::world::fate::{Fate, Point};
use crate::world::object::{HELD, NOTICE};
use crate::world::program::{Configured, Program};
use crate::world::storage::{Broken, Passed, Step};
use crate::world::{MINUTE, World};
use onereply_sandbox::fault::Kind;

/// These steps fail, by their numbers.
struct Failing(Vec<(usize, Broken)>);

impl Fate for Failing {
    fn storage(&mut self, at: Point, _step: Step, _now: u64) -> Option<Broken> {
        self.0.iter().find(|(nth, _)| *nth == at.nth).map(|(_, broken)| *broken)
    }
}

fn played(story: impl Fn(&mut World), failing: Vec<(usize, Broken)>) -> World {
    let mut world = World::new();
    world.fate = Box::new(Failing(failing));
    story(&mut world);
    world.run();
    world
}

/// The number of the first such step in a story that goes well.
fn number_of(story: impl Fn(&mut World), step: Step, occasion: &'static str) -> usize {
    let steps = played(story, vec![]).storage_steps;
    steps.iter().position(|passed| *passed == Passed { step, occasion }).unwrap() + 1
}

fn one_message(world: &mut World) {
    world.begins("alpha");
}

/// The only transaction after which an object cannot know whether it posted: then a teammate is told.
fn leaves_an_intent(step: Step, occasion: &str, broken: Broken) -> bool {
    let written = step == Step::ReadName || step == Step::Commit && broken == Broken::Written;
    occasion == "posting" && written
}

#[track_caller]
fn fails_once(step: Step, occasion: &'static str, broken: Broken) {
    let nth = number_of(one_message, step, occasion);
    let world = played(one_message, vec![(nth, broken)]);
    assert_one_answer_unless_told(&world, leaves_an_intent(step, occasion, broken));
}

#[track_caller]
fn assert_one_answer_unless_told(world: &World, told: bool) {
    let seen = world.seen();
    if told {
        assert_eq!(seen, ["customer: alpha", "bot <assignment>", "bot notes"]);
    } else {
        assert_eq!(seen, ["customer: alpha", "bot: About alpha."]);
    }
    assert_kept(world);
}

/// The commit fails, and then the alarm that is set because of that: the runtime calls the handler again.
#[track_caller]
fn fails_and_cannot_say_so(occasion: &'static str, broken: Broken) {
    let nth = number_of(one_message, Step::Commit, occasion);
    let world = played(one_message, vec![(nth, Broken::Unwritten), (nth + 1, broken)]);
    assert_eq!(world.storage_steps[nth].step, Step::SetAlarmAlone);
    assert_one_answer_unless_told(&world, false);
}

macro_rules! each_step_fails_once {
    ($($transaction:ident: $occasion:expr;)*) => {
        $(mod $transaction {
            use super::*;

            #[test]
            fn read_of_held_fails() {
                fails_once(Step::ReadHeld, $occasion, Broken::Unwritten);
            }

            #[test]
            fn read_of_the_state_fails() {
                fails_once(Step::ReadState, $occasion, Broken::Unwritten);
            }

            #[test]
            fn write_of_the_state_fails() {
                fails_once(Step::WriteState, $occasion, Broken::Unwritten);
            }

            #[test]
            fn delete_of_held_fails() {
                fails_once(Step::DeleteHeld, $occasion, Broken::Unwritten);
            }

            #[test]
            fn alarm_fails() {
                fails_once(Step::SetAlarm, $occasion, Broken::Unwritten);
            }

            #[test]
            fn commit_fails_unwritten() {
                fails_once(Step::Commit, $occasion, Broken::Unwritten);
            }

            #[test]
            fn commit_fails_written() {
                fails_once(Step::Commit, $occasion, Broken::Written);
            }
        })*
    };
}

each_step_fails_once! {
    the_notice: NOTICE;
    the_comparison_of_the_workspace: "verifying";
    the_first_read: "reading";
    the_session: "opening_session";
    the_question: "asking";
    the_second_read: "rechecking";
    the_intent: "posting";
    the_outcome: "idle";
}

macro_rules! each_wake_up_fails_once {
    ($($transaction:ident: $occasion:expr;)*) => {
        $(mod $transaction {
            use super::*;

            #[test]
            fn read_of_the_name_fails() {
                fails_once(Step::ReadName, $occasion, Broken::Unwritten);
            }

            #[test]
            fn alarm_after_a_failure_fails_unwritten() {
                fails_and_cannot_say_so($occasion, Broken::Unwritten);
            }

            #[test]
            fn alarm_after_a_failure_fails_written() {
                fails_and_cannot_say_so($occasion, Broken::Written);
            }
        })*
    };
}

each_wake_up_fails_once! {
    comparing_the_workspace: "verifying";
    reading_first: "reading";
    opening_the_session: "opening_session";
    asking: "asking";
    reading_again: "rechecking";
    posting: "posting";
    settling_the_outcome: "idle";
}

/// A reply whose confirmation is lost, and one that is never seen.
#[test]
fn any_step_may_fail_while_a_lost_reply_is_looked_for_and_a_teammate_is_told() {
    for fault in [Kind::ActThenCut {}, Kind::NeverAnswer { acts: false }] {
        let story = |world: &mut World| {
            world.fault("intercom.reply", 1, fault.clone());
            world.begins("alpha");
        };
        for nth in 1..=played(story, vec![]).storage_steps.len() {
            for broken in [Broken::Unwritten, Broken::Written] {
                assert_kept(&played(story, vec![(nth, broken)]));
            }
        }
    }
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

fn hold_fails_once(step: Step, broken: Broken) {
    for story in [held_by_settings, held_by_version] {
        let nth = number_of(story, step, HELD);
        let world = played(story, vec![(nth, broken)]);
        assert!(world.replies().last().is_some_and(|reply| reply.contains("alpha") || reply.contains("bravo")));
        assert_kept(&world);
    }
}

mod a_held_notice {
    use super::*;

    #[test]
    fn is_answered_when_it_can_be() {
        for story in [held_by_settings, held_by_version] {
            let world = played(story, vec![]);
            assert!(world.tally.of("notices", "held") > 0);
            assert_eq!(world.replies().join(" ").matches("About").count(), world.seen().len() / 2);
            assert_kept(&world);
        }
    }

    #[test]
    fn insert_fails() {
        hold_fails_once(Step::InsertHeld, Broken::Unwritten);
    }

    #[test]
    fn alarm_fails() {
        hold_fails_once(Step::SetAlarm, Broken::Unwritten);
    }

    #[test]
    fn commit_fails_unwritten() {
        hold_fails_once(Step::Commit, Broken::Unwritten);
    }

    #[test]
    fn commit_fails_written() {
        hold_fails_once(Step::Commit, Broken::Written);
    }

    #[test]
    fn look_again_fails() {
        for story in [held_by_settings, held_by_version] {
            let steps = played(story, vec![]).storage_steps;
            let alone = |passed: &Passed| passed.step == Step::SetAlarmAlone;
            let nth = steps.iter().position(alone).unwrap() + 1;
            for broken in [Broken::Unwritten, Broken::Written] {
                assert_kept(&played(story, vec![(nth, broken)]));
            }
        }
    }
}
