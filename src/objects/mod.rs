//! The two kinds of objects: one for each conversation, and one for the workspace. They keep state, take events in and carry out
//! what the machine decides. Everything outside they reach through their [`host`]: they run on Cloudflare and natively from the same
//! source.
//!
//! Start reading at [`conversation`].

pub mod ask;
pub mod calls;
pub mod conversation;
pub mod host;
mod outbound;
mod running;
pub mod workspace;
