//! The objects as Durable Objects.

use super::host::Cloudflare;
use crate::objects::calls::conversation::ConversationCall;
use crate::objects::calls::workspace::WorkspaceCall;
use crate::objects::conversation::{self, ConversationCore};
use crate::objects::workspace::{self, WorkspaceCore};
use worker::{DurableObject, Env, Request, Response, durable_object};

/// One conversation.
#[durable_object(alarm)]
pub struct ConversationObject(ConversationCore<Cloudflare>);

/// The configured workspace.
#[durable_object(alarm)]
pub struct WorkspaceObject(WorkspaceCore<Cloudflare>);

// After a panic the cells of an object hold what they held before or a finished value; everything else is on disk.
impl std::panic::RefUnwindSafe for ConversationObject {}
impl std::panic::UnwindSafe for ConversationObject {}
impl std::panic::RefUnwindSafe for WorkspaceObject {}
impl std::panic::UnwindSafe for WorkspaceObject {}

impl DurableObject for ConversationObject {
    fn new(state: worker::State, env: Env) -> Self {
        Self(ConversationCore::new(Cloudflare::new(state, env, conversation::SCHEMA)))
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
        Self(WorkspaceCore::new(Cloudflare::new(state, env, workspace::SCHEMA)))
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        Response::ok(WorkspaceCall::answer_by(&self.0, &request.bytes().await?).await?)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.0.alarm().await;
        Response::empty()
    }
}
