//! The ledger page by page, newest first, as `GET /api/turns` shows it.

use super::ledger::{Ended, Entry, FoundBy};
use crate::intercom::ids::ConversationId;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::outcome::{FailureReason, HandOverReason, Outcome, StandDownReason, TurnKey};
use serde::Serialize;
use std::fmt;

/// A page has at most so many turns.
pub const MOST: u32 = 100;

/// And so many where nothing else is wanted.
const USUAL: u32 = 50;

/// So many entries are looked through for one page, so that the object is not busy for long. A page may then be short, or empty,
/// and still have a next one.
pub const MOST_LOOKED_THROUGH: u32 = 3_000;

/// With a filter so many entries are read at once: what lies behind a full page is not read, for each row that is read is counted.
const AT_ONCE: u32 = 250;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Turns that ended so; all, where there are none.
    pub outcomes: Vec<Ended>,
    /// How their conversation's id begins.
    pub conversation: String,
    /// Those before this place.
    pub before: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// A place in the ledger, whose key this is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
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
    /// For whoever sent it. The value is theirs, and is not repeated.
    pub fn in_words(&self) -> String {
        let name: String = self.name.chars().filter(|c| !c.is_control()).take(40).collect();
        format!("The parameter `{name}` must be {}.", self.allowed)
    }
}

impl Wanted {
    /// Whether no turn is passed over.
    pub fn is_all(&self) -> bool {
        self.outcomes.is_empty() && self.conversation.is_empty()
    }

    /// Reads a query. What is unknown is refused rather than left aside: a filter that does nothing would mislead.
    pub fn read(fields: &[(String, String)]) -> Result<Self, BadParameter> {
        let mut wanted = Self { outcomes: vec![], conversation: String::new(), before: None, limit: USUAL };
        for (nth, (name, value)) in fields.iter().enumerate() {
            let bad = |allowed| BadParameter { name: name.clone(), allowed };
            if fields[..nth].iter().any(|(earlier, _)| earlier == name) {
                return Err(bad("given once"));
            }
            match name.as_str() {
                "outcome" => {
                    let outcomes = value.split(',').map(|name| Ended::named(name.trim())).collect::<Option<_>>();
                    wanted.outcomes = outcomes.ok_or_else(|| {
                        bad("one or more of replied, noted, handed_over, stood_down, failed, separated by commas")
                    })?;
                }
                "conversation" => {
                    let is_id = !value.is_empty() && value.len() <= 100;
                    wanted.conversation = is_id
                        .then(|| value.clone())
                        .ok_or_else(|| bad("the ID of a conversation, or its first characters"))?;
                }
                "before" => {
                    wanted.before =
                        Some(Place::read(value).ok_or_else(|| bad("the value of `next` in an earlier response"))?);
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    wanted.limit = limit.ok_or_else(|| bad("a whole number from 1 to 100"))?;
                }
                _unknown => return Err(bad("outcome, conversation, before or limit")),
            }
        }
        Ok(wanted)
    }
}

impl Place {
    /// Of an entry.
    pub fn of(entry: &Entry) -> Self {
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

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.0, self.turn)
    }
}

/// What an entry is that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It is wanted; `None` where only a newer program can read it.
    Wanted(Option<Entry>),
    /// It is not.
    PassedOver,
}

/// One page.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// Its turns, newest first.
    pub entries: Vec<Entry>,
    /// Where the next one begins; `None` where there is none.
    pub next: Option<Place>,
}

impl Page {
    /// Looks for it, newest first. `read` tells of so many entries, or of all there are, before a place or from the newest on.
    ///
    /// # Errors
    /// That of `read`.
    pub fn look<E>(
        wanted: &Wanted,
        mut read: impl FnMut(Option<&Place>, u32) -> Result<Vec<(Place, Looked)>, E>,
    ) -> Result<Self, E> {
        let one_more = wanted.limit.saturating_add(1);
        let at_once = if wanted.is_all() { one_more } else { one_more.max(AT_ONCE) };
        let (mut found, mut last, mut left) = (Vec::new(), wanted.before.clone(), MOST_LOOKED_THROUGH);
        while left > 0 && found.len() < one_more as usize {
            let most = at_once.min(left);
            let rows = read(last.as_ref(), most)?;
            let is_end = rows.len() < most as usize;
            last = rows.last().map(|(place, _)| place.clone());
            found.extend(rows.into_iter().filter_map(|(place, looked)| match looked {
                Looked::Wanted(entry) => Some((place, entry)),
                Looked::PassedOver => None,
            }));
            if is_end {
                return Ok(Self::of(found, wanted.limit, None));
            }
            left -= most;
        }
        Ok(Self::of(found, wanted.limit, last))
    }

    /// Of the rows that were found, more than wanted if there are as many, and of the last one that was looked through, if there may be
    /// more behind it. An entry that only a newer program can read is left out.
    fn of(found: Vec<(Place, Option<Entry>)>, limit: u32, looked_to: Option<Place>) -> Self {
        let shown = limit as usize;
        let next = if found.len() > shown { shown.checked_sub(1).map(|last| found[last].0.clone()) } else { looked_to };
        let entries = found.into_iter().take(shown).filter_map(|(_, entry)| entry).collect();
        Self { entries, next }
    }

    /// As it is told. `link` is where a person finds a conversation.
    pub fn to_json(&self, link: impl Fn(&ConversationId) -> String) -> String {
        let turns = self.entries.iter().map(|entry| Told::of(entry, link(&entry.conversation))).collect();
        let told = ToldPage { turns, next: self.next.as_ref().map(Place::to_string) };
        serde_json::to_string(&told).expect("it has string keys only")
    }
}

#[derive(Serialize)]
struct ToldPage<'a> {
    turns: Vec<Told<'a>>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Told<'a> {
    conversation: &'a ConversationId,
    link: String,
    turn: &'a TurnKey,
    outcome: Ended,
    reason: Option<Reason>,
    detail: &'a Outcome,
    at: UnixMillis,
    asked_at_s: Option<UnixSeconds>,
    took_ms: Option<Millis>,
    found_by: FoundBy,
}

impl<'a> Told<'a> {
    fn of(entry: &'a Entry, link: String) -> Self {
        Self {
            conversation: &entry.conversation,
            link,
            turn: &entry.turn,
            outcome: Ended::of(&entry.outcome),
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
