//! What Fin, or a workflow that answers as Fin does, has to do with the messages that wait.
//!
//! Sources: `ai_agent_participated` and `ai_agent.resolution_state` of the conversation, `author.is_ai_answer` and
//! `author.from_ai_agent` of its parts. A greeting of Operator carries none of them and is no answer.

use super::policy::{OtherBot, Policy, Takeover};
use super::view::is_kept;
use crate::intercom::thread::{AiVoice, Author, Entry, Resolution, Thread};
use crate::time::{Millis, UnixSeconds};

/// Where another bot is with the messages that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OtherBotIs {
    /// It takes no part (any more), or has handed off, or does not matter (`OTHER_BOT=take_turns`).
    Away,
    /// It may be about to answer.
    Answering {
        /// Whether it has said something since the customer's last message that is no answer: a question back, say.
        has_spoken: bool,
    },
    /// It has answered, by its own account.
    Done,
}

/// Where another bot is with messages of which the newest was written at `newest`.
pub(super) fn other_bot(thread: &Thread, newest: UnixSeconds, policy: &Policy) -> OtherBotIs {
    let (OtherBot::StandDown, Some(agent)) = (policy.other_bot, &thread.ai_agent) else { return OtherBotIs::Away };
    if has_left(thread, newest, policy.takeover) {
        return OtherBotIs::Away;
    }
    match agent.resolution {
        Some(Resolution::Escalated | Resolution::NegativeFeedback | Resolution::ProcedureHandoff) => OtherBotIs::Away,
        Some(Resolution::Assumed | Resolution::Confirmed) => OtherBotIs::Done,
        Some(Resolution::Other) | None => {
            let has_spoken = thread.entries.iter().rev().take_while(|entry| !entry.is_customers()).any(is_of_ai);
            OtherBotIs::Answering { has_spoken }
        }
    }
}

/// Whether an entry is another bot's answer. The last one is none where the customer was not content with it, or it came
/// with the hand-off.
pub(super) fn is_answer(thread: &Thread, at: usize) -> bool {
    let entry = &thread.entries[at];
    entry.author == Author::OtherBot
        && entry.ai == AiVoice::Answer
        && entry.is_message()
        && (!has_handed_off(thread) || thread.entries[at + 1..].iter().any(Entry::is_customers))
}

fn has_handed_off(thread: &Thread) -> bool {
    match thread.ai_agent.as_ref().and_then(|agent| agent.resolution) {
        Some(Resolution::Escalated | Resolution::NegativeFeedback | Resolution::ProcedureHandoff) => true,
        Some(Resolution::Assumed | Resolution::Confirmed | Resolution::Other) | None => false,
    }
}

/// Whether its last word lies so far back that it counts no more, as with a teammate's: `resolution_state` has no time, and
/// that of last month says nothing of today.
fn has_left(thread: &Thread, newest: UnixSeconds, takeover: Takeover) -> bool {
    let last = thread.entries.iter().rev().find(|entry| is_of_ai(entry));
    last.is_some_and(|entry| match takeover {
        Takeover::ForEver | Takeover::For(Millis(0)) => false,
        Takeover::For(_) => !is_kept(entry.at.to_millis(), newest.to_millis(), takeover),
    })
}

fn is_of_ai(entry: &Entry) -> bool {
    entry.author == Author::OtherBot
        && match entry.ai {
            AiVoice::Answer | AiVoice::Sent => true,
            AiVoice::None => false,
        }
}
