//! How others reach a conversation's object.

use crate::edge::{environment, request};
use crate::intercom::ids::{AppId, ConversationId};
use crate::intercom::notice::Notice;
use crate::json;
use crate::turn::retry::Confirmation;
use crate::workspace::watch::{Standing, Stored};
use serde::de::DeserializeOwned;
use std::panic::AssertUnwindSafe;
use worker::js_sys::{Array, Promise};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{Env, Error, Response, Result};

/// The name of a conversation's object: ids are unique only within a workspace.
pub fn name_of(app: &AppId, conversation: &ConversationId) -> String {
    format!("{app}:{conversation}")
}

/// Hands a notice to its conversation's object. `Ok` means that it is on disk.
pub async fn tell(env: &Env, notice: &Notice) -> Result<Stored> {
    let body = serde_json::to_string(notice)?;
    let name = name_of(&notice.app_id, &notice.conversation);
    let mut response = call(env, &name, "POST", "/notice", Some(&body)).await?;
    match response.status_code() {
        // During a deploy the object may run an older program, which only says that it is on disk.
        200 => Ok(json::read(&response.bytes().await?).unwrap_or(Stored::NEW)),
        status => Err(refused(status)),
    }
}

/// Looks after an object: how it stands. One whose alarm was lost has it again afterwards.
pub async fn look(env: &Env, name: &str) -> Result<Standing> {
    understood(call(env, name, "POST", "/look", None).await?).await
}

/// Tells an object that the workspace goes on after a pause.
pub async fn resumed(env: &Env, name: &str) -> Result<Standing> {
    understood(call(env, name, "POST", "/resumed", None).await?).await
}

/// What is kept of a conversation, as its object answers it.
pub async fn record(env: &Env, app: &AppId, conversation: &ConversationId) -> Result<Response> {
    call(env, &name_of(app, conversation), "GET", "/record", None).await
}

/// What the operator wants of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// That its last turn is tried again.
    Retry(Confirmation),
    /// That people see to it.
    HandOver,
}

/// Tells a conversation's object what the operator wants, and brings its answer.
pub async fn steer(env: &Env, app: &AppId, conversation: &ConversationId, wanted: Wanted) -> Result<Response> {
    let path = match wanted {
        Wanted::Retry(Confirmation::None) => "/retry",
        Wanted::Retry(Confirmation::MayRepeat) => "/retry/may_repeat",
        Wanted::HandOver => "/hand_over",
    };
    call(env, &name_of(app, conversation), "POST", path, None).await
}

/// What the open turns of objects wait for, in their order, as they tell it; `None` of one that does not answer. They are asked all at
/// once.
pub async fn standings(env: &Env, names: &[String]) -> Result<Vec<Option<String>>> {
    let asked = names.iter().map(|name| {
        let (env, name) = (env.clone(), name.clone());
        // Nothing is shared with what a panic would leave.
        future_to_promise(AssertUnwindSafe(async move {
            let text = match call(&env, &name, "GET", "/standing", None).await {
                Ok(mut response) if response.status_code() == 200 => response.text().await.ok(),
                Ok(_) | Err(_) => None,
            };
            Ok(text.map_or(JsValue::NULL, |text| JsValue::from_str(&text)))
        }))
    });
    let answers: Array = JsFuture::from(Promise::all(&asked.collect::<Array>())).await?.dyn_into()?;
    Ok(answers.iter().map(|answer| answer.as_string()).collect())
}

async fn call(env: &Env, name: &str, method: &str, path: &str, body: Option<&str>) -> Result<Response> {
    let request = request::make(method, &format!("https://conversation{path}"), &[], body)?;
    environment::conversations(env)?.get_by_name(name)?.fetch_with_request(request).await
}

async fn understood<T: DeserializeOwned>(mut response: Response) -> Result<T> {
    match response.status_code() {
        200 => json::read(&response.bytes().await?).map_err(|unreadable| Error::from(unreadable.to_string())),
        status => Err(refused(status)),
    }
}

fn refused(status: u16) -> Error {
    Error::from(format!("the conversation's object answered {status}"))
}
