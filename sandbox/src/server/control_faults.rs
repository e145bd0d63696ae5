//! The control API: what goes wrong.

use super::control::{Told, Wrong, fields, json_response, missing, read, wrong};
use super::delivery::{DeliveryFault, DeliveryRule};
use super::shared::{Shared, World};
use crate::fault::{Calls, Kind, Rule};
use crate::rules::Counted;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{delete, get};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/faults", get(list).post(add).delete(clear))
        .route("/sandbox/faults/{id}", delete(remove))
}

type TheShared = State<Arc<Shared>>;

/// The `call` of a fault that is about what is told to the worker, and not about what it calls.
const WEBHOOK: &str = "notification";

async fn add(State(shared): TheShared, body: Bytes) -> Told {
    let mut fields = fields(&body)?;
    let call: Option<String> = take(&mut fields, "call")?;
    let name: Option<String> = take(&mut fields, "name")?;
    let conversation_id: Option<String> = take(&mut fields, "conversation_id")?;
    let times = take(&mut fields, "times")?.unwrap_or(1);
    let skip = take(&mut fields, "skip")?.unwrap_or(0);
    let call = call.unwrap_or_default();
    let id = if call == WEBHOOK {
        let fault: DeliveryFault = read(fields)?;
        let rule = DeliveryRule { conversation_id, fault };
        switch_on(&shared, name, |world, id| world.delivery_faults.add(Counted::new(id, rule, times, skip)))
    } else {
        let calls = Calls::parse(&call).ok_or_else(|| wrong("call is not the name of a call"))?;
        let kind = read(fields)?;
        possible(&kind)?;
        let rule = Rule { calls, conversation_id, times, skip, kind };
        switch_on(&shared, name, |world, id| world.faults.add_as(id, rule))
    };
    Ok(json_response(&json!({"id": id})))
}

fn take<T: serde::de::DeserializeOwned>(fields: &mut Map<String, Value>, name: &str) -> Result<Option<T>, Wrong> {
    serde_json::from_value(fields.remove(name).unwrap_or_default()).map_err(wrong)
}

fn possible(kind: &Kind) -> Result<(), Wrong> {
    if let Kind::FailBefore { status, .. } = kind
        && !(400..600).contains(status)
    {
        return Err(wrong("status must be between 400 and 599"));
    }
    Ok(())
}

fn switch_on(shared: &Shared, name: Option<String>, add: impl FnOnce(&mut World, String)) -> String {
    let mut world = shared.world();
    world.rules_added += 1;
    let id = format!("fault_{}", world.rules_added);
    world.names.extend(name.map(|name| (id.clone(), name)));
    add(&mut world, id.clone());
    drop(world);
    shared.tell(&json!({"kind": "faults"}));
    id
}

async fn list(State(shared): TheShared) -> Response {
    let world = shared.world();
    let calls = world.faults.all().map(|counted| {
        let Rule { calls, conversation_id, kind, .. } = &counted.rule;
        shown(&world, counted, (calls.name(), kind.name(), conversation_id))
    });
    let webhooks = world.delivery_faults.all().map(|counted| {
        let DeliveryRule { conversation_id, fault } = &counted.rule;
        shown(&world, counted, (WEBHOOK, fault.name(), conversation_id))
    });
    json_response(&calls.chain(webhooks).collect::<Vec<_>>())
}

fn shown<R>(world: &World, counted: &Counted<R>, about: (&str, &str, &Option<String>)) -> Value {
    let (call, kind, conversation_id) = about;
    json!({
        "id": counted.id, "name": world.names.get(&counted.id), "call": call, "kind": kind,
        "conversation_id": conversation_id, "struck": counted.struck, "left": counted.left(),
    })
}

async fn remove(State(shared): TheShared, Path(id): Path<String>) -> Told {
    let mut world = shared.world();
    let removed = world.faults.remove(&id).or(world.delivery_faults.remove(&id));
    removed.ok_or_else(|| missing("there is no such fault"))?;
    world.names.remove(&id);
    drop(world);
    shared.tell(&json!({"kind": "faults"}));
    Ok(json_response(&json!({})))
}

async fn clear(State(shared): TheShared) -> Response {
    let mut world = shared.world();
    world.faults.clear();
    world.delivery_faults.clear();
    world.names.clear();
    drop(world);
    shared.tell(&json!({"kind": "faults"}));
    json_response(&json!({}))
}
