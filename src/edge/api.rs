//! `/api/…`: what the operator may read and do. It exists only while `CONSOLE_TOKEN` is set. `docs/api.md` has all of it.
//!
//! Each handler needs an [`Operator`], and one that changes something [`MayChange`]: the door alone makes them.
//! An error is `{"error":{"code","message"}}`.

use super::clock::now;
use super::conversations::{self, settings_wrong, workspace_unknown};
use super::door::{self, Door};
use super::objects::Objects;
use super::steering::{self, Action, audited};
use super::{environment, reads};
use crate::console::operator::{MayChange, Operator};
use crate::objects::ask::{Asker, TheWorkspace};
use crate::objects::calls::workspace::{GetAudit, GetFigures, WorkspaceFigures};
use crate::workspace::health::{BUILD, Health};
use serde_json::json;
use worker::{Env, Method, Request, Response, Result};

/// Answers a request to an address that begins with `/api/`.
pub(super) async fn answer(request: Request, env: &Env) -> Result<Response> {
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
        ["audit"] => audited(Objects(env).ask(&TheWorkspace, GetAudit).await?),
        ["conversations", id] => conversations::record(operator, id, env).await,
        ["pause" | "resume" | "mode"] | ["conversations", _, "retry" | "hand_over"] => door::use_instead("POST"),
        _elsewhere => door::not_there(),
    }
}

async fn change(may: &MayChange, request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let steps = steps(&path);
    if let Some(action) = Action::of(&request.method(), &steps) {
        return steering::answer(action, may, request, env).await;
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
    let (mut shown, health) = match environment::settings(env) {
        Ok(settings) => {
            let WorkspaceFigures { figures, troubles } = Objects(env).ask(&TheWorkspace, GetFigures).await?;
            (figures, Health::of(&settings, troubles))
        }
        Err(problems) => (json!({}), Health::settings_wrong(&problems)),
    };
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("health".into(), health.to_json());
        fields.insert("build".into(), json!(BUILD));
        fields.insert("now".into(), json!(now()));
    }
    Response::from_json(&shown)
}
