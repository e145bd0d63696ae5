//! G1 where it is hard: a post has no idempotency key, and what became of it must be found out.

use crate::world::audit::assert_kept;
use crate::world::{HOUR, MINUTE, SECOND, World};
use onereply::turn::outcome::{HandOverReason, Outcome, RepliedBy, StandDownReason};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;

fn posting(fault: Kind) -> World {
    let mut world = World::new();
    world.fault("intercom.reply", 1, fault);
    world.begins("alpha");
    world.run();
    world
}

fn handed_over(reason: HandOverReason) -> [Outcome; 1] {
    [Outcome::HandedOver(reason)]
}

// shows: G1
#[test]
fn a_reply_whose_confirmation_was_lost_is_found_and_not_repeated() {
    for fault in [
        Kind::ActThenCut {},
        Kind::ActThen500 { json: true },
        Kind::ActThen500 { json: false },
        Kind::ActThen502 {},
        Kind::NeverAnswer { acts: true },
        Kind::Late { ms: 15_000, acts_first: true },
        Kind::Late { ms: 25_000, acts_first: false },
        Kind::Malformed {},
        Kind::HalfBody {},
        Kind::Html200 {},
    ] {
        let world = posting(fault.clone());
        assert_eq!(world.seen(), ["customer: alpha", "bot: About alpha."], "{fault:?}");
        assert_eq!(world.far_side.arrived(Call::Reply), 1, "{fault:?}");
        assert_kept(&world);
    }
}

#[test]
fn a_reply_that_certainly_did_nothing_is_posted_again() {
    for fault in [
        Kind::FailBefore { status: 500, json: true },
        Kind::FailBefore { status: 401, json: true },
        Kind::FailBefore { status: 404, json: true },
        Kind::RateLimited { reset_in_s: 7 },
    ] {
        let world = posting(fault.clone());
        assert_eq!(world.seen(), ["customer: alpha", "bot: About alpha."], "{fault:?}");
        assert_kept(&world);
    }
}

// shows: G1
#[test]
fn a_reply_that_was_never_answered_and_is_not_there_is_handed_over_and_never_repeated() {
    for fault in [
        Kind::CutBefore {},
        Kind::NeverAnswer { acts: false },
        Kind::FailBefore { status: 500, json: false },
        Kind::FailBefore { status: 408, json: true },
        Kind::FailBefore { status: 502, json: false },
    ] {
        let world = posting(fault.clone());
        let seen = ["customer: alpha", "bot <assignment>", "bot notes"];
        assert_eq!(world.seen(), seen, "{fault:?}");
        assert_eq!(world.outcomes(), handed_over(HandOverReason::ReplyUnknown), "{fault:?}");
        assert_eq!(world.far_side.arrived(Call::Reply), 1, "{fault:?}");
        assert_kept(&world);
    }
}

#[test]
fn a_refused_reply_is_handed_over() {
    let world = posting(Kind::FailBefore { status: 422, json: true });
    assert_eq!(world.outcomes(), handed_over(HandOverReason::ReplyRefused));
    assert_kept(&world);
}

/// Lands so late that a teammate has been told long before.
const LATE: Kind = Kind::Late { ms: 300_000, acts_first: false };

// shows: G1
#[test]
fn a_reply_that_lands_after_the_hand_over_is_the_only_one_and_corrects_the_record() {
    let world = posting(LATE);
    assert_eq!(world.seen(), ["customer: alpha", "bot <assignment>", "bot notes", "bot: About alpha."]);
    assert!(matches!(world.outcomes()[..], [Outcome::Replied { by: RepliedBy::UsLate, .. }]), "{:?}", world.outcomes());
    assert_kept(&world);
}

/// It answers what it was posted for, whatever was written and taken back meanwhile.
#[test]
fn a_reply_that_lands_behind_a_message_that_was_taken_back_is_no_answer_to_that() {
    let mut world = World::new();
    world.fault("intercom.reply", 1, LATE);
    world.begins("alpha");
    world.at(2 * MINUTE, |world| world.writes("bravo"));
    world.at(HOUR, |world| world.takes_back(&world.conversation(), 1));
    world.run();
    let outcomes = world.outcomes();
    assert!(
        matches!(
            outcomes[..],
            [Outcome::Replied { by: RepliedBy::UsLate, .. }, Outcome::StoodDown(StandDownReason::HandedOver)]
        ),
        "{outcomes:?}"
    );
    assert_kept(&world);
}

#[test]
fn a_late_reply_that_no_webhook_tells_of_is_seen_by_the_next_read() {
    let mut world = World::new();
    world.webhooks.unticked = Some("conversation.admin");
    world.fault("intercom.reply", 1, LATE);
    world.begins("alpha");
    world.at(HOUR, |world| world.writes("bravo"));
    world.run();
    let outcomes = world.outcomes();
    assert!(matches!(outcomes[0], Outcome::Replied { by: RepliedBy::UsLate, .. }), "{outcomes:?}");
    assert_kept(&world);
}

#[test]
fn a_reply_that_lands_while_a_teammate_is_being_told_corrects_the_record() {
    let mut world = World::new();
    world.fault("intercom.reply", 1, Kind::Late { ms: 60_000, acts_first: false });
    world.fault("intercom.note", 6, Kind::FailBefore { status: 500, json: true });
    world.begins("alpha");
    world.run();
    let outcomes = world.outcomes();
    assert!(matches!(outcomes[..], [Outcome::Replied { by: RepliedBy::UsLate, .. }]), "{outcomes:?}");
    assert_kept(&world);
}

#[test]
fn a_later_reply_is_not_taken_for_one_that_was_given_up() {
    let mut world = World::new();
    world.fault("intercom.reply", 1, Kind::NeverAnswer { acts: false });
    world.begins("alpha");
    world.at(12 * HOUR, |world| world.teammate("give back"));
    world.at(13 * HOUR, |world| {
        // The webhook of our own reply comes before the answer to the post.
        world.webhooks.latency = 100;
        world.fault("intercom.reply", 1, Kind::Late { ms: 3_000, acts_first: true });
        world.writes("bravo");
    });
    world.run();
    let outcomes = world.outcomes();
    assert!(
        matches!(
            outcomes[..],
            [Outcome::HandedOver(HandOverReason::ReplyUnknown), Outcome::Replied { by: RepliedBy::Us, .. }]
        ),
        "{outcomes:?}"
    );
    assert_kept(&world);
}

#[test]
fn a_reply_that_its_own_webhook_tells_of_is_not_posted_again() {
    let mut world = World::new();
    world.fault("intercom.reply", 1, Kind::ActThen500 { json: true });
    world.fault_after(2, "intercom.read", 1, Kind::StaleRead { behind: 1 });
    world.begins("alpha");
    world.run();
    assert_eq!(world.seen(), ["customer: alpha", "bot: About alpha."]);
    assert_kept(&world);
}

#[test]
fn a_message_while_a_lost_post_is_waited_for_is_not_answered_over_it() {
    for fault in [Kind::NeverAnswer { acts: false }, Kind::NeverAnswer { acts: true }, LATE] {
        let mut world = World::new();
        world.fault("intercom.reply", 1, fault.clone());
        world.begins("alpha");
        world.on(Call::Reply, 1, |world| world.writes("bravo"));
        world.run();
        assert_kept(&world);
    }
}

#[test]
fn a_post_that_fails_until_the_deadline_is_handed_over() {
    let mut world = World::new();
    world.fault("intercom.reply", 0, Kind::FailBefore { status: 500, json: true });
    world.begins("alpha");
    world.run();
    assert_eq!(world.outcomes(), handed_over(HandOverReason::IntercomUnavailable));
    assert!(world.now < crate::world::START + 20 * MINUTE);
    assert_kept(&world);
}

#[test]
fn a_teammate_who_answers_while_a_lost_post_is_waited_for_is_left_alone() {
    let mut world = World::new();
    world.fault("intercom.reply", 1, Kind::FailBefore { status: 500, json: true });
    world.begins("alpha");
    world.at(30 * SECOND, |world| world.teammate("reply"));
    world.run();
    assert_eq!(world.replies(), [""; 0]);
    assert_kept(&world);
}

/// The record may then name the wrong one, and nothing else goes wrong.
#[test]
fn another_programs_word_in_the_moment_of_a_post_that_is_never_answered_takes_its_place_in_the_record() {
    let mut world = World::new();
    world.fault("intercom.reply", 1, Kind::Late { ms: 40_000, acts_first: false });
    world.begins("alpha");
    world.on(Call::Reply, 1, World::another_program_answers);
    world.run();
    assert_eq!(world.seen(), ["customer: alpha", "bot: The another program answers.", "bot: About alpha."]);
    assert!(matches!(world.outcomes()[..], [Outcome::Replied { by: RepliedBy::Us, .. }]), "{:?}", world.outcomes());
    assert_kept(&world);
}
