//! What concerns all conversations of a workspace together: how turns ended, and which of them wait. Pure.

pub mod alerts;
pub mod controls;
pub mod health;
pub mod ledger;
pub mod mode;
pub mod outbox;
pub mod pause;
pub mod recent;
pub mod sweep;
pub mod trends;
pub mod trouble;
pub mod turns;
pub mod watchdog;
pub mod webhooks;
