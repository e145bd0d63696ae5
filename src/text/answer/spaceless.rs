//! Bold in scripts that put no spaces between words. Markdown takes `**` for a beginning or an end by the spaces and signs
//! around it, so of `**注意：**必ず` it makes no bold, and of `**注意：**必ず**保存**` the wrong one.

use super::super::html::JOINER;
use std::borrow::Cow;

/// Puts an invisible letter between a sign and a `**` with such a script beside it; the writer leaves it out again.
pub(super) fn with_joiners(markdown: &str) -> Cow<'_, str> {
    let mut joined = String::new();
    let mut done = 0;
    for (at, mark) in markdown.match_indices("**") {
        let after = at + mark.len();
        let (before, next) = (markdown[..at].chars().next_back(), markdown[after..].chars().next());
        let beside = [before, next];
        if beside.contains(&Some('*')) || before == Some('\\') || !beside.into_iter().flatten().any(is_spaceless) {
            continue;
        }
        joined.push_str(&markdown[done..at]);
        joined.extend(before.filter(|c| is_sign(*c)).map(|_| JOINER));
        joined.push_str(mark);
        joined.extend(next.filter(|c| is_sign(*c)).map(|_| JOINER));
        done = after;
    }
    if done == 0 {
        return Cow::Borrowed(markdown);
    }
    joined.push_str(&markdown[done..]);
    Cow::Owned(joined)
}

fn is_sign(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// Whether it belongs to a script that puts no spaces between words: Chinese and Japanese, with their punctuation, and
/// Korean, which puts its endings directly after a word.
pub(super) fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
