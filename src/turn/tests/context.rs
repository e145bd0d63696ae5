//! What a new session is told of the customer, and for how long it is kept.

use super::fixture::*;
use crate::fault::{ErrorCode, Fault};
use crate::gpt_trainer::variables::Variables;
use crate::intercom::thread::{Customer, Thread};
use crate::text::PlainText;
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::policy::Fact;
use crate::turn::state::Service;
use crate::turn::stored;

const MARK: &str = "kx7planted";

fn fact(of: &str) -> Option<PlainText> {
    Some(PlainText(format!("{of} {MARK}")))
}

fn from_ana() -> Thread {
    let customer = Customer { name: fact("name"), email: fact("email"), page: None };
    Thread { customer, ..thread([customer_says_hi()]) }
}

fn customer_says_hi() -> crate::intercom::thread::Entry {
    customer("m1", 0, "Hi")
}

/// Up to the first read of a conversation without a session.
fn reading(facts: &[Fact]) -> Fixture {
    let mut conversation = Fixture::verified();
    conversation.policy.context = facts.to_vec();
    conversation.reported(wrote("m1", 0));
    conversation.sleep();
    conversation
}

fn opens(about: Variables) -> Request {
    Request::Repeatable(Repeatable::OpenSession(about))
}

fn ana() -> Variables {
    Variables { user_name: fact("name"), ..Variables::default() }
}

fn refusal(status: u16) -> Fault {
    Fault::Refused { status, code: ErrorCode::none() }
}

#[test]
fn a_new_session_is_told_what_is_wanted_and_known() {
    let both = Variables { user_email: fact("email"), ..ana() };
    for (facts, variables) in [
        (&[][..], Variables::default()),
        (&[Fact::Name], ana()),
        (&[Fact::Page, Fact::Name], ana()),
        (&[Fact::Email, Fact::Name], both),
    ] {
        assert_eq!(reading(facts).read(from_ana()), [opens(variables)], "{facts:?}");
    }
}

#[test]
fn a_session_that_is_there_is_told_nothing() {
    let mut conversation = Fixture::reading();
    conversation.policy.context = vec![Fact::Name];
    assert_eq!(conversation.read(from_ana()), [read_session()]);
    assert!(!stored::write(&conversation.state).contains(MARK));
}

#[test]
fn it_is_told_again_after_a_crash_and_forgotten_with_the_session_made() {
    let mut conversation = reading(&[Fact::Name]);
    conversation.read(from_ana());
    conversation.state = stored::read(&stored::write(&conversation.state)).unwrap();
    conversation.pass(11);
    assert_eq!(conversation.wake(), [announce(Announcement::Interrupted), opens(ana())]);
    assert_eq!(conversation.find(CommandResult::SessionOpened(Ok(session()))), [ask("Hi")]);
    assert!(!stored::write(&conversation.state).contains(MARK));
}

#[test]
fn where_it_is_refused_the_session_is_made_without_at_once() {
    for status in [400, 422] {
        let mut conversation = reading(&[Fact::Name]);
        conversation.read(from_ana());
        let failed = announce(Announcement::Failed(Service::GptTrainer, refusal(status)));
        assert_eq!(conversation.find(CommandResult::SessionOpened(Err(refusal(status)))), [failed, open_session()]);
        assert!(!stored::write(&conversation.state).contains(MARK));
        assert_eq!(conversation.find(CommandResult::SessionOpened(Ok(session()))), [ask("Hi")]);
    }
    for (facts, status) in [(&[][..], 422), (&[Fact::Name], 409)] {
        let mut conversation = reading(facts);
        conversation.read(from_ana());
        conversation.find(CommandResult::SessionOpened(Err(refusal(status))));
        assert_eq!(conversation.phase(), "handing_over", "{status}");
        assert!(!stored::write(&conversation.state).contains(MARK));
    }
}

#[test]
fn a_failure_keeps_it_for_the_next_try() {
    let mut conversation = reading(&[Fact::Name]);
    conversation.read(from_ana());
    conversation.find(CommandResult::SessionOpened(Err(failed())));
    assert_eq!(conversation.sleep(), [opens(ana())]);
}

#[test]
fn it_is_never_printed() {
    let mut conversation = reading(&[Fact::Name, Fact::Email, Fact::Page]);
    let requests = conversation.read(from_ana());
    assert!(stored::write(&conversation.state).contains(MARK), "it is there");
    assert!(!format!("{requests:?} {:?} {:?}", conversation.state, from_ana()).contains(MARK));
}
