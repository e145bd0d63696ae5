//! How turns ended, in the whole workspace: ids, reasons and times, never words.

use crate::intercom::ids::{ConversationId, PartId};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::outcome::{Outcome, TurnKey};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// How a turn ended, as its conversation reports it. It may come more than once, and is the same each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Which of its turns.
    pub turn: TurnKey,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: UnixMillis,
    /// The messages that it stands for; none where no read has shown them.
    pub parts: Vec<PartId>,
    /// When the newest of them was written, if that is known.
    pub asked_at: Option<UnixSeconds>,
    /// What told us of them first.
    pub found_by: FoundBy,
    /// When the entry was settled in whose place this one comes: a record that was corrected.
    pub corrects: Option<UnixMillis>,
}

/// What told us of a turn first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FoundBy {
    /// A webhook of one of its messages.
    Webhook,
    /// None came before it ended: the sweep, or a read that was made for another reason.
    Sweep,
}

/// How a turn ended, without what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OutcomeKind {
    /// The customer has a reply.
    Replied,
    /// The answer stands in a note.
    Noted,
    /// A teammate was told.
    HandedOver,
    /// It was not ours.
    StoodDown,
    /// Nobody could be told.
    Failed,
}

impl OutcomeKind {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Replied, Self::Noted, Self::HandedOver, Self::StoodDown, Self::Failed];

    /// That of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Replied { .. } => Self::Replied,
            Outcome::Noted { .. } => Self::Noted,
            Outcome::HandedOver(_) => Self::HandedOver,
            Outcome::StoodDown(_) => Self::StoodDown,
            Outcome::Failed(_) => Self::Failed,
        }
    }

    /// The name of the outcome, as it is stored and shown.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

impl FoundBy {
    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// What is counted of an entry. Thousands of them are read at once, so no more of each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedTurn {
    /// How the turn ended.
    pub ended: OutcomeKind,
    /// When.
    pub at: UnixMillis,
    /// When the newest of its messages was written, if that is known.
    pub asked_at: Option<UnixSeconds>,
    /// What told of it first.
    pub found_by: FoundBy,
}

impl CountedTurn {
    /// Of an entry.
    pub fn of(entry: &LedgerEntry) -> Self {
        let LedgerEntry { ref outcome, at, asked_at, found_by, .. } = *entry;
        Self { ended: OutcomeKind::of(outcome), at, asked_at, found_by }
    }

    /// How long the customer waited, from the newest message to the outcome.
    pub fn took(&self) -> Option<Millis> {
        self.asked_at.map(|asked_at| self.at.since(asked_at.to_millis()))
    }
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
    /// No webhook had told of them.
    pub found_by_sweep: u32,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, fact: &CountedTurn) {
        let ended = match fact.ended {
            OutcomeKind::Replied => &mut self.replied,
            OutcomeKind::Noted => &mut self.noted,
            OutcomeKind::HandedOver => &mut self.handed_over,
            OutcomeKind::StoodDown => &mut self.stood_down,
            OutcomeKind::Failed => &mut self.failed,
        };
        *ended += 1;
        self.turns += 1;
        self.found_by_sweep += u32::from(fact.found_by == FoundBy::Sweep);
    }

    /// Counts these.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a CountedTurn>) -> Self {
        let mut tally = Self::default();
        facts.into_iter().for_each(|fact| tally.count(fact));
        tally
    }

    /// How many ended so.
    pub fn ended(&self, ended: OutcomeKind) -> u32 {
        match ended {
            OutcomeKind::Replied => self.replied,
            OutcomeKind::Noted => self.noted,
            OutcomeKind::HandedOver => self.handed_over,
            OutcomeKind::StoodDown => self.stood_down,
            OutcomeKind::Failed => self.failed,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::turn::outcome::{FailureReason, HandOverReason, RepliedBy, StandDownReason};
    use serde_json::json;

    fn part() -> PartId {
        PartId::new("9").unwrap()
    }

    #[test]
    fn the_names_by_which_entries_are_looked_for_are_those_in_which_they_are_stored() {
        let outcomes = [
            Outcome::Replied { part: part(), by: RepliedBy::Us },
            Outcome::Noted { part: part() },
            Outcome::HandedOver(HandOverReason::AiRefused),
            Outcome::StoodDown(StandDownReason::ModeOff),
            Outcome::Failed(FailureReason::ConversationGone),
        ];
        for (outcome, ended) in outcomes.iter().zip(OutcomeKind::ALL) {
            let stored = json!(outcome);
            assert_eq!(stored.as_object().unwrap().keys().collect::<Vec<_>>(), [ended.name()]);
            assert_eq!((OutcomeKind::of(outcome), OutcomeKind::named(ended.name())), (ended, Some(ended)));
            assert_eq!((json!(ended), outcome.name()), (json!(ended.name()), ended.name()));
        }
        for found_by in [FoundBy::Webhook, FoundBy::Sweep] {
            let stored = json!(found_by);
            assert_eq!(FoundBy::named(stored.as_str().unwrap()), Some(found_by));
        }
        assert_eq!((OutcomeKind::named("answered"), FoundBy::named("")), (None, None));
    }

    #[test]
    fn each_is_counted_once_and_in_its_place() {
        let facts: Vec<_> = OutcomeKind::ALL
            .into_iter()
            .zip([FoundBy::Webhook, FoundBy::Sweep].into_iter().cycle())
            .map(|(ended, found_by)| CountedTurn { ended, at: UnixMillis(1), asked_at: None, found_by })
            .collect();
        let tally = Tally::of(facts.iter().chain(&facts[..1]));
        assert_eq!((tally.turns, tally.found_by_sweep), (6, 2));
        assert_eq!(OutcomeKind::ALL.map(|ended| tally.ended(ended)), [2, 1, 1, 1, 1]);
    }

    #[test]
    fn a_turn_took_from_its_newest_message_to_its_outcome() {
        let fact = CountedTurn {
            ended: OutcomeKind::Replied,
            at: UnixMillis(9_500),
            asked_at: None,
            found_by: FoundBy::Webhook,
        };
        assert_eq!(fact.took(), None);
        assert_eq!(CountedTurn { asked_at: Some(UnixSeconds(3)), ..fact }.took(), Some(Millis(6_500)));
        assert_eq!(CountedTurn { asked_at: Some(UnixSeconds(10)), ..fact }.took(), Some(Millis(0)), "clocks differ");
    }
}
