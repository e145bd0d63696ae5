//! From bytes to Intercom's shapes. An error says where, never what: the values are customers' words.

use crate::json::{self, Unreadable};
use serde::de::DeserializeOwned;

/// Why bytes could not be read. Safe to log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at {path}")]
pub struct ParseError {
    /// The field, as `topic`; `.` where it is not one field alone.
    pub path: String,
    /// What is wrong with it.
    pub problem: ParseProblem,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseProblem {
    /// The text breaks JSON's grammar, holds a number out of range, or ends too early.
    #[error("no JSON")]
    NotJson,
    /// It is JSON, but of another shape.
    #[error("unexpected shape")]
    Shape,
    /// A field that everything depends on is not there.
    #[error("missing field")]
    Missing,
}

impl ParseError {
    pub(super) fn missing(path: &str) -> Self {
        Self { path: path.to_owned(), problem: ParseProblem::Missing }
    }
}

/// Reads one JSON text and nothing after it.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ParseError> {
    json::read(bytes).map_err(|unreadable| match unreadable {
        Unreadable::NotJson => ParseError { path: ".".to_owned(), problem: ParseProblem::NotJson },
        Unreadable::Shape => ParseError { path: json::misshapen_field::<T>(bytes), problem: ParseProblem::Shape },
    })
}
