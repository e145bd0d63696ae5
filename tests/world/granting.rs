//! Whether each question and each public part had the workspace's leave. It gives none while it is paused.

use crate::world::World;
use crate::world::audit::Violation;
use onereply_sandbox::call::Call;

/// What stands between a grant and the question: a session is looked for, read, cleared or made, by calls of 20 seconds each.
const TO_ASK: u64 = 60_000;
/// What stands between a grant and the post: one read.
const TO_POST: u64 = 11_000;

/// The workspace has let a conversation go on.
pub struct Given {
    pub conversation: String,
    pub at: u64,
    /// Whether it told what the chatbot says in place of an answer.
    pub tells_refusal: bool,
}

/// Questions and public posts that were begun without a grant of their own, given directly before.
pub fn without_grant(world: &World) -> Vec<Violation> {
    let mut given: Vec<_> = world.given.iter().collect();
    let mut found = vec![];
    for call in &world.far_side.calls {
        let at_most = match call.target.call {
            Call::Stream | Call::NonStream => TO_ASK,
            Call::Reply => TO_POST,
            _others => continue,
        };
        let is_for_it = |given: &&Given| given.conversation == call.conversation && given.at <= call.sent_at;
        let last = given.iter().copied().filter(is_for_it).map(|given| given.at).max();
        // Each is used once.
        given.retain(|given| !is_for_it(given));
        if last.is_none_or(|at| call.sent_at - at > at_most) {
            found.push(Violation::NotGranted { conversation: call.conversation.clone() });
        }
    }
    found
}
