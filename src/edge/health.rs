//! `/healthz`: open to everybody, tells no secret. 200 where customers are answered (`ok`, or `degraded`: later,
//! or with less certainty), 503 with what to mend where not (`problem`).

use super::environment;
use super::trouble::{Severity, Trouble};
use super::workspace;
use crate::settings::{Problem, Settings};
use crate::turn::stored::STATE_VERSION;
use serde_json::{Value, json};
use worker::{Env, Response, Result};

/// The version of the program.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Whether customers are answered, and what stands against it.
pub struct Health {
    /// The worst of it; `None` where nothing does.
    pub worst: Option<Severity>,
    /// All that does, the worst first.
    problems: Vec<Value>,
}

/// Answers one request.
pub async fn answer(env: &Env) -> Result<Response> {
    let health = Health::now(env).await;
    let code = match health.worst {
        None | Some(Severity::Degraded) => 200,
        Some(Severity::Problem) => 503,
    };
    // What is not known here is among the problems.
    let mode = workspace::mode(env).await.ok();
    let mut body = health.to_json();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("build".into(), json!(BUILD));
        fields.insert("mode".into(), json!(mode));
        fields.insert("state_version".into(), json!(STATE_VERSION));
    }
    Ok(Response::from_json(&body)?.with_status(code))
}

impl Health {
    /// As far as it can be told now.
    pub async fn now(env: &Env) -> Self {
        match environment::settings(env) {
            Err(problems) => Self::settings_wrong(&problems),
            Ok(settings) => match workspace::health(env).await {
                Ok(troubles) => Self::of(&settings, troubles),
                Err(_) => Self::storage_silent(),
            },
        }
    }

    /// Nothing can be told.
    pub fn storage_silent() -> Self {
        let storage = json!({ "problem": "storage", "message": "The workspace's object does not answer." });
        Self::with(vec![(Severity::Problem, storage)])
    }

    /// Where settings are wrong nothing else is known.
    pub fn settings_wrong(problems: &[Problem]) -> Self {
        Self::with(problems.iter().map(|problem| (Severity::Problem, of_setting(problem))).collect())
    }

    /// By what the workspace's object has told.
    pub fn of(settings: &Settings, mut troubles: Vec<Trouble>) -> Self {
        troubles.sort_by_key(|trouble| std::cmp::Reverse(trouble.severity(settings.ingest)));
        let told = |trouble: Trouble| (trouble.severity(settings.ingest), of_trouble(trouble));
        Self::with(troubles.into_iter().map(told).collect())
    }

    fn with(problems: Vec<(Severity, Value)>) -> Self {
        let worst = problems.iter().map(|(severity, _)| *severity).max();
        let with_severity = |(severity, mut problem): (Severity, Value)| {
            if let Some(fields) = problem.as_object_mut() {
                fields.insert("severity".into(), json!(severity.name()));
            }
            problem
        };
        Self { worst, problems: problems.into_iter().map(with_severity).collect() }
    }

    /// In one word.
    pub fn status(&self) -> &'static str {
        self.worst.map_or("ok", Severity::name)
    }

    /// The stable names of what stands against it; of a wrong setting, `setting`.
    pub fn names(&self) -> Vec<&str> {
        self.problems.iter().map(|problem| problem["problem"].as_str().unwrap_or("setting")).collect()
    }

    /// In names and words.
    pub fn to_json(&self) -> Value {
        let reason =
            self.problems.first().map_or(Value::from("Customers are answered."), |first| first["message"].clone());
        json!({ "status": self.status(), "reason": reason, "problems": self.problems })
    }
}

fn of_setting(problem: &Problem) -> Value {
    let mut value = json!(problem);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("message".into(), json!(problem.to_string()));
    }
    value
}

fn of_trouble(trouble: Trouble) -> Value {
    json!({ "problem": trouble, "message": trouble.in_words() })
}
