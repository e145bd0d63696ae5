//! The audit can fail: each rule that keeps the promise is broken once, and the audit catches it.

use crate::world::audit::{Violation, assert_kept, audit};
use crate::world::second_judge::findings;
use crate::world::variant::Variant;
use crate::world::{MINUTE, SECOND, World};
use onereply::audit::FindingKind;
use onereply::settings::Ingest;
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

/// The same story must be kept as built, and be caught where the rule is broken, by both judges.
#[track_caller]
fn caught(variant: Variant, violation: &Violation, story: impl Fn(&mut World)) {
    let played = |variant| {
        let mut world = World::with(variant);
        story(&mut world);
        world.run();
        world
    };
    assert_kept(&played(Variant::AsBuilt));
    let world = played(variant);
    let violations = audit(&world);
    assert!(violations.contains(violation), "not caught: {variant:?} {violations:?}\n{:#?}", world.seen());
    let found = findings(&world);
    let finds = |kind| found.iter().any(|finding| finding.kind == kind);
    assert!(same_in_the_audit(violation).is_none_or(finds), "not found: {variant:?} {found:?}\n{:#?}", world.seen());
}

/// What the product's own audit calls it. It does not see calls, so neither on which read a reply was posted nor how many
/// questions were in flight.
fn same_in_the_audit(violation: &Violation) -> Option<FindingKind> {
    match violation {
        Violation::TwoReplies { .. } | Violation::TooManyHandOverMessages => Some(FindingKind::AnsweredTwice),
        Violation::Silence { .. } => Some(FindingKind::Unanswered),
        Violation::OverTeammate { .. } => Some(FindingKind::OverAHuman),
        Violation::Groundless { .. }
        | Violation::AfterHandOver { .. }
        | Violation::Unfinished
        | Violation::OldRead { .. }
        | Violation::NotAllowed { .. }
        | Violation::TooOld { .. }
        | Violation::NotGranted { .. }
        | Violation::TwoQuestions
        | Violation::NoAlarm { .. }
        | Violation::LedgerDiffers { .. } => None,
    }
}

fn two_replies() -> Violation {
    Violation::TwoReplies { message: "alpha".to_owned() }
}

fn silence(message: &str) -> Violation {
    Violation::Silence { message: message.to_owned() }
}

/// The first moment of every story: a webhook came in and is not stored.
const FIRST_WEBHOOK: [usize; 1] = [1];

/// The make-believe Intercom's first conversation.
const FIRST: &str = "215522822465003";

/// Kills the process when a call of this kind has arrived.
fn crash_at_call(world: &mut World, call: Call) {
    world.on(call, 1, World::crash);
}

// shows: G1
#[test]
fn g1_acting_before_persisting_is_caught() {
    caught(Variant::ActBeforePersisting, &two_replies(), |world| {
        world.fault("intercom.reply", 1, Kind::Late { ms: 20_000, acts_first: false });
        world.begins("alpha");
        crash_at_call(world, Call::Reply);
    });
}

// shows: G1
#[test]
fn g1_resending_an_unanswered_post_is_caught() {
    caught(Variant::ResendUnanswered, &two_replies(), |world| {
        world.fault("intercom.reply", 1, Kind::Late { ms: 20_000, acts_first: false });
        world.begins("alpha");
    });
}

// shows: G1
#[test]
fn g1_forgetting_the_intent_at_a_wake_up_is_caught() {
    caught(Variant::ForgetIntent, &two_replies(), |world| {
        world.fault("intercom.reply", 1, Kind::Late { ms: 20_000, acts_first: false });
        world.begins("alpha");
        crash_at_call(world, Call::Reply);
    });
}

// shows: G1
#[test]
fn g1_forgetting_what_is_covered_is_caught() {
    caught(Variant::ForgetWatermark, &two_replies(), |world| {
        world.begins("alpha");
        world.at(MINUTE, |world| world.deliver_again(0, 1));
    });
}

// shows: G2
#[test]
fn g2_dropping_what_was_seen_is_caught() {
    caught(Variant::DropSeenWebhooks, &silence("alpha"), |world| {
        world.crashes.at = FIRST_WEBHOOK.to_vec();
        world.begins("alpha");
    });
}

// shows: G2
#[test]
fn g2_forgetting_the_alarm_is_caught() {
    caught(Variant::ForgetAlarm, &silence("alpha"), |world| {
        world.fault("intercom.reply", 1, Kind::NeverAnswer { acts: false });
        world.begins("alpha");
    });
    caught(Variant::ForgetAlarm, &silence("alpha"), |world| {
        world.fault("gpt_trainer.stream", 1, Kind::FailBefore { status: 500, json: true });
        world.begins("alpha");
    });
}

// shows: G2
#[test]
fn g2_keeping_the_state_in_memory_is_caught() {
    caught(Variant::KeepStateInMemory, &silence("bravo"), |world| {
        // The second message is told of, and stored, while the post waits for its answer.
        world.fault("intercom.reply", 1, Kind::Late { ms: 3_000, acts_first: true });
        world.begins("alpha");
        world.on(Call::Reply, 1, |world| world.writes("bravo"));
    });
}

// shows: G2
#[test]
fn g2_taking_a_nudge_for_done_without_a_read_is_caught() {
    caught(Variant::NudgeIsDone, &silence("alpha"), |world| {
        world.webhooks.unticked = Some("conversation.user");
        world.begins("alpha");
        world.at(MINUTE, World::sweep);
    });
}

// shows: G2
#[test]
fn g2_a_cursor_that_passes_a_page_that_failed_is_caught() {
    caught(Variant::PassFailedPages, &silence("alpha"), |world| {
        world.every_minute(Ingest::Polling);
        world.fault_after(2, "intercom.search", 12, Kind::CutBefore {});
        world.at(SECOND, |world| world.begins("alpha"));
    });
}

// shows: G2
#[test]
fn g2_looking_after_nobody_is_caught() {
    caught(Variant::WatchNobody, &silence("alpha"), |world| {
        world.every_minute(Ingest::Webhook);
        world.begins("alpha");
        world.on(Call::Stream, 1, |world| {
            let conversation = world.conversation();
            world.crash();
            world.lose_alarm_of(&conversation);
        });
    });
}

// shows: G2
#[test]
fn a_report_that_is_not_made_again_is_caught() {
    let differs = Violation::LedgerDiffers { conversation: FIRST.to_owned() };
    caught(Variant::ReportOnce, &differs, |world| {
        world.begins("alpha");
        world.on(Call::Reply, 1, |world| world.is_silent = true);
        world.at(5 * MINUTE, World::resume);
    });
}

#[test]
fn going_on_without_leave_is_caught() {
    let ungranted = Violation::NotGranted { conversation: FIRST.to_owned() };
    caught(Variant::GoOnUngranted, &ungranted, |world| {
        world.pause();
        world.begins("alpha");
        world.at(5 * MINUTE, World::resume);
    });
}

#[test]
fn asking_again_at_once_is_caught() {
    caught(Variant::AskAgainAtOnce, &Violation::TwoQuestions, |world| {
        world.fault("gpt_trainer.stream", 1, Kind::ActThen502 {});
        world.begins("alpha");
    });
}

// shows: G3
#[test]
fn g3_skipping_the_second_read_is_caught() {
    let old_read = Violation::OldRead { reply: "About alpha.".to_owned() };
    caught(Variant::SkipReread, &old_read, |world| {
        world.begins("alpha");
    });
}

// shows: G3
#[test]
fn g3_speaking_on_after_a_teammate_is_caught() {
    let over_teammate = Violation::OverTeammate { reply: "About alpha.".to_owned() };
    for act in ["reply", "assign", "close", "snooze"] {
        caught(Variant::OverlookTeammates, &over_teammate, |world| {
            // The product's audit sees no calls, so it leaves a gap before each reply.
            world.far_side.gpt_trainer.account.answer_delay = 20 * SECOND;
            world.begins("alpha");
            world.on(Call::Stream, 1, move |world| world.teammate(act));
        });
    }
}

// shows: G4
#[test]
fn g4_acknowledging_before_storing_is_caught() {
    caught(Variant::AcknowledgeBeforeStoring, &silence("alpha"), |world| {
        world.crashes.at = FIRST_WEBHOOK.to_vec();
        world.begins("alpha");
    });
}
