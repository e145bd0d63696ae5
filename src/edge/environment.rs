//! Settings, secrets and bindings as Cloudflare hands them in.

use crate::secret::Secret;
use crate::settings::{Problem, Settings, WebhookKeys};
use worker::{Env, ObjectNamespace, Result};

/// The names in `wrangler.toml`.
const CONVERSATIONS: &str = "CONVERSATION";
const WORKSPACE: &str = "WORKSPACE";
/// One worker serves one workspace, so its object has a fixed name.
const WORKSPACE_NAME: &str = "workspace";

/// All settings, or everything that is wrong with them.
pub fn settings(env: &Env) -> std::result::Result<Settings, Vec<Problem>> {
    Settings::parse(|name| lookup(env, name))
}

/// What notifications are verified with: read apart from the other settings, so that these being wrong loses nothing.
pub fn webhook_keys(env: &Env) -> Option<WebhookKeys> {
    WebhookKeys::parse(|name| lookup(env, name))
}

/// What opens the API, if there is one: read apart from the other settings, so that a wrong one cannot close it.
pub fn console_token(env: &Env) -> Option<Secret> {
    crate::settings::console_token(|name| lookup(env, name))
}

/// Where alerts go, if anywhere: read apart from the other settings, so that these being wrong can be told.
pub fn alert_url(env: &Env) -> Option<Secret> {
    crate::settings::alert_url(|name| lookup(env, name))
}

/// The objects of conversations.
pub fn conversations(env: &Env) -> Result<ObjectNamespace> {
    env.durable_object(CONVERSATIONS)
}

/// The object of the configured workspace.
pub fn workspace(env: &Env) -> Result<worker::Stub> {
    env.durable_object(WORKSPACE)?.get_by_name(WORKSPACE_NAME)
}

/// Variables and secrets read alike.
fn lookup(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}
