//! How others reach the workspace's object.

use super::budget::Pause;
use super::{Answer, Call};
use crate::audit::run::Run;
use crate::console::attempts::{Client, Token, Verdict};
use crate::console::session::Salt;
use crate::edge::log::{Level, line};
use crate::edge::trouble::Trouble;
use crate::edge::{environment, request};
use crate::fault::{Fault, Silence};
use crate::intercom::ids::AppId;
use crate::time::Millis;
use crate::turn::grant::{GrantAnswer, GrantKey};
use crate::turn::policy::ReplyMode;
use crate::workspace::controls::Control;
use crate::workspace::ledger::Entry;
use crate::workspace::watch::Standing;
use crate::workspace::webhooks::Delivery;
use serde_json::{Value, json};
use worker::{Env, Error, Result};

/// Learns which workspace our token opens; Intercom is asked once for each token.
pub async fn identify(env: &Env) -> std::result::Result<AppId, Fault> {
    match call(env, &Call::Identify).await {
        Ok(Answer::Identity(identity)) => identity,
        Ok(_) | Err(_) => Err(Fault::Unanswered(Silence::ConnectionLost)),
    }
}

/// Asks whether a turn may go on. The same turn is counted once.
pub async fn seek_grant(env: &Env, turn: GrantKey) -> std::result::Result<GrantAnswer, Fault> {
    match call(env, &Call::SeekGrant(turn)).await {
        Ok(Answer::Grant(answer)) => Ok(answer),
        Ok(_) | Err(_) => Err(Fault::Unanswered(Silence::ConnectionLost)),
    }
}

/// Holds every turn from now on, until a resume.
pub async fn pause(env: &Env, control: Control) -> Result<Option<Pause>> {
    switch(env, &Call::Pause(control)).await
}

/// Lets turns go on, and counts the hour anew.
pub async fn resume(env: &Env, control: Control) -> Result<Option<Pause>> {
    switch(env, &Call::Resume(control)).await
}

/// The mode that turns go by.
pub async fn mode(env: &Env) -> Result<ReplyMode> {
    match call(env, &Call::Mode).await? {
        Answer::Mode(mode) => Ok(mode),
        _other => Err(unexpected()),
    }
}

/// Sets it in the place of `REPLY_MODE`, or (`None`) goes back to that; what holds then, to be shown.
pub async fn set_mode(env: &Env, mode: Option<ReplyMode>, control: Control) -> Result<Value> {
    match call(env, &Call::SetMode(mode, control)).await? {
        Answer::Shown(value) => Ok(value),
        _other => Err(unexpected()),
    }
}

/// Has what was done elsewhere remembered. It is done, so that this cannot be is only logged.
pub async fn remember(env: &Env, control: Control) {
    if call(env, &Call::Remember(control)).await.is_err() {
        line(Level::Warn, "control_not_remembered", json!({}));
    }
}

async fn switch(env: &Env, wanted: &Call) -> Result<Option<Pause>> {
    match call(env, wanted).await? {
        Answer::Pause(pause) => Ok(pause),
        _other => Err(unexpected()),
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

/// Reports how turns of a conversation ended, and how its object stands. It must be made again until it succeeds; each turn is
/// counted once.
pub async fn report_turns(env: &Env, object: &str, turns: Vec<Entry>, standing: Standing) -> Result<()> {
    call(env, &Call::Ended { object: object.to_owned(), turns, standing }).await.map(drop)
}

/// Tells of a verified delivery, and of the object that it left with something open. Should that be lost, the object's own
/// alarm is still there.
pub async fn note_delivery(env: &Env, delivery: Delivery, opened: Option<(String, Standing)>) {
    if call(env, &Call::Delivered { delivery, opened }).await.is_err() {
        line(Level::Warn, "delivery_not_noted", json!({}));
    }
}

/// Puts an object that has something open on the list of those that are looked after.
pub async fn look_after(env: &Env, object: String) {
    if call(env, &Call::LookAfter(object)).await.is_err() {
        line(Level::Warn, "delivery_not_noted", json!({}));
    }
}

/// The cron trigger fired.
pub async fn tick(env: &Env) -> Result<()> {
    call(env, &Call::Tick).await.map(drop)
}

/// What the operator must mend, as far as is known.
pub async fn health(env: &Env) -> Result<Vec<Trouble>> {
    match call(env, &Call::Health).await? {
        Answer::Health(troubles) => Ok(troubles),
        _other => Err(unexpected()),
    }
}

/// The figures of `GET /api/workspace`, and what [`health`] says.
pub async fn figures(env: &Env) -> Result<(Value, Vec<Trouble>)> {
    match call(env, &Call::Figures).await? {
        Answer::Figures(figures, troubles) => Ok((figures, troubles)),
        _other => Err(unexpected()),
    }
}

/// Begins an audit of this last length of time, or only asks for the last one; `None` where there was none yet.
pub async fn audit(env: &Env, begin: Option<(Millis, Control)>) -> Result<Option<Run>> {
    match call(env, &Call::Audit(begin)).await? {
        Answer::Audit(run) => Ok(run),
        _other => Err(unexpected()),
    }
}

/// Has an attempt at the token judged and, if it was wrong, counted.
pub async fn attempt(env: &Env, client: Client, token: Token) -> Result<Verdict> {
    match call(env, &Call::Attempt(client, token)).await? {
        Answer::Attempt(verdict) => Ok(verdict),
        _other => Err(unexpected()),
    }
}

/// For whom the salt of sessions is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Salted {
    /// A session that is said to be there: where there is no salt there was none.
    Before,
    /// A new one.
    Now,
}

/// What sessions of the console are signed with beside the token.
pub async fn salt(env: &Env, salted: Salted) -> Result<Option<Salt>> {
    let wanted = match salted {
        Salted::Before => Call::Salt,
        Salted::Now => Call::SaltOrNew,
    };
    match call(env, &wanted).await? {
        Answer::Salt(salt) => Ok(salt),
        _other => Err(unexpected()),
    }
}

/// How many objects have something open, and at most so many of their names, those that have had it longest first.
pub async fn open_list(env: &Env, most: u32) -> Result<(u64, Vec<String>)> {
    match call(env, &Call::OpenList(most)).await? {
        Answer::OpenList(total, objects) => Ok((total, objects)),
        _other => Err(unexpected()),
    }
}

/// Something to be shown.
pub enum Shown {
    /// This text.
    Text(String),
    /// A parameter is wrong; this says which.
    BadParameter(String),
    /// It needs settings that are wrong, or Intercom does not say which workspace the token opens.
    Unknown,
}

/// A page of how turns ended, by the address that was asked.
pub async fn turns(env: &Env, url: String) -> Result<Shown> {
    shown(env, Call::Turns(url)).await
}

/// How turns ended over a day or a week, by the address that was asked.
pub async fn trends(env: &Env, url: String) -> Result<Shown> {
    shown(env, Call::Trends(url)).await
}

/// The figures, as Prometheus reads them.
pub async fn metrics(env: &Env) -> Result<Shown> {
    shown(env, Call::Metrics).await
}

async fn shown(env: &Env, wanted: Call) -> Result<Shown> {
    match call(env, &wanted).await? {
        Answer::Text(text) => Ok(text.map_or(Shown::Unknown, Shown::Text)),
        Answer::BadParameter(words) => Ok(Shown::BadParameter(words)),
        _other => Err(unexpected()),
    }
}

async fn call(env: &Env, call: &Call) -> Result<Answer> {
    let request = request::make("POST", "https://workspace/", &[], Some(&serde_json::to_string(call)?))?;
    let mut response = environment::workspace(env)?.fetch_with_request(request).await?;
    super::understood(&response.bytes().await?)
}

fn unexpected() -> Error {
    Error::from("the workspace's object answered something else")
}
