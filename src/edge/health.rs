//! `/healthz`: open to everybody, tells no secret. 200 where customers are answered (`ok`, or `degraded`: later,
//! or with less certainty), 503 with what to mend where not (`problem`).

use super::environment;
use super::objects::Objects;
use crate::objects::ask::{Asker, TheWorkspace};
use crate::objects::calls::workspace::{GetHealth, GetMode};
use crate::turn::stored::STATE_VERSION;
use crate::workspace::health::{BUILD, Health};
use crate::workspace::trouble::Severity;
use serde_json::json;
use worker::{Env, Response, Result};

pub(super) async fn answer(env: &Env) -> Result<Response> {
    let health = match environment::settings(env) {
        Err(problems) => Health::settings_wrong(&problems),
        Ok(settings) => match Objects(env).ask(&TheWorkspace, GetHealth).await {
            Ok(troubles) => Health::of(&settings, troubles),
            Err(_) => Health::storage_silent(),
        },
    };
    let code = match health.worst {
        None | Some(Severity::Degraded) => 200,
        Some(Severity::Problem) => 503,
    };
    // What is not known here is among the problems.
    let mode = Objects(env).ask(&TheWorkspace, GetMode).await.ok();
    let mut body = health.to_json();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("build".into(), json!(BUILD));
        fields.insert("mode".into(), json!(mode));
        fields.insert("state_version".into(), json!(STATE_VERSION));
    }
    Ok(Response::from_json(&body)?.with_status(code))
}
