//! `/api/…`: what the operator may read and do. It exists only while `CONSOLE_TOKEN` is set, which is the bearer token.
//!
//! | call | answer |
//! | --- | --- |
//! | `GET /api/conversations/{id}` | how its turns ended and what was decided in them, with a link into Intercom |
//! | `POST /api/conversations/{id}/retry` | the last turn is tried again; where its reply is unknown only with `{"confirm":"may_repeat"}` |
//! | `POST /api/conversations/{id}/hand_over` | people see to it: the open turn, or the last one that ended without an answer |
//! | `POST /api/pause`, `POST /api/resume` | every turn waits, or goes on |
//! | `POST /api/mode` with `{"mode":"reply"}`, `note`, `off` or `configured` | the mode that turns go by, in the place of `REPLY_MODE` |
//! | `POST /api/audit`, also with `{"hours":24}` | conversations of that time are read back and compared with the ledger: 200 with what came of it, or 202 while it goes on |
//! | `GET /api/audit` | what came of the last one so far |
//! | `GET /api/workspace` | how turns ended, how far the sweep is, whether webhooks come |
//!
//! An error is `{"error":{"code","message"}}`.

use super::steering::{self, Wish};
use super::{conversation, environment, workspace};
use crate::audit::run::Run;
use crate::intercom::ids::{AppId, ConversationId};
use serde_json::json;
use worker::{Env, Method, Request, Response, Result};

/// Answers a request to an address that begins with `/api/`.
pub async fn answer(request: Request, env: &Env) -> Result<Response> {
    let Some(token) = environment::console_token(env) else { return not_there() };
    let given = request.headers().get("authorization")?;
    if !given.as_deref().and_then(|given| given.strip_prefix("Bearer ")).is_some_and(|given| token.is(given.trim())) {
        let response = refuse(401, "unauthorised", "Send CONSOLE_TOKEN as bearer token.")?;
        response.headers().set("www-authenticate", "Bearer")?;
        return Ok(response);
    }
    let path = request.path();
    let steps: Vec<_> = path.trim_end_matches('/').split('/').skip(2).collect();
    if let Some(wish) = Wish::of(&request.method(), &steps) {
        return steering::answer(wish, &request, env).await;
    }
    let allowed = match (steps.as_slice(), request.method()) {
        (["audit"], Method::Get) => return audited(workspace::audit(env, None).await?),
        (["workspace"], Method::Get) => return figures(env).await,
        (["conversations", id], Method::Get) => return record(id, env).await,
        (["audit"], _) => "GET or POST",
        (["pause" | "resume" | "mode"] | ["conversations", _, "retry" | "hand_over"], _) => "POST",
        (["workspace"] | ["conversations", _], _) => "GET",
        (_elsewhere, _) => return not_there(),
    };
    let response = refuse(405, "method_not_allowed", &format!("Use {allowed}."))?;
    response.headers().set("allow", &allowed.replace(" or ", ", "))?;
    Ok(response)
}

async fn figures(env: &Env) -> Result<Response> {
    if environment::settings(env).is_err() {
        return settings_wrong();
    }
    Response::from_json(&workspace::figures(env).await?)
}

pub(super) fn audited(run: Option<Run>) -> Result<Response> {
    let Some(run) = run else { return refuse(404, "no_audit", "There was no audit yet: POST begins one.") };
    let code = if run.ended_at.is_some() { 200 } else { 202 };
    Ok(Response::from_json(&run.to_report())?.with_status(code))
}

async fn record(id: &str, env: &Env) -> Result<Response> {
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
        Err(_) => refuse(
            503,
            "workspace_unknown",
            "Intercom does not say which workspace the token opens: /healthz says more.",
        )
        .map(App::Unknown),
    }
}

pub(super) fn settings_wrong() -> Result<Response> {
    refuse(503, "settings", "Settings are wrong: /healthz names them.")
}

pub(super) fn unknown(id: &ConversationId) -> Result<Response> {
    refuse(404, "unknown_conversation", &format!("Nothing is kept of conversation {id}."))
}

fn not_there() -> Result<Response> {
    Response::error("Nothing is here.", 404)
}

pub(super) fn refuse(status: u16, code: &str, message: &str) -> Result<Response> {
    Ok(Response::from_json(&json!({ "error": { "code": code, "message": message } }))?.with_status(status))
}
