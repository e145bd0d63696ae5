//! What the operator may look at: `GET /api/session`, `/api/open`, `/api/turns`, `/api/trends`, and `GET /metrics`.

use super::door::{self, Door, refuse};
use super::health::{BUILD, Health};
use super::workspace::{self, Shown};
use super::{clock, conversation, environment, request};
use crate::console::metrics::{self, Snapshot};
use crate::console::operator::{CameBy, Operator};
use crate::intercom::ids::{AppId, ConversationId};
use crate::json;
use crate::settings::Settings;
use crate::turn::open::OpenTurn;
use serde_json::{Value, json};
use worker::{Env, Method, Request, Response, Result};

/// So many conversations are asked how they stand: a free plan allows 50 subrequests in one go, and a few are made besides.
const MOST_OPEN: u32 = 40;

/// `GET /api/session`: who is asking.
pub fn session(operator: &Operator) -> Result<Response> {
    let expires_at = match operator.came_by() {
        CameBy::Console { expires_at } => Some(expires_at),
        CameBy::Bearer => None,
    };
    Response::from_json(&json!({ "name": operator.name(), "expires_at": expires_at }))
}

/// `GET /api/open`: turns without an outcome yet.
pub async fn open(_operator: &Operator, settings: &Settings, env: &Env) -> Result<Response> {
    let (total, objects) = workspace::open_list(env, MOST_OPEN).await?;
    let stands = conversation::standings(env, &objects).await?;
    let told = objects.iter().zip(stands).map(|(object, text)| text.or_else(|| unreachable(object, settings)));
    let open = told.filter_map(|text| json::value(text?.as_bytes()).ok()).filter(|turn| !turn.is_null());
    let mut open: Vec<Value> = open.collect();
    // Nobody knows since when those wait that cannot go on: they come first.
    open.sort_by_key(|turn| turn["since"].as_u64());
    Response::from_json(&json!({ "total": total, "open": open }))
}

/// One that does not answer is open all the same.
fn unreachable(object: &str, settings: &Settings) -> Option<String> {
    let (app, id) = object.split_once(':')?;
    let (app, id) = (AppId::new(app)?, ConversationId::new(id)?);
    Some(OpenTurn::unreachable().to_json(&id, settings.intercom.inbox_link(&app, &id), clock::now()))
}

/// `GET /api/turns`: how turns ended.
pub async fn turns(_operator: &Operator, asked: &Request, env: &Env) -> Result<Option<Response>> {
    response(workspace::turns(env, asked.inner().url()).await?)
}

/// `GET /api/trends`: how turns ended over a day or a week.
pub async fn trends(_operator: &Operator, asked: &Request, env: &Env) -> Result<Option<Response>> {
    response(workspace::trends(env, asked.inner().url()).await?)
}

/// `None` where it cannot be said.
fn response(shown: Shown) -> Result<Option<Response>> {
    Ok(match shown {
        Shown::Text(text) => Some(request::json_response(&text)?),
        Shown::BadParameter(words) => Some(refuse(400, "bad_request", &words)?),
        Shown::Unknown => None,
    })
}

/// `GET /metrics`, for programs alone.
pub async fn metrics(request: Request, env: &Env) -> Result<Response> {
    let Some(token) = door::token(env) else { return door::not_there() };
    if !matches!(request.method(), Method::Get | Method::Head) {
        return door::use_instead("GET");
    }
    match door::bearer_only(&request, &token, env).await? {
        Door::Open(operator) => metrics_for(&operator, env).await,
        Door::Shut(response) => Ok(response),
    }
}

async fn metrics_for(_operator: &Operator, env: &Env) -> Result<Response> {
    let text = match environment::settings(env) {
        Err(problems) => without_workspace(&Health::settings_wrong(&problems)),
        Ok(_) => match workspace::metrics(env).await {
            Ok(Shown::Text(text)) => text,
            Ok(Shown::BadParameter(_) | Shown::Unknown) | Err(_) => without_workspace(&Health::storage_silent()),
        },
    };
    let response = Response::ok(text)?;
    response.headers().set("content-type", metrics::CONTENT_TYPE)?;
    response.headers().set("cache-control", "no-store")?;
    Ok(response)
}

fn without_workspace(health: &Health) -> String {
    metrics::write(&Snapshot { build: BUILD, status: health.status(), problems: health.names(), workspace: None })
}
