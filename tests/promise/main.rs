//! Whole conversations in virtual time: the real objects, the real languages and the real SQL, between a make-believe Intercom, a
//! make-believe GPT Trainer and disks that outlive every crash.
//!
//! The audit judges by what Intercom shows alone. Worlds in which one thing is broken are kept beside it, and it must catch every one.

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
mod maintenance;
mod outages;
mod storage;
mod sweeping;
mod teammates;
mod unknown_posts;
mod workspace;
