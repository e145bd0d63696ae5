//! The control API: a worker that is killed. The sandbox did not start it, so somebody else has to do that.

use super::control::{Told, Wrong, fields, json_response, read};
use super::shared::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::{self, Write as _};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/sandbox/worker", get(show).post(report)).route("/sandbox/worker/kill", post(kill))
}

/// Whoever started us with `--asks-for-kills` reads this line, and does it.
const WISH: &str = "sandbox wants the worker killed";

/// How often the worker was to be killed, was, and runs again.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Kills {
    wanted: u32,
    killed: u32,
    started: u32,
}

async fn show(State(shared): State<Arc<Shared>>) -> Response {
    let Kills { wanted, killed, started } = shared.world().kills;
    let can_be_killed = shared.asks_for_kills();
    json_response(&json!({"can_be_killed": can_be_killed, "wanted": wanted, "killed": killed, "started": started}))
}

async fn kill(State(shared): State<Arc<Shared>>) -> Told {
    if !shared.asks_for_kills() {
        return Err(Wrong(StatusCode::CONFLICT, "this sandbox cannot kill the worker".to_owned()));
    }
    shared.world().kills.wanted += 1;
    writeln!(io::stdout(), "{WISH}")
        .and_then(|()| io::stdout().flush())
        .map_err(|error| Wrong(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    shared.tell(&json!({"kind": "worker"}));
    Ok(json_response(&json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    state: WorkerIs,
}

/// What was done to the worker.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WorkerIs {
    Killed,
    Started,
}

async fn report(State(shared): State<Arc<Shared>>, body: Bytes) -> Told {
    let report: Report = read(fields(&body)?)?;
    let kills = &mut shared.world().kills;
    match report.state {
        WorkerIs::Killed => kills.killed += 1,
        WorkerIs::Started => kills.started += 1,
    }
    shared.tell(&json!({"kind": "worker"}));
    Ok(json_response(&json!({})))
}
