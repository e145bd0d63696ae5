//! `/api/…`: what the operator may read and do. It exists only while `CONSOLE_TOKEN` is set, which is the bearer token.
//!
//! | call | answer |
//! | --- | --- |
//! | `GET /api/conversations/{id}` | how its turns ended and what was decided in them, with a link into Intercom |
//! | `POST /api/conversations/{id}/retry` | the last turn is tried again; where its reply is unknown only with `{"confirm":"may_repeat"}` |
//! | `POST /api/pause`, `POST /api/resume` | every turn waits, or goes on |
//! | `POST /api/audit`, also with `{"hours":24}` | conversations of that time are read back and compared with the ledger: 200 with what came of it, or 202 while it goes on |
//! | `GET /api/audit` | what came of the last one so far |
//! | `GET /api/workspace` | how turns ended, how far the sweep is, whether webhooks come |
//!
//! An error is `{"error":{"code","message"}}`.

use super::request::{self, Body};
use super::{conversation, environment, workspace};
use crate::audit::run::Run;
use crate::intercom::ids::{AppId, ConversationId};
use crate::json;
use crate::time::Millis;
use crate::turn::retry::Confirmation;
use serde_json::{Value, json};
use worker::{Env, Method, Request, Response, Result};

/// A confirmation is far shorter.
const MAX_BODY_BYTES: usize = 4 * 1024;

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
    let allowed = match (steps.as_slice(), request.method()) {
        (["pause"], Method::Post) => return paused(workspace::pause(env).await?),
        (["resume"], Method::Post) => return paused(workspace::resume(env).await?),
        (["audit"], Method::Post) => return begin_audit(&request, env).await,
        (["audit"], Method::Get) => return audited(workspace::audit(env, None).await?),
        (["workspace"], Method::Get) => return figures(env).await,
        (["conversations", id], Method::Get) => return record(id, env).await,
        (["conversations", id, "retry"], Method::Post) => return retry(id, &request, env).await,
        (["audit"], _) => "GET or POST",
        (["pause" | "resume"] | ["conversations", _, "retry"], _) => "POST",
        (["workspace"] | ["conversations", _], _) => "GET",
        (_elsewhere, _) => return not_there(),
    };
    let response = refuse(405, "method_not_allowed", &format!("Use {allowed}."))?;
    response.headers().set("allow", &allowed.replace(" or ", ", "))?;
    Ok(response)
}

fn paused(pause: Option<workspace::Pause>) -> Result<Response> {
    Response::from_json(&match pause {
        Some(pause) => json!({ "paused": true, "by": pause.by, "since": pause.since }),
        None => json!({ "paused": false }),
    })
}

async fn figures(env: &Env) -> Result<Response> {
    if environment::settings(env).is_err() {
        return settings_wrong();
    }
    Response::from_json(&workspace::figures(env).await?)
}

async fn begin_audit(request: &Request, env: &Env) -> Result<Response> {
    let Body::Whole(body) = request::body(request, MAX_BODY_BYTES).await? else {
        return refuse(413, "too_large", "A length of time is shorter.");
    };
    let Some(length) = audit_length(&body) else {
        return refuse(400, "bad_request", "Send no body, or {\"hours\":24}: a whole number from 1 to 8760.");
    };
    match app(env).await? {
        App::Known(_) => audited(workspace::audit(env, Some(length)).await?),
        App::Unknown(response) => Ok(response),
    }
}

/// `None` where the body is anything else than nothing or a number of hours.
fn audit_length(body: &[u8]) -> Option<Millis> {
    if body.is_empty() {
        return Some(workspace::DAY);
    }
    let Ok(Value::Object(body)) = json::value(body) else { return None };
    match (body.get("hours"), body.len()) {
        (None, 0) => Some(workspace::DAY),
        (Some(Value::Number(hours)), 1) => {
            hours.as_u64().filter(|hours| (1..=8_760).contains(hours)).map(Millis::from_hours)
        }
        (_other, _) => None,
    }
}

fn audited(run: Option<Run>) -> Result<Response> {
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

async fn retry(id: &str, request: &Request, env: &Env) -> Result<Response> {
    let Body::Whole(body) = request::body(request, MAX_BODY_BYTES).await? else {
        return refuse(413, "too_large", "A confirmation is shorter.");
    };
    let confirmation = match confirmation(&body) {
        Some(confirmation) => confirmation,
        None => return refuse(400, "bad_request", "Send no body, or {\"confirm\":\"may_repeat\"}."),
    };
    let (app, id) = match whose(id, env).await? {
        Whose::Ours(app, id) => (app, id),
        Whose::Unknown(response) => return Ok(response),
    };
    let response = conversation::retry(env, &app, &id, confirmation).await?;
    if response.status_code() == 202 {
        workspace::look_after(env, conversation::name_of(&app, &id)).await;
    }
    if response.status_code() == 404 { unknown(&id) } else { Ok(response) }
}

/// `None` where the body is anything else than nothing or the one confirmation there is.
fn confirmation(body: &[u8]) -> Option<Confirmation> {
    if body.is_empty() {
        return Some(Confirmation::None);
    }
    let Ok(Value::Object(body)) = json::value(body) else { return None };
    match (body.get("confirm"), body.len()) {
        (None, 0) => Some(Confirmation::None),
        (Some(Value::String(word)), 1) if word == "may_repeat" => Some(Confirmation::MayRepeat),
        (_other, _) => None,
    }
}

/// Whose a conversation is.
enum Whose {
    /// Of our workspace.
    Ours(AppId, ConversationId),
    /// It cannot be said; this is the answer.
    Unknown(Response),
}

/// Objects are named by workspace and conversation, and the workspace is the one that our token opens.
async fn whose(id: &str, env: &Env) -> Result<Whose> {
    let Some(id) = ConversationId::new(id) else {
        return refuse(400, "bad_request", "That is no id of a conversation.").map(Whose::Unknown);
    };
    Ok(match app(env).await? {
        App::Known(app) => Whose::Ours(app, id),
        App::Unknown(response) => Whose::Unknown(response),
    })
}

/// The workspace that our token opens.
enum App {
    /// It is known.
    Known(AppId),
    /// It cannot be said; this is the answer.
    Unknown(Response),
}

async fn app(env: &Env) -> Result<App> {
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

fn settings_wrong() -> Result<Response> {
    refuse(503, "settings", "Settings are wrong: /healthz names them.")
}

fn unknown(id: &ConversationId) -> Result<Response> {
    refuse(404, "unknown_conversation", &format!("Nothing is kept of conversation {id}."))
}

fn not_there() -> Result<Response> {
    Response::error("Nothing is here.", 404)
}

fn refuse(status: u16, code: &str, message: &str) -> Result<Response> {
    Ok(Response::from_json(&json!({ "error": { "code": code, "message": message } }))?.with_status(status))
}
