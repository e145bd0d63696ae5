//! What the operator may look at: `GET /api/session`, `/api/open`, `/api/turns`, `/api/trends`.

use super::door::refuse;
use super::{clock, conversation, workspace};
use crate::console::operator::{CameBy, Operator};
use crate::console::query;
use crate::intercom::ids::{AppId, ConversationId};
use crate::settings::Settings;
use crate::turn::open::OpenTurn;
use crate::workspace::trends::Window;
use crate::workspace::turns::{BadParameter, Wanted};
use serde_json::{Value, json};
use worker::{Env, Request, Response, Result};

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
    let list = workspace::open_list(env, MOST_OPEN).await?;
    let stands = conversation::standings(env, &list.objects).await?;
    let mut open: Vec<_> = list.objects.iter().zip(stands).filter_map(|(object, turn)| Some((object, turn?))).collect();
    // Nobody knows since when those wait that cannot go on: they come first.
    open.sort_by_key(|(_, turn)| turn.since);
    let open: Vec<_> = open.into_iter().filter_map(|(object, turn)| described(object, turn, settings)).collect();
    Response::from_json(&json!({ "total": list.total, "open": open }))
}

fn described(object: &str, turn: OpenTurn, settings: &Settings) -> Option<Value> {
    let (app, id) = object.split_once(':')?;
    let (app, id) = (AppId::new(app)?, ConversationId::new(id)?);
    let OpenTurn { phase, since, wakes_at, detail } = turn;
    Some(json!({
        "conversation": id,
        "link": settings.intercom.inbox_link(&app, &id),
        "phase": phase,
        "since": since,
        "wakes_at": wakes_at,
        "age_ms": since.map(|since| clock::now().since(since)),
        "detail": detail,
    }))
}

/// `GET /api/turns`: how turns ended, newest first.
pub async fn turns(
    _operator: &Operator,
    request: &Request,
    settings: &Settings,
    app: &AppId,
    env: &Env,
) -> Result<Response> {
    let wanted = match Wanted::read(&query::fields(&request.inner().url())) {
        Ok(wanted) => wanted,
        Err(bad) => return bad_parameter(&bad),
    };
    let page = workspace::turns(env, wanted).await?;
    Response::from_json(&page.to_told(|conversation| settings.intercom.inbox_link(app, conversation)))
}

/// `GET /api/trends`: how turns ended over a day or a week.
pub async fn trends(_operator: &Operator, request: &Request, env: &Env) -> Result<Response> {
    match Window::read(&query::fields(&request.inner().url())) {
        Ok(window) => Response::from_json(&workspace::trends(env, window).await?),
        Err(bad) => bad_parameter(&bad),
    }
}

fn bad_parameter(bad: &BadParameter) -> Result<Response> {
    refuse(400, "bad_request", &bad.in_words())
}
