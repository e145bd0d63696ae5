//! What the operator may look at: `GET /api/session`, `/api/open`, `/api/turns`, `/api/trends`, and `GET /metrics`.

use super::clock::now;
use super::door::{self, Door, refuse};
use super::environment;
use super::objects::Objects;
use super::request::json_response;
use crate::console::metrics::{self, Snapshot};
use crate::console::operator::{CameBy, Operator};
use crate::objects::ask::{Asker, ConversationName, TheWorkspace};
use crate::objects::calls::conversation::ShowOpenTurn;
use crate::objects::calls::workspace::{GetMetrics, ListOpen, ListTurns, PageAnswer, ShowTrends};
use crate::settings::Settings;
use crate::turn::open::OpenTurn;
use crate::workspace::health::{BUILD, Health};
use futures_util::future::join_all;
use serde_json::{Value, json};
use worker::{Env, Method, Request, Response, Result};

/// So many conversations are asked how they stand: a free plan allows 50 subrequests in one go, and a few are made besides.
const MOST_OPEN: u32 = 40;

/// `GET /api/session`: who is asking.
pub(super) fn session(operator: &Operator) -> Result<Response> {
    let expires_at = match operator.came_by() {
        CameBy::Console { expires_at } => Some(expires_at),
        CameBy::Bearer => None,
    };
    Response::from_json(&json!({ "name": operator.name(), "expires_at": expires_at }))
}

/// `GET /api/open`: turns without an outcome yet.
pub(super) async fn open(_operator: &Operator, settings: &Settings, env: &Env) -> Result<Response> {
    let listed = Objects(env).ask(&TheWorkspace, ListOpen { most: MOST_OPEN }).await?;
    let turns = listed.objects.iter().map(|object| open_turn(object, settings, env));
    let mut open: Vec<Value> = join_all(turns).await.into_iter().flatten().collect();
    // Nobody knows since when those wait that cannot go on: they come first.
    open.sort_by_key(|turn| turn["since"].as_u64());
    Response::from_json(&json!({ "total": listed.total, "open": open }))
}

/// One that does not answer is open all the same.
async fn open_turn(object: &ConversationName, settings: &Settings, env: &Env) -> Option<Value> {
    let ConversationName { app, conversation } = object;
    let unreachable =
        || OpenTurn::unreachable().to_json(conversation, settings.intercom.inbox_link(app, conversation), now());
    Objects(env).ask(object, ShowOpenTurn).await.unwrap_or_else(|_| Some(unreachable()))
}

/// `GET /api/turns`: how turns ended.
pub(super) async fn turns(_operator: &Operator, asked: &Request, env: &Env) -> Result<Option<Response>> {
    response(Objects(env).ask(&TheWorkspace, ListTurns(asked.inner().url())).await?)
}

/// `GET /api/trends`: how turns ended over a day or a week.
pub(super) async fn trends(_operator: &Operator, asked: &Request, env: &Env) -> Result<Option<Response>> {
    response(Objects(env).ask(&TheWorkspace, ShowTrends(asked.inner().url())).await?)
}

/// `None` where it cannot be said.
fn response(page: PageAnswer) -> Result<Option<Response>> {
    Ok(match page {
        PageAnswer::Text(text) => Some(json_response(&text)?),
        PageAnswer::BadParameter(words) => Some(refuse(400, "bad_request", &words)?),
        PageAnswer::Unknown => None,
    })
}

/// `GET /metrics`, for programs alone.
pub(super) async fn metrics(request: Request, env: &Env) -> Result<Response> {
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
        Ok(_) => match Objects(env).ask(&TheWorkspace, GetMetrics).await {
            Ok(Some(text)) => text,
            Ok(None) | Err(_) => without_workspace(&Health::storage_silent()),
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
