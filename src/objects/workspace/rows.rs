//! What is stored of the workspace.

use super::object::WorkspaceCore;
use crate::intercom::ids::ConversationId;
use crate::json;
use crate::objects::ask::ConversationName;
use crate::objects::host::{Error, Host, Result, Row, Storage, Value, text};
use crate::time::{UnixMillis, UnixSeconds};
use crate::workspace::ledger::LedgerEntry;
use crate::workspace::watchdog::{ObjectStatus, look_at};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Makes its tables where they are missing. A table without row ids costs one written row where one with them costs two.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS identity (credentials TEXT PRIMARY KEY, app_id TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS chatbot (uuid TEXT PRIMARY KEY, rate_limit_message TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS trouble (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS granted (turn TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pause (id INTEGER PRIMARY KEY CHECK (id = 1), paused TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS open (
        object TEXT PRIMARY KEY, look_at_ms INTEGER NOT NULL, waits_since_s INTEGER, listed_ms INTEGER NOT NULL,
        pause_ended INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS ledger (
        at_ms INTEGER NOT NULL, turn TEXT NOT NULL, conversation TEXT NOT NULL, seen_s INTEGER NOT NULL, entry TEXT NOT NULL,
        PRIMARY KEY (at_ms, turn)
    ) WITHOUT ROWID;
";

/// Names in `kept`.
pub(super) const SWEEP: &str = "sweep";
pub(super) const WEBHOOKS: &str = "webhooks";
pub(super) const CRON: &str = "cron";
pub(super) const CRON_AWAITED: &str = "cron_awaited";
pub(super) const AUDIT: &str = "audit";
pub(super) const CONTROLS: &str = "controls";
pub(super) const MODE: &str = "mode";
pub(super) const ALERTS: &str = "alerts";
pub(super) const SALT: &str = "salt";

/// An object that has something open.
pub(super) struct OpenObject {
    pub(super) object: ConversationName,
    /// When a customer wrote, where it could not be told of that yet.
    pub(super) waits_since: Option<UnixSeconds>,
    /// Whether it must be told of the end of a pause.
    pub(super) pause_ended: bool,
    /// When the watchdog looks at it.
    pub(super) look_at: UnixMillis,
}

impl<H: Host> WorkspaceCore<H> {
    /// Reads what is kept under a name. What cannot be read is as good as not there.
    pub(super) fn kept<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        Ok(kept_text(&self.host.storage()?, name)?.and_then(|kept| json::read(kept.as_bytes()).ok()))
    }

    /// The same for what cannot be found out anew: a row of another program is that program's, and stays as it is.
    pub(super) fn kept_for_sure<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let value = kept_text(&self.host.storage()?, name)?.map(|kept| json::read(kept.as_bytes())).transpose();
        value.map_err(|unreadable| Error::new(format!("what is kept as {name}: {unreadable}")))
    }

    pub(super) fn keep(&self, name: &str, value: &impl Serialize) -> Result<()> {
        keep(&self.host.storage()?, name, serde_json::to_string(value)?)
    }
}

/// Keeps a text under a name.
pub(super) fn keep(storage: &impl Storage, name: &str, value: String) -> Result<()> {
    storage.run("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", &[name.into(), value.into()])
}

/// The text that is kept under a name.
pub(super) fn kept_text(storage: &impl Storage, name: &str) -> Result<Option<String>> {
    let rows = storage.rows("SELECT value FROM kept WHERE name = ?", &[name.into()])?;
    rows.into_iter().next().map(text).transpose()
}

/// Enters how a turn ended, once.
pub(super) fn enter(storage: &impl Storage, entry: &LedgerEntry, seen: Option<UnixSeconds>) -> Result<()> {
    if let Some(corrected) = entry.corrects {
        let row = [Value::number(corrected.0)?, entry.turn.as_str().into()];
        storage.run("DELETE FROM ledger WHERE at_ms = ? AND turn = ?", &row)?;
    }
    let row = [
        Value::number(entry.at.0)?,
        entry.turn.as_str().into(),
        entry.conversation.as_str().into(),
        Value::number(seen.map_or(0, |seen| seen.0))?,
        serde_json::to_string(entry)?.into(),
    ];
    storage.run("INSERT OR IGNORE INTO ledger (at_ms, turn, conversation, seen_s, entry) VALUES (?, ?, ?, ?, ?)", &row)
}

/// How turns ended since then, oldest first.
pub(super) fn entries(storage: &impl Storage, since: UnixMillis) -> Result<Vec<LedgerEntry>> {
    let rows = storage.rows("SELECT entry FROM ledger WHERE at_ms >= ? ORDER BY at_ms", &[Value::number(since.0)?])?;
    // One that only a newer version can read is that version's to count.
    rows.into_iter().map(|row| Ok(json::read(text(row)?.as_bytes()).ok())).filter_map(Result::transpose).collect()
}

/// Up to when the objects of turns that ended since then have read.
pub(super) fn seen_since(storage: &impl Storage, since: UnixMillis) -> Result<Vec<(ConversationId, UnixSeconds)>> {
    let query = "SELECT conversation, seen_s FROM ledger WHERE at_ms >= ? ORDER BY at_ms";
    let rows = storage.rows(query, &[Value::number(since.0)?])?;
    let seen = rows.into_iter().filter_map(|row| match row.as_slice() {
        [Value::Text(conversation), seen] => {
            ConversationId::new(conversation.as_str()).zip(seen.as_number().map(UnixSeconds))
        }
        _no_entry => None,
    });
    Ok(seen.collect())
}

/// Forgets how turns ended before then.
pub(super) fn forget_entries(storage: &impl Storage, before: UnixMillis) -> Result<()> {
    storage.run("DELETE FROM ledger WHERE at_ms < ?", &[Value::number(before.0)?])
}

/// Whether an object is on the list already, and is left there as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// What is there stays, unless its time has come: the watchdog may be looking at it now.
    Before,
    /// What is there is replaced, except what the object was not told yet.
    Anew,
    /// The same; it was told of the end of a pause.
    AnewAndResumed,
    /// As anew; a turn of it has ended, so what is open is another one.
    AnewAfterATurn,
}

/// Puts an object on the list of those with something open, or takes it off.
pub(super) fn list(
    storage: &impl Storage,
    object: &ConversationName,
    status: ObjectStatus,
    listed: Listed,
    now: UnixMillis,
) -> Result<()> {
    // It has read so far; what it waits with beyond that, it was not told.
    let seen = Value::number(status.seen.map_or(0, |seen| seen.0))?;
    let Some(wakes_at) = status.wakes_at else {
        let statement = "DELETE FROM open WHERE object = ? AND (waits_since_s IS NULL OR waits_since_s <= ?)";
        return storage.run(statement, &[object.to_string().into(), seen]);
    };
    const STILL_WAITING: &str = "waits_since_s = CASE WHEN waits_since_s <= ? THEN NULL ELSE waits_since_s END";
    const UNLESS_HURRIED: &str = "look_at_ms = CASE pause_ended WHEN 1 THEN look_at_ms ELSE excluded.look_at_ms END";
    let (change, more) = match listed {
        Listed::Before => (
            "look_at_ms = excluded.look_at_ms WHERE look_at_ms <= ? AND pause_ended = 0".to_owned(),
            Value::number(now.0)?,
        ),
        Listed::Anew => (format!("{UNLESS_HURRIED}, {STILL_WAITING}"), seen),
        Listed::AnewAndResumed => (format!("look_at_ms = excluded.look_at_ms, pause_ended = 0, {STILL_WAITING}"), seen),
        Listed::AnewAfterATurn => (format!("{UNLESS_HURRIED}, listed_ms = excluded.listed_ms, {STILL_WAITING}"), seen),
    };
    let statement = format!(
        "INSERT INTO open (object, look_at_ms, listed_ms) VALUES (?, ?, ?) ON CONFLICT (object) DO UPDATE SET {change}"
    );
    let (look_at, now) = (Value::number(look_at(wakes_at, now).0)?, Value::number(now.0)?);
    storage.run(&statement, &[object.to_string().into(), look_at, now, more])
}

/// An object that the watchdog asked reports its status. One with nothing open leaves the list, unless something was opened since.
pub(super) fn watched(storage: &impl Storage, open: &OpenObject, status: ObjectStatus, now: UnixMillis) -> Result<()> {
    let listed = match (open.waits_since, open.pause_ended) {
        (None, true) => Listed::AnewAndResumed,
        (Some(_), _) | (None, false) => Listed::Anew,
    };
    // It was told with what it waits, and has that on disk.
    let status = ObjectStatus { seen: status.seen.max(open.waits_since), ..status };
    match status.wakes_at {
        Some(_) => list(storage, &open.object, status, listed, now),
        None => {
            let unchanged = [
                open.object.to_string().into(),
                Value::number(open.look_at.0)?,
                Value::Integer(open.pause_ended.into()),
            ];
            storage.run("DELETE FROM open WHERE object = ? AND look_at_ms = ? AND pause_ended = ?", &unchanged)
        }
    }
}

/// Keeps an object on the list that could not be reached.
pub(super) fn list_unreached(
    storage: &impl Storage,
    object: &ConversationName,
    waits_since: Option<UnixSeconds>,
    now: UnixMillis,
    look_at: UnixMillis,
) -> Result<()> {
    let statement =
        "INSERT INTO open (object, look_at_ms, waits_since_s, listed_ms) VALUES (?, ?, ?, ?) ON CONFLICT (object)
                     DO UPDATE SET look_at_ms = excluded.look_at_ms, waits_since_s = excluded.waits_since_s";
    let waits_since = Value::number_or_null(waits_since.map(|at| at.0))?;
    let (look_at, now) = (Value::number(look_at.0)?, Value::number(now.0)?);
    storage.run(statement, &[object.to_string().into(), look_at, waits_since, now])
}

/// The objects that the watchdog looks at now, at most this many.
pub(super) fn due(storage: &impl Storage, now: UnixMillis, most: u32) -> Result<Vec<OpenObject>> {
    let query = "SELECT object, waits_since_s, look_at_ms, pause_ended FROM open WHERE look_at_ms <= ?
                 ORDER BY pause_ended DESC, look_at_ms LIMIT ?";
    let rows = storage.rows(query, &[Value::number(now.0)?, Value::number(most.into())?])?;
    rows.into_iter().map(open_of).collect()
}

fn open_of(row: Row) -> Result<OpenObject> {
    match row.as_slice() {
        [Value::Text(object), waits_since, look_at, Value::Integer(pause_ended)] => Ok(OpenObject {
            object: ConversationName::read(object)?,
            waits_since: waits_since.as_number().map(UnixSeconds),
            pause_ended: *pause_ended != 0,
            look_at: UnixMillis(look_at.as_number().unwrap_or_default()),
        }),
        _another => Err(Error::new("an object without a name")),
    }
}

/// All that wait are to be told that the workspace goes on.
pub(super) fn hurry_all(storage: &impl Storage, now: UnixMillis) -> Result<()> {
    storage.run("UPDATE open SET look_at_ms = ?, pause_ended = 1", &[Value::number(now.0)?])
}

/// How many objects have had something open since before then, and since when the first of them has.
pub(super) fn waiting_since(storage: &impl Storage, before: UnixMillis) -> Result<Option<(u64, UnixMillis)>> {
    let query = "SELECT COUNT(*), MIN(listed_ms) FROM open WHERE listed_ms < ?";
    let rows = storage.rows(query, &[Value::number(before.0)?])?;
    Ok(match rows.into_iter().next().as_deref() {
        Some([count, first]) => count.as_number().zip(first.as_number().map(UnixMillis)),
        _none => None,
    })
}
