//! Who has a conversation, learnt from one read, for the audit.

use super::Step;
use crate::intercom::ids::AppId;
use crate::intercom::thread::Thread;
use crate::time::UnixMillis;
use crate::turn::policy::Policy;
use crate::turn::state::State;

/// A moment before the read that is known of, each by the place of the entry after which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// This entry hands the conversation over: it is the teammates' until one of them acts.
    HandedOver(usize),
    /// This entry was seen before anything stood behind it.
    Seen(usize),
}

/// Who has the conversation, from one read and these earlier moments, in their order.
pub fn ownership_of(thread: &Thread, earlier: &[Earlier], policy: &Policy) -> State {
    // Who has a conversation does not depend on the workspace.
    let app = AppId::new("any").expect("a word is an id");
    let now = thread.entries.last().map_or(UnixMillis(0), |entry| entry.at.to_millis());
    let mut step = Step { state: State::new(app, thread.id.clone()), now, policy, commands: Vec::new() };
    for moment in earlier {
        let (Earlier::HandedOver(place) | Earlier::Seen(place)) = *moment;
        let so_far = Thread {
            entries: thread.entries.iter().take(place + 1).cloned().collect(),
            // Nothing tells whose it was then.
            admin_assignee: None,
            ..thread.clone()
        };
        step.learn(&so_far);
        if let Earlier::HandedOver(_) = moment {
            step.state.handed_over_at = so_far.entries.last().map(|entry| entry.at.to_millis());
        }
    }
    step.learn(thread);
    step.state
}
