//! Intercom's language: signatures, webhooks, conversations, requests and their answers. Pure.
//!
//! The way in: [`signature`] → [`webhook`] → [`events`] for the conversation's object.
//! The way out: [`requests`] → [`answers`] → [`conversation`], which makes a [`thread`] of what was read.

pub mod answers;
pub mod conversation;
pub mod decode;
pub mod events;
pub mod ids;
pub mod pace;
pub mod requests;
pub mod search;
pub mod signature;
pub mod thread;
pub mod webhook;

mod html;
mod item;
#[cfg(test)]
mod one_exit;
mod part_type;
mod topic;
mod wire;
