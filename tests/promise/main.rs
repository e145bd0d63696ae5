//! Whole conversations in virtual time: the real machine, the real languages and the real border, between a make-believe
//! Intercom, a make-believe GPT Trainer and a disk that outlives every crash.
//!
//! The driver does what the conversation's object does, in the same order; the audit judges by what Intercom shows alone.
//! Variants of the driver that break one rule each are kept beside it, and the audit must catch every one.

#![allow(clippy::unwrap_used)]

mod acts;
mod audit;
mod calling;
mod crash;
mod far_side;
mod object;
mod record;
mod settings;
mod variant;
mod webhook;
mod world;

mod answering;
mod bare_wakeups;
mod broken;
mod crashes;
mod outages;
mod teammates;
mod unknown_posts;
