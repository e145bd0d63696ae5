use super::fixture::*;
use crate::intercom::ids::AppId;
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::state::Service;

fn verify() -> Request {
    Request::Repeatable(Repeatable::VerifyWorkspace)
}

/// A part that says nothing, so that no turn comes of it.
fn silent(id: &str, at: u64) -> crate::intercom::thread::Entry {
    crate::intercom::thread::Entry { body: None, ..customer(id, at, "") }
}

#[test]
fn the_workspace_is_verified_once_for_each_token() {
    let mut conversation = Fixture::new();
    conversation.reported(wrote("m1", 0));
    assert_eq!(conversation.sleep(), [verify()]);
    assert_eq!(conversation.find(CommandResult::Workspace(Ok(app()))), [read()]);
    conversation.read(thread([silent("m1", 0)]));
    conversation.reported(wrote("m2", 9));
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read(thread([silent("m1", 0), silent("m2", 9)]));

    conversation.policy.credentials = crate::turn::policy::CredentialsPrint("f00dfeed".into());
    conversation.reported(wrote("m3", 20));
    assert_eq!(conversation.sleep(), [verify()]);
}

#[test]
fn nothing_is_done_in_a_workspace_that_could_not_be_verified() {
    let mut conversation = Fixture::new();
    conversation.reported(wrote("m1", 0));
    conversation.sleep();
    for _ in 0..100 {
        conversation.find(CommandResult::Workspace(Err(unanswered())));
        assert_eq!(conversation.sleep(), [verify()]);
    }
    assert_eq!(conversation.find(CommandResult::Workspace(Ok(app()))), [read()]);
}

// shows: G2
#[test]
fn a_workspace_that_is_not_the_expected_one_holds_the_turn_and_says_so() {
    let mut conversation = Fixture::new();
    conversation.policy.app_id = AppId::new("expected");
    conversation.reported(wrote("m1", 0));
    conversation.sleep();
    assert_eq!(conversation.find(CommandResult::Workspace(Ok(app()))), [announce(Announcement::WorkspaceMismatch)]);
    assert_eq!(conversation.sleep(), [verify()]);
    conversation.policy.app_id = Some(app());
    assert_eq!(conversation.find(CommandResult::Workspace(Ok(app()))), [read()]);
}

// shows: G2
#[test]
fn refused_credentials_keep_the_turn_past_its_deadline_until_they_are_mended() {
    let mut conversation = Fixture::reading();
    let began = conversation.now;
    let refused = || announce(Announcement::CredentialsRefused(Service::Intercom, unauthorised()));
    while conversation.now.since(began).0 < 3_600_000 {
        assert_eq!(conversation.read_fails(unauthorised()), [refused()]);
        assert_eq!(conversation.phase(), "reading");
        assert_eq!(conversation.sleep(), [read()]);
    }
    let accepted = announce(Announcement::CredentialsAccepted(Service::Intercom));
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [accepted, read_session()]);
    // The deadline began anew: a failure now is not the end.
    conversation.find(CommandResult::SessionMessages(Err(failed())));
    assert_eq!(conversation.sleep(), [read_session()]);
}

#[test]
fn refused_credentials_at_the_post_lead_back_to_the_read_before_it() {
    let mut conversation = Fixture::posting();
    conversation.find(CommandResult::Posted(Err(unauthorised())));
    assert_eq!(conversation.phase(), "renewing_grant");
    assert_eq!(conversation.sleep(), [read()]);
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [post("Hello.")]);
    let accepted = announce(Announcement::CredentialsAccepted(Service::Intercom));
    assert_eq!(conversation.find(CommandResult::Posted(Ok(part("r1"))))[0], accepted);
}

#[test]
fn pauses_grow_although_another_call_succeeds_before_each_try() {
    let mut conversation = Fixture::posting();
    let mut pauses = vec![];
    for _ in 0..8 {
        let before = conversation.now;
        conversation.find(CommandResult::Posted(Err(unauthorised())));
        assert_eq!(conversation.sleep(), [read()]);
        pauses.push(conversation.now.since(before).0 / 1_000);
        assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [post("Hello.")]);
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300, 300]);
}

#[test]
fn a_question_is_put_more_and_more_slowly_to_an_ai_that_says_slow_down() {
    let mut conversation = Fixture::asking();
    let mut pauses = vec![];
    for _ in 0..7 {
        let before = conversation.now;
        conversation.find(CommandResult::Answer(Err(crate::fault::Fault::RateLimited { until: None })));
        assert_eq!(conversation.sleep(), [read_session()]);
        pauses.push(conversation.now.since(before).0 / 1_000);
        assert_eq!(conversation.find(session_holds(vec![earlier()])), [ask("Hi")]);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60]);
}

#[test]
fn refused_credentials_at_gpt_trainer_keep_the_turn() {
    let mut conversation = Fixture::asking();
    assert_eq!(
        conversation.find(CommandResult::Answer(Err(unauthorised()))),
        [announce(Announcement::CredentialsRefused(Service::GptTrainer, unauthorised()))]
    );
    assert_eq!(conversation.sleep(), [read_session()]);
}

#[test]
fn pauses_grow_and_stay_bounded() {
    let mut conversation = Fixture::reading();
    let mut pauses = vec![];
    for _ in 0..10 {
        let before = conversation.now;
        conversation.read_fails(unanswered());
        conversation.sleep();
        pauses.push(conversation.now.since(before).0 / 1_000);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
}
