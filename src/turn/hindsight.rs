//! The questions that a turn decides by, put again by the audit.

use super::other_bot::{OtherBotIs, is_answer, other_bot};
use super::ownership::given_back_by;
use super::policy::Policy;
use crate::intercom::thread::{Entry, Thread};
use crate::time::UnixSeconds;

pub use super::step::{Earlier, ownership_of};

/// Whether the entry at this place is another bot's answer.
pub fn is_other_bots_answer(thread: &Thread, place: usize) -> bool {
    is_answer(thread, place)
}

/// Whether another bot says now that it has answered messages of which the newest was written at `newest`, or has said
/// something to them.
pub fn is_left_to_other_bot(thread: &Thread, newest: UnixSeconds, policy: &Policy) -> bool {
    match other_bot(thread, newest, policy) {
        OtherBotIs::Done => true,
        OtherBotIs::Answering { has_spoken } => has_spoken,
        OtherBotIs::Away => false,
    }
}

/// Whether a person gives the conversation back to the bot here.
pub fn gives_back(entry: &Entry, policy: &Policy) -> bool {
    given_back_by(entry, policy).is_some()
}
