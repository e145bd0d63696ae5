//! The objects as Durable Objects, and the way to them.

use super::environment::{CONVERSATIONS, WORKSPACE, WORKSPACE_NAME};
use super::host::Cloudflare;
use super::request;
use crate::objects::ask::{Address, Asker};
use crate::objects::calls::conversation::ConversationCall;
use crate::objects::calls::workspace::WorkspaceCall;
use crate::objects::conversation::{self, Conversation};
use crate::objects::host::{Error, Result};
use crate::objects::workspace::{self, Workspace};
use crate::time::Millis;
use worker::{DurableObject, Env, Request, Response, durable_object};

/// One conversation.
#[durable_object(alarm)]
pub struct ConversationObject(Conversation<Cloudflare>);

/// The configured workspace.
#[durable_object(alarm)]
pub struct WorkspaceObject(Workspace<Cloudflare>);

// After a panic the cells of an object hold what they held before or a finished value; everything else is on disk.
impl std::panic::RefUnwindSafe for ConversationObject {}
impl std::panic::UnwindSafe for ConversationObject {}
impl std::panic::RefUnwindSafe for WorkspaceObject {}
impl std::panic::UnwindSafe for WorkspaceObject {}

impl DurableObject for ConversationObject {
    fn new(state: worker::State, env: Env) -> Self {
        Self(Conversation::new(Cloudflare::new(state, env, conversation::SCHEMA)))
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        Response::ok(ConversationCall::answer_by(&self.0, &request.bytes().await?).await?)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.0.alarm().await?;
        Response::empty()
    }
}

impl DurableObject for WorkspaceObject {
    fn new(state: worker::State, env: Env) -> Self {
        Self(Workspace::new(Cloudflare::new(state, env, workspace::SCHEMA)))
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        Response::ok(WorkspaceCall::answer_by(&self.0, &request.bytes().await?).await?)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.0.alarm().await;
        Response::empty()
    }
}

/// Reaches the objects of this worker.
pub(super) struct Objects<'a>(pub(super) &'a Env);

impl Asker for Objects<'_> {
    async fn call(&self, to: &Address, call: String, limit: Millis) -> Result<Vec<u8>> {
        let (class, name) = match to {
            Address::Conversation(name) => (CONVERSATIONS, name.to_string()),
            Address::Workspace => (WORKSPACE, WORKSPACE_NAME.to_owned()),
        };
        let stub = self.0.durable_object(class)?.get_by_name(&name)?;
        let request = request::make("POST", "https://object/", &[], Some(&call), Some(limit))?;
        let mut response = stub.fetch_with_request(request).await?;
        match response.status_code() {
            200 => Ok(response.bytes().await?),
            status => Err(Error::new(format!("the object answered {status}"))),
        }
    }
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<Error> for worker::Error {
    fn from(error: Error) -> Self {
        Self::from(error.to_string())
    }
}
