//! The sources of an answer: one look, which never costs the reply.

use super::fixture::*;
use crate::gpt_trainer::exchanges::{Exchange, parse_messages};
use crate::http::{HttpResponse, RateLimit};
use crate::text::Source;
use crate::turn::command::{Announcement, Once};
use crate::turn::event::CommandResult;
use crate::turn::policy::Citations;
use crate::turn::state::{Delivery, Service};

const CITED: &str = "It is 9 [1.2].";

fn asking() -> Fixture {
    let mut conversation = Fixture::asking();
    conversation.policy.citations = Citations::Links;
    conversation
}

/// Up to the look for the sources.
fn looking() -> Fixture {
    let mut conversation = asking();
    assert_eq!(conversation.said(CITED), [read_session()]);
    conversation
}

fn in_session() -> Exchange {
    let body = r#"[{"uuid":"e1","query":"Hi","response":"It is 9 [1.2].","finish_reason":"stop",
        "cite_data_json":"{\"1.2\":{\"title\":\"Prices\",\"file_name\":\"https://example.org/prices\"}}"}]"#;
    let response =
        HttpResponse { status: 200, content_type: String::new(), rate_limit: RateLimit::default(), body: body.into() };
    parse_messages(&response).unwrap().remove(0)
}

/// The rest of the way, up to the post.
fn posts(conversation: &mut Fixture, sources: Vec<Source>) {
    let answer = reply(CITED);
    let post = Request::Once(Once::Post { delivery: Delivery::Reply, answer, sources });
    assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [post]);
}

fn prices() -> Vec<Source> {
    vec![Source::new("Prices", "https://example.org/prices").unwrap()]
}

#[test]
fn an_answer_goes_out_with_its_sources() {
    let mut conversation = looking();
    assert_eq!(conversation.find(session_holds(vec![earlier(), in_session()])), [read()]);
    posts(&mut conversation, prices());
}

#[test]
fn one_that_was_found_in_the_session_needs_no_further_look() {
    let mut conversation = asking();
    conversation.find(CommandResult::Answer(Err(unanswered())));
    assert_eq!(conversation.find(session_holds(vec![earlier(), in_session()])), [read()]);
    posts(&mut conversation, prices());
}

#[test]
fn nothing_is_looked_for_where_none_are_wanted_or_none_are_cited() {
    let mut conversation = asking();
    assert_eq!(conversation.said("It is [9]."), [read()]);
    let mut conversation = Fixture::asking();
    assert_eq!(conversation.said(CITED), [read()]);
    posts(&mut conversation, vec![]);
}

#[test]
fn a_look_that_fails_is_not_made_again() {
    for fault in [unanswered(), failed(), refused(), unauthorised(), crate::fault::Fault::NotFound] {
        let mut conversation = looking();
        let failed = announce(Announcement::Failed(Service::GptTrainer, fault.clone()));
        assert_eq!(conversation.find(CommandResult::SessionMessages(Err(fault))), [failed, read()]);
        posts(&mut conversation, vec![]);
    }
    let mut conversation = looking();
    assert_eq!(conversation.find(session_holds(vec![earlier()])), [read()]);
    posts(&mut conversation, vec![]);
}

/// Reading a long session may be what ended the process.
#[test]
fn a_look_that_ends_the_process_is_not_made_again() {
    let mut conversation = looking();
    conversation.pass(11);
    assert_eq!(conversation.wake(), [announce(Announcement::Interrupted), read()]);
    posts(&mut conversation, vec![]);
}

#[test]
fn a_crash_before_the_look_does_not_lose_the_answer() {
    let conversation = looking();
    let text = crate::turn::stored::write(&conversation.state);
    assert_eq!(crate::turn::stored::read(&text), Ok(conversation.state));
}

#[test]
fn a_message_meanwhile_is_asked_together_with_the_first() {
    let mut conversation = looking();
    conversation.reported(wrote("m2", 9));
    assert_eq!(conversation.find(session_holds(vec![earlier(), in_session()])), [read()]);
    let both = thread([customer("m1", 0, "Hi"), customer("m2", 9, "More")]);
    assert_eq!(conversation.read(both), [superseded()]);
}
