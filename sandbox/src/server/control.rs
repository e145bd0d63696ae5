//! The control API: what happened, and how things are to go.

use super::delivery::{Way, dispatch, send};
use super::shared::{Caused, Kept, Shared, now};
use crate::clock::Millis;
use crate::gpt_trainer::ScriptRule;
use crate::intercom::ApiVersion;
use crate::webhook::{Escaping, Webhook};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/health", get(health))
        .route("/sandbox/settings", get(settings))
        .route("/sandbox/notifications/{id}/deliver", post(deliver))
        .route("/sandbox/ping", post(ping))
        .route("/sandbox/gpt-trainer/sessions", get(sessions))
        .route("/sandbox/gpt-trainer/sessions/{uuid}/forget", post(forget))
        .route("/sandbox/gpt-trainer/script", post(script))
        .route("/sandbox/calls", get(calls))
        .route("/sandbox/deliveries", get(deliveries))
        .route("/sandbox/webhook", post(webhook))
        .route("/sandbox/intercom", post(intercom))
        .route("/sandbox/reset", post(reset))
}

/// An answer of the control API.
pub(super) type Told = Result<Response, Wrong>;

/// What was wrong with a input.
pub(super) struct Wrong(pub StatusCode, pub String);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let mut response = json_response(&json!({"error": self.1}));
        *response.status_mut() = self.0;
        response
    }
}

pub(super) fn json_response(value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("plain data is written without failing");
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

pub(super) fn missing(what: &str) -> Wrong {
    Wrong(StatusCode::NOT_FOUND, what.to_owned())
}

pub(super) fn wrong(error: impl ToString) -> Wrong {
    Wrong(StatusCode::BAD_REQUEST, error.to_string())
}

/// A body's fields; none at all for an empty body.
pub(super) fn fields(body: &Bytes) -> Result<Map<String, Value>, Wrong> {
    if body.is_empty() { Ok(Map::new()) } else { serde_json::from_slice(body).map_err(wrong) }
}

pub(super) fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Wrong> {
    serde_json::from_value(Value::Object(fields)).map_err(wrong)
}

pub(super) async fn not_found() -> Response {
    missing("not found").into_response()
}

async fn health() -> Response {
    json_response(&json!({"status": "ok"}))
}

/// What the page must know; no secrets.
async fn settings(State(shared): State<Arc<Shared>>) -> Response {
    let world = shared.world();
    let teammate = |teammate: &crate::intercom::Teammate| json!({"id": teammate.id.to_string(), "name": teammate.name});
    json_response(&json!({
        "app_id": world.intercom.workspace.app_id,
        "admin_id": world.intercom.workspace.admin_id.to_string(),
        "webhook_url": world.webhooks.url,
        "retry_after_ms": world.webhooks.retry_after,
        "teammates": world.intercom.teammates().iter().map(teammate).collect::<Vec<_>>(),
    }))
}

async fn deliver(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Told {
    let mut fields = fields(&body)?;
    let copies = match fields.remove("copies") {
        None => 1,
        Some(copies) => copies.as_u64().ok_or_else(|| wrong("copies must be a number"))?,
    };
    let kept = shared.world().kept_webhooks.get(&id).cloned();
    let kept = kept.ok_or_else(|| missing("there is no such notification"))?;
    let sending: Vec<_> = (0..copies)
        .map(|_| {
            let (shared, kept) = (shared.clone(), kept.clone());
            tokio::spawn(async move { send(&shared, &kept, 1).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for sent in sending {
        statuses.push(sent.await.ok().flatten());
    }
    Ok(json_response(&json!({"statuses": statuses})))
}

/// Sends the test webhook, which has no id.
async fn ping(State(shared): State<Arc<Shared>>) -> Response {
    let kept = {
        let world = shared.world();
        let webhook = Webhook::ping(&world.intercom.workspace.app_id, now());
        Kept { webhook, escaping: world.webhooks.escaping }
    };
    json_response(&json!({"status": send(&shared, &kept, 1).await}))
}

async fn sessions(State(shared): State<Arc<Shared>>) -> Response {
    json_response(&shared.world().gpt_trainer.records(now()))
}

async fn forget(State(shared): State<Arc<Shared>>, Path(uuid): Path<String>) -> Told {
    shared.world().gpt_trainer.forget(&uuid).ok_or_else(|| missing("there is no such session"))?;
    shared.tell(&json!({"kind": "session", "id": uuid}));
    Ok(json_response(&json!({})))
}

async fn script(State(shared): State<Arc<Shared>>, body: Bytes) -> Told {
    let rule: ScriptRule = read(fields(&body)?)?;
    let mut world = shared.world();
    world.gpt_trainer.add_rule(rule);
    world.rules_added += 1;
    Ok(json_response(&json!({"id": format!("rule_{}", world.rules_added)})))
}

async fn calls(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Told {
    let after = after(query.as_deref())?;
    let world = shared.world();
    Ok(json_response(&world.calls.get(after..).unwrap_or_default()))
}

async fn deliveries(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Told {
    let after = after(query.as_deref())?;
    let world = shared.world();
    Ok(json_response(&world.deliveries.get(after..).unwrap_or_default()))
}

fn after(query: Option<&str>) -> Result<usize, Wrong> {
    let value = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("after=")));
    value.map_or(Ok(0), |number| number.parse().map_err(|_| wrong("after must be a number")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookChanges {
    url: Option<String>,
    client_secret: Option<String>,
    escaping: Option<Escaping>,
    api_version: Option<String>,
    retry_after_ms: Option<Millis>,
    api_acts_notify: Option<bool>,
}

async fn webhook(State(shared): State<Arc<Shared>>, body: Bytes) -> Told {
    let input: WebhookChanges = read(fields(&body)?)?;
    let version = input.api_version.map(|text| ApiVersion::parse(&text).ok_or_else(|| wrong("api_version is unknown")));
    let version = version.transpose()?;
    let mut world = shared.world();
    let world = &mut *world;
    set(&mut world.webhooks.url, input.url);
    set(&mut world.webhooks.client_secret, input.client_secret);
    set(&mut world.webhooks.escaping, input.escaping);
    set(&mut world.webhooks.retry_after, input.retry_after_ms);
    set(&mut world.intercom.workspace.version, version);
    set(&mut world.intercom.workspace.api_acts_notify, input.api_acts_notify);
    Ok(json_response(&json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntercomChanges {
    search_lag_ms: Option<Millis>,
    rate_limit: Option<u32>,
    inbox_seat: Option<bool>,
}

async fn intercom(State(shared): State<Arc<Shared>>, body: Bytes) -> Told {
    let input: IntercomChanges = read(fields(&body)?)?;
    let workspace = &mut shared.world().intercom.workspace;
    set(&mut workspace.search_lag, input.search_lag_ms);
    set(&mut workspace.rate_limit, input.rate_limit);
    set(&mut workspace.inbox_seat, input.inbox_seat);
    Ok(json_response(&json!({})))
}

fn set<T>(setting: &mut T, input: Option<T>) {
    if let Some(value) = input {
        *setting = value;
    }
}

async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    shared.reset();
    json_response(&json!({}))
}

/// Takes the way of the webhook out of an act's fields.
pub(super) fn take_webhook(fields: &mut Map<String, Value>) -> Result<Way, Wrong> {
    Way::read(&fields.remove("webhook").unwrap_or_default()).map_err(wrong)
}

/// Tells the page and the program under test what somebody did.
pub(super) fn done(shared: &Arc<Shared>, conversation_id: &str, caused: Caused, way: Way) {
    dispatch(shared, caused, way);
    shared.tell(&json!({"kind": "conversation", "id": conversation_id}));
}
