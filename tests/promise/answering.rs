//! G1 and G2 where nothing fails: however many messages and webhooks there are, each turn has its one reply.

use crate::world::audit::assert_kept;
use crate::world::{HOUR, MINUTE, SECOND, World};
use onereply_sandbox::call::Call;

#[test]
fn one_message_has_one_reply() {
    let mut world = World::new();
    world.begins("alpha");
    world.run();
    assert_eq!(world.seen(), ["customer: alpha", "bot: About alpha."]);
    assert_kept(&world);
}

// shows: G1
#[test]
fn a_burst_is_one_turn() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(2 * SECOND, |world| world.writes("bravo"));
    world.at(5 * SECOND, |world| world.writes("charlie"));
    world.run();
    assert_eq!(world.replies(), ["About alpha bravo charlie."]);
    assert_kept(&world);
}

// shows: G1
#[test]
fn ten_duplicates_are_one_turn() {
    let mut world = World::new();
    world.webhooks.copies = 10;
    world.begins("alpha");
    world.run();
    assert_eq!(world.replies(), ["About alpha."]);
    assert_kept(&world);
}

// shows: G1
#[test]
fn duplicates_after_the_reply_change_nothing() {
    for later in [30 * SECOND, 10 * MINUTE, 30 * HOUR] {
        let mut world = World::new();
        world.begins("alpha");
        world.at(later, |world| (0..world.webhooks.all.len()).for_each(|nth| world.deliver_again(nth, 3)));
        world.run();
        assert_eq!(world.replies(), ["About alpha."], "{later}");
        assert_kept(&world);
    }
}

#[test]
fn the_next_message_is_the_next_turn_and_the_session_stays() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(MINUTE, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_eq!(world.far_side.gpt_trainer.records(world.now).len(), 1);
    assert_kept(&world);
}

#[test]
fn a_new_session_is_told_what_was_said_before() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(SECOND, |world| world.teammate("reply"));
    world.at(MINUTE, |world| world.teammate("give back"));
    world.at(2 * MINUTE, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About bravo."]);
    let query = world.far_side.gpt_trainer.records(world.now)[0].messages[0].query.clone();
    assert!(query.starts_with("Earlier in this conversation:\nCustomer: alpha\nTeammate: "), "{query}");
    assert!(query.ends_with("\n\nThe customer now writes:\nbravo"), "{query}");
    assert_kept(&world);
}

#[test]
fn a_message_while_the_ai_thinks_is_answered_together_with_the_first() {
    let mut world = World::new();
    world.begins("alpha");
    world.on(Call::Stream, 1, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha bravo."]);
    let sessions = world.far_side.gpt_trainer.records(world.now);
    let queries: Vec<_> = sessions[0].messages.iter().map(|message| message.query.as_str()).collect();
    assert_eq!(queries, ["alpha\n\nbravo"], "the answer that nobody saw has left the session");
    assert_kept(&world);
}

#[test]
fn a_message_that_only_the_second_read_shows_is_answered_together_with_the_first() {
    let mut world = World::new();
    world.begins("alpha");
    world.at(SECOND, |world| world.webhooks.latency = 20 * SECOND);
    world.on(Call::Stream, 1, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha bravo."]);
    assert_kept(&world);
}

#[test]
fn a_message_during_the_post_is_the_next_turn() {
    let mut world = World::new();
    world.begins("alpha");
    world.on(Call::Reply, 1, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    assert_kept(&world);
}

#[test]
fn a_message_before_the_reply_that_the_second_read_missed_is_the_next_turn() {
    let mut world = World::new();
    world.begins("alpha");
    world.on(Call::Read, 2, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.seen(), ["customer: alpha", "customer: bravo", "bot: About alpha.", "bot: About bravo."]);
    assert_kept(&world);
}

#[test]
fn a_customer_who_never_stops_is_answered_all_the_same() {
    let mut world = World::new();
    world.begins("w0");
    for n in 1..40 {
        world.at(n * 3 * SECOND, move |world| world.writes(&format!("w{n}")));
    }
    world.run();
    assert!(world.replies().len() >= 2, "{:?}", world.replies());
    assert_kept(&world);
}

#[test]
fn a_lost_webhook_is_made_up_for_by_the_next_one() {
    let mut world = World::new();
    world.webhooks.copies = 0;
    world.begins("alpha");
    world.at(MINUTE, |world| {
        world.webhooks.copies = 1;
        world.writes("bravo");
    });
    world.run();
    assert_eq!(world.replies(), ["About alpha bravo."]);
    assert_kept(&world);
}
