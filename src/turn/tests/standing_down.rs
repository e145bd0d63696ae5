use super::fixture::*;
use crate::intercom::events::{Act, ConversationEvent};
use crate::intercom::ids::{AdminId, ContactId, PartId};
use crate::intercom::thread::{Author, EntryKind, Redaction, Thread};
use crate::time::{Millis, UnixMillis};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::outcome::{FailureReason, Outcome, RepliedBy, StandDownReason};
use crate::turn::policy::{Audience, ReplyMode, Takeover, Tester};
use crate::turn::view::rollout_bucket;

fn hi() -> Thread {
    thread([customer("m1", 0, "Hi")])
}

fn asks(mut conversation: Fixture, thread: Thread) -> bool {
    conversation.read(thread) == [read_session()]
}

fn stands_down(mut conversation: Fixture, thread: Thread, reason: StandDownReason) {
    let requests = conversation.read(thread);
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(reason)]);
    assert_eq!(requests.last(), Some(&conversation.last_settled()));
    assert!(requests.iter().all(|request| matches!(request, Request::Announce(_))), "{requests:?}");
    assert!(conversation.is_idle());
}

// shows: G3
#[test]
fn a_teammate_who_spoke_before_keeps_the_conversation() {
    let earlier = teammate("t1", 0, EntryKind::Comment, Some("I take this"));
    stands_down(
        Fixture::reading(),
        thread([customer("m0", 0, "Help"), earlier, customer("m1", 1, "Hi")]),
        StandDownReason::Teammate,
    );
}

#[test]
fn after_the_takeover_hours_the_next_message_is_ours_again() {
    let mut conversation = Fixture::with_session();
    conversation.policy.takeover = Takeover::For(Millis::from_hours(12));
    conversation.pass(13 * 3_600);
    conversation.reported(wrote("m1", 13 * 3_600));
    conversation.sleep();
    let earlier = teammate("t1", 1, EntryKind::Comment, Some("I take this"));
    let words = thread([customer("m0", 0, "Help"), earlier, customer("m1", 13 * 3_600, "Hi")]);
    assert_eq!(conversation.read(words).last(), Some(&read_session()));
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi")]);
}

#[test]
fn a_takeover_for_ever_does_not_end() {
    let mut conversation = Fixture::with_session();
    conversation.policy.takeover = Takeover::ForEver;
    conversation.pass(1_000 * 3_600);
    conversation.reported(wrote("m1", 1_000 * 3_600));
    conversation.sleep();
    let earlier = teammate("t1", 1, EntryKind::Comment, Some("I take this"));
    stands_down(conversation, thread([earlier, customer("m1", 1_000 * 3_600, "Hi")]), StandDownReason::Teammate);
}

// shows: G3
#[test]
fn a_conversation_that_was_born_assigned_is_that_teammates() {
    let mut words = hi();
    words.admin_assignee = crate::intercom::ids::AdminId::new("9608799");
    stands_down(Fixture::reading(), words, StandDownReason::RuleAssigned);
    let mut words = hi();
    words.admin_assignee = Some(ourselves());
    assert!(asks(Fixture::reading(), words));
}

#[test]
fn a_teammate_of_whom_a_webhook_told_keeps_the_conversation() {
    let mut conversation = Fixture::reading();
    conversation.reported(teammate_did(Act::Spoke, 2));
    stands_down(conversation, hi(), StandDownReason::Teammate);
}

#[test]
fn a_conversation_that_was_closed_before_the_customer_wrote_again_is_ours() {
    let closed = teammate("t1", 0, EntryKind::Close, None);
    assert!(asks(Fixture::reading(), thread([customer("m0", 0, "Thanks"), closed, customer("m1", 1, "Hi")])));
}

#[test]
fn within_one_second_the_order_of_the_read_tells_whether_the_customer_wrote_last() {
    let closed = || teammate("t0", 0, EntryKind::Close, None);
    let mut conversation = Fixture::reading();
    conversation.reported(teammate_did(Act::Closed, 0));
    assert!(asks(conversation, thread([customer("m0", 0, "Thanks"), closed(), customer("m1", 0, "Hi")])));

    let mut conversation = Fixture::reading();
    conversation.reported(teammate_did(Act::Closed, 0));
    stands_down(conversation, thread([customer("m1", 0, "Hi"), closed()]), StandDownReason::Teammate);

    let mut conversation = Fixture::reading();
    conversation.reported(teammate_did(Act::Closed, 0));
    stands_down(conversation, hi(), StandDownReason::Teammate);
}

// shows: G3
#[test]
fn other_bots_and_automatic_parts_are_no_teammates() {
    let bot = entry("b1", 1, Author::OtherBot, EntryKind::Comment, Some("Give the team a way to reach you"));
    let automatic = entry("b2", 1, Author::OtherBot, EntryKind::Automatic, Some("We reply soon"));
    assert!(asks(Fixture::reading(), thread([customer("m1", 0, "Hi"), bot, automatic])));
}

#[test]
fn modes_channels_testers_and_roll_out_leave_others_to_people() {
    let mut off = Fixture::reading();
    off.in_mode(ReplyMode::Off);
    stands_down(off, hi(), StandDownReason::ModeOff);

    let mut email = hi();
    email.channel = "email".into();
    stands_down(Fixture::reading(), email, StandDownReason::Channel);

    let mut testers = Fixture::reading();
    testers.policy.audience = Audience::Testers(vec![Tester::Contact(ContactId::new("c1").unwrap())]);
    stands_down(testers, hi(), StandDownReason::NotATester);

    let mut rollout = Fixture::reading();
    rollout.policy.rollout_percent = 0;
    stands_down(rollout, hi(), StandDownReason::Rollout);
}

#[test]
fn testers_are_known_by_contact_or_by_domain() {
    for tester in [Tester::Contact(ContactId::new("c1").unwrap()), Tester::EmailDomain("example.com".into())] {
        let mut conversation = Fixture::reading();
        conversation.policy.audience = Audience::Testers(vec![tester]);
        let mut words = hi();
        words.contacts = vec![ContactId::new("c1").unwrap()];
        words.email_domains = vec!["example.com".into()];
        assert!(asks(conversation, words));
    }
}

#[test]
fn the_roll_out_spreads_evenly_and_stays_the_same() {
    let in_half = (0..1_000)
        .filter(|n| rollout_bucket(&crate::intercom::ids::ConversationId::new(format!("c{n}")).unwrap()) < 50)
        .count();
    assert!((450..550).contains(&in_half), "{in_half}");
    let bucket = |id: &str| rollout_bucket(&crate::intercom::ids::ConversationId::new(id).unwrap());
    assert_eq!(bucket("215472621202693"), bucket("215472621202693"));
}

#[test]
fn a_message_that_was_answered_by_an_another_program_is_settled_with_a_warning() {
    let mut conversation = Fixture::reading();
    let requests = conversation.read(thread([customer("m1", 0, "Hi"), ours("x1", 2, "Hello.")]));
    assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("x1"), by: RepliedBy::AnotherProgram }]);
    assert_eq!(requests, [announce(Announcement::AnotherProgramAnswers), conversation.last_settled()]);
}

/// A conversation's record may have been deleted, and our own replies are strange then.
#[test]
fn an_old_word_of_ours_that_we_do_not_know_settles_without_a_warning() {
    let limit = policy().max_answer_age.0 / 1_000;
    for (age, warnings) in [(limit, 1), (limit + 1, 0)] {
        let mut conversation = Fixture::verified();
        conversation.pass(age);
        conversation.reported(wrote("m1", 0));
        conversation.sleep();
        conversation.now = UnixMillis((START + age) * 1_000);
        let mut requests = conversation.read(thread([customer("m1", 0, "Hi"), ours("x1", 0, "Hello.")]));
        assert_eq!(conversation.outcomes(), [Outcome::Replied { part: part("x1"), by: RepliedBy::AnotherProgram }]);
        assert_eq!(requests.pop(), Some(conversation.last_settled()));
        assert_eq!(requests.len(), warnings, "{age} s");
    }
}

#[test]
fn history_before_the_first_webhook_is_not_asked_again() {
    let mut conversation = Fixture::reading();
    let words = thread([customer("m0", 0, "Old"), ours("x0", 0, "Answered"), customer("m1", 1, "Hi")]);
    conversation.read(words);
    assert_eq!(conversation.find(session_holds(vec![])), [ask("Hi")]);
}

#[test]
fn a_stale_read_is_made_again() {
    let mut conversation = Fixture::reading();
    assert_eq!(conversation.read(thread([])), [announce(Announcement::StaleRead)]);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(hi()), [read_session()]);
}

// shows: G2
#[test]
fn a_message_that_stays_missing_ends_as_vanished_after_a_bounded_number_of_reads() {
    let mut conversation = Fixture::reading();
    let mut reads = 1;
    while !conversation.is_idle() {
        conversation.read(thread([]));
        if !conversation.is_idle() {
            assert_eq!(conversation.sleep(), [read()]);
            reads += 1;
        }
    }
    assert_eq!(reads, 6);
    assert_eq!(conversation.outcomes()[0], Outcome::StoodDown(StandDownReason::Vanished));
}

#[test]
fn a_reply_of_ours_that_was_deleted_is_missed_in_one_turn_only() {
    let mut conversation = Fixture::reading();
    conversation.state.sent.push(part("r0"));
    conversation.knows_ours(Some(part("r0")));
    let mut reads = 1;
    while conversation.read(hi()) != [read_session()] {
        assert_eq!(conversation.sleep(), [read()]);
        reads += 1;
    }
    assert_eq!(reads, 6);
    conversation.find(session_holds(vec![]));
    conversation.said("Hello.");
    assert_eq!(conversation.read(hi()), [post("Hello.")]);
}

/// A reply of ours was deleted, and the customer writes while the last read that lacks it is under way.
// found by: model
#[test]
fn a_message_that_was_heard_of_lately_has_not_vanished_with_what_others_miss() {
    let mut conversation = Fixture::with_session();
    conversation.knows_ours(Some(part("r0")));
    conversation.reported(ConversationEvent::Merged { part: None, at: second(0) });
    conversation.sleep();
    for _ in 0..5 {
        conversation.read(thread([customer("m0", 0, "Earlier"), teammate("t0", 1, EntryKind::Comment, Some("Yes"))]));
        conversation.sleep();
    }
    conversation.reported(wrote("m1", 30));
    conversation.read(thread([customer("m0", 0, "Earlier"), teammate("t0", 1, EntryKind::Comment, Some("Yes"))]));
    assert_eq!(conversation.outcomes(), []);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.state.awaited.len(), 2);
}

#[test]
fn a_message_that_appears_after_it_was_given_up_is_answered() {
    let mut conversation = Fixture::reading();
    while !conversation.is_idle() {
        conversation.read(thread([]));
        if !conversation.is_idle() {
            conversation.sleep();
        }
    }
    conversation.reported(wrote("m1", 0));
    assert_eq!(conversation.sleep(), [read()]);
    assert!(asks(conversation, hi()));
}

#[test]
fn a_word_of_an_admin_who_is_not_named_is_a_reason_to_look() {
    let mut conversation = Fixture::with_session();
    let unnamed = ConversationEvent::TeammateActed { part: None, at: second(0), admin: None, act: Act::Spoke };
    conversation.reported(unnamed);
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([customer("m0", 0, "Thanks"), ours("r0", 0, "Gladly")]));
    assert_eq!(conversation.state.teammate, None);
}

/// A teammate closes, the customer writes and a teammate snoozes, all in one second: what the read shows is the closing alone.
// found by: model
// shows: G3
#[test]
fn a_snooze_that_a_webhook_told_of_is_not_the_closing_that_the_read_shows() {
    let closed = || teammate("t1", 0, EntryKind::Close, None);
    let snoozed = ConversationEvent::TeammateActed {
        part: PartId::new("t2"),
        at: second(0),
        admin: AdminId::new("9608799"),
        act: Act::Snoozed,
    };
    let mut conversation = Fixture::reading();
    conversation.read(thread([closed(), customer("m1", 0, "Hi")]));
    conversation.find(session_holds(vec![]));
    conversation.said("Hello.");
    conversation.reported(snoozed);
    conversation.read(thread([closed(), customer("m1", 0, "Hi")]));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::Teammate)]);
}

#[test]
fn a_redacted_message_is_neither_missing_nor_asked() {
    let mut conversation = Fixture::reading();
    let mut redacted = customer("m1", 0, "This message was deleted");
    redacted.redaction = Redaction::Redacted;
    assert_eq!(conversation.read(thread([redacted])), []);
    assert!(conversation.is_idle());
}

#[test]
fn a_part_that_fell_out_of_the_window_of_500_is_not_missing() {
    let mut conversation = Fixture::reading();
    let mut words = thread([customer("source", 0, "First")]);
    words.entries.extend((0..500).map(|n| customer(&format!("p{n}"), 10 + n, "More")));
    assert_eq!(conversation.read(words), [read_session()]);
}

#[test]
fn a_conversation_that_is_not_readable_yet_is_read_again_and_gone_only_at_the_deadline() {
    let mut conversation = Fixture::reading();
    let began = conversation.now;
    while !conversation.is_idle() {
        conversation.read_fails(crate::fault::Fault::NotFound);
        if !conversation.is_idle() {
            assert_eq!(conversation.sleep(), [read()]);
        }
    }
    assert!(conversation.now.since(began).0 >= 590_000);
    assert_eq!(conversation.outcomes(), [Outcome::Failed(FailureReason::ConversationGone)]);
}

/// The alarm came so late that the first read of the turn is its last.
// found by: model
#[test]
fn one_404_alone_never_means_that_a_conversation_is_gone() {
    let mut conversation = Fixture::reading();
    conversation.pass(601);
    assert_eq!(conversation.read_fails(crate::fault::Fault::NotFound).last(), Some(&read()));
    assert_eq!(conversation.phase(), "handing_over");
    conversation.read_fails(crate::fault::Fault::NotFound);
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(hi()), [Request::Repeatable(Repeatable::Assign)]);
}

#[test]
fn a_deleted_conversation_is_forgotten_at_once_and_for_good() {
    let mut conversation = Fixture::asking();
    let requests = conversation.reported(ConversationEvent::Deleted);
    assert_eq!(requests, [conversation.last_settled(), announce(Announcement::Forgotten)]);
    assert_eq!(conversation.outcomes(), [Outcome::Failed(FailureReason::ConversationGone)]);
    assert_eq!((conversation.state.session.clone(), conversation.state.wake_at()), (None, None));
    let late = conversation.said("Hello.");
    assert_eq!(late, [announce(Announcement::LateResult(conversation.state.attempt))]);
    assert_eq!(conversation.reported(wrote("m2", 9)), []);
    assert_eq!(conversation.state.wake_at(), None);
}

#[test]
fn a_conversation_of_another_workspace_is_never_answered() {
    let mut conversation = Fixture::new();
    conversation.reported(wrote("m1", 0));
    assert_eq!(conversation.sleep(), [Request::Repeatable(Repeatable::VerifyWorkspace)]);
    conversation.find(CommandResult::Workspace(Ok(crate::intercom::ids::AppId::new("other").unwrap())));
    assert_eq!(conversation.outcomes(), [Outcome::StoodDown(StandDownReason::ForeignWorkspace)]);
    assert!(conversation.is_idle());
}
