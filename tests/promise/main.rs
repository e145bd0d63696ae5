//! Whole conversations in virtual time: the real machine, the real languages and the real border, between a make-believe
//! Intercom, a make-believe GPT Trainer and a disk that outlives every crash.
//!
//! The driver does what the conversation's object does, in the same order; the audit judges by what Intercom shows alone.
//! Variants of the driver that break one rule each are kept beside it, and the audit must catch every one.

#![allow(clippy::unwrap_used)]

#[path = "../world/mod.rs"]
#[allow(dead_code, reason = "each target uses its share of the world")]
mod world;

mod answering;
mod bare_wakeups;
mod broken;
mod by_operator;
mod citing;
mod context;
mod crashes;
mod outages;
mod rounds;
mod storage;
mod sweeping;
mod teammates;
mod unknown_posts;
