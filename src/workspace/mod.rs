//! What concerns all conversations of a workspace together: how turns ended, and which of them wait. Pure.

pub mod alerts;
pub mod books;
pub mod controls;
pub mod health;
pub mod ledger;
pub mod mode;
pub mod pause;
pub mod recent;
pub mod sweep;
pub mod trends;
pub mod trouble;
pub mod turns;
pub mod watch;
pub mod webhooks;
