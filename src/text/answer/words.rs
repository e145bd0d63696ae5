//! The words of an answer: bare addresses in them become links.

use super::super::html::Writer;
use super::spaceless::is_spaceless;

/// Whether they do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// Yes.
    Bare,
    /// A link is open already.
    None,
}

pub(super) fn write_words(writer: &mut Writer, text: &str, links: Links) {
    let mut rest = text;
    while let Some((at, address)) = next_address(rest).filter(|_| links == Links::Bare) {
        writer.text(&rest[..at]);
        writer.link(address);
        writer.text(address);
        writer.end_inline();
        rest = &rest[at + address.len()..];
    }
    writer.text(rest);
}

/// The next http or https address, and where it begins. Its end is chosen as a reader would: the full stop of the sentence
/// and the bracket around it are not its own, and neither is what cannot stand in an address as it is.
fn next_address(text: &str) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(colon) = text[from..].find("://").map(|at| from + at) {
        from = colon + 3;
        let scheme = ["https", "http"].into_iter().find_map(|scheme| {
            let at = colon.checked_sub(scheme.len())?;
            text.get(at..colon).filter(|found| found.eq_ignore_ascii_case(scheme)).map(|_| at)
        });
        let Some(start) = scheme else { continue };
        let stands_alone = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() || is_spaceless(c));
        let length = text[from..].find(ends_address).unwrap_or(text.len() - from);
        let rest = without_punctuation(&text[from..from + length]);
        if stands_alone && rest.starts_with(char::is_alphanumeric) {
            return Some((start, &text[start..from + rest.len()]));
        }
    }
    None
}

fn ends_address(c: char) -> bool {
    let quote = matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\' | '|' | '\u{2018}'..='\u{201f}' | '«' | '»');
    c.is_whitespace()
        || c.is_control()
        || quote
        || is_spaceless(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2026}' | '،' | '؛' | '؟')
}

fn without_punctuation(address: &str) -> &str {
    let count = |c: char| address.matches(c).count();
    let (mut round, mut square) = (count(')').saturating_sub(count('(')), count(']').saturating_sub(count('[')));
    let mut rest = address;
    while let Some(last) = rest.chars().next_back() {
        match last {
            '.' | ',' | ':' | ';' | '!' | '?' | '*' | '_' | '~' => {}
            ')' if round > 0 => round -= 1,
            ']' if square > 0 => square -= 1,
            _letter_or_sign_of_its_own => return rest,
        }
        rest = &rest[..rest.len() - last.len_utf8()];
    }
    rest
}
