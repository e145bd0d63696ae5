//! What is stored of a conversation.

use crate::intercom::notice::Notice;
use crate::json;
use crate::objects::host::{Error, Host, Result, Storage, Value, text};
use crate::time::UnixMillis;
use crate::turn::state::{Phase, State};
use crate::turn::stored::{self, Unreadable};
use crate::turn::trail::{Level, Trail};
use crate::workspace::books::Books;
use serde_json::json;

/// Makes its tables where they are missing. Each statement that makes or changes one costs a written row.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS conversation (
        id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, trail TEXT NOT NULL, books TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS held (n INTEGER PRIMARY KEY, notice TEXT NOT NULL);
";

/// The one row: it always commits as a whole.
pub(super) struct Row {
    /// The state, unless this program cannot read it.
    pub(super) state: std::result::Result<State, Unreadable>,
    /// What happened.
    pub(super) trail: Trail,
    /// What the workspace was not told yet.
    pub(super) books: Books,
}

impl Row {
    /// Of a conversation that nothing is known of.
    pub(super) fn new(about: &Notice) -> Self {
        Self {
            state: Ok(State::new(about.app_id.clone(), about.conversation.clone())),
            trail: Trail::default(),
            books: Books::default(),
        }
    }
}

/// Reads it; `None` where nothing is known of the conversation.
pub(super) fn load(storage: &impl Storage, now: UnixMillis) -> Result<Option<Row>> {
    let rows = storage.rows("SELECT state, trail, books FROM conversation", &[])?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let Ok([Value::Text(state), Value::Text(trail), Value::Text(books)]) = <[Value; 3]>::try_from(row) else {
        return Err(Error::new("a row that is none"));
    };
    Ok(Some(Row { state: stored::read(&state), trail: Trail::new(trail), books: Books::read(&books, now) }))
}

/// Writes it. Of a conversation that was deleted nothing is kept but what the workspace must still be told.
pub(super) fn save(storage: &impl Storage, state: &State, trail: &Trail, books: &Books) -> Result<()> {
    let (state, trail) = match &state.phase {
        Phase::Deleted => {
            let nothing = State::new(state.app.clone(), state.conversation.clone());
            (stored::write(&State { phase: Phase::Deleted, ..nothing }), "")
        }
        Phase::Idle | Phase::Open(_) => (stored::write(state), trail.as_str()),
    };
    let statement = "INSERT INTO conversation (id, state, trail, books) VALUES (1, ?, ?, ?)
                     ON CONFLICT (id) DO UPDATE SET state = excluded.state, trail = excluded.trail, books = excluded.books";
    storage.run(statement, &[state.into(), trail.into(), books.write().into()])
}

/// Writes the books alone.
pub(super) fn save_books(storage: &impl Storage, books: &Books) -> Result<()> {
    storage.run("UPDATE conversation SET books = ?", &[books.write().into()])
}

/// Keeps a notice that cannot be taken in yet.
pub(super) fn hold(storage: &impl Storage, notice: &str) -> Result<()> {
    storage.run("INSERT INTO held (notice) VALUES (?)", &[notice.into()])
}

/// The notices that wait until they can be taken in.
pub(super) fn held<H: Host>(host: &H, storage: &H::Storage) -> Result<Vec<Notice>> {
    let rows = storage.rows("SELECT notice FROM held ORDER BY n", &[])?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        match json::read(text(row)?.as_bytes()) {
            Ok(notice) => notices.push(notice),
            // It must not hold up the others for ever.
            Err(error) => host.log(Level::Error, "held_notice_unreadable", json!({ "error": error.to_string() })),
        }
    }
    Ok(notices)
}

/// They were taken in.
pub(super) fn delete_held(storage: &impl Storage) -> Result<()> {
    storage.run("DELETE FROM held", &[])
}

/// A statement that changes nothing, and fails where storage does: setting an alarm never fails at once.
pub(super) fn probe(storage: &impl Storage) -> Result<()> {
    storage.run("DELETE FROM held WHERE n IS NULL", &[])
}
