//! What is stored of the workspace.

use super::WorkspaceObject;
use crate::edge::storage::{Column, Schema, Storage, number, text};
use crate::intercom::ids::ConversationId;
use crate::json;
use crate::time::{UnixMillis, UnixSeconds};
use crate::workspace::ledger::Entry;
use crate::workspace::watch::{Standing, look_at};
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Error, Result, SqlStorageValue};

/// Its tables. A table without row ids costs one written row where one with them costs two.
pub const SCHEMA: Schema = Schema {
    tables: "
        CREATE TABLE IF NOT EXISTS identity (credentials TEXT PRIMARY KEY, app_id TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS chatbot (uuid TEXT PRIMARY KEY, rate_limit_message TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS trouble (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS granted (turn TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS pause (id INTEGER PRIMARY KEY CHECK (id = 1), paused TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS open (object TEXT PRIMARY KEY, look_at_ms INTEGER NOT NULL, waits_since_s INTEGER, listed_ms INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS ledger (
            at_ms INTEGER NOT NULL, turn TEXT NOT NULL, conversation TEXT NOT NULL, seen_s INTEGER NOT NULL, entry TEXT NOT NULL,
            PRIMARY KEY (at_ms, turn)
        ) WITHOUT ROWID;
    ",
    later: &[Column { table: "open", name: "listed_ms", definition: "INTEGER" }],
};

/// Names in `kept`.
pub const SWEEP: &str = "sweep";
pub const WEBHOOKS: &str = "webhooks";
pub const CRON: &str = "cron";
pub const CRON_AWAITED: &str = "cron_awaited";
pub const AUDIT: &str = "audit";
pub const CONTROLS: &str = "controls";
pub const MODE: &str = "mode";
pub const ALERTS: &str = "alerts";
pub const SALT: &str = "salt";

/// An object that has something open.
pub struct Open {
    /// Its name.
    pub object: String,
    /// When a customer wrote, where it could not be told of that yet.
    pub waits_since: Option<UnixSeconds>,
    /// Whether it must be told of the end of a pause.
    pub pause: PauseEnd,
    /// When it was to be looked after.
    pub look_at: UnixMillis,
}

/// Whether an object must be told of the end of a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseEnd {
    /// There was none since it was listed, or it knows.
    NoNews,
    /// It must.
    Untold,
}

/// The time to look after an object that must be told of the end of a pause.
const AT_ONCE: i64 = 0;

impl WorkspaceObject {
    /// Reads what is kept under a name. What cannot be read is as good as not there.
    pub(super) fn kept<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        Ok(kept_text(&self.storage()?, name)?.and_then(|kept| json::read(kept.as_bytes()).ok()))
    }

    /// The same for what cannot be found out anew: a row of another program is that program's, and stays as it is.
    pub(super) fn kept_for_sure<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let value = kept_text(&self.storage()?, name)?.map(|kept| json::read(kept.as_bytes())).transpose();
        value.map_err(|unreadable| Error::from(format!("what is kept as {name}: {unreadable}")))
    }

    pub(super) fn keep(&self, name: &str, value: &impl Serialize) -> Result<()> {
        keep(&self.storage()?, name, serde_json::to_string(value)?)
    }
}

/// Keeps a text under a name.
pub fn keep(storage: &Storage, name: &str, value: String) -> Result<()> {
    storage.run("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", vec![name.into(), value.into()])
}

/// The text that is kept under a name.
pub fn kept_text(storage: &Storage, name: &str) -> Result<Option<String>> {
    let rows = storage.rows("SELECT value FROM kept WHERE name = ?", vec![name.into()])?;
    rows.into_iter().next().map(text).transpose()
}

/// Enters how a turn ended, once.
pub fn enter(storage: &Storage, entry: &Entry, seen: Option<UnixSeconds>) -> Result<()> {
    if let Some(corrected) = entry.corrects {
        let row = vec![number(corrected.0)?, entry.turn.as_str().into()];
        storage.run("DELETE FROM ledger WHERE at_ms = ? AND turn = ?", row)?;
    }
    let statement = "INSERT OR IGNORE INTO ledger (at_ms, turn, conversation, seen_s, entry) VALUES (?, ?, ?, ?, ?)";
    let row = vec![
        number(entry.at.0)?,
        entry.turn.as_str().into(),
        entry.conversation.as_str().into(),
        number(seen.map_or(0, |seen| seen.0))?,
        serde_json::to_string(entry)?.into(),
    ];
    storage.run(statement, row)
}

/// How turns ended since then, oldest first.
pub fn entries(storage: &Storage, since: UnixMillis) -> Result<Vec<Entry>> {
    let rows = storage.rows("SELECT entry FROM ledger WHERE at_ms >= ? ORDER BY at_ms", vec![number(since.0)?])?;
    // One that only a newer version can read is that version's to count.
    rows.into_iter().map(|row| Ok(json::read(text(row)?.as_bytes()).ok())).filter_map(Result::transpose).collect()
}

/// Up to when the objects of turns that ended since then have read.
pub fn seen_since(storage: &Storage, since: UnixMillis) -> Result<Vec<(ConversationId, UnixSeconds)>> {
    let query = "SELECT conversation, seen_s FROM ledger WHERE at_ms >= ? ORDER BY at_ms";
    let rows = storage.rows(query, vec![number(since.0)?])?;
    let seen = rows.into_iter().map(|row| match row.as_slice() {
        [SqlStorageValue::String(conversation), SqlStorageValue::Integer(seen)] => {
            let seen = UnixSeconds(u64::try_from(*seen).unwrap_or_default());
            ConversationId::new(conversation.as_str()).map(|conversation| (conversation, seen))
        }
        _other => None,
    });
    Ok(seen.flatten().collect())
}

/// Forgets how turns ended before then.
pub fn forget_entries(storage: &Storage, before: UnixMillis) -> Result<()> {
    storage.run("DELETE FROM ledger WHERE at_ms < ?", vec![number(before.0)?])
}

/// Whether an object is on the list already, and is left there as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// What is there stays, unless its time has come: it may be looked after just now.
    Before,
    /// What is there is replaced, but for what the object was not told yet.
    Anew,
    /// The same; it was told of the end of a pause.
    AnewAndTold,
    /// As anew; a turn of it has ended, so what is open is another one.
    AnewAfterATurn,
}

/// Puts an object on the list of those with something open, or takes it off.
pub fn list(storage: &Storage, object: &str, standing: Standing, listed: Listed, now: UnixMillis) -> Result<()> {
    // It has read so far; what it waits with beyond that, it was not told.
    let seen = number(standing.seen.map_or(0, |seen| seen.0))?;
    let Some(wakes_at) = standing.wakes_at else {
        let statement = "DELETE FROM open WHERE object = ? AND (waits_since_s IS NULL OR waits_since_s <= ?)";
        return storage.run(statement, vec![object.into(), seen]);
    };
    let row = vec![object.into(), number(look_at(wakes_at, now).0)?, number(now.0)?];
    let (change, more) = match listed {
        Listed::Before => {
            ("look_at_ms = excluded.look_at_ms WHERE look_at_ms <= ? AND look_at_ms <> 0", number(now.0)?)
        }
        Listed::Anew => (
            "look_at_ms = CASE look_at_ms WHEN 0 THEN 0 ELSE excluded.look_at_ms END,
             waits_since_s = CASE WHEN waits_since_s <= ? THEN NULL ELSE waits_since_s END",
            seen,
        ),
        Listed::AnewAndTold => (
            "look_at_ms = excluded.look_at_ms,
             waits_since_s = CASE WHEN waits_since_s <= ? THEN NULL ELSE waits_since_s END",
            seen,
        ),
        Listed::AnewAfterATurn => (
            "look_at_ms = CASE look_at_ms WHEN 0 THEN 0 ELSE excluded.look_at_ms END, listed_ms = excluded.listed_ms,
             waits_since_s = CASE WHEN waits_since_s <= ? THEN NULL ELSE waits_since_s END",
            seen,
        ),
    };
    let statement = format!(
        "INSERT INTO open (object, look_at_ms, listed_ms) VALUES (?, ?, ?) ON CONFLICT (object) DO UPDATE SET {change}"
    );
    storage.run(&statement, row.into_iter().chain([more]).collect())
}

/// An object that was looked after says how it stands. One with nothing open leaves the list, unless something was opened since.
pub fn looked_after(storage: &Storage, open: &Open, standing: Standing, now: UnixMillis) -> Result<()> {
    let listed = match (open.waits_since, open.pause) {
        (None, PauseEnd::Untold) => Listed::AnewAndTold,
        (Some(_), _) | (None, PauseEnd::NoNews) => Listed::Anew,
    };
    // It was told with what it waits, and has that on disk.
    let standing = Standing { seen: standing.seen.max(open.waits_since), ..standing };
    match standing.wakes_at {
        Some(_) => list(storage, &open.object, standing, listed, now),
        None => {
            let row = vec![open.object.as_str().into(), number(open.look_at.0)?];
            storage.run("DELETE FROM open WHERE object = ? AND look_at_ms = ?", row)
        }
    }
}

/// Keeps an object on the list that could not be reached.
pub fn list_unreached(storage: &Storage, open: &Open, now: UnixMillis, look_at: UnixMillis) -> Result<()> {
    let statement =
        "INSERT INTO open (object, look_at_ms, waits_since_s, listed_ms) VALUES (?, ?, ?, ?) ON CONFLICT (object)
                     DO UPDATE SET look_at_ms = excluded.look_at_ms, waits_since_s = excluded.waits_since_s";
    let waits_since = match open.waits_since {
        Some(at) => number(at.0)?,
        None => SqlStorageValue::Null,
    };
    storage.run(statement, vec![open.object.as_str().into(), number(look_at.0)?, waits_since, number(now.0)?])
}

/// Whom to look after now, at most so many.
pub fn due(storage: &Storage, now: UnixMillis, most: u32) -> Result<Vec<Open>> {
    let query = "SELECT object, waits_since_s, look_at_ms FROM open WHERE look_at_ms <= ? ORDER BY look_at_ms LIMIT ?";
    let rows = storage.rows(query, vec![number(now.0)?, number(most.into())?])?;
    let open = rows.into_iter().map(|row| match row.as_slice() {
        [SqlStorageValue::String(object), waits_since, SqlStorageValue::Integer(look_at)] => {
            let waits_since = match waits_since {
                SqlStorageValue::Integer(at) => u64::try_from(*at).ok().map(UnixSeconds),
                _never_told => None,
            };
            let pause = if *look_at == AT_ONCE { PauseEnd::Untold } else { PauseEnd::NoNews };
            let look_at = UnixMillis(u64::try_from(*look_at).unwrap_or_default());
            Ok(Open { object: object.clone(), waits_since, pause, look_at })
        }
        _other => Err(Error::from("an object without a name")),
    });
    open.collect()
}

/// All that wait are to be told that the workspace goes on.
pub fn hurry_all(storage: &Storage) -> Result<()> {
    storage.run("UPDATE open SET look_at_ms = ?", vec![SqlStorageValue::Integer(AT_ONCE)])
}

/// How many objects have had something open since before then, and the first of them since when.
pub fn waiting_since(storage: &Storage, before: UnixMillis) -> Result<Option<(u64, UnixMillis)>> {
    let rows =
        storage.rows("SELECT COUNT(*), MIN(listed_ms) FROM open WHERE listed_ms < ?", vec![number(before.0)?])?;
    Ok(match rows.into_iter().next().as_deref() {
        Some([SqlStorageValue::Integer(count), SqlStorageValue::Integer(first)]) => {
            u64::try_from(*count).ok().zip(u64::try_from(*first).ok().map(UnixMillis))
        }
        _none => None,
    })
}
