//! `GET /sandbox/events`: server-sent events, one for each change.

use super::body::{Bits, Gone, body_in_bits};
use super::shared::Shared;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/sandbox/events", get(events))
}

async fn events(State(shared): State<Arc<Shared>>) -> Response {
    let (bits, body): (Bits, Body) = body_in_bits();
    tokio::spawn(pass_on(shared.events.subscribe(), bits));
    ([(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")], body).into_response()
}

async fn pass_on(mut events: Receiver<String>, bits: Bits) -> Result<(), Gone> {
    bits.send(": welcome\n\n").await?;
    loop {
        match tokio::time::timeout(Duration::from_secs(15), events.recv()).await {
            Ok(Ok(event)) => bits.send(format!("data: {event}\n\n")).await?,
            // Who missed events starts anew.
            Ok(Err(RecvError::Lagged(_))) => bits.send("data: {\"kind\":\"reset\"}\n\n").await?,
            Ok(Err(RecvError::Closed)) => return Ok(()),
            Err(_) => bits.send(": still here\n\n").await?,
        }
    }
}
