//! The promise: one reply per customer turn.
//!
//! A conversation is a [`state::State`]. Everything that happens is an [`event::Event`], everything to be done a
//! [`command::Command`], and [`step`] is the whole behaviour: no clock, no I/O. The object around it persists the state
//! before it carries out a command, carries the command out, and feeds the result back as the next event.

pub mod call;
pub mod command;
pub mod event;
pub mod grant;
pub mod hand_over;
pub mod hindsight;
pub mod history;
mod message;
pub mod nudge;
pub mod open;
mod other_bot;
pub mod outcome;
pub mod owner;
mod ownership;
pub mod policy;
pub mod record;
pub mod retry;
pub mod stage;
pub mod state;
mod step;
pub mod stored;
pub mod view;
pub mod watermark;

#[cfg(test)]
pub(crate) mod tests;

pub use step::step;
