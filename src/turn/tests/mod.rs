//! The rules of the turn machine, each as a behaviour with the whole list of commands.
#![allow(clippy::unwrap_used)]

mod answering;
mod context;
mod crashes;
pub(crate) mod fixture;
mod gathering;
mod granting;
mod hand_over_message;
mod handed_over_by_operator;
mod handing_over;
mod holding;
mod landing;
mod nudges_given_up;
mod nudging;
mod opened;
mod other_bots;
mod owning;
mod paused_meanwhile;
mod posting;
mod reported_late;
mod sources;
mod standing_down;
mod stored_format;
mod transcripts;
mod who_may_answer;
