//! What a conversation's object does beside its turns: it reports them, says how it stands, and in the end deletes everything.

use super::ConversationObject;
use super::rows::{Row, held, load, save_books};
use crate::edge::log::{Level, line};
use crate::edge::running::Running;
use crate::edge::{clock, workspace};
use crate::settings::Settings;
use crate::time::Millis;
use crate::workspace::books::{self, Books, Keeping};
use crate::workspace::ledger::Entry;
use crate::workspace::watch::Standing;
use serde_json::json;
use worker::Result;

/// An alarm that is so late does not come any more.
const ALARM_LATE: Millis = Millis::from_seconds(15);

impl ConversationObject {
    /// Somebody asks whether all is well. What is open and has no alarm, or one that does not go off, gets one.
    pub(super) async fn look(&self) -> Result<Standing> {
        let storage = self.storage()?;
        let alarm = storage.alarm().await?;
        let now = clock::now();
        let (standing, wakes_at) = match (load(&storage, now)?, self.settings()) {
            (Some(Row { state: Ok(state), books, .. }), Ok(settings)) if held(&storage)?.is_empty() => {
                (books.standing(&state), books.wake_at(&state, settings.retention))
            }
            (None, _) if held(&storage)?.is_empty() => {
                self.leave_nothing().await?;
                return Ok(Standing::default());
            }
            _held => (self.standing_held(), now),
        };
        let is_alive = self.running.get() == Running::Yes || alarm.is_some_and(|at| now < at.after(ALARM_LATE));
        if !is_alive {
            line(Level::Warn, "alarm_lost", json!({ "object": self.name }));
            self.set_alarm(wakes_at.max(now))?;
        }
        Ok(standing)
    }

    /// Whoever asks for a conversation that nobody knows, or that was deleted, has its tables made. They are not left behind.
    pub(super) async fn leave_nothing(&self) -> Result<()> {
        self.storage.wipe().await
    }

    /// Tells the workspace how turns ended, and deletes everything once it is not needed any more.
    pub(super) async fn keep_books(&self, settings: &Settings) -> Result<()> {
        let (storage, now) = (self.storage()?, clock::now());
        let Some(Row { state: Ok(state), mut books, .. }) = load(&storage, now)? else { return Ok(()) };
        let told = books.report(now).to_vec();
        if !told.is_empty() {
            let standing = Standing { wakes_at: state.wake_at(), seen: books::seen(&state) };
            let heard = workspace::report_turns(&self.env, &self.name, told.clone(), standing).await;
            books = self.note_report(&told, heard, settings.retention)?;
        }
        // Nothing was awaited since the books were read, so nothing came in between.
        let is_over = books.keeping(&state, clock::now(), settings.retention) == Keeping::Over;
        if is_over && held(&storage)?.is_empty() {
            line(Level::Info, "conversation_deleted", json!({ "object": self.name }));
            return self.storage.wipe().await;
        }
        Ok(())
    }

    /// Notices may have come while the workspace was told, so the books are read again.
    fn note_report(&self, told: &[Entry], heard: Result<()>, retention: Millis) -> Result<Books> {
        let now = clock::now();
        if let Err(error) = &heard {
            line(Level::Warn, "report_failed", json!({ "object": self.name, "error": error.to_string() }));
        }
        let (told, before) = (told.to_vec(), self.alarm.get());
        let (books, alarm) = self.storage()?.atomically(move |storage| {
            let Some(Row { state: Ok(state), mut books, .. }) = load(storage, now)? else {
                return Ok((Books::default(), before));
            };
            match heard {
                Ok(()) => books.reported(&told),
                Err(_) => books.not_reported(now),
            }
            save_books(storage, &books)?;
            let wakes_at = books.wake_at(&state, retention);
            storage.set_alarm(Some(wakes_at))?;
            Ok((books, Some(wakes_at)))
        })?;
        self.alarm.set(alarm);
        Ok(books)
    }
}
