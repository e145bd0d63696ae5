//! The cron trigger: each minute the workspace's object looks after conversations that wait, and for messages that webhooks lost.

use super::log::{Level, line};
use super::workspace;
use serde_json::json;
use worker::Env;

/// Lets the workspace's object go round. It goes on by itself where that takes longer.
pub async fn tick(env: &Env) {
    if let Err(error) = workspace::tick(env).await {
        line(Level::Error, "round_failed", json!({ "error": error.to_string() }));
    }
}
