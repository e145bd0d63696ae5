//! The only place that knows Cloudflare.

// `#[durable_object]` adds public methods without documentation.
#![allow(missing_docs)]

mod api;
mod carry_out;
mod clock;
mod console;
mod conversation;
pub mod cron;
mod door;
mod environment;
mod health;
mod log;
mod outbound;
mod pacing;
mod random;
mod reads;
mod reporting;
mod request;
pub mod routes;
mod running;
mod steering;
mod storage;
mod trouble;
mod webhook;
mod workspace;

pub use conversation::ConversationObject;
pub use workspace::WorkspaceObject;
