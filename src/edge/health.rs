//! `/healthz`: open to everybody, tells no secret. 200 where customers are answered, 503 with what to mend where not.

use super::environment;
use super::trouble::Trouble;
use super::workspace_object;
use crate::turn::stored::STATE_VERSION;
use serde_json::{Value, json};
use worker::{Env, Response, Result};

/// Answers one request.
pub async fn answer(env: &Env) -> Result<Response> {
    let problems = match environment::settings(env) {
        Err(problems) => problems.iter().map(of_setting).collect(),
        Ok(_) => match workspace_object::health(env).await {
            Ok(troubles) => troubles.into_iter().map(of_trouble).collect(),
            Err(_) => vec![json!({ "problem": "storage", "message": "The workspace's object does not answer." })],
        },
    };
    let status = if problems.is_empty() { "ok" } else { "problem" };
    let body = json!({
        "status": status,
        "build": env!("CARGO_PKG_VERSION"),
        "state_version": STATE_VERSION,
        "problems": problems,
    });
    Ok(Response::from_json(&body)?.with_status(if problems.is_empty() { 200 } else { 503 }))
}

fn of_setting(problem: &crate::settings::Problem) -> Value {
    let mut value = json!(problem);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("message".into(), json!(problem.to_string()));
    }
    value
}

fn of_trouble(trouble: Trouble) -> Value {
    json!({ "problem": trouble, "message": trouble.in_words() })
}
