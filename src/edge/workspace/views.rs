//! What is read of the ledger and of the list of open conversations to be shown. SQLite itself picks the entries apart: parsing thousands
//! of them here would keep everybody waiting who asks for a grant.

use crate::edge::storage::{Storage, number, text};
use crate::json;
use crate::time::{UnixMillis, UnixSeconds};
use crate::workspace::ledger::{Ended, Fact, FoundBy};
use crate::workspace::trends::Span;
use crate::workspace::turns::{Looked, Page, Place, Wanted};
use worker::{Error, Result, SqlStorageValue};

/// An entry's outcome is an object with one field, whose name says how the turn ended.
const ENDED: &str = "(SELECT key FROM json_each(entry, '$.outcome'))";

/// Later than anything; beyond 2^53 a number cannot be bound.
const FOR_EVER: UnixMillis = UnixMillis(1 << 52);

/// What is counted of turns that ended then, oldest first. An entry that only a newer version can read is that version's to count.
pub fn facts(storage: &Storage, span: Span) -> Result<Vec<(Place, Fact)>> {
    let query = format!(
        "SELECT at_ms, turn, {ENDED}, entry ->> 'asked_at', entry ->> 'found_by' FROM ledger WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms"
    );
    let rows = storage.rows(&query, vec![number(span.from.0)?, number(span.to.unwrap_or(FOR_EVER).0)?])?;
    let facts = rows.into_iter().filter_map(|row| match row.as_slice() {
        [
            SqlStorageValue::Integer(at),
            SqlStorageValue::String(turn),
            SqlStorageValue::String(ended),
            asked_at,
            SqlStorageValue::String(found_by),
        ] => {
            let asked_at = match asked_at {
                SqlStorageValue::Integer(at) => u64::try_from(*at).ok().map(UnixSeconds),
                _not_known => None,
            };
            let at = UnixMillis(u64::try_from(*at).ok()?);
            let fact = Fact { ended: Ended::named(ended)?, at, asked_at, found_by: FoundBy::named(found_by)? };
            Some((Place { at, turn: turn.clone() }, fact))
        }
        _other => None,
    });
    Ok(facts.collect())
}

/// A page of the ledger, newest first.
pub fn page(storage: &Storage, wanted: &Wanted) -> Result<Page> {
    let outcomes: Vec<_> = wanted.outcomes.iter().map(|ended| format!("'{}'", ended.name())).collect();
    let ended = if outcomes.is_empty() { String::new() } else { format!("AND {ENDED} IN ({})", outcomes.join(",")) };
    // What is passed over comes without its text.
    let query = format!(
        "SELECT at_ms, turn, CASE WHEN substr(conversation, 1, length(?)) = ? {ended} THEN entry END
         FROM ledger WHERE (at_ms, turn) < (?, ?) ORDER BY at_ms DESC, turn DESC LIMIT ?"
    );
    let conversation = wanted.conversation.as_str();
    Page::look(wanted, |before, most| {
        let (at, turn) = before.map_or((FOR_EVER, ""), |place| (place.at, place.turn.as_str()));
        let bound = vec![conversation.into(), conversation.into(), number(at.0)?, turn.into(), number(most.into())?];
        let looked = storage.rows(&query, bound)?.into_iter().map(|row| match <[SqlStorageValue; 3]>::try_from(row) {
            Ok([at, turn, SqlStorageValue::String(entry)]) => {
                Ok((placed(at, turn)?, Looked::Wanted(json::read(entry.as_bytes()).ok())))
            }
            Ok([at, turn, _not_wanted]) => Ok((placed(at, turn)?, Looked::PassedOver)),
            Err(_) => Err(Error::from("an entry of the ledger without a key")),
        });
        looked.collect()
    })
}

fn placed(at: SqlStorageValue, turn: SqlStorageValue) -> Result<Place> {
    match (at, turn) {
        (SqlStorageValue::Integer(at), SqlStorageValue::String(turn)) => {
            Ok(Place { at: UnixMillis(u64::try_from(at).unwrap_or_default()), turn })
        }
        (_, _) => Err(Error::from("an entry of the ledger without a key")),
    }
}

/// Objects that have something open.
pub struct OpenList {
    /// How many there are.
    pub total: u64,
    /// Some of their names, those that have been on the list longest first.
    pub objects: Vec<String>,
    /// Since when the first of them has.
    pub since: Option<UnixMillis>,
}

/// At most so many of them by name.
pub fn open_list(storage: &Storage, most: u32) -> Result<OpenList> {
    let rows = storage.rows("SELECT COUNT(*), MIN(listed_ms) FROM open", vec![])?;
    let (total, since) = match rows.into_iter().next().as_deref() {
        Some([SqlStorageValue::Integer(count), since]) => (*count, since.clone()),
        _other => return Err(Error::from("a count that is none")),
    };
    let since = match since {
        SqlStorageValue::Integer(since) => u64::try_from(since).ok().map(UnixMillis),
        _not_known => None,
    };
    // What an older program has listed comes first: nobody knows since when.
    let names = storage.rows("SELECT object FROM open ORDER BY listed_ms LIMIT ?", vec![number(most.into())?])?;
    let objects = names.into_iter().map(text).collect::<Result<_>>()?;
    Ok(OpenList { total: u64::try_from(total).unwrap_or_default(), objects, since })
}
