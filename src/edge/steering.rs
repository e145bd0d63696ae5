//! What the operator does by the API: to the whole workspace, or in one conversation. Who it was may stand in the body, as `who`.

use super::api::{App, Whose, app, audited, settings_wrong, unknown, whose};
use super::door::refuse;
use super::request::{self, Body};
use super::{conversation, environment, workspace};
use crate::console::name::OperatorName;
use crate::console::operator::{CameBy, MayChange, Operator};
use crate::json;
use crate::time::Millis;
use crate::turn::policy::ReplyMode;
use crate::turn::retry::Confirmation;
use crate::workspace::controls::{By, Control, Deed, Via};
use serde_json::{Map, Value, json};
use worker::{Env, Method, Request, Response, Result};

/// A name and a confirmation are far shorter.
const MAX_BODY_BYTES: usize = 4 * 1024;

/// What the operator may do.
pub enum Wish<'a> {
    /// Hold every turn.
    Pause,
    /// Let turns go on.
    Resume,
    /// Set the mode that turns go by, or go back to `REPLY_MODE`.
    Mode,
    /// Have the last turn of a conversation tried again.
    Retry(&'a str),
    /// Have people see to a conversation.
    HandOver(&'a str),
    /// Begin an audit.
    Audit,
}

/// What is wanted, as far as the body says more of it.
enum Wanted<'a> {
    Pause,
    Resume,
    Mode(Option<ReplyMode>),
    Conversation(&'a str, conversation::Wanted),
    Audit(Millis),
}

/// Does it, and answers the request that wants it.
pub async fn answer(wish: Wish<'_>, may: &MayChange, request: &Request, env: &Env) -> Result<Response> {
    let Body::Whole(body) = request::body(request, MAX_BODY_BYTES).await? else {
        return refuse(413, "too_large", "What is wanted here is shorter.");
    };
    let how = wish.how();
    let Some((wanted, by)) = who(&body, may.operator()).and_then(|(fields, by)| Some((wish.read(&fields)?, by))) else {
        return refuse(400, "bad_request", how);
    };
    match wanted {
        Wanted::Pause => paused(workspace::pause(env, Control::new(&Deed::Paused, &by)).await?),
        Wanted::Resume => paused(workspace::resume(env, Control::new(&Deed::Resumed, &by)).await?),
        Wanted::Mode(_) if environment::settings(env).is_err() => settings_wrong(),
        Wanted::Mode(mode) => {
            let mode = workspace::set_mode(env, mode, Control::new(&Deed::ModeSet(mode), &by)).await?;
            Response::from_json(&json!({ "mode": mode }))
        }
        Wanted::Conversation(id, wanted) => in_conversation(id, wanted, &by, env).await,
        Wanted::Audit(length) => match app(env).await? {
            App::Known(_) => {
                audited(workspace::audit(env, Some((length, Control::new(&Deed::AuditBegun(length), &by)))).await?)
            }
            App::Unknown(response) => Ok(response),
        },
    }
}

async fn in_conversation(id: &str, wanted: conversation::Wanted, by: &By, env: &Env) -> Result<Response> {
    let (app, id) = match whose(id, env).await? {
        Whose::Ours(app, id) => (app, id),
        Whose::Unknown(response) => return Ok(response),
    };
    let response = conversation::steer(env, &app, &id, wanted).await?;
    if response.status_code() == 202 {
        workspace::look_after(env, conversation::name_of(&app, &id)).await;
        let deed = match wanted {
            conversation::Wanted::Retry(_) => Deed::Retry(id.clone()),
            conversation::Wanted::HandOver => Deed::HandOver(id.clone()),
        };
        workspace::remember(env, Control::new(&deed, by)).await;
    }
    match response.status_code() {
        404 => unknown(&id),
        // It was wanted before.
        200 => Ok(response.with_status(202)),
        _other => Ok(response),
    }
}

fn paused(pause: Option<workspace::Pause>) -> Result<Response> {
    Response::from_json(&match pause {
        Some(pause) => json!({ "paused": true, "by": pause.by, "since": pause.since, "who": pause.who }),
        None => json!({ "paused": false }),
    })
}

impl<'a> Wish<'a> {
    /// What a request to this address under `/api` wants, if it wants anything done.
    pub fn of(method: &Method, steps: &[&'a str]) -> Option<Self> {
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
    fn read(self, fields: &Map<String, Value>) -> Option<Wanted<'a>> {
        Some(match self {
            Self::Pause if fields.is_empty() => Wanted::Pause,
            Self::Resume if fields.is_empty() => Wanted::Resume,
            Self::HandOver(id) if fields.is_empty() => Wanted::Conversation(id, conversation::Wanted::HandOver),
            Self::Pause | Self::Resume | Self::HandOver(_) => return None,
            Self::Mode => {
                let mode = fields.get("mode").filter(|_| fields.len() == 1)?;
                Wanted::Mode(if mode == "configured" { None } else { Some(json::shape(mode.clone()).ok()?) })
            }
            Self::Retry(id) => match (fields.get("confirm"), fields.len()) {
                (None, 0) => Wanted::Conversation(id, conversation::Wanted::Retry(Confirmation::None)),
                (Some(Value::String(word)), 1) if word == "may_repeat" => {
                    Wanted::Conversation(id, conversation::Wanted::Retry(Confirmation::MayRepeat))
                }
                (_other, _) => return None,
            },
            Self::Audit => match (fields.get("hours"), fields.len()) {
                (None, 0) => Wanted::Audit(workspace::DAY),
                (Some(Value::Number(hours)), 1) => {
                    let hours = hours.as_u64().filter(|hours| (1..=8_760).contains(hours))?;
                    Wanted::Audit(Millis::from_hours(hours))
                }
                (_other, _) => return None,
            },
        })
    }

    /// What should be sent.
    fn how(&self) -> &'static str {
        match self {
            Self::Pause | Self::Resume | Self::HandOver(_) => "Send no body, or {\"who\":\"your name\"}.",
            Self::Mode => "Send {\"mode\":\"reply\"}, note, off or configured.",
            Self::Retry(_) => "Send no body, or {\"confirm\":\"may_repeat\"}.",
            Self::Audit => "Send no body, or {\"hours\":24}: a whole number from 1 to 8760.",
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
