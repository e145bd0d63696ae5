//! What is read of the ledger and of the list of open conversations to be shown. SQLite itself picks the entries apart: parsing thousands
//! of them here would keep everybody waiting who asks for a grant.

use crate::json;
use crate::objects::ask::ConversationName;
use crate::objects::host::{Error, Result, Storage, Value, text};
use crate::time::{UnixMillis, UnixSeconds};
use crate::workspace::ledger::{CountedTurn, FoundBy, OutcomeKind};
use crate::workspace::trends::Span;
use crate::workspace::turns::{Looked, TurnFilter, TurnPage, TurnPosition};

/// An entry's outcome is an object with one field, whose name says how the turn ended.
const ENDED: &str = "(SELECT key FROM json_each(entry, '$.outcome'))";

/// Later than anything; beyond 2^53 a number cannot be bound.
const FOR_EVER: UnixMillis = UnixMillis(1 << 52);

/// What is counted of turns that ended then, oldest first. An entry that only a newer version can read is that version's to count.
pub(super) fn facts(storage: &impl Storage, span: Span) -> Result<Vec<(TurnPosition, CountedTurn)>> {
    let query = format!(
        "SELECT at_ms, turn, {ENDED}, entry ->> 'asked_at', entry ->> 'found_by' FROM ledger WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms"
    );
    let rows = storage.rows(&query, &[Value::number(span.from.0)?, Value::number(span.to.unwrap_or(FOR_EVER).0)?])?;
    let facts = rows.into_iter().filter_map(|row| match row.as_slice() {
        [at, Value::Text(turn), Value::Text(ended), asked_at, Value::Text(found_by)] => {
            let at = UnixMillis(at.as_number()?);
            let asked_at = asked_at.as_number().map(UnixSeconds);
            let fact =
                CountedTurn { ended: OutcomeKind::named(ended)?, at, asked_at, found_by: FoundBy::named(found_by)? };
            Some((TurnPosition { at, turn: turn.clone() }, fact))
        }
        _unknown => None,
    });
    Ok(facts.collect())
}

/// A page of the ledger, newest first.
pub(super) fn page(storage: &impl Storage, filter: &TurnFilter) -> Result<TurnPage> {
    let outcomes: Vec<_> = filter.outcomes.iter().map(|ended| format!("'{}'", ended.name())).collect();
    let ended = if outcomes.is_empty() { String::new() } else { format!("AND {ENDED} IN ({})", outcomes.join(",")) };
    // What is passed over comes without its text.
    let query = format!(
        "SELECT at_ms, turn, CASE WHEN substr(conversation, 1, length(?)) = ? {ended} THEN entry END
         FROM ledger WHERE (at_ms, turn) < (?, ?) ORDER BY at_ms DESC, turn DESC LIMIT ?"
    );
    let conversation = filter.conversation.as_str();
    TurnPage::look(filter, |before, most| {
        let (at, turn) = before.map_or((FOR_EVER, ""), |place| (place.at, place.turn.as_str()));
        let bound =
            [conversation.into(), conversation.into(), Value::number(at.0)?, turn.into(), Value::number(most.into())?];
        let looked = storage.rows(&query, &bound)?.into_iter().map(|row| match row.as_slice() {
            [at, Value::Text(turn), entry] => {
                let place = TurnPosition { at: UnixMillis(at.as_number().unwrap_or_default()), turn: turn.clone() };
                Ok((
                    place,
                    match entry {
                        Value::Text(entry) => Looked::Match(json::read(entry.as_bytes()).ok()),
                        Value::Null | Value::Integer(_) => Looked::PassedOver,
                    },
                ))
            }
            _another => Err(Error::new("an entry of the ledger without a key")),
        });
        looked.collect()
    })
}

/// Objects that have something open.
pub(super) struct OpenList {
    /// How many there are.
    pub(super) total: u64,
    /// Some of their names, those that have been on the list longest first.
    pub(super) objects: Vec<ConversationName>,
    /// Since when the first of them has.
    pub(super) since: Option<UnixMillis>,
}

/// At most so many of them by name.
pub(super) fn open_list(storage: &impl Storage, most: u32) -> Result<OpenList> {
    let rows = storage.rows("SELECT COUNT(*), MIN(listed_ms) FROM open", &[])?;
    let (total, since) = match rows.into_iter().next().as_deref() {
        Some([count, since]) => (count.as_number().unwrap_or_default(), since.as_number().map(UnixMillis)),
        _another => return Err(Error::new("a count that is none")),
    };
    let names = storage.rows("SELECT object FROM open ORDER BY listed_ms LIMIT ?", &[Value::number(most.into())?])?;
    let objects = names.into_iter().map(|row| ConversationName::read(&text(row)?)).collect::<Result<_>>()?;
    Ok(OpenList { total, objects, since })
}
