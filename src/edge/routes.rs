//! Which address is answered by whom.

use super::{api, console, health, reads, webhook};
use worker::{Context, Env, Method, Request, Response, Result};

/// Answers a request to the worker.
pub(super) async fn answer(request: Request, env: &Env, context: &Context) -> Result<Response> {
    match (request.method(), request.path().as_str()) {
        (_, "/webhook/intercom" | "/webhook/intercom/") => webhook::answer(request, env, context).await,
        (Method::Get | Method::Head, "/healthz") => health::answer(env).await,
        (_, "/metrics") => reads::metrics(request, env).await,
        (_, path) if path.starts_with("/api/") => api::answer(request, env).await,
        (_, path) if path == "/console" || path.starts_with("/console/") => console::answer(request, env).await,
        _elsewhere => Response::error("Nothing is here. Intercom's webhooks go to /webhook/intercom.", 404),
    }
}
