//! `/api/conversations/{id}`: which object that is, and what is kept there.

use super::door::refuse;
use super::environment;
use super::objects::Objects;
use crate::console::operator::Operator;
use crate::intercom::ids::{AppId, ConversationId};
use crate::objects::ask::{Asker, ConversationName, TheWorkspace};
use crate::objects::calls::conversation::{ShowRecord, Shown};
use crate::objects::calls::workspace::Identify;
use worker::{Env, Response, Result};

/// What is looked for, or the answer where it cannot be said.
pub(super) type OrResponse<T> = std::result::Result<T, Response>;

pub(super) async fn record(_operator: &Operator, id: &str, env: &Env) -> Result<Response> {
    let object = match named(id, env).await? {
        Ok(object) => object,
        Err(response) => return Ok(response),
    };
    match Objects(env).ask(&object, ShowRecord).await? {
        Shown::Record(record) => Response::from_json(&record),
        Shown::Nothing => unknown(&object),
        Shown::Unreadable(why) => refuse(409, "unreadable", &why),
    }
}

/// The object of a conversation of our workspace.
pub(super) async fn named(id: &str, env: &Env) -> Result<OrResponse<ConversationName>> {
    let Some(conversation) = ConversationId::new(id) else {
        return refuse(400, "bad_request", "This is not a valid conversation ID.").map(Err);
    };
    Ok(app(env).await?.map(|app| ConversationName { app, conversation }))
}

/// The workspace that our token opens.
pub(super) async fn app(env: &Env) -> Result<OrResponse<AppId>> {
    if environment::settings(env).is_err() {
        return settings_wrong().map(Err);
    }
    match Objects(env).ask(&TheWorkspace, Identify).await {
        Ok(Ok(app)) => Ok(Ok(app)),
        Ok(Err(_)) | Err(_) => workspace_unknown().map(Err),
    }
}

pub(super) fn workspace_unknown() -> Result<Response> {
    let message = "Intercom does not confirm which workspace the token belongs to. See /healthz.";
    refuse(503, "workspace_unknown", message)
}

pub(super) fn settings_wrong() -> Result<Response> {
    refuse(503, "settings", "Settings are wrong. See /healthz.")
}

pub(super) fn unknown(object: &ConversationName) -> Result<Response> {
    refuse(404, "unknown_conversation", &format!("OneReply has no record of conversation {}.", object.conversation))
}
