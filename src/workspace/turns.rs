//! The ledger page by page, newest first, as `GET /api/turns` shows it.

use super::ledger::{FoundBy, LedgerEntry, OutcomeKind};
use crate::intercom::ids::ConversationId;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, StandDownReason, TurnKey};
use serde::Serialize;
use std::fmt;

/// A page has at most so many turns.
pub const MOST: u32 = 100;

/// The default.
const USUAL: u32 = 50;

/// So many entries are looked through for one page, so that the object is not busy for long. A page may then be short, or empty,
/// and still have a next one.
pub const MOST_LOOKED_THROUGH: u32 = 3_000;

/// With a filter so many entries are read at once: what lies behind a full page is not read, for each row that is read is counted.
const AT_ONCE: u32 = 250;

/// What a page may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnFilter {
    /// Turns that ended so; all, where there are none.
    pub outcomes: Vec<OutcomeKind>,
    /// How their conversation's id begins.
    pub conversation: String,
    /// Those before this place.
    pub before: Option<TurnPosition>,
    /// At most so many.
    pub limit: u32,
}

/// A place in the ledger, whose key this is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnPosition {
    /// When the turn ended.
    pub at: UnixMillis,
    /// Which turn it was.
    pub turn: String,
}

/// A parameter that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadParameter {
    /// Its name, as it was sent.
    pub name: String,
    /// What it may be.
    pub allowed: &'static str,
}

impl BadParameter {
    /// For the caller. The value is theirs, and is not repeated.
    pub fn in_words(&self) -> String {
        let name: String = self.name.chars().filter(|c| !c.is_control()).take(40).collect();
        format!("The parameter `{name}` must be {}.", self.allowed)
    }
}

impl TurnFilter {
    /// Whether no turn is passed over.
    pub fn is_all(&self) -> bool {
        self.outcomes.is_empty() && self.conversation.is_empty()
    }

    /// Reads a query. What is unknown is refused rather than left aside: a filter that does nothing would mislead.
    pub fn read(fields: &[(String, String)]) -> Result<Self, BadParameter> {
        let mut filter = Self { outcomes: vec![], conversation: String::new(), before: None, limit: USUAL };
        for (nth, (name, value)) in fields.iter().enumerate() {
            let bad = |allowed| BadParameter { name: name.clone(), allowed };
            if fields[..nth].iter().any(|(earlier, _)| earlier == name) {
                return Err(bad("given once"));
            }
            match name.as_str() {
                "outcome" => {
                    let outcomes = value.split(',').map(|name| OutcomeKind::named(name.trim())).collect::<Option<_>>();
                    filter.outcomes = outcomes.ok_or_else(|| {
                        bad("one or more of replied, noted, handed_over, stood_down, failed, separated by commas")
                    })?;
                }
                "conversation" => {
                    let is_id = !value.is_empty() && value.len() <= 100;
                    filter.conversation = is_id
                        .then(|| value.clone())
                        .ok_or_else(|| bad("the ID of a conversation, or its first characters"))?;
                }
                "before" => {
                    filter.before = Some(
                        TurnPosition::read(value).ok_or_else(|| bad("the value of `next` in an earlier response"))?,
                    );
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    filter.limit = limit.ok_or_else(|| bad("a whole number from 1 to 100"))?;
                }
                _unknown => return Err(bad("outcome, conversation, before or limit")),
            }
        }
        Ok(filter)
    }
}

impl TurnPosition {
    /// Of an entry.
    pub fn of(entry: &LedgerEntry) -> Self {
        Self { at: entry.at, turn: entry.turn.as_str().to_owned() }
    }

    fn read(text: &str) -> Option<Self> {
        let (at, turn) = text.split_once('.')?;
        let is_short = text.len() <= 300 && !turn.is_empty();
        // As it is written: no sign, no zeros before.
        let at = at.parse().ok().map(UnixMillis).filter(|millis| millis.0.to_string() == at && millis.0 < 1 << 53)?;
        is_short.then(|| Self { at, turn: turn.to_owned() })
    }
}

impl fmt::Display for TurnPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.0, self.turn)
    }
}

/// What an entry is that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// An entry that the filter lets through; `None` where only a newer program can read it.
    Match(Option<LedgerEntry>),
    /// It is not.
    PassedOver,
}

/// One page.
#[derive(Debug, PartialEq, Eq)]
pub struct TurnPage {
    /// Its turns, newest first.
    pub entries: Vec<LedgerEntry>,
    /// Where the next one begins; `None` where there is none.
    pub next: Option<TurnPosition>,
}

impl TurnPage {
    /// Looks for it, newest first. `read` tells of so many entries, or of all there are, before a place or from the newest on.
    ///
    /// # Errors
    /// That of `read`.
    pub fn look<E>(
        filter: &TurnFilter,
        mut read: impl FnMut(Option<&TurnPosition>, u32) -> Result<Vec<(TurnPosition, Looked)>, E>,
    ) -> Result<Self, E> {
        let one_more = filter.limit.saturating_add(1);
        let at_once = if filter.is_all() { one_more } else { one_more.max(AT_ONCE) };
        let (mut found, mut last, mut left) = (Vec::new(), filter.before.clone(), MOST_LOOKED_THROUGH);
        while left > 0 && found.len() < one_more as usize {
            let most = at_once.min(left);
            let rows = read(last.as_ref(), most)?;
            let is_end = rows.len() < most as usize;
            last = rows.last().map(|(place, _)| place.clone());
            found.extend(rows.into_iter().filter_map(|(place, looked)| match looked {
                Looked::Match(entry) => Some((place, entry)),
                Looked::PassedOver => None,
            }));
            if is_end {
                return Ok(Self::of(found, filter.limit, None));
            }
            left -= most;
        }
        Ok(Self::of(found, filter.limit, last))
    }

    /// Of the rows that were found, one more than the limit if there are as many, and of the last one that was looked through, if there may be
    /// more behind it. An entry that only a newer program can read is left out.
    fn of(found: Vec<(TurnPosition, Option<LedgerEntry>)>, limit: u32, looked_to: Option<TurnPosition>) -> Self {
        let shown = limit as usize;
        let next = if found.len() > shown { shown.checked_sub(1).map(|last| found[last].0.clone()) } else { looked_to };
        let entries = found.into_iter().take(shown).filter_map(|(_, entry)| entry).collect();
        Self { entries, next }
    }

    /// As it is told. `link` is where a person finds a conversation.
    pub fn to_json(&self, link: impl Fn(&ConversationId) -> String) -> String {
        let turns = self.entries.iter().map(|entry| TurnJson::of(entry, link(&entry.conversation))).collect();
        let shown = PageJson { turns, next: self.next.as_ref().map(TurnPosition::to_string) };
        serde_json::to_string(&shown).expect("it has string keys only")
    }
}

#[derive(Serialize)]
struct PageJson<'a> {
    turns: Vec<TurnJson<'a>>,
    next: Option<String>,
}

#[derive(Serialize)]
struct TurnJson<'a> {
    conversation: &'a ConversationId,
    link: String,
    turn: &'a TurnKey,
    outcome: OutcomeKind,
    reason: Option<Reason>,
    detail: &'a Outcome,
    at: UnixMillis,
    asked_at_s: Option<UnixSeconds>,
    took_ms: Option<Millis>,
    found_by: FoundBy,
}

impl<'a> TurnJson<'a> {
    fn of(entry: &'a LedgerEntry, link: String) -> Self {
        Self {
            conversation: &entry.conversation,
            link,
            turn: &entry.turn,
            outcome: OutcomeKind::of(&entry.outcome),
            reason: Reason::of(&entry.outcome),
            detail: &entry.outcome,
            at: entry.at,
            asked_at_s: entry.asked_at,
            took_ms: entry.asked_at.map(|asked_at| entry.at.since(asked_at.to_millis())),
            found_by: entry.found_by,
        }
    }
}

#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Reason {
    HandedOver(HandOverReason),
    StoodDown(StandDownReason),
    Failed(FailureReason),
}

impl Reason {
    fn of(outcome: &Outcome) -> Option<Self> {
        match *outcome {
            Outcome::Replied { .. } | Outcome::Noted { .. } => None,
            Outcome::HandedOver(reason) => Some(Self::HandedOver(reason)),
            Outcome::StoodDown(reason) => Some(Self::StoodDown(reason)),
            Outcome::Failed(reason) => Some(Self::Failed(reason)),
        }
    }
}

#[cfg(test)]
mod tests;
