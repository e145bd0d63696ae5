//! What is stored of a conversation.

use crate::intercom::events::ConversationEvents;
use crate::json;
use crate::objects::host::{Error, Host, Result, Storage, Value, text};
use crate::time::UnixMillis;
use crate::turn::history::{History, Level};
use crate::turn::state::{Phase, State};
use crate::turn::stored::{self, UnreadableState};
use crate::workspace::outbox::Outbox;
use serde_json::json;

/// Makes its tables where they are missing. Each statement that makes or changes one costs a written row.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS conversation (
        id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, history TEXT NOT NULL, outbox TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS held (n INTEGER PRIMARY KEY, events TEXT NOT NULL);
";

/// The one row: it always commits as a whole.
pub(super) struct StoredRow {
    /// The state, unless this program cannot read it.
    pub(super) state: std::result::Result<State, UnreadableState>,
    /// What happened.
    pub(super) history: History,
    /// Outcomes that the workspace has not acknowledged.
    pub(super) outbox: Outbox,
}

impl StoredRow {
    /// For a new conversation.
    pub(super) fn new(about: &ConversationEvents) -> Self {
        Self {
            state: Ok(State::new(about.app_id.clone(), about.conversation.clone())),
            history: History::default(),
            outbox: Outbox::default(),
        }
    }
}

/// Reads it; `None` where nothing is known of the conversation.
pub(super) fn load(storage: &impl Storage, now: UnixMillis) -> Result<Option<StoredRow>> {
    let rows = storage.rows("SELECT state, history, outbox FROM conversation", &[])?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let Ok([Value::Text(state), Value::Text(history), Value::Text(outbox)]) = <[Value; 3]>::try_from(row) else {
        return Err(Error::new("a row of another shape"));
    };
    Ok(Some(StoredRow {
        state: stored::read(&state),
        history: History::new(history),
        outbox: Outbox::read(&outbox, now),
    }))
}

/// Writes it. Of a conversation that was deleted only the unacknowledged outcomes are kept.
pub(super) fn save(storage: &impl Storage, state: &State, history: &History, outbox: &Outbox) -> Result<()> {
    let (state, history) = match &state.phase {
        Phase::Deleted => {
            let nothing = State::new(state.app.clone(), state.conversation.clone());
            (stored::write(&State { phase: Phase::Deleted, ..nothing }), "")
        }
        Phase::Idle | Phase::Open(_) => (stored::write(state), history.as_str()),
    };
    let statement = "INSERT INTO conversation (id, state, history, outbox) VALUES (1, ?, ?, ?)
                     ON CONFLICT (id) DO UPDATE SET state = excluded.state, history = excluded.history, outbox = excluded.outbox";
    storage.run(statement, &[state.into(), history.into(), outbox.write().into()])
}

/// Writes only the outbox.
pub(super) fn save_outbox(storage: &impl Storage, outbox: &Outbox) -> Result<()> {
    storage.run("UPDATE conversation SET outbox = ?", &[outbox.write().into()])
}

/// Keeps events that cannot be taken in yet.
pub(super) fn hold(storage: &impl Storage, events: &str) -> Result<()> {
    storage.run("INSERT INTO held (events) VALUES (?)", &[events.into()])
}

/// The events that wait until they can be taken in.
pub(super) fn held<H: Host>(host: &H, storage: &H::Storage) -> Result<Vec<ConversationEvents>> {
    let rows = storage.rows("SELECT events FROM held ORDER BY n", &[])?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        match json::read(text(row)?.as_bytes()) {
            Ok(events) => all.push(events),
            // It must not hold up the others for ever.
            Err(error) => host.log(Level::Error, "held_events_unreadable", json!({ "error": error.to_string() })),
        }
    }
    Ok(all)
}

/// They were taken in.
pub(super) fn delete_held(storage: &impl Storage) -> Result<()> {
    storage.run("DELETE FROM held", &[])
}

/// A statement that changes nothing, and fails where storage does: setting an alarm never fails at once.
pub(super) fn probe(storage: &impl Storage) -> Result<()> {
    storage.run("DELETE FROM held WHERE n IS NULL", &[])
}
