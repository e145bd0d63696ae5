//! `/api/…`: what the operator may read and do. It exists only while `CONSOLE_TOKEN` is set. `docs/api.md` has all of it.
//!
//! Each handler needs an [`Operator`], and one that changes something [`MayChange`]: the door alone makes them.
//! An error is `{"error":{"code","message"}}`.

use super::door::{self, Door, refuse};
use super::health::{BUILD, Health};
use super::steering::{self, Wish};
use super::{clock, conversation, environment, reads, workspace};
use crate::audit::run::Run;
use crate::console::operator::{MayChange, Operator};
use crate::intercom::ids::{AppId, ConversationId};
use serde_json::json;
use worker::{Env, Method, Request, Response, Result};

/// Answers a request to an address that begins with `/api/`.
pub async fn answer(request: Request, env: &Env) -> Result<Response> {
    let Some(token) = door::token(env) else { return door::not_there() };
    let response = match door::operator(&request, &token, env).await? {
        Door::Open(operator) => match request.method() {
            Method::Get | Method::Head => read(&operator, &request, env).await?,
            _changing => match door::may_change(operator, &request)? {
                Door::Open(may) => change(&may, &request, env).await?,
                Door::Shut(response) => response,
            },
        },
        Door::Shut(response) => response,
    };
    // A copy: those of an answer that another object gave cannot be changed.
    let headers = response.headers().clone();
    headers.set("cache-control", "no-store")?;
    Ok(response.with_headers(headers))
}

async fn read(operator: &Operator, request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    match steps(&path).as_slice() {
        ["session"] => reads::session(operator),
        ["workspace"] => figures(operator, env).await,
        ["open"] => match environment::settings(env) {
            Ok(settings) => reads::open(operator, &settings, env).await,
            Err(_) => settings_wrong(),
        },
        ["turns"] => match reads::turns(operator, request, env).await? {
            Some(response) => Ok(response),
            None if environment::settings(env).is_err() => settings_wrong(),
            None => workspace_unknown(),
        },
        ["trends"] => match reads::trends(operator, request, env).await? {
            Some(response) => Ok(response),
            None => settings_wrong(),
        },
        ["audit"] => audited(workspace::audit(env, None).await?),
        ["conversations", id] => record(operator, id, env).await,
        ["pause" | "resume" | "mode"] | ["conversations", _, "retry" | "hand_over"] => door::use_instead("POST"),
        _elsewhere => door::not_there(),
    }
}

async fn change(may: &MayChange, request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let steps = steps(&path);
    if let Some(wish) = Wish::of(&request.method(), &steps) {
        return steering::answer(wish, may, request, env).await;
    }
    match (steps.as_slice(), request.method()) {
        (["pause" | "resume" | "mode"] | ["conversations", _, "retry" | "hand_over"], _) => door::use_instead("POST"),
        (["audit"], _) => door::use_instead("GET or POST"),
        (["session" | "workspace" | "open" | "turns" | "trends"] | ["conversations", _], _) => door::use_instead("GET"),
        (_elsewhere, _) => door::not_there(),
    }
}

fn steps(path: &str) -> Vec<&str> {
    path.trim_end_matches('/').split('/').skip(2).collect()
}

/// Also while settings are wrong: then there is nothing but that.
async fn figures(_operator: &Operator, env: &Env) -> Result<Response> {
    let (mut told, health) = match environment::settings(env) {
        Ok(settings) => {
            let (figures, troubles) = workspace::figures(env).await?;
            (figures, Health::of(&settings, troubles))
        }
        Err(problems) => (json!({}), Health::settings_wrong(&problems)),
    };
    if let Some(fields) = told.as_object_mut() {
        fields.insert("health".into(), health.to_json());
        fields.insert("build".into(), json!(BUILD));
        fields.insert("now".into(), json!(clock::now()));
    }
    Response::from_json(&told)
}

pub(super) fn audited(run: Option<Run>) -> Result<Response> {
    let Some(run) = run else { return refuse(404, "no_audit", "There was no audit yet: POST begins one.") };
    let code = if run.ended_at.is_some() { 200 } else { 202 };
    Ok(Response::from_json(&run.to_report())?.with_status(code))
}

async fn record(_operator: &Operator, id: &str, env: &Env) -> Result<Response> {
    let (app, id) = match whose(id, env).await? {
        Whose::Ours(app, id) => (app, id),
        Whose::Unknown(response) => return Ok(response),
    };
    let mut response = conversation::record(env, &app, &id).await?;
    match response.status_code() {
        200 => Ok(response),
        404 => unknown(&id),
        _other => refuse(409, "unreadable", &response.text().await?),
    }
}

/// Whose a conversation is.
pub(super) enum Whose {
    /// Of our workspace.
    Ours(AppId, ConversationId),
    /// It cannot be said; this is the answer.
    Unknown(Response),
}

/// Objects are named by workspace and conversation, and the workspace is the one that our token opens.
pub(super) async fn whose(id: &str, env: &Env) -> Result<Whose> {
    let Some(id) = ConversationId::new(id) else {
        return refuse(400, "bad_request", "That is no id of a conversation.").map(Whose::Unknown);
    };
    Ok(match app(env).await? {
        App::Known(app) => Whose::Ours(app, id),
        App::Unknown(response) => Whose::Unknown(response),
    })
}

/// The workspace that our token opens.
pub(super) enum App {
    /// It is known.
    Known(AppId),
    /// It cannot be said; this is the answer.
    Unknown(Response),
}

pub(super) async fn app(env: &Env) -> Result<App> {
    if environment::settings(env).is_err() {
        return settings_wrong().map(App::Unknown);
    }
    match workspace::identify(env).await {
        Ok(app) => Ok(App::Known(app)),
        Err(_) => workspace_unknown().map(App::Unknown),
    }
}

fn workspace_unknown() -> Result<Response> {
    let message = "Intercom does not say which workspace the token opens: /healthz says more.";
    refuse(503, "workspace_unknown", message)
}

pub(super) fn settings_wrong() -> Result<Response> {
    refuse(503, "settings", "Settings are wrong: /healthz names them.")
}

pub(super) fn unknown(id: &ConversationId) -> Result<Response> {
    refuse(404, "unknown_conversation", &format!("Nothing is kept of conversation {id}."))
}
