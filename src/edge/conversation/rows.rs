//! What is stored of a conversation.

use crate::edge::log::{Level, line};
use crate::edge::storage::{Column, Schema, Storage, text};
use crate::intercom::notice::Notice;
use crate::json;
use crate::time::UnixMillis;
use crate::turn::state::{Phase, State};
use crate::turn::stored::{self, Unreadable};
use crate::turn::trail::Trail;
use crate::workspace::books::Books;
use serde_json::json;
use worker::{Error, Result, SqlStorageValue};

/// Its tables. Each statement that makes or changes one costs a written row, so a new object has them complete from the start.
pub const SCHEMA: Schema = Schema {
    tables: "
        CREATE TABLE IF NOT EXISTS conversation (
            id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, trail TEXT NOT NULL DEFAULT '', books TEXT NOT NULL DEFAULT ''
        );
        CREATE TABLE IF NOT EXISTS held (n INTEGER PRIMARY KEY, notice TEXT NOT NULL);
    ",
    later: &[
        Column { table: "conversation", name: "trail", definition: "TEXT NOT NULL DEFAULT ''" },
        Column { table: "conversation", name: "books", definition: "TEXT NOT NULL DEFAULT ''" },
    ],
};

/// The one row: it always commits as a whole.
pub struct Row {
    /// The state, unless this program cannot read it.
    pub state: std::result::Result<State, Unreadable>,
    /// What happened.
    pub trail: Trail,
    /// What the workspace was not told yet.
    pub books: Books,
}

/// Reads it; `None` where nothing is known of the conversation.
pub fn load(storage: &Storage, now: UnixMillis) -> Result<Option<Row>> {
    let rows = storage.rows("SELECT state, trail, books FROM conversation", vec![])?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    match <[SqlStorageValue; 3]>::try_from(row) {
        Ok([SqlStorageValue::String(state), SqlStorageValue::String(trail), SqlStorageValue::String(books)]) => {
            let state = stored::read(&state);
            Ok(Some(Row { state, trail: Trail::read(&trail), books: Books::read(&books, now) }))
        }
        _other => Err(Error::from("a row that is none")),
    }
}

/// Writes it. Of a conversation that was deleted nothing is kept but what the workspace must still be told.
pub fn save(storage: &Storage, state: &State, trail: &Trail, books: &Books) -> Result<()> {
    let (state, trail) = match &state.phase {
        Phase::Deleted => {
            let nothing = State::new(state.app.clone(), state.conversation.clone());
            (stored::write(&State { phase: Phase::Deleted, ..nothing }), Trail::default().write())
        }
        Phase::Idle | Phase::Open(_) => (stored::write(state), trail.write()),
    };
    let statement = "INSERT INTO conversation (id, state, trail, books) VALUES (1, ?, ?, ?)
                     ON CONFLICT (id) DO UPDATE SET state = excluded.state, trail = excluded.trail, books = excluded.books";
    storage.run(statement, vec![state.into(), trail.into(), books.write().into()])
}

/// Writes the books alone.
pub fn save_books(storage: &Storage, books: &Books) -> Result<()> {
    storage.run("UPDATE conversation SET books = ?", vec![books.write().into()])
}

/// Keeps a notice that cannot be taken in yet.
pub fn hold(storage: &Storage, notice: &str) -> Result<()> {
    storage.run("INSERT INTO held (notice) VALUES (?)", vec![notice.into()])
}

/// The notices that wait until they can be taken in.
pub fn held(storage: &Storage) -> Result<Vec<Notice>> {
    let rows = storage.rows("SELECT notice FROM held ORDER BY n", vec![])?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        match json::read(text(row)?.as_bytes()) {
            Ok(notice) => notices.push(notice),
            // It must not hold up the others for ever.
            Err(error) => line(Level::Error, "held_notice_unreadable", json!({ "error": error.to_string() })),
        }
    }
    Ok(notices)
}
