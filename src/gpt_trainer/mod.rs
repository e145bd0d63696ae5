//! GPT Trainer's language: requests and their answers. Pure.

pub mod ids;
