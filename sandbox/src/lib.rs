//! A make-believe Intercom and GPT Trainer, in memory.
//!
//! The core ([`intercom::Intercom`], [`gpt_trainer::GptTrainer`], [`webhook`], [`fault`]) is synchronous and has no
//! clock: the caller passes the time in, in milliseconds, so that tests can run years in a moment and the same seed
//! gives the same ids. Around it, behind the feature `server`, stands a local HTTP server with a control API and a page.
//!
//! It shares no code with the program that it helps to test: what it knows of the two APIs it knows for itself.

#![cfg_attr(not(test), warn(unreachable_pub))]

pub mod call;
pub mod clock;
pub mod fault;
pub mod gpt_trainer;
pub mod http;
pub mod ids;
pub mod intercom;
pub mod rules;
#[cfg(feature = "server")]
pub mod server;
pub mod webhook;
