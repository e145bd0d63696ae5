//! What the operator does by the API: to the whole workspace, or in one conversation. Who it was may stand in the body, as `who`.

use super::conversations::{app, named, settings_wrong, unknown};
use super::door::refuse;
use super::environment;
use super::log::line;
use super::objects::Objects;
use super::request::{self, Body};
use crate::audit::run::AuditRun;
use crate::console::name::OperatorName;
use crate::console::operator::{CameBy, MayChange, Operator};
use crate::json;
use crate::objects::ask::{Asker, ConversationName, TheWorkspace};
use crate::objects::calls::conversation::{HandOverTurn, RetryTurn, Steered};
use crate::objects::calls::workspace::{BeginAudit, PauseTurns, Remember, ResumeTurns, SetMode, Watch};
use crate::time::Millis;
use crate::turn::history::Level;
use crate::turn::policy::ReplyMode;
use crate::workspace::controls::{By, Control, Deed, Via};
use serde_json::{Map, Value, json};
use worker::{Env, Method, Request, Response, Result};

/// A name and a confirmation are far shorter.
const MAX_BODY_BYTES: usize = 4 * 1024;

/// An action of an operator, as the route names it.
pub(super) enum Action<'a> {
    /// Hold every turn.
    Pause,
    /// Let turns go on.
    Resume,
    /// Set the mode that turns go by, or go back to `REPLY_MODE`.
    Mode,
    /// Have the last turn of a conversation tried again.
    Retry(&'a str),
    /// Hand a conversation over to a teammate.
    HandOver(&'a str),
    /// Begin an audit.
    Audit,
}

/// An action with the fields of its body.
enum ActionRequest<'a> {
    Pause,
    Resume,
    Mode(Option<ReplyMode>),
    Retry(&'a str, RetryTurn),
    HandOver(&'a str),
    Audit(Millis),
}

/// Does it, and answers the request.
pub(super) async fn answer(action: Action<'_>, may: &MayChange, request: &Request, env: &Env) -> Result<Response> {
    let Body::Whole(body) = request::body(request, MAX_BODY_BYTES).await? else {
        return refuse(413, "too_large", "The request is too large.");
    };
    let (how, objects) = (action.how(), Objects(env));
    let Some((asked, by)) = who(&body, may.operator()).and_then(|(fields, by)| Some((action.read(&fields)?, by)))
    else {
        return refuse(400, "bad_request", how);
    };
    match asked {
        ActionRequest::Pause => {
            let pause = objects.ask(&TheWorkspace, PauseTurns(Control::new(&Deed::Paused, &by))).await?;
            let shown = json!({ "paused": true, "by": pause.by, "since": pause.since, "who": pause.who });
            Response::from_json(&shown)
        }
        ActionRequest::Resume => {
            objects.ask(&TheWorkspace, ResumeTurns(Control::new(&Deed::Resumed, &by))).await?;
            Response::from_json(&json!({ "paused": false }))
        }
        ActionRequest::Mode(_) if environment::settings(env).is_err() => settings_wrong(),
        ActionRequest::Mode(mode) => {
            let set = SetMode { mode, control: Control::new(&Deed::ModeSet(mode), &by) };
            let mode = objects.ask(&TheWorkspace, set).await?;
            Response::from_json(&json!({ "mode": mode }))
        }
        ActionRequest::Retry(id, retry) => match named(id, env).await? {
            Ok(object) => {
                let steered = objects.ask(&object, retry).await?;
                answer_steered(steered, &Deed::Retry(object.conversation.clone()), &object, &by, env).await
            }
            Err(response) => Ok(response),
        },
        ActionRequest::HandOver(id) => match named(id, env).await? {
            Ok(object) => {
                let steered = objects.ask(&object, HandOverTurn).await?;
                answer_steered(steered, &Deed::HandOver(object.conversation.clone()), &object, &by, env).await
            }
            Err(response) => Ok(response),
        },
        ActionRequest::Audit(length) => match app(env).await? {
            Ok(_known) => {
                let begin = BeginAudit { length, control: Control::new(&Deed::AuditBegun(length), &by) };
                audited(objects.ask(&TheWorkspace, begin).await?)
            }
            Err(response) => Ok(response),
        },
    }
}

/// The answer to a caller who looks at an audit or begins one.
pub(super) fn audited(run: Option<AuditRun>) -> Result<Response> {
    let Some(run) = run else { return refuse(404, "no_audit", "No audit has run yet. Send POST to start one.") };
    let code = if run.ended_at.is_some() { 200 } else { 202 };
    Ok(Response::from_json(&run.to_report())?.with_status(code))
}

async fn answer_steered(
    steered: Steered,
    deed: &Deed,
    object: &ConversationName,
    by: &By,
    env: &Env,
) -> Result<Response> {
    match steered {
        Steered::Accepted => {
            // It is done, so that these cannot be is only logged.
            for noted in [
                Objects(env).ask(&TheWorkspace, Watch(object.clone())).await,
                Objects(env).ask(&TheWorkspace, Remember(Control::new(deed, by))).await,
            ] {
                if let Err(error) = noted {
                    line(Level::Warn, "control_not_remembered", json!({ "error": error.to_string() }));
                }
            }
            Ok(Response::from_json(&json!({ "status": "accepted" }))?.with_status(202))
        }
        Steered::UnderWay => Ok(Response::from_json(&json!({ "status": "under_way" }))?.with_status(202)),
        Steered::Nothing => unknown(object),
        Steered::Refused { code, message } => refuse(409, &code, &message),
    }
}

impl<'a> Action<'a> {
    /// What a request to this address under `/api` wants, if it wants anything done.
    pub(super) fn of(method: &Method, steps: &[&'a str]) -> Option<Self> {
        match (method, steps) {
            (Method::Post, ["pause"]) => Some(Self::Pause),
            (Method::Post, ["resume"]) => Some(Self::Resume),
            (Method::Post, ["mode"]) => Some(Self::Mode),
            (Method::Post, ["audit"]) => Some(Self::Audit),
            (Method::Post, ["conversations", id, "retry"]) => Some(Self::Retry(id)),
            (Method::Post, ["conversations", id, "hand_over"]) => Some(Self::HandOver(id)),
            (_reads, _) => None,
        }
    }

    /// `None` where the fields hold anything else than what there is to be said.
    fn read(self, fields: &Map<String, Value>) -> Option<ActionRequest<'a>> {
        Some(match self {
            Self::Pause if fields.is_empty() => ActionRequest::Pause,
            Self::Resume if fields.is_empty() => ActionRequest::Resume,
            Self::HandOver(id) if fields.is_empty() => ActionRequest::HandOver(id),
            Self::Pause | Self::Resume | Self::HandOver(_) => return None,
            Self::Mode => {
                let mode = fields.get("mode").filter(|_| fields.len() == 1)?;
                ActionRequest::Mode(if mode == "configured" { None } else { Some(json::shape(mode.clone()).ok()?) })
            }
            Self::Retry(id) => match (fields.get("confirm"), fields.len()) {
                (None, 0) => ActionRequest::Retry(id, RetryTurn { may_repeat: false }),
                (Some(Value::String(word)), 1) if word == "may_repeat" => {
                    ActionRequest::Retry(id, RetryTurn { may_repeat: true })
                }
                (_other, _) => return None,
            },
            Self::Audit => match (fields.get("hours"), fields.len()) {
                (None, 0) => ActionRequest::Audit(Millis::from_hours(24)),
                (Some(Value::Number(hours)), 1) => {
                    let hours = hours.as_u64().filter(|hours| (1..=8_760).contains(hours))?;
                    ActionRequest::Audit(Millis::from_hours(hours))
                }
                (_other, _) => return None,
            },
        })
    }

    /// What should be sent.
    fn how(&self) -> &'static str {
        match self {
            Self::Pause | Self::Resume | Self::HandOver(_) => "Send no body, or {\"who\":\"your name\"}.",
            Self::Mode => "Send {\"mode\":\"reply\"}. The mode is reply, note, off or configured.",
            Self::Retry(_) => "Send no body, or {\"confirm\":\"may_repeat\"}.",
            Self::Audit => "Send no body, or {\"hours\":24}. The number is a whole number from 1 to 8760.",
        }
    }
}

/// The fields of a body, if it is an object or nothing, and who sent it. In the console they have said so before.
fn who(body: &[u8], operator: &Operator) -> Option<(Map<String, Value>, By)> {
    let mut fields = match body {
        [] => Map::new(),
        body => match json::value(body).ok()? {
            Value::Object(fields) => fields,
            _other => return None,
        },
    };
    let name = match fields.remove("who") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => OperatorName::new(&name),
        Some(_other) => return None,
    };
    let by = match operator.came_by() {
        CameBy::Console { .. } => By { name: operator.name().cloned(), via: Via::Console },
        CameBy::Bearer => By { name, via: Via::Api },
    };
    Some((fields, by))
}
