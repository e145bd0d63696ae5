//! A receiver of alerts: it keeps what it is told, and can be made to fail or to be silent.

use super::control::{Told, fields, json_response, read};
use super::shared::{Shared, now};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use std::future::pending;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/alerts", post(receive)).route("/sandbox/alerts", get(alerts).post(behave))
}

/// What was told, and how the next ones are received.
#[derive(Debug, Default)]
pub(super) struct Alerts {
    received: Vec<Value>,
    manner: Manner,
}

/// How alerts are received.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Manner {
    /// With 200.
    #[default]
    Taken,
    /// With 500.
    Refused,
    /// Never answered.
    Silent,
}

async fn receive(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let manner = {
        let alerts = &mut shared.world().alerts;
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        alerts.received.push(json!({"at_ms": now(), "body": body}));
        alerts.manner
    };
    match manner {
        Manner::Taken => StatusCode::OK.into_response(),
        Manner::Refused => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Manner::Silent => pending().await,
    }
}

async fn alerts(State(shared): State<Arc<Shared>>) -> Response {
    json_response(&shared.world().alerts.received)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    manner: Manner,
}

async fn behave(State(shared): State<Arc<Shared>>, body: Bytes) -> Told {
    let Input { manner } = read(fields(&body)?)?;
    shared.world().alerts.manner = manner;
    Ok(json_response(&json!({})))
}
