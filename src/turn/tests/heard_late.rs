//! Signs of people that are learnt later than what came after them.

use super::fixture::*;
use crate::intercom::notice::Act;
use crate::intercom::thread::{Entry, Kind};
use crate::turn::command::{Announcement, Repeatable};
use crate::turn::event::Finding;
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::state::Sign;

fn spoke(id: &str, at: u64) -> Entry {
    teammate(id, at, Kind::Comment, Some("May I help you?"))
}

/// A conversation that could not be read was told to people, a minute after it had begun.
fn handed_over_unread() -> Conversation {
    let mut conversation = Conversation::with_session();
    conversation.pass(60);
    conversation.hear(wrote("m1", 60));
    assert_eq!(conversation.sleep(), [read()]);
    conversation.read_fails(refused());
    assert_eq!(conversation.read_fails(refused()).last(), Some(&Wanted::Repeatable(Repeatable::Assign)));
    conversation.find(Finding::Assigned(Ok(())));
    conversation.find(Finding::NoteWritten(Ok(part("n1"))));
    assert_eq!(conversation.outcomes(), [Outcome::HandedOver(HandOverReason::IntercomUnavailable)]);
    conversation
}

#[test]
fn a_word_from_before_a_hand_over_that_only_a_later_read_shows_does_not_end_it() {
    let mut conversation = handed_over_unread();
    let later = 14 * 3_600;
    conversation.pass(later);
    conversation.hear(wrote("m2", later));
    assert_eq!(conversation.sleep(), [read()]);
    let words = [spoke("t0", 0), customer("m1", 60, "Yes"), customer("m2", later, "Anybody?")];
    let wanted = conversation.read(thread(words));
    assert_eq!(wanted, [announce(Announcement::TakenOver(Sign::Spoke)), conversation.last_settled()]);
    assert_eq!(conversation.outcomes()[1..], [Outcome::StoodDown(StandDownReason::HandedOver)]);
    assert!(conversation.state.handed_over_at.is_some());
}

#[test]
fn a_word_after_it_does() {
    let mut conversation = handed_over_unread();
    let later = 14 * 3_600;
    conversation.pass(later);
    conversation.hear(wrote("m2", later));
    assert_eq!(conversation.sleep(), [read()]);
    let words = [spoke("t0", 0), customer("m1", 60, "Yes"), spoke("t100", 100), customer("m2", later, "Next question")];
    assert_eq!(conversation.read(thread(words)), [announce(Announcement::TakenOver(Sign::Spoke)), read_session()]);
}
