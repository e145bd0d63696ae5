//! The marks that GPT Trainer leaves in an answer for its sources.

use crate::text::AnswerText;
use std::collections::BTreeSet;

/// What the answer's markers name, such as `1.2`: each once, in their order.
pub fn citations(answer: &AnswerText) -> Vec<&str> {
    let mut known = BTreeSet::new();
    let markers = answer.0.match_indices('[').filter_map(|(at, _)| {
        let length = citation_length(&answer.0[at..])?;
        Some(&answer.0[at + 1..at + length - 1])
    });
    markers.filter(|name| known.insert(*name)).collect()
}

/// GPT Trainer marks citations as `[1.2]`; what they refer to is not in the answer. A whole number such as `[1]` may be text.
pub(super) fn without_citations(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, marker) = rest.split_at(at);
        kept.push_str(before);
        match citation_length(marker) {
            Some(length) => {
                rest = &marker[length..];
                if rest.starts_with(|c: char| !c.is_alphanumeric() && c != '[') {
                    kept.truncate(kept.trim_end_matches(' ').len());
                }
            }
            None => {
                kept.push('[');
                rest = &marker[1..];
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// How long the marker is with which this text begins.
fn citation_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.bytes().take(10).position(|b| b == b']')?;
    let (major, minor) = inside[..end].split_once('.')?;
    let number = |digits: &str| (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (number(major) && number(minor)).then_some(end + 2)
}
