//! What can be asked of the objects: one type a call.

pub mod conversation;
pub mod workspace;
