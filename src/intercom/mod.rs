//! Intercom's language: signatures, notifications, conversations, requests and their answers. Pure.

pub mod ids;
pub mod notice;
pub mod signature;
pub mod thread;
