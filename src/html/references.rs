//! Character references: `&eacute;`, `&#233;`, `&#xe9;`.

use pulldown_cmark::{Event, Parser};

/// Where a reference stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among words.
    Text,
    /// In an attribute's value, where addresses such as `?a=1&copy=2` stand.
    Attribute,
}

/// Text with its references resolved, each once. What names nothing stays as it is.
pub(super) fn resolved(text: &str, place: Place) -> String {
    let text = super::normal(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (meant, length) = reference(rest, place).unwrap_or_else(|| ("&".to_owned(), 1));
        out.push_str(&meant);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// What the reference means that the text begins with, and its length.
fn reference(text: &str, place: Place) -> Option<(String, usize)> {
    let inner = &text[1..];
    if let Some(number) = inner.strip_prefix('#') {
        return numeric(number).map(|(c, length)| (c.to_string(), 2 + length));
    }
    let name = &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len())];
    if inner[name.len()..].starts_with(';') {
        return Some((named(name)?, name.len() + 2));
    }
    // Some old names need no semicolon; in an attribute they do, as far as an address could look like one.
    let (old, meant) = OLD.iter().find(|(old, _)| name.starts_with(old))?;
    let goes_on = name.len() > old.len() || inner[old.len()..].starts_with('=');
    (place == Place::Text || !goes_on).then(|| ((*meant).to_owned(), 1 + old.len()))
}

/// The names that people write without a semicolon.
const OLD: [(&str, &str); 10] = [
    ("amp", "&"),
    ("AMP", "&"),
    ("lt", "<"),
    ("LT", "<"),
    ("gt", ">"),
    ("GT", ">"),
    ("quot", "\""),
    ("QUOT", "\""),
    ("nbsp", "\u{a0}"),
    ("copy", "\u{a9}"),
];

/// What a name means. Markdown has HTML's 2,125 names, so its parser is asked, and there is one table for both.
fn named(name: &str) -> Option<String> {
    let frequent = OLD.iter().find(|(old, _)| *old == name).map(|(_, meant)| (*meant).to_owned());
    frequent.or_else(|| {
        let reference = format!("&{name};");
        let said = Parser::new(&reference).filter_map(|event| match event {
            Event::Text(text) => Some(text.into_string()),
            _no_words => None,
        });
        let meant: String = said.collect();
        (meant != reference).then_some(meant)
    })
}

/// The character after `&#`, and the length of its digits with the semicolon.
fn numeric(text: &str) -> Option<(char, usize)> {
    let (digits, radix, before) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if length == 0 {
        return None;
    }
    let semicolon = usize::from(digits[length..].starts_with(';'));
    // A number too long for 32 bits is beyond Unicode all the more.
    let number = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
    let c = match number {
        0 => '\u{fffd}',
        0x80..=0x9f => WINDOWS_1252[number as usize - 0x80],
        number => char::from_u32(number).unwrap_or('\u{fffd}'),
    };
    Some((c, before + length + semicolon))
}

/// Numbers from 128 to 159 are meant as Windows-1252 has them ("numeric character reference end state").
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];
