//! What concerns all conversations of a workspace together: how turns ended, and which of them wait. Pure.

pub mod books;
pub mod ledger;
pub mod sweep;
pub mod trends;
pub mod turns;
pub mod watch;
pub mod webhooks;
