//! The model can fail: each rule is broken once, and the named property catches it. The same world holds as built.

use crate::action::{Act, Trouble};
use crate::bounds::{Bounds, quiet};
use crate::budget::Kind;
use crate::calls::{Break, Call, Effect, Fate};
use crate::circumstances::{Circumstances, Words};
use crate::explore::{explore, story};
use crate::intercom::Deed;
use crate::people::with_message;
use crate::properties::*;
use crate::variant::Variant;

/// The property fails where the rule is broken, and all of them hold as built.
#[track_caller]
fn caught(variant: Variant, property: &'static str, bounds: &Bounds) {
    if let Err(story) = explore(bounds, 1) {
        panic!("as built: {story}");
    }
    let story = story(bounds, variant, property);
    println!("{}", story.unwrap_or_else(|| panic!("{variant:?} is not caught by: {property}")));
}

#[test]
fn acting_before_persisting_is_caught() {
    let bounds = Bounds { disturbances: 1, of_a_kind: &[(Kind::Crash, 1)], ..one_message() };
    caught(Variant::ActBeforePersisting, AT_MOST_ONE, &bounds);
}

#[test]
fn taking_what_was_seen_for_done_is_caught() {
    caught(Variant::SeenIsDone, NEVER_STRANDED, &one_message());
}

#[test]
fn resending_an_unanswered_post_is_caught() {
    caught(Variant::ResendUnanswered, NOT_AFTER_UNANSWERED, &one_post(unanswered));
}

#[test]
fn reading_back_too_early_is_caught() {
    caught(Variant::ReadBackTooEarly, AT_MOST_ONE, &one_post(shows_later));
}

#[test]
fn letting_a_webhook_shorten_the_wait_is_caught() {
    let bounds = one_post(shows_later);
    let bounds = Bounds { disturbances: 2, of_a_kind: &[(Kind::Fault, 1), (Kind::Duplicate, 1)], ..bounds };
    caught(Variant::WebhookEndsTheWait, AT_MOST_ONE, &bounds);
}

#[test]
fn telling_a_part_by_its_words_is_caught() {
    let same = Circumstances { words: Words::Same, ..Circumstances::default() };
    let bounds = Bounds { circumstances: vec![same], messages: 2, ..one_post(unanswered) };
    caught(Variant::TellByWords, TRUE_RECORD, &bounds);
}

#[test]
fn skipping_the_second_read_is_caught() {
    caught(Variant::SkipReread, READ_BEFORE, &one_message());
}

#[test]
fn overlooking_what_webhooks_told_of_teammates_is_caught() {
    caught(Variant::OverlookWhatWasTold, NOT_OVER_TEAMMATE, &with_teammate());
}

#[test]
fn forgetting_the_alarm_is_caught() {
    let bounds = Bounds { disturbances: 1, of_a_kind: &[(Kind::Crash, 1)], ..one_message() };
    caught(Variant::ForgetAlarm, NEVER_STRANDED, &bounds);
}

#[test]
fn knowing_webhooks_in_place_of_messages_is_caught() {
    let bounds = Bounds { disturbances: 1, of_a_kind: &[(Kind::Duplicate, 1)], ..one_message() };
    caught(Variant::KnowWebhooksOnly, AT_MOST_ONE, &bounds);
}

#[test]
fn a_public_message_after_an_unanswered_post_is_caught() {
    caught(Variant::MessageAfterUnanswered, NOT_AFTER_UNANSWERED, &one_post(unanswered));
}

#[test]
fn settling_what_a_teammate_owns_as_answered_is_caught() {
    caught(Variant::TeammatesCountAsAnswers, TRUE_RECORD, &with_teammate());
}

#[test]
fn asking_again_at_once_is_caught() {
    let bounds = Bounds {
        disturbances: 1,
        of_a_kind: &[(Kind::Fault, 1)],
        troubles: |call| match call {
            Call::Ask { .. } => &[Trouble::Break(Break::AtOnce)],
            _other_calls => &[],
        },
        ..one_message()
    };
    caught(Variant::AskAgainAtOnce, ASKED_ONCE, &bounds);
}

#[test]
fn overlooking_that_a_conversation_was_given_back_is_caught() {
    let acts = &[Act::Teammate(Deed::Assigned), Act::Teammate(Deed::GaveBack)];
    let bounds = Bounds { disturbances: 2, of_a_kind: &[(Kind::Act, 2)], acts, ..one_message() };
    caught(Variant::OverlookGivingBack, NEVER_STRANDED, &bounds);
}

#[test]
fn opening_a_turn_again_whose_reply_may_land_is_caught() {
    let acts = &[Act::Teammate(Deed::GaveBack)];
    let bounds =
        Bounds { disturbances: 2, of_a_kind: &[(Kind::Act, 1), (Kind::Fault, 1)], acts, ..one_post(unanswered) };
    caught(Variant::ForgetWhatMayLand, NOT_AFTER_UNANSWERED, &bounds);
}

#[test]
fn handing_over_at_once_what_is_being_posted_is_caught() {
    let circumstances = vec![Circumstances { policy: with_message(), ..Circumstances::default() }];
    let bounds = Bounds { circumstances, disturbances: 1, of_a_kind: &[(Kind::HandOver, 1)], ..one_message() };
    caught(Variant::HandOverAtOnce, ONE_MESSAGE, &bounds);
}

#[test]
fn taking_a_nudge_for_done_with_the_next_read_is_caught() {
    let bounds = Bounds {
        messages: 2,
        // The first read lags and the one before the post: a later one would lack our reply, which makes it stale in any case.
        disturbances: 3,
        of_a_kind: &[(Kind::Sweep, 1), (Kind::Fault, 2)],
        troubles: |call| match call {
            Call::Read => &[Trouble::Fate(Fate::Stale)],
            _other_calls => &[],
        },
        ..one_message()
    };
    caught(Variant::NudgeIsAHint, NEVER_STRANDED, &bounds);
}

fn one_message() -> Bounds {
    Bounds { name: "one message", circumstances: vec![Circumstances::default()], messages: 1, ..quiet() }
}

fn with_teammate() -> Bounds {
    Bounds { disturbances: 1, of_a_kind: &[(Kind::Act, 1)], acts: &[Act::Teammate(Deed::Spoke)], ..one_message() }
}

/// One post goes wrong.
fn one_post(troubles: fn(&Call) -> &'static [Trouble]) -> Bounds {
    Bounds { disturbances: 1, of_a_kind: &[(Kind::Fault, 1)], troubles, ..one_message() }
}

fn unanswered(call: &Call) -> &'static [Trouble] {
    match call {
        Call::Post { .. } => &[Trouble::Break(Break::AtOnce)],
        _other_calls => &[],
    }
}

fn shows_later(call: &Call) -> &'static [Trouble] {
    match call {
        Call::Post { .. } => &[Trouble::Fate(Fate::Failed(Effect::Later))],
        _other_calls => &[],
    }
}
