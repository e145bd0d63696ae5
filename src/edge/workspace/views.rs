//! What is read of the ledger and of the list of open conversations to be shown. SQLite itself picks the entries apart: parsing thousands
//! of them here would keep everybody waiting who asks for a grant.

use crate::edge::storage::{Storage, number, text};
use crate::json;
use crate::time::{UnixMillis, UnixSeconds};
use crate::workspace::ledger::{Ended, Fact, FoundBy};
use crate::workspace::trends::Span;
use crate::workspace::turns::{MOST_LOOKED_THROUGH, Page, Place, Wanted};
use worker::{Error, Result, SqlStorageValue};

/// An entry's outcome is an object with one field, whose name says how the turn ended.
const ENDED: &str = "(SELECT key FROM json_each(entry, '$.outcome'))";

/// Later than anything; beyond 2^53 a number cannot be bound.
const FOR_EVER: UnixMillis = UnixMillis(1 << 52);

/// What is counted of turns that ended then. An entry that only a newer version can read is that version's to count.
pub fn facts(storage: &Storage, span: Span) -> Result<Vec<Fact>> {
    let query = format!(
        "SELECT at_ms, {ENDED}, entry ->> 'asked_at', entry ->> 'found_by' FROM ledger WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms"
    );
    let rows = storage.rows(&query, vec![number(span.from.0)?, number(span.to.unwrap_or(FOR_EVER).0)?])?;
    let facts = rows.into_iter().filter_map(|row| match row.as_slice() {
        [SqlStorageValue::Integer(at), SqlStorageValue::String(ended), asked_at, SqlStorageValue::String(found_by)] => {
            let asked_at = match asked_at {
                SqlStorageValue::Integer(at) => u64::try_from(*at).ok().map(UnixSeconds),
                _not_known => None,
            };
            Some(Fact {
                ended: Ended::named(ended)?,
                at: UnixMillis(u64::try_from(*at).ok()?),
                asked_at,
                found_by: FoundBy::named(found_by)?,
            })
        }
        _other => None,
    });
    Ok(facts.collect())
}

/// A page of the ledger, newest first.
pub fn page(storage: &Storage, wanted: &Wanted) -> Result<Page> {
    let before = match &wanted.before {
        Some(place) => place.clone(),
        None => Place { at: FOR_EVER, turn: String::new() },
    };
    let place = || Ok::<_, Error>([number(before.at.0)?, before.turn.as_str().into()]);
    let behind = "FROM ledger WHERE (at_ms, turn) < (?, ?) ORDER BY at_ms DESC, turn DESC";
    let last = number(u64::from(MOST_LOOKED_THROUGH) - 1)?;
    let looked_to = storage
        .rows(&format!("SELECT at_ms, turn {behind} LIMIT 1 OFFSET ?"), place()?.into_iter().chain([last]).collect())?;
    let outcomes: Vec<_> = wanted.outcomes.iter().map(|ended| format!("'{}'", ended.name())).collect();
    let ended = if outcomes.is_empty() { String::new() } else { format!("AND {ENDED} IN ({})", outcomes.join(",")) };
    let query = format!(
        "SELECT at_ms, turn, entry FROM (SELECT at_ms, turn, conversation, entry {behind} LIMIT ?)
         WHERE substr(conversation, 1, length(?)) = ? {ended} ORDER BY at_ms DESC, turn DESC LIMIT ?"
    );
    let conversation = wanted.conversation.as_str();
    let more = [
        number(MOST_LOOKED_THROUGH.into())?,
        conversation.into(),
        conversation.into(),
        number(u64::from(wanted.limit) + 1)?,
    ];
    let found = storage.rows(&query, place()?.into_iter().chain(more).collect())?;
    let found = found.into_iter().map(|row| match <[SqlStorageValue; 3]>::try_from(row) {
        Ok([at, turn, SqlStorageValue::String(entry)]) => Ok((placed(at, turn)?, json::read(entry.as_bytes()).ok())),
        _other => Err(Error::from("an entry of the ledger without a text")),
    });
    let looked_to = looked_to.into_iter().next().map(|row| match <[SqlStorageValue; 2]>::try_from(row) {
        Ok([at, turn]) => placed(at, turn),
        Err(_) => Err(Error::from("an entry of the ledger without a key")),
    });
    Ok(Page::of(found.collect::<Result<_>>()?, wanted.limit, looked_to.transpose()?))
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
