//! The console and the API: who may use them, and in which words they are answered.

pub mod attempts;
pub mod metrics;
pub mod name;
pub mod operator;
pub mod query;
pub mod same_origin;
pub mod session;
