//! OneReply answers Intercom conversations with a GPT Trainer chatbot, one reply per customer turn.
//!
//! Everything that decides is pure, `objects` carries it out, and `edge` alone knows Cloudflare. Start reading at [`objects`].

#![cfg_attr(not(test), warn(unreachable_pub))]

pub mod audit;
pub mod console;
pub mod fault;
pub mod gpt_trainer;
pub mod html;
pub mod http;
pub mod intercom;
pub mod json;
#[cfg(not(target_arch = "wasm32"))]
pub mod log_events;
pub mod objects;
pub mod secret;
pub mod settings;
pub mod text;
pub mod time;
pub mod turn;
pub mod workspace;

#[cfg(target_arch = "wasm32")]
mod edge;

#[cfg(target_arch = "wasm32")]
pub use edge::{ConversationObject, WorkspaceObject};
