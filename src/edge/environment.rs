//! Settings, secrets and bindings as Cloudflare hands them in.

use super::request;
use crate::intercom::signature::WebhookSecrets;
use crate::secret::Secret;
use crate::settings::{self, Problem, Settings};
use worker::{Env, Fetcher, Response, Result};

/// The names in `wrangler.toml`.
pub(super) const CONVERSATIONS: &str = "CONVERSATION";
pub(super) const WORKSPACE: &str = "WORKSPACE";
const ASSETS: &str = "ASSETS";
/// One worker serves one workspace, so its object has a fixed name.
pub(super) const WORKSPACE_NAME: &str = "workspace";

/// All settings, or everything that is wrong with them.
pub(super) fn settings(env: &Env) -> std::result::Result<Settings, Vec<Problem>> {
    Settings::parse(|name| variable(env, name))
}

/// What webhooks are verified with: read apart from the other settings, so that these being wrong loses nothing.
pub(super) fn webhook_secrets(env: &Env) -> Option<WebhookSecrets> {
    settings::webhook_secrets(|name| variable(env, name))
}

/// What opens the API, if there is one: read apart from the other settings, so that a wrong one cannot close it.
pub(super) fn console_token(env: &Env) -> Option<Secret> {
    settings::console_token(|name| variable(env, name))
}

/// A file that was deployed beside the worker, or that it is still the one of this `ETag`; `None` where there is none.
pub(super) async fn asset(env: &Env, path: &str, etag: Option<String>) -> Result<Option<Response>> {
    // Wherever the worker was deployed without them.
    let Ok(assets) = env.get_binding::<Fetcher>(ASSETS) else { return Ok(None) };
    let headers: Vec<_> = etag.into_iter().map(|etag| ("if-none-match", etag)).collect();
    let request = request::make("GET", &format!("https://assets{path}"), &headers, None, None)?;
    let response = assets.fetch_request(request).await?;
    Ok(matches!(response.status_code(), 200 | 304).then_some(response))
}

/// Variables and secrets read alike.
pub(super) fn variable(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}
