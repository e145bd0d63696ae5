//! From bytes to types. An error says where, never what: the values are customers' words.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::fmt::Write;

/// Why bytes could not be read. Safe to log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at {path}")]
pub struct ParseError {
    /// The field, as `data.item.id`; `.` for the whole. Names that are not plain lower-case words are shown as `?`.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
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
        Self { path: path.to_owned(), problem: Problem::Missing }
    }
}

/// Reads one JSON text and nothing after it.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ParseError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| ParseError { path: path(error.path()), problem: problem(error.inner()) })?;
    json.end().map_err(|error| ParseError { path: ".".to_owned(), problem: problem(&error) })?;
    Ok(value)
}

fn problem(error: &serde_json::Error) -> Problem {
    match error.classify() {
        serde_json::error::Category::Data => Problem::Shape,
        serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
            Problem::NotJson
        }
    }
}

/// The names of attributes are people's own, so only names that an API would use are shown.
fn path(path: &serde_path_to_error::Path) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => write!(shown, "[{index}]").expect("a String takes everything"),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                let plain = key.len() <= LONGEST && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                if !shown.is_empty() {
                    shown.push('.');
                }
                shown.push_str(if plain { key } else { "?" });
            }
            Segment::Unknown => shown.push('?'),
        }
    }
    if shown.is_empty() { ".".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        inner: BTreeMap<String, Vec<u8>>,
    }

    fn error(json: &str) -> (String, Problem) {
        let error = decode::<Outer>(json.as_bytes()).expect_err("no valid value");
        (error.path, error.problem)
    }

    #[test]
    fn an_error_names_the_field_and_never_the_value() {
        assert_eq!(error(r#"{"inner":{"list":[1,"Marie"]}}"#), ("inner.list[1]".to_owned(), Problem::Shape));
        assert_eq!(error(r#"{"inner":{"Marie's pets":["x"]}}"#), ("inner.?[0]".to_owned(), Problem::Shape));
        assert_eq!(error("{}"), (".".to_owned(), Problem::Shape));
    }

    #[test]
    fn half_a_text_is_no_json() {
        assert_eq!(error(r#"{"inner":{"list":[1"#), ("inner.list".to_owned(), Problem::NotJson));
        assert_eq!(error(""), (".".to_owned(), Problem::NotJson));
        assert_eq!(error(r#"{"inner":{}} trailing"#), (".".to_owned(), Problem::NotJson));
    }
}
