//! What concerns all conversations of a workspace together: how turns ended, and which of them wait. Pure.

pub mod ledger;
