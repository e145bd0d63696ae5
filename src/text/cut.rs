//! Shortens texts between words.

/// The head of a text that has more than `most` characters; `None` where the text fits. It ends between two words where
/// there is a gap near, and never inside a character.
pub(super) fn head(text: &str, most: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(most)?;
    let head = &text[..end];
    // A word that is longer than a fifth of the head is cut rather than lost.
    let gap = head.rfind(char::is_whitespace).filter(|gap| *gap >= end - end / 5);
    Some(gap.map_or(head, |gap| &head[..gap]).trim_end())
}

/// How many characters there are.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// A name as a part of a line: without line breaks and controls, and at most 100 characters.
pub(super) fn name(text: &str) -> String {
    let name = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    name.collect::<Vec<_>>().join(" ").chars().take(100).collect()
}

/// Whether a reader would see it.
pub(super) fn is_visible(c: char) -> bool {
    let blank = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_whitespace() && !c.is_control() && !blank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_is_not_cut() {
        assert_eq!(head("abc", 3), None);
        assert_eq!(head("", 0), None);
    }

    #[test]
    fn a_cut_falls_between_words_or_between_characters() {
        assert_eq!(head("one two three four five", 20), Some("one two three four"));
        assert_eq!(head("äöüäöüäöü", 4), Some("äöüä"));
        assert_eq!(head("a bbbbbbbbbbbbbbbbbbbb", 12), Some("a bbbbbbbbbb"));
        assert_eq!(head("👋👋", 0), Some(""));
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(name(" a\r\nb\u{0}\tc "), "a b c");
        assert_eq!(name(&"x".repeat(200)).len(), 100);
    }
}
