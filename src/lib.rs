//! OneReply answers Intercom conversations with a GPT Trainer chatbot, one reply per customer turn.
//!
//! Everything that decides is pure and tested natively; `edge` alone knows Cloudflare. Start reading at [`turn`].

pub mod fault;
pub mod gpt_trainer;
pub mod http;
pub mod intercom;
pub mod secret;
pub mod settings;
pub mod text;
pub mod time;
pub mod turn;

#[cfg(target_arch = "wasm32")]
mod edge;
