//! What a conversation's object does beside its turns: it reports them, says how it stands, and in the end deletes everything.

use super::ConversationObject;
use super::rows::{Row, held, load, save_books};
use crate::edge::log::{Level, line};
use crate::edge::running::Running;
use crate::edge::{clock, workspace};
use crate::intercom::ids::{AppId, ConversationId};
use crate::settings::Settings;
use crate::time::Millis;
use crate::turn::open::{Held, OpenTurn};
use crate::turn::state::State;
use crate::workspace::books::{self, Keeping};
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

    /// What its open turn waits for, as it is told; `null` where there is none.
    pub(super) async fn standing(&self) -> Result<String> {
        let told = match (self.open_turn().await?, self.settings(), self.name.split_once(':')) {
            (Some(turn), Ok(settings), Some((app, id))) => AppId::new(app)
                .zip(ConversationId::new(id))
                .map(|(app, id)| turn.to_json(&id, settings.intercom.inbox_link(&app, &id), clock::now())),
            (_, _, _) => None,
        };
        Ok(told.unwrap_or_else(|| "null".to_owned()))
    }

    async fn open_turn(&self) -> Result<Option<OpenTurn>> {
        let storage = self.storage()?;
        let alarm = storage.alarm().await?;
        // After the wait: what came meanwhile must not be wiped.
        let held = held(&storage)?;
        Ok(match load(&storage, clock::now())? {
            None if held.is_empty() => {
                self.leave_nothing().await?;
                None
            }
            Some(Row { state: Err(_), .. }) => Some(OpenTurn::held(Held::UnreadableState, held.len(), alarm)),
            Some(Row { state: Ok(state), .. }) if held.is_empty() => OpenTurn::of(&state),
            Some(Row { state: Ok(_), .. }) | None => Some(OpenTurn::held(Held::Settings, held.len(), alarm)),
        })
    }

    /// Whoever asks for a conversation that nobody knows, or that was deleted, has its tables made. They are not left behind.
    pub(super) async fn leave_nothing(&self) -> Result<()> {
        // The alarm goes too, and whoever begins anew must set one.
        self.alarm.set(None);
        self.storage.wipe().await
    }

    /// Tells the workspace how turns ended, and deletes everything once it is not needed any more.
    pub(super) async fn keep_books(&self, settings: &Settings) -> Result<()> {
        self.report(settings).await?;
        let (storage, now) = (self.storage()?, clock::now());
        let Some(Row { state: Ok(state), books, .. }) = load(&storage, now)? else { return Ok(()) };
        let is_over = books.keeping(&state, now, settings.retention) == Keeping::Over;
        if is_over && held(&storage)?.is_empty() {
            line(Level::Info, "conversation_deleted", json!({ "object": self.name }));
            return self.leave_nothing().await;
        }
        Ok(())
    }

    async fn report(&self, settings: &Settings) -> Result<()> {
        let now = clock::now();
        let Some(Row { state: Ok(state), books, .. }) = load(&self.storage()?, now)? else { return Ok(()) };
        let told = books.report(now).to_vec();
        if told.is_empty() {
            return Ok(());
        }
        let standing = Standing { wakes_at: state.wake_at(), seen: books::seen(&state) };
        let heard = workspace::report_turns(&self.env, &self.name, told.clone(), standing).await;
        if let Err(error) = &heard {
            line(Level::Warn, "report_failed", json!({ "object": self.name, "error": error.to_string() }));
        }
        let after = self.note_report(told, heard, settings.retention)?;
        if standing.wakes_at.is_none() && after.is_some_and(|state| state.wake_at().is_some()) {
            // A notice came meanwhile, and the report may have taken it off the list.
            workspace::look_after(&self.env, self.name.clone()).await;
        }
        Ok(())
    }

    /// Notices may have come while the workspace was told, so everything is read again.
    fn note_report(&self, told: Vec<Entry>, heard: Result<()>, retention: Millis) -> Result<Option<State>> {
        let (now, before) = (clock::now(), self.alarm.replace(None));
        let (state, alarm) = self.storage()?.atomically(move |storage| {
            let Some(Row { state: Ok(state), mut books, .. }) = load(storage, now)? else { return Ok((None, before)) };
            match heard {
                Ok(()) => books.reported(&told),
                Err(_) => books.not_reported(now),
            }
            save_books(storage, &books)?;
            let wakes_at = books.wake_at(&state, retention);
            storage.set_alarm(Some(wakes_at))?;
            Ok((Some(state), Some(wakes_at)))
        })?;
        self.alarm.set(alarm);
        Ok(state)
    }
}
