//! The object of the configured workspace: which workspace our token opens, and what the operator must mend.
//!
//! | stored | what |
//! | --- | --- |
//! | `identity` | one row for each access token: the workspace that `GET /me` named |
//! | `chatbot` | what the chatbot says in place of an answer, and when that was read |
//! | `trouble` | what conversations reported, and when last |
//! | `granted` | one row for each turn that was allowed to go on in the last hour |
//! | `pause` | one row while the workspace is paused: by whom, and since when |
//!
//! It never stands between a notification and its 200.

use super::log::{Level, line};
use super::storage::{Openable, Schema, Storage, text};
use super::trouble::Trouble;
use super::{clock, environment, outbound, request};
use crate::fault::{Fault, Silence, Whose};
use crate::gpt_trainer::answers::parse_chatbot;
use crate::intercom::answers::parse_me;
use crate::intercom::ids::AppId;
use crate::json;
use crate::settings::Settings;
use crate::time::{Millis, UnixMillis};
use crate::turn::grant::{Grant, GrantKey, Granted, HOUR, MINUTE, Verdict, decide};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::cell::{Cell, RefCell};
use worker::{DurableObject, Env, Error, Request, Response, Result, SqlStorageValue, durable_object};

/// Learns which workspace our token opens; Intercom is asked once for each token.
pub async fn identify(env: &Env) -> std::result::Result<AppId, Fault> {
    match call(env, &Call::Identify).await {
        Ok(Answer::Identity(identity)) => identity,
        Ok(_) | Err(_) => Err(Fault::Unanswered(Silence::ConnectionLost)),
    }
}

/// What the chatbot says in place of an answer when it is asked too often; GPT Trainer is asked once a day.
pub async fn rate_limit_message(env: &Env) -> Option<String> {
    match call(env, &Call::RateLimitMessage).await {
        Ok(Answer::RateLimitMessage(message)) => message,
        Ok(_) | Err(_) => None,
    }
}

/// Asks whether a turn may go on. The same turn is counted once.
pub async fn seek_grant(env: &Env, turn: GrantKey) -> std::result::Result<Grant, Fault> {
    match call(env, &Call::SeekGrant(turn)).await {
        Ok(Answer::Grant(grant)) => Ok(grant),
        Ok(_) | Err(_) => Err(Fault::Unanswered(Silence::ConnectionLost)),
    }
}

/// Holds every turn from now on, until a resume.
pub async fn pause(env: &Env) -> Result<Option<Pause>> {
    switch(env, &Call::Pause).await
}

/// Lets turns go on, and counts the hour anew.
pub async fn resume(env: &Env) -> Result<Option<Pause>> {
    switch(env, &Call::Resume).await
}

async fn switch(env: &Env, wanted: &Call) -> Result<Option<Pause>> {
    match call(env, wanted).await? {
        Answer::Pause(pause) => Ok(pause),
        _other => Err(Error::from("the workspace's object answered something else")),
    }
}

/// Reports that something needs the operator. It is repeated as long as it lasts, so a lost report does no harm.
pub async fn report(env: &Env, trouble: Trouble) {
    if call(env, &Call::Report(trouble)).await.is_err() {
        line(Level::Warn, "trouble_not_reported", json!({ "trouble": trouble }));
    }
}

/// Reports that it is over.
pub async fn mended(env: &Env, trouble: Trouble) {
    if call(env, &Call::Mended(trouble)).await.is_err() {
        line(Level::Warn, "trouble_not_reported", json!({ "trouble": trouble }));
    }
}

/// What the operator must mend, as far as is known.
pub async fn health(env: &Env) -> Result<Vec<Trouble>> {
    match call(env, &Call::Health).await? {
        Answer::Health(troubles) => Ok(troubles),
        _other => Err(Error::from("the workspace's object answered something else")),
    }
}

/// That, by whom and since when the workspace is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Who paused it.
    pub by: PausedBy,
    /// Since when.
    pub since: UnixMillis,
}

/// Who paused the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PausedBy {
    /// A person, by the API.
    Operator,
    /// `MAX_REPLIES_PER_HOUR`.
    HourlyLimit,
}

#[derive(Serialize, Deserialize)]
enum Call {
    Identify,
    RateLimitMessage,
    Report(Trouble),
    Mended(Trouble),
    Health,
    SeekGrant(GrantKey),
    Pause,
    Resume,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Done,
    Identity(std::result::Result<AppId, Fault>),
    RateLimitMessage(Option<String>),
    Health(Vec<Trouble>),
    Grant(Grant),
    Pause(Option<Pause>),
}

async fn call(env: &Env, call: &Call) -> Result<Answer> {
    let request = request::make("POST", "https://workspace/", &[], Some(&serde_json::to_string(call)?))?;
    let mut response = environment::workspace(env)?.fetch_with_request(request).await?;
    understood(&response.bytes().await?)
}

/// The configured workspace.
#[durable_object(fetch)]
pub struct WorkspaceObject {
    env: Env,
    storage: Openable,
    /// A refusal by Intercom answers all conversations that ask within [`ASK_AGAIN`].
    refusal: RefCell<Option<(UnixMillis, Fault)>>,
    /// When the chatbot could not be read last.
    chatbot_unread: Cell<Option<UnixMillis>>,
}

// After a panic the cell holds what it held before or a finished value; everything else is on disk.
impl std::panic::RefUnwindSafe for WorkspaceObject {}
impl std::panic::UnwindSafe for WorkspaceObject {}

const SCHEMA: Schema = Schema {
    tables: "
        CREATE TABLE IF NOT EXISTS identity (credentials TEXT PRIMARY KEY, app_id TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS chatbot (uuid TEXT PRIMARY KEY, rate_limit_message TEXT NOT NULL, at_ms INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS trouble (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS granted (turn TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS pause (id INTEGER PRIMARY KEY CHECK (id = 1), paused TEXT NOT NULL);
    ",
    later: &[],
};

/// Intercom is not asked more often than this after a failure.
const ASK_AGAIN: Millis = Millis::from_seconds(5);

/// The chatbot is looked at so often.
const READ_CHATBOT_AGAIN: Millis = Millis::from_hours(24);

/// A chatbot that could not be read is left alone so long.
const ASK_CHATBOT_AGAIN: Millis = Millis::from_minutes(10);

/// A trouble that is not reported again within this time is over: what lasts is reported every few minutes.
const FORGET_TROUBLE: Millis = Millis::from_minutes(15);

impl DurableObject for WorkspaceObject {
    fn new(state: worker::State, env: Env) -> Self {
        Self {
            env,
            storage: Openable::new(state, SCHEMA),
            refusal: RefCell::new(None),
            chatbot_unread: Cell::new(None),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = understood(&request.bytes().await?)?;
        let answer = match call {
            Call::Identify => Answer::Identity(self.identity().await?),
            Call::RateLimitMessage => Answer::RateLimitMessage(self.rate_limit_message().await?),
            Call::Report(trouble) => self.note(trouble)?,
            Call::Mended(trouble) => self.strike(trouble)?,
            Call::Health => Answer::Health(self.health().await?),
            Call::SeekGrant(turn) => Answer::Grant(self.grant(turn)?),
            Call::Pause => Answer::Pause(Some(self.pause(PausedBy::Operator)?)),
            Call::Resume => Answer::Pause(self.resume()?),
        };
        Response::ok(serde_json::to_string(&answer)?)
    }
}

impl WorkspaceObject {
    async fn identity(&self) -> Result<std::result::Result<AppId, Fault>> {
        // Conversations ask only with valid settings; these may have become invalid since.
        let Ok(settings) = environment::settings(&self.env) else { return Ok(Err(Fault::NotFound)) };
        let credentials = settings.policy.credentials.0.clone();
        let known =
            self.storage()?.rows("SELECT app_id FROM identity WHERE credentials = ?", vec![credentials.into()])?;
        if let Some(row) = known.into_iter().next() {
            return Ok(AppId::new(text(row)?).ok_or(Fault::NotFound));
        }
        let refusal = self.refusal.borrow().clone();
        if let Some((at, fault)) = refusal
            && clock::now().since(at) < ASK_AGAIN
        {
            return Ok(Err(fault));
        }
        let identity = ask_intercom(&settings).await;
        match &identity {
            Ok(app) => self.remember(&settings, app)?,
            Err(fault) => {
                *self.refusal.borrow_mut() = Some((clock::now(), fault.clone()));
                if fault.whose() == Whose::Operator {
                    self.note(Trouble::IntercomRefusesCredentials)?;
                }
            }
        }
        Ok(identity)
    }

    async fn rate_limit_message(&self) -> Result<Option<String>> {
        let Ok(settings) = environment::settings(&self.env) else { return Ok(None) };
        let chatbot = settings.gpt_trainer.chatbot.0.as_str();
        let since = number(clock::now().0.saturating_sub(READ_CHATBOT_AGAIN.0))?;
        let query = "SELECT rate_limit_message FROM chatbot WHERE uuid = ? AND at_ms > ?";
        let known = self.storage()?.rows(query, vec![chatbot.into(), since])?;
        if let Some(row) = known.into_iter().next() {
            return text(row).map(|message| Some(message).filter(|message| !message.is_empty()));
        }
        if self.chatbot_unread.get().is_some_and(|at| clock::now().since(at) < ASK_CHATBOT_AGAIN) {
            return Ok(None);
        }
        let response = outbound::send(&settings.gpt_trainer.chatbot()).await.map_err(Fault::Unanswered);
        let Ok(chatbot_seen) = response.and_then(|response| parse_chatbot(&response)) else {
            self.chatbot_unread.set(Some(clock::now()));
            return Ok(None);
        };
        let message = chatbot_seen.rate_limit_message.unwrap_or_default();
        let row = vec![chatbot.into(), message.as_str().into(), number(clock::now().0)?];
        let statement = "INSERT OR REPLACE INTO chatbot (uuid, rate_limit_message, at_ms) VALUES (?, ?, ?)";
        self.storage()?.run(statement, row)?;
        Ok(Some(message).filter(|message| !message.is_empty()))
    }

    /// Decides and remembers in one go: without a wait nothing comes in between.
    fn grant(&self, turn: GrantKey) -> Result<Grant> {
        let Ok(settings) = environment::settings(&self.env) else { return Ok(Grant::Paused) };
        let (limits, now) = (settings.policy.limits(), clock::now());
        let decided = self.storage()?.atomically(move |storage| {
            if paused(storage)?.is_some() {
                return Ok((Grant::Paused, None));
            }
            storage.run("DELETE FROM granted WHERE at_ms <= ?", vec![number(now.0.saturating_sub(HOUR.0))?])?;
            if !storage.rows("SELECT 1 FROM granted WHERE turn = ?", vec![turn.as_str().into()])?.is_empty() {
                return Ok((Grant::Given, None));
            }
            match decide(granted(storage, now)?, limits, now) {
                Verdict::Give => {
                    let row = vec![turn.as_str().into(), number(now.0)?];
                    storage.run("INSERT INTO granted (turn, at_ms) VALUES (?, ?)", row)?;
                    Ok((Grant::Given, None))
                }
                Verdict::Wait(until) => Ok((Grant::WaitUntil(until), None)),
                Verdict::Pause => {
                    let pause = Pause { by: PausedBy::HourlyLimit, since: now };
                    set_paused(storage, pause)?;
                    Ok((Grant::Paused, Some(pause)))
                }
            }
        })?;
        if decided.1.is_some() {
            line(Level::Error, "paused", json!({ "by": PausedBy::HourlyLimit }));
        }
        Ok(decided.0)
    }

    /// Somebody who pauses what is paused changes nothing.
    fn pause(&self, by: PausedBy) -> Result<Pause> {
        let storage = self.storage()?;
        if let Some(pause) = paused(storage)? {
            return Ok(pause);
        }
        let pause = Pause { by, since: clock::now() };
        set_paused(storage, pause)?;
        line(Level::Warn, "paused", json!({ "by": by }));
        Ok(pause)
    }

    /// The hour is counted anew: otherwise the next turn would pause everything again.
    fn resume(&self) -> Result<Option<Pause>> {
        self.storage()?.atomically(|storage| {
            storage.run("DELETE FROM pause", vec![])?;
            storage.run("DELETE FROM granted", vec![])
        })?;
        line(Level::Info, "resumed", json!({}));
        Ok(None)
    }

    fn remember(&self, settings: &Settings, app: &AppId) -> Result<()> {
        let row = vec![settings.policy.credentials.0.as_str().into(), app.as_str().into()];
        self.storage()?.run("INSERT OR REPLACE INTO identity (credentials, app_id) VALUES (?, ?)", row)?;
        self.strike(Trouble::IntercomRefusesCredentials)?;
        Ok(())
    }

    async fn health(&self) -> Result<Vec<Trouble>> {
        let Ok(settings) = environment::settings(&self.env) else { return Ok(vec![]) };
        let identity = self.identity().await?;
        let expected = settings.policy.app_id.as_ref();
        let unverified = identity.as_ref().is_err_and(|fault| fault.whose() != Whose::Operator);
        let mismatch = identity.is_ok_and(|app| expected.is_some_and(|expected| *expected != app));
        let since = clock::now().0.saturating_sub(FORGET_TROUBLE.0);
        let rows =
            self.storage()?.rows("SELECT name FROM trouble WHERE at_ms > ? ORDER BY name", vec![number(since)?])?;
        let mut troubles = vec![];
        for row in rows {
            // A trouble that only a newer version knows is that version's to show.
            troubles.extend(json::read::<Trouble>(text(row)?.as_bytes()).ok());
        }
        troubles.extend(paused(self.storage()?)?.map(|pause| match pause.by {
            PausedBy::Operator => Trouble::PausedByOperator,
            PausedBy::HourlyLimit => Trouble::PausedByHourlyLimit,
        }));
        troubles.extend(mismatch.then_some(Trouble::WorkspaceMismatch));
        troubles.extend(unverified.then_some(Trouble::WorkspaceUnverified));
        Ok(troubles)
    }

    fn note(&self, trouble: Trouble) -> Result<Answer> {
        let row = vec![serde_json::to_string(&trouble)?.into(), number(clock::now().0)?];
        self.storage()?.run("INSERT OR REPLACE INTO trouble (name, at_ms) VALUES (?, ?)", row)?;
        Ok(Answer::Done)
    }

    fn strike(&self, trouble: Trouble) -> Result<Answer> {
        let name = serde_json::to_string(&trouble)?;
        self.storage()?.run("DELETE FROM trouble WHERE name = ?", vec![name.into()])?;
        Ok(Answer::Done)
    }

    fn storage(&self) -> Result<&Storage> {
        self.storage.open()
    }
}

fn paused(storage: &Storage) -> Result<Option<Pause>> {
    let rows = storage.rows("SELECT paused FROM pause", vec![])?;
    rows.into_iter().next().map(|row| understood(text(row)?.as_bytes())).transpose()
}

fn set_paused(storage: &Storage, pause: Pause) -> Result<()> {
    let row = vec![serde_json::to_string(&pause)?.into()];
    storage.run("INSERT OR REPLACE INTO pause (id, paused) VALUES (1, ?)", row)
}

fn granted(storage: &Storage, now: UnixMillis) -> Result<Granted> {
    let count = |since: u64| {
        let rows = storage.rows("SELECT COUNT(*), MIN(at_ms) FROM granted WHERE at_ms > ?", vec![number(since)?])?;
        match rows.into_iter().next().as_deref() {
            Some([SqlStorageValue::Integer(count), SqlStorageValue::Integer(first)]) => Ok((*count, *first)),
            Some([SqlStorageValue::Integer(0), SqlStorageValue::Null]) => Ok((0, 0)),
            _other => Err(Error::from("a count that is none")),
        }
    };
    let (in_hour, _) = count(now.0.saturating_sub(HOUR.0))?;
    let (in_minute, minute_began) = count(now.0.saturating_sub(MINUTE.0))?;
    let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let minute_began = UnixMillis(u64::try_from(minute_began).unwrap_or_default());
    Ok(Granted { in_hour: small(in_hour), in_minute: small(in_minute), minute_began })
}

async fn ask_intercom(settings: &Settings) -> std::result::Result<AppId, Fault> {
    let response = outbound::send(&settings.intercom.me()).await.map_err(Fault::Unanswered)?;
    parse_me(&response).map(|me| me.app_id)
}

fn number(value: u64) -> Result<SqlStorageValue> {
    SqlStorageValue::try_from_i64(i64::try_from(value).map_err(|_| Error::from("a time beyond what can be stored"))?)
}

fn understood<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    json::read(bytes).map_err(|unreadable| Error::from(unreadable.to_string()))
}
