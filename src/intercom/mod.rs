//! Intercom's language: signatures, notifications, conversations, requests and their answers. Pure.
//!
//! The way in: [`signature`] → [`notification`] → [`notice`], a small event for the conversation's object.
//! The way out: [`requests`] → [`answers`] → [`conversation`], which makes a [`thread`] of what was read.

pub mod answers;
pub mod conversation;
pub mod decode;
pub mod ids;
pub mod notice;
pub mod notification;
pub mod pace;
pub mod requests;
pub mod search;
pub mod signature;
pub mod thread;

mod html;
mod item;
#[cfg(test)]
mod one_exit;
mod part_type;
mod topic;
mod wire;
