//! `/healthz`: open to everybody, tells no secret. 200 where customers are answered (`ok`, or `degraded`: later,
//! or with less certainty), 503 with what to mend where not (`problem`).

use super::environment;
use super::trouble::{Severity, Trouble};
use super::workspace;
use crate::turn::stored::STATE_VERSION;
use serde_json::{Value, json};
use worker::{Env, Response, Result};

/// Answers one request.
pub async fn answer(env: &Env) -> Result<Response> {
    let (problems, severity) = match environment::settings(env) {
        Err(problems) => (problems.iter().map(of_setting).collect(), Some(Severity::Problem)),
        Ok(settings) => match workspace::health(env).await {
            Ok(mut troubles) => {
                troubles.sort_by_key(|trouble| std::cmp::Reverse(trouble.severity(settings.ingest)));
                let worst = troubles.iter().map(|trouble| trouble.severity(settings.ingest)).max();
                (troubles.into_iter().map(of_trouble).collect::<Vec<_>>(), worst)
            }
            Err(_) => (
                vec![json!({ "problem": "storage", "message": "The workspace's object does not answer." })],
                Some(Severity::Problem),
            ),
        },
    };
    let (status, code) = match severity {
        None => ("ok", 200),
        Some(Severity::Degraded) => ("degraded", 200),
        Some(Severity::Problem) => ("problem", 503),
    };
    let reason = problems.first().map_or(Value::from("Customers are answered."), |first| first["message"].clone());
    // What is not known here is among the problems.
    let mode = workspace::mode(env).await.ok();
    let body = json!({
        "status": status,
        "reason": reason,
        "build": env!("CARGO_PKG_VERSION"),
        "state_version": STATE_VERSION,
        "mode": mode,
        "problems": problems,
    });
    Ok(Response::from_json(&body)?.with_status(code))
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
