//! How turns ended, in the whole workspace: ids, reasons and times, never words.

use crate::intercom::ids::{ConversationId, PartId};
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::outcome::{Outcome, TurnKey};
use serde::{Deserialize, Serialize};

/// How a turn ended, as its conversation reports it. It may come more than once, and is the same each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Which of its turns.
    pub turn: TurnKey,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: UnixMillis,
    /// The messages that it stands for; none where no read has shown them.
    #[serde(default)]
    pub parts: Vec<PartId>,
    /// When the newest of them was written, if that is known.
    #[serde(default)]
    pub asked_at: Option<UnixSeconds>,
    /// What told us of them first.
    pub found_by: FoundBy,
    /// When the entry was settled in whose place this one comes: a record that was corrected.
    #[serde(default)]
    pub corrects: Option<UnixMillis>,
}

/// What told us of a turn first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A notification of one of its messages.
    Webhook,
    /// None came before it ended: the sweep, or a read that was made for another reason.
    Sweep,
}

/// How many turns ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All of them.
    pub turns: u32,
    /// The customer has a reply.
    pub replied: u32,
    /// The answer stands in a note.
    pub noted: u32,
    /// A teammate was told.
    pub handed_over: u32,
    /// It was not ours.
    pub stood_down: u32,
    /// Nobody could be told.
    pub failed: u32,
    /// No notification had told of them.
    pub found_by_sweep: u32,
}

impl Tally {
    /// Counts these.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut tally = Self::default();
        for entry in entries {
            let ended = match entry.outcome {
                Outcome::Replied { .. } => &mut tally.replied,
                Outcome::Noted { .. } => &mut tally.noted,
                Outcome::HandedOver(_) => &mut tally.handed_over,
                Outcome::StoodDown(_) => &mut tally.stood_down,
                Outcome::Failed(_) => &mut tally.failed,
            };
            *ended += 1;
            tally.turns += 1;
            tally.found_by_sweep += u32::from(entry.found_by == FoundBy::Sweep);
        }
        tally
    }
}
