//! Nudges that reads do not show.

// shows: G2

use super::fixture::*;
use super::nudging::{answers, delivered, hi, nudge};
use crate::turn::command::Announcement;
use crate::turn::nudge::Nudged;

#[test]
fn reads_that_lack_it_are_made_again_until_one_shows_it() {
    let mut conversation = nudged_about_what_no_read_shows();
    for _lagging in 0..2 {
        assert_eq!(conversation.read(hi()), [announce(Announcement::StaleRead)]);
        assert_eq!(conversation.sleep(), [read()]);
    }
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi"), customer("m2", 9, "And?")])), [read_session()]);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("And?")]);
}

#[test]
fn what_no_read_shows_is_given_up_until_it_is_told_again_and_then_believed_to_be_nothing() {
    let mut conversation = nudged_about_what_no_read_shows();
    assert_eq!(reads_until_rest(&mut conversation), 6);
    assert_eq!(
        conversation.state.nudged.as_ref().map(|nudged| (nudged.at, nudged.given_up, nudged.is_open)),
        Some((second(9), 1, false))
    );
    assert!(!conversation.state.has_seen(second(9)), "the sweep tells it again");
    // Meanwhile it does not make the reads of other turns stale.
    conversation.reported(wrote("m3", 8));
    conversation.sleep();
    let words = || thread([customer("m1", 0, "Hi"), customer("m3", 8, "Hm")]);
    answers(&mut conversation, words);
    assert!(conversation.is_idle());

    conversation.pass(60);
    nudge(&mut conversation, 9);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(reads_until_rest(&mut conversation), 6);
    assert!(conversation.state.has_seen(second(9)));
    assert_eq!(conversation.state.nudged, None);
}

#[test]
fn a_nudge_that_proved_unfounded_is_announced() {
    let mut conversation = nudged_about_what_no_read_shows();
    conversation.state.nudged.as_mut().unwrap().given_up = 1;
    let mut requests = vec![];
    while !conversation.is_idle() {
        requests = conversation.read(hi());
        if !conversation.is_idle() {
            conversation.sleep();
        }
    }
    assert_eq!(requests, [announce(Announcement::NudgeUnfounded(second(9)))]);
}

#[test]
fn what_was_given_up_and_shows_later_is_answered() {
    let mut conversation = nudged_about_what_no_read_shows();
    reads_until_rest(&mut conversation);
    conversation.pass(60);
    nudge(&mut conversation, 9);
    conversation.sleep();
    let words = || thread([customer("m1", 0, "Hi"), customer("m2", 9, "And?")]);
    answers(&mut conversation, words);
    assert_eq!((conversation.is_idle(), &conversation.state.nudged), (true, &None));
}

#[test]
fn an_older_time_tells_again_what_was_given_up_and_a_newer_one_begins_anew() {
    for (nudged_at, expected) in [(8, (9, 1)), (10, (10, 0))] {
        let mut conversation = nudged_about_what_no_read_shows();
        reads_until_rest(&mut conversation);
        nudge(&mut conversation, nudged_at);
        let Some(Nudged { at, given_up, is_open, .. }) = conversation.state.nudged else { panic!("remembered") };
        assert_eq!((at, given_up, is_open), (second(expected.0), expected.1, true));
    }
}

#[test]
fn the_read_before_the_post_is_made_again_for_it_and_the_answer_goes_out_in_the_end() {
    let mut conversation = Fixture::rechecking();
    nudge(&mut conversation, 4);
    let mut reads = 1;
    while conversation.read(hi()) != [post("Hello.")] {
        assert_eq!(conversation.sleep(), [read()]);
        reads += 1;
    }
    assert_eq!(reads, 6);
    delivered(&mut conversation, "r1");
    assert!(conversation.is_idle() && !conversation.state.has_seen(second(4)));
}

/// An answered conversation in whose reads nothing is as new as what the sweep told, while one is made.
fn nudged_about_what_no_read_shows() -> Fixture {
    let mut conversation = Fixture::posting();
    delivered(&mut conversation, "r0");
    conversation.knows_ours(None);
    conversation.pass(60);
    nudge(&mut conversation, 9);
    assert_eq!(conversation.sleep(), [read()]);
    conversation
}

/// How many reads are made that lack it.
fn reads_until_rest(conversation: &mut Fixture) -> usize {
    let mut reads = 0;
    while !conversation.is_idle() {
        if reads > 0 {
            assert_eq!(conversation.sleep(), [read()]);
        }
        conversation.read(hi());
        reads += 1;
    }
    reads
}
