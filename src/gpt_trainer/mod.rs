//! GPT Trainer's language: requests and their answers. Pure.

pub mod answers;
pub mod citations;
pub mod exchanges;
pub mod ids;
pub mod requests;
pub mod said;
pub mod variables;
