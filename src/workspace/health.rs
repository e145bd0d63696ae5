//! Whether customers are answered, and what stands against it, as `/healthz`, the API and the metrics show it.

use super::trouble::{Severity, Trouble};
use crate::settings::{Problem, Settings};
use serde_json::{Value, json};

/// The version of the program.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Whether customers are answered, and what stands against it.
pub struct Health {
    /// The worst of it; `None` where nothing does.
    pub worst: Option<Severity>,
    /// All that does, the worst first.
    problems: Vec<Value>,
}

impl Health {
    /// Nothing can be told.
    pub fn storage_silent() -> Self {
        let storage = json!({ "problem": "storage", "message": "The worker's storage does not answer. Check Cloudflare's status and try again in a minute." });
        Self::with(vec![(Severity::Problem, storage)])
    }

    /// Where settings are wrong nothing else is known.
    pub fn settings_wrong(problems: &[Problem]) -> Self {
        Self::with(problems.iter().map(|problem| (Severity::Problem, of_setting(problem))).collect())
    }

    /// By what the workspace's object has told.
    pub fn of(settings: &Settings, mut troubles: Vec<Trouble>) -> Self {
        troubles.sort_by_key(|trouble| std::cmp::Reverse(trouble.severity(settings.ingest)));
        let with_severity = |trouble: Trouble| (trouble.severity(settings.ingest), of_trouble(trouble));
        Self::with(troubles.into_iter().map(with_severity).collect())
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
