//! From JSON to a type. One bad character of a customer must not make a conversation unreadable for ever, so half of a surrogate
//! pair and stray bytes are read as U+FFFD.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why something could not be read. It holds nothing of what was to be read, so it may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The text breaks JSON's grammar, holds a number out of range, or ends too early.
    #[error("no JSON")]
    NotJson,
    /// It is JSON, but of another shape: the first field that is, as `parts[2].id`, or `.`.
    #[error("unexpected shape at {0}")]
    Shape(String),
}

/// Reads one JSON text and nothing after it.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(bytes).or_else(|error| {
        if error.is_data() {
            return Err(Unreadable::Shape(place_of_error::<T>(bytes)));
        }
        let whole = whole_pairs(&String::from_utf8_lossy(bytes)).into_bytes();
        serde_json::from_slice(&whole).map_err(|error| {
            if error.is_data() { Unreadable::Shape(place_of_error::<T>(&whole)) } else { Unreadable::NotJson }
        })
    })
}

/// The field that cannot be read. Only errors pay for the search.
fn place_of_error<T: DeserializeOwned>(bytes: &[u8]) -> String {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
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
    serde_path_to_error::deserialize(value).map_err(|error| Unreadable::Shape(error.path().to_string()))
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
        assert_eq!(read::<Vec<u8>>(b"{}"), Err(Unreadable::Shape(".".to_owned())));
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
        let at = || Unreadable::Shape("parts[1].id".to_owned());
        assert_eq!(read::<Parts>(br#"{"parts":[{"id":1},{"id":"secret"}]}"#), Err(at()));
        assert_eq!(read::<Parts>(br#"{"x":"\ud83d","parts":[{"id":1},{"id":"secret"}]}"#), Err(at()));
        assert_eq!(shape::<Parts>(json!({ "parts": [{ "id": 1 }, { "id": "secret" }] })), Err(at()));
        assert_eq!(at().to_string(), "unexpected shape at parts[1].id");
    }
}
