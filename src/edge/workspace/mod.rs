//! The object of the configured workspace: what concerns all its conversations together.
//!
//! | stored | what |
//! | --- | --- |
//! | `identity` | one row for each access token: the workspace that `GET /me` named |
//! | `chatbot` | what the chatbot says in place of an answer, and when that was read |
//! | `trouble` | what conversations reported, and when last |
//! | `granted` | one row for each turn that was allowed to go on in the last hour |
//! | `pause` | one row while the workspace is paused: by whom, and since when |
//! | `open` | conversations with something open, and when they are looked after |
//! | `ledger` | how turns ended in the last `RETENTION_DAYS` |
//! | `kept` | how far the sweep and the last audit are, what is known of webhooks, when the cron trigger fired and since when it is awaited, the salt of sessions, the mode, who did what, what was told |
//!
//! It never stands between a notification and its 200.

mod alerting;
mod auditor;
mod budget;
mod client;
mod controls;
mod figures;
mod identity;
mod rounds;
mod rows;
mod showing;
mod troubles;
mod views;

pub use auditor::DAY;
pub use budget::Pause;
pub use client::{
    Salted, Shown, attempt, audit, figures, health, identify, look_after, mended, metrics, mode, note_delivery,
    open_list, pause, remember, report, report_turns, resume, salt, seek_grant, set_mode, tick, trends, turns,
};

use self::rounds::{Again, Begun, Warm};
use self::rows::{AUDIT, CRON, Listed, SALT, SCHEMA, WEBHOOKS};
use super::log::{Level, line};
use super::running::Running;
use super::storage::{Openable, Storage};
use super::trouble::Trouble;
use super::{clock, environment, random};
use crate::audit::run::Run;
use crate::console::attempts::{Attempts, Client, Token, Verdict};
use crate::console::session::Salt;
use crate::fault::Fault;
use crate::intercom::ids::{AppId, ConversationId};
use crate::json;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::grant::{GrantAnswer, GrantKey};
use crate::turn::policy::ReplyMode;
use crate::workspace::controls::Control;
use crate::workspace::ledger::Entry;
use crate::workspace::recent::Recent;
use crate::workspace::watch::Standing;
use crate::workspace::webhooks::{Delivery, Webhooks, Worth};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use worker::{DurableObject, Env, Error, Request, Response, Result, durable_object};

#[derive(Serialize, Deserialize)]
enum Call {
    Identify,
    Report(Trouble),
    Mended(Trouble),
    Health,
    Figures,
    SeekGrant(GrantKey),
    Pause(Control),
    Resume(Control),
    Mode,
    SetMode(Option<ReplyMode>, Control),
    Remember(Control),
    Tick,
    Audit(Option<(Millis, Control)>),
    Attempt(Client, Token),
    /// There was no session ever while there is none, and a cookie from outside must not make us write.
    Salt,
    /// Somebody with the token signs in.
    SaltOrNew,
    OpenList(u32),
    /// The address that was asked.
    Turns(String),
    Trends(String),
    Metrics,
    LookAfter(String),
    Delivered {
        delivery: Delivery,
        opened: Option<(String, Standing)>,
    },
    Ended {
        object: String,
        turns: Vec<Entry>,
        standing: Standing,
    },
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Done,
    Identity(std::result::Result<AppId, Fault>),
    Health(Vec<Trouble>),
    Shown(Value),
    /// With what the operator must mend.
    Figures(Value, Vec<Trouble>),
    Audit(Option<Run>),
    Grant(GrantAnswer),
    Pause(Option<Pause>),
    Mode(ReplyMode),
    Attempt(Verdict),
    Salt(Option<Salt>),
    OpenList(u64, Vec<String>),
    /// Something that is ready to be shown; `None` where it cannot be said.
    Text(Option<String>),
    /// A parameter is wrong; this says which.
    BadParameter(String),
}

/// The configured workspace.
#[durable_object(alarm)]
pub struct WorkspaceObject {
    env: Env,
    storage: Openable,
    /// A refusal by Intercom answers all conversations that ask soon after.
    refusal: RefCell<Option<(UnixMillis, Fault)>>,
    /// When the chatbot could not be read last.
    chatbot_unread: Cell<Option<UnixMillis>>,
    running: Cell<Running>,
    /// Up to when objects have read, as far as they told. What is not known costs a call.
    seen: RefCell<BTreeMap<ConversationId, UnixSeconds>>,
    warm: Cell<Warm>,
    again: Cell<Again>,
    /// What is known of webhooks, more exactly than what is on disk.
    webhooks: RefCell<Option<Webhooks>>,
    ticked_at: Cell<Option<UnixMillis>>,
    /// How turns of the last day ended, once that was asked for: the same as on disk.
    recent: RefCell<Option<Recent>>,
    /// Wrong tokens. They are nowhere else.
    attempts: RefCell<Attempts>,
}

// After a panic the cells hold what they held before or a finished value; everything else is on disk.
impl std::panic::RefUnwindSafe for WorkspaceObject {}
impl std::panic::UnwindSafe for WorkspaceObject {}

/// That the cron trigger fires is written down so often.
const TICK_WRITTEN: Millis = Millis::from_minutes(5);

impl DurableObject for WorkspaceObject {
    fn new(state: worker::State, env: Env) -> Self {
        Self {
            env,
            storage: Openable::new(state, SCHEMA),
            refusal: RefCell::new(None),
            chatbot_unread: Cell::new(None),
            running: Cell::default(),
            seen: RefCell::default(),
            warm: Cell::default(),
            again: Cell::default(),
            webhooks: RefCell::default(),
            ticked_at: Cell::default(),
            recent: RefCell::default(),
            attempts: RefCell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = understood(&request.bytes().await?)?;
        let answer = match call {
            Call::Identify => Answer::Identity(self.identity().await?),
            Call::Report(trouble) => self.note(trouble)?,
            Call::Mended(trouble) => self.strike(trouble)?,
            Call::Health => Answer::Health(self.health().await?),
            Call::Figures => Answer::Figures(self.figures().await?, self.health().await?),
            Call::SeekGrant(turn) => {
                // Not knowing it costs little, so a failure is none.
                let rate_limit_message = self.rate_limit_message().await.unwrap_or_default();
                let mode = self.mode()?.in_force;
                Answer::Grant(GrantAnswer { grant: self.grant(turn)?, mode, rate_limit_message })
            }
            Call::Pause(control) => Answer::Pause(Some(self.pause(control)?)),
            Call::Resume(control) => Answer::Pause(self.resume(control)?),
            Call::Mode => Answer::Mode(self.mode()?.in_force),
            Call::SetMode(mode, control) => self.set_mode(mode, control)?,
            Call::Remember(control) => {
                controls::remember(&self.storage()?, control, clock::now())?;
                Answer::Done
            }
            Call::Tick => self.tick().await?,
            Call::Audit(Some((length, control))) => self.begin_audit(length, control).await?,
            Call::Audit(None) => Answer::Audit(self.kept(AUDIT)?),
            Call::Attempt(client, token) => {
                Answer::Attempt(self.attempts.borrow_mut().judge(&client, token, clock::now()))
            }
            Call::Salt => Answer::Salt(self.kept(SALT)?),
            Call::SaltOrNew => Answer::Salt(self.salt()?),
            Call::OpenList(most) => {
                let list = views::open_list(&self.storage()?, most)?;
                Answer::OpenList(list.total, list.objects)
            }
            Call::Turns(url) => self.turns(&url).await?,
            Call::Trends(url) => self.trends(&url)?,
            Call::Metrics => self.metrics().await?,
            Call::LookAfter(object) => self.look_after(&object)?,
            Call::Delivered { delivery, opened } => self.note_delivery(&delivery, opened)?,
            Call::Ended { object, turns, standing } => self.enter(object, turns, standing)?,
        };
        Response::ok(serde_json::to_string(&answer)?)
    }

    /// Never fails: should storage do so, the next run of the cron trigger goes on.
    async fn alarm(&self) -> Result<Response> {
        if let Err(error) = self.go_round(Begun::ByAlarm).await {
            line(Level::Error, "round_failed", json!({ "error": error.to_string() }));
        }
        Response::empty()
    }
}

impl WorkspaceObject {
    /// Enters how turns ended. The same report may come again, and is counted once.
    fn enter(&self, object: String, turns: Vec<Entry>, standing: Standing) -> Result<Answer> {
        let now = clock::now();
        for turn in &turns {
            self.remember_seen(turn.conversation.clone(), standing.seen);
        }
        let webhooks = self.webhooks()?;
        let mut after = webhooks.clone();
        let worth: Vec<_> = turns.iter().map(|turn| after.ended(turn)).collect();
        // Should storage fail, it is read anew.
        let recent = self.recent.take().map(|mut recent| {
            turns.iter().for_each(|turn| recent.enter(turn));
            recent.forget(Recent::begin(now));
            recent
        });
        self.storage()?.atomically(move |storage| {
            turns.iter().try_for_each(|turn| rows::enter(storage, turn, standing.seen))?;
            rows::list(storage, &object, standing, Listed::AnewAfterATurn, now)
        })?;
        self.recent.replace(recent);
        if worth.contains(&Worth::Writing) && after != webhooks {
            self.keep(WEBHOOKS, &after)?;
            *self.webhooks.borrow_mut() = Some(after);
        }
        Ok(Answer::Done)
    }

    fn note_delivery(&self, delivery: &Delivery, opened: Option<(String, Standing)>) -> Result<Answer> {
        if let Some((object, standing)) = opened {
            rows::list(&self.storage()?, &object, standing, Listed::Before, clock::now())?;
        }
        let on_disk = self.kept(WEBHOOKS)?.unwrap_or_default();
        let mut webhooks = self.webhooks()?;
        if webhooks.delivered(delivery, &on_disk) == Worth::Writing {
            self.keep(WEBHOOKS, &webhooks)?;
        }
        *self.webhooks.borrow_mut() = Some(webhooks);
        Ok(Answer::Done)
    }

    fn look_after(&self, object: &str) -> Result<Answer> {
        let standing = Standing { wakes_at: Some(clock::now()), seen: None };
        rows::list(&self.storage()?, object, standing, Listed::Before, clock::now())?;
        Ok(Answer::Done)
    }

    fn salt(&self) -> Result<Option<Salt>> {
        if let Some(salt) = self.kept(SALT)? {
            return Ok(Some(salt));
        }
        let salt = Salt::new(random::uuid()?);
        self.keep(SALT, &salt)?;
        Ok(salt)
    }

    fn webhooks(&self) -> Result<Webhooks> {
        if let Some(known) = self.webhooks.borrow().as_ref() {
            return Ok(known.clone());
        }
        Ok(self.kept(WEBHOOKS)?.unwrap_or_default())
    }

    /// The cron trigger fired. What the ledger need not keep any more goes.
    fn note_tick(&self) -> Result<()> {
        let now = clock::now();
        let written = self.kept::<UnixMillis>(CRON)?;
        self.ticked_at.set(Some(now));
        if written.is_some_and(|written| now.since(written) < TICK_WRITTEN) {
            return Ok(());
        }
        self.keep(CRON, &now)?;
        let Ok(settings) = environment::settings(&self.env) else { return Ok(()) };
        let before = UnixMillis(now.0.saturating_sub(settings.retention.0));
        rows::forget_entries(&self.storage()?, before)?;
        if let Some(recent) = &mut *self.recent.borrow_mut() {
            recent.forget(before);
        }
        Ok(())
    }

    /// When the cron trigger fired last.
    fn last_tick(&self) -> Result<Option<UnixMillis>> {
        Ok(self.kept::<UnixMillis>(CRON)?.max(self.ticked_at.get()))
    }

    fn storage(&self) -> Result<Storage> {
        self.storage.open()
    }
}

fn understood<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    json::read(bytes).map_err(|unreadable| Error::from(unreadable.to_string()))
}
