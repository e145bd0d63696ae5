//! The three ways in which JSON writers spell the same text. They parse equal and sign differently; which one Intercom
//! uses is not documented.

use serde::Deserialize;
use std::fmt::Write as _;

/// How characters are spelled in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escaping {
    /// Everything that may stand there as it is, does.
    #[default]
    Utf8,
    /// Every character beyond ASCII as `\uXXXX`, as Python's `json.dumps` does.
    Ascii,
    /// `<`, `>`, `&`, U+2028 and U+2029 as `\uXXXX`, as Ruby on Rails does.
    Rails,
}

impl Escaping {
    /// Respells compact JSON. (Outside of its strings, JSON holds none of the characters in question.)
    pub fn apply(self, json: &str) -> String {
        match self {
            Self::Utf8 => json.to_owned(),
            Self::Ascii => respell(json, |character| !character.is_ascii()),
            Self::Rails => respell(json, |character| matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')),
        }
    }
}

fn respell(json: &str, escaped: impl Fn(char) -> bool) -> String {
    let mut spelled = String::with_capacity(json.len());
    for character in json.chars() {
        if escaped(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(spelled, "\\u{unit:04x}").expect("writing to a String cannot fail");
            }
        } else {
            spelled.push(character);
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"body\":\"<p>Tea & café 🫖\u{2028}</p>\"}";

    #[test]
    fn ascii_spells_everything_else_as_utf_16_units() {
        let spelled = "{\"body\":\"<p>Tea & caf\\u00e9 \\ud83e\\uded6\\u2028</p>\"}";
        assert_eq!(Escaping::Ascii.apply(TEXT), spelled);
    }

    #[test]
    fn rails_spells_what_could_end_a_script() {
        let spelled = "{\"body\":\"\\u003cp\\u003eTea \\u0026 café 🫖\\u2028\\u003c/p\\u003e\"}";
        assert_eq!(Escaping::Rails.apply(TEXT), spelled);
    }

    #[test]
    fn all_three_parse_equal() {
        let parsed = |escaping: Escaping| serde_json::from_str::<serde_json::Value>(&escaping.apply(TEXT)).ok();
        assert!(parsed(Escaping::Utf8).is_some());
        assert_eq!(parsed(Escaping::Utf8), parsed(Escaping::Ascii));
        assert_eq!(parsed(Escaping::Utf8), parsed(Escaping::Rails));
    }
}
