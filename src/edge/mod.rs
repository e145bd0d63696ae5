//! The only place that knows Cloudflare.

// `#[durable_object]` adds public methods without documentation.
#![allow(missing_docs)]

mod api;
mod carry_out;
mod clock;
mod conversation_object;
mod environment;
mod health;
mod log;
mod outbound;
mod reporting;
mod request;
pub mod routes;
mod storage;
mod trouble;
mod webhook;
mod workspace_object;

pub use conversation_object::ConversationObject;
pub use workspace_object::WorkspaceObject;
