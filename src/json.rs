//! From JSON to a type. One bad character of a customer must not make a conversation unreadable for ever, so half of a surrogate
//! pair and stray bytes are read as U+FFFD.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why something could not be read. It holds nothing of what was to be read, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The text breaks JSON's grammar, holds a number out of range, or ends too early.
    #[error("no JSON")]
    NotJson,
    /// It is JSON, but of another shape.
    #[error("unexpected shape")]
    Shape,
}

/// Reads one JSON text and nothing after it.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(bytes).or_else(|error| {
        if error.is_data() {
            return Err(Unreadable::Shape);
        }
        serde_json::from_slice(&whole(bytes)).map_err(unreadable)
    })
}

/// The first field of another shape, as `parts[2].id`; `.` where it is all of the text. It holds names only, so it may be logged. The
/// compiler writes each reader once more for it, so only Intercom's texts are read in this way.
pub fn misshapen_field<T: DeserializeOwned>(bytes: &[u8]) -> String {
    let whole = whole(bytes);
    let mut reader = serde_json::Deserializer::from_slice(&whole);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => ".".to_owned(),
        Err(error) => error.path().to_string(),
    }
}

/// Reads one JSON text of any shape.
pub fn value(bytes: &[u8]) -> Result<Value, Unreadable> {
    read(bytes)
}

/// Gives a value its type.
pub fn shape<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    serde_json::from_value(value).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> Unreadable {
    if error.is_data() { Unreadable::Shape } else { Unreadable::NotJson }
}

fn whole(bytes: &[u8]) -> Vec<u8> {
    whole_pairs(&String::from_utf8_lossy(bytes)).into_bytes()
}

/// The text with each escaped half of a surrogate pair, which `serde_json` refuses, replaced by U+FFFD.
fn whole_pairs(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        whole.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (escaped_unit(rest), rest.get(6..).and_then(escaped_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                whole.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            // The backslash and what it escapes, which may be a backslash itself.
            (None, _) => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
        };
        whole.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    whole.push_str(rest);
    whole
}

/// The UTF-16 unit of a `\\uXXXX` that the text begins with.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[test]
    fn half_of_a_surrogate_pair_becomes_a_replacement_character_and_a_whole_one_stays() {
        let text = r#"{"a":"x \ud83d y","b":"\ud83d\ude00","c":"\\ud83d","d":"\ude00\ud83d\n","e":"\ud83d\u0041"}"#;
        let read = json!({"a": "x \u{fffd} y", "b": "😀", "c": "\\ud83d", "d": "\u{fffd}\u{fffd}\n", "e": "\u{fffd}A"});
        assert_eq!(value(text.as_bytes()), Ok(read));
    }

    #[test]
    fn stray_bytes_in_a_text_become_replacement_characters() {
        assert_eq!(value(b"[\"a\xffb\"]"), Ok(json!(["a\u{fffd}b"])));
    }

    #[test]
    fn half_a_text_or_one_too_many_is_no_json() {
        for text in ["", "{", r#"{"a":"\ud83d"#, r#"{"a":1} trailing"#, r#"["\"]"#, "[\"\\"] {
            assert_eq!(value(text.as_bytes()), Err(Unreadable::NotJson), "{text}");
        }
    }

    #[test]
    fn another_shape_is_told_from_no_json() {
        assert_eq!(read::<Vec<u8>>(b"{}"), Err(Unreadable::Shape));
        assert_eq!(read::<Vec<u8>>(b"[1]"), Ok(vec![1]));
    }

    #[test]
    fn a_field_of_another_shape_is_named_and_not_shown() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Part {
            id: u8,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Parts {
            parts: Vec<Part>,
        }
        let at = |text: &str| misshapen_field::<Parts>(text.as_bytes());
        assert_eq!(at(r#"{"parts":[{"id":1},{"id":"secret"}]}"#), "parts[1].id");
        assert_eq!(at(r#"{"x":"\ud83d","parts":[{"id":1},{"id":"secret"}]}"#), "parts[1].id");
        assert_eq!(at(r#""secret""#), ".");
    }
}
