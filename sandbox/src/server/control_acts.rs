//! The control API: what people and bots do in conversations.

use super::control::{Told, Wrong, done, fields, json_response, missing, read, take_webhook, wrong};
use super::delivery::dispatch;
use super::shared::{Shared, World, now};
use crate::clock::Millis;
use crate::intercom::{ActError, Acted, Start};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/conversations", get(list).post(start))
        .route("/sandbox/conversations/{id}", get(show))
        .route("/sandbox/conversations/{id}/customer", post(customer))
        .route("/sandbox/conversations/{id}/click", post(click))
        .route("/sandbox/conversations/{id}/teammate", post(teammate))
        .route("/sandbox/conversations/{id}/bot", post(bot))
        .route("/sandbox/conversations/{id}/ai_agent", post(ai_agent))
        .route("/sandbox/conversations/{id}/redact", post(redact))
        .route("/sandbox/conversations/{id}/delete", post(delete))
}

type TheShared = State<Arc<Shared>>;

async fn list(State(shared): TheShared) -> Response {
    json_response(&shared.world().intercom.records())
}

async fn show(State(shared): TheShared, Path(id): Path<String>) -> Told {
    let record = shared.world().intercom.record(&id);
    record.map(|record| json_response(&record)).ok_or_else(|| missing(ActError::NoConversation.message()))
}

async fn start(State(shared): TheShared, body: Bytes) -> Told {
    let mut fields = fields(&body)?;
    match fields.remove("count") {
        None => act(&shared, &body, |world, start, now| world.intercom.start(start, now)),
        Some(count) => start_many(&shared, fields, &count),
    }
}

/// More would be a mistake, or a test that takes too long.
const MOST_AT_ONCE: u64 = 10_000;

/// Begins many conversations; `{n}` in the body stands for the number of each.
fn start_many(shared: &Arc<Shared>, mut fields: Map<String, Value>, count: &Value) -> Told {
    let count = count.as_u64().filter(|count| (1..=MOST_AT_ONCE).contains(count));
    let count = count.ok_or_else(|| wrong(format!("count must be a number from 1 to {MOST_AT_ONCE}")))?;
    let webhook = take_webhook(&mut fields)?;
    let at = now().saturating_sub(take_ago(&mut fields)?);
    let input: Start = read(fields)?;
    let mut ids = Vec::new();
    for n in 1..=count {
        let start = Start { body: input.body.replace("{n}", &n.to_string()), ..input.clone() };
        let mut world = shared.world();
        ids.push(world.intercom.start(start, at).map_err(refused)?.conversation_id);
        let caused = world.caused();
        drop(world);
        dispatch(shared, caused, webhook);
    }
    for id in &ids {
        shared.tell(&json!({"kind": "conversation", "id": id}));
    }
    Ok(json_response(&json!({"conversation_ids": ids})))
}

async fn customer(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    act(&shared, &body, |world, words, now| world.intercom.customer_says(&id, words, now))
}

async fn click(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    act(&shared, &body, |world, click, now| world.intercom.customer_clicks(&id, click, now))
}

async fn teammate(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    act(&shared, &body, |world, verb, now| world.intercom.teammate_acts(&id, verb, now))
}

async fn bot(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    act(&shared, &body, |world, words, now| world.intercom.bot_says(&id, words, now))
}

fn act<T: DeserializeOwned>(
    shared: &Arc<Shared>,
    body: &Bytes,
    act: impl FnOnce(&mut World, T, Millis) -> Result<Acted, ActError>,
) -> Told {
    let mut fields = fields(body)?;
    let webhook = take_webhook(&mut fields)?;
    let ago = take_ago(&mut fields)?;
    let input = read(fields)?;
    let mut world = shared.world();
    let acted = act(&mut world, input, now().saturating_sub(ago)).map_err(refused)?;
    let caused = world.caused();
    drop(world);
    done(shared, &acted.conversation_id, caused, webhook);
    Ok(json_response(&acted))
}

/// How long ago it is to have happened: so a test need not wait for hours to pass.
fn take_ago(fields: &mut Map<String, Value>) -> Result<Millis, Wrong> {
    match fields.remove("ago_s") {
        None => Ok(0),
        Some(ago) => ago.as_u64().map(|ago| ago * 1_000).ok_or_else(|| wrong("ago_s must be a number of seconds")),
    }
}

async fn ai_agent(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    let input = read(fields(&body)?)?;
    shared.world().intercom.ai_agent(&id, input, now()).map_err(refused)?;
    shared.tell(&json!({"kind": "conversation", "id": id}));
    Ok(json_response(&json!({})))
}

async fn redact(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    let fields = fields(&body)?;
    let part_id = fields.get("part_id").and_then(Value::as_str).ok_or_else(|| wrong("part_id is missing"))?;
    shared.world().intercom.redact(&id, part_id, now()).map_err(refused)?;
    shared.tell(&json!({"kind": "conversation", "id": id}));
    Ok(json_response(&json!({})))
}

async fn delete(State(shared): TheShared, Path(id): Path<String>, body: Bytes) -> Told {
    let webhook = take_webhook(&mut fields(&body)?)?;
    let mut world = shared.world();
    let notification_id = world.intercom.delete(&id, now()).map_err(refused)?;
    let caused = world.caused();
    drop(world);
    done(&shared, &id, caused, webhook);
    Ok(json_response(&json!({"notification_id": notification_id})))
}

fn refused(error: ActError) -> Wrong {
    match error {
        ActError::NoConversation | ActError::NoPart | ActError::NoQuickReply => missing(error.message()),
        ActError::NoTeammate | ActError::NoBody | ActError::BadId => wrong(error.message()),
    }
}
