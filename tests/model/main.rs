//! Model checking: the real machine in every world that a few disturbances can make, explored to the end.
//!
//! A world is a conversation's disk, the calls in flight, the webhooks in flight, and what Intercom and GPT Trainer
//! really hold. Whatever can happen next is an action; the checker takes every one of them, in every order. The properties
//! are judged by what the far sides hold, and by what the machine recorded only where its truth is in question.
//!
//! `worlds` says which worlds there are, `broken` breaks one rule at a time and names the property that catches it.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod action;
mod bounds;
mod budget;
mod calls;
mod circumstances;
mod explore;
mod intercom;
mod landing;
mod merging;
mod model;
mod object;
mod people;
mod play;
mod properties;
mod refusing;
mod trainer;
mod variant;
mod world;

mod broken;
mod worlds;
