//! The promise: one reply per customer turn.

pub mod policy;
