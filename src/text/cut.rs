//! Shortens texts between words.

use super::phrase::is_spaced_letter;
use unicode_segmentation::GraphemeCursor;

/// The head of a text that has more than `most` characters; `None` where the text fits. It ends between two words, never inside
/// an address that something stands before, and never inside what readers take for one character.
pub(super) fn head(text: &str, most: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(most)?;
    let (head, tail) = text.split_at(end);
    if tail.starts_with(char::is_whitespace) {
        return Some(head.trim_end());
    }
    let begun = head.rfind(char::is_whitespace).unwrap_or(0);
    // What is longer is no word, or one of a script that has no gaps; of that a part is better than nothing.
    let is_word = end - begun <= LONGEST_WORD.max(end / 5);
    let cut = if is_word { begun } else { begun + address_begun(&head[begun..]).unwrap_or(end - begun) };
    let before = head[..cut].trim_end_matches(|c: char| c.is_whitespace() || (c == '(' && cut < end));
    Some(if before.is_empty() {
        whole_clusters(text, end)
    } else if cut < end {
        before
    } else {
        whole_clusters(text, end)
    })
}

const LONGEST_WORD: usize = 50;

/// Where an address begins that goes on to the end of a piece of text without gaps.
fn address_begun(piece: &str) -> Option<usize> {
    let at = ["http://", "https://", "mailto:", "www."].iter().filter_map(|start| piece.rfind(start)).min()?;
    piece[at..].chars().all(|c| c.is_ascii_graphic() || is_spaced_letter(c)).then_some(at)
}

/// The head of a Markdown text that has more than `most` characters; `None` where the text fits. It ends with a sentence or
/// with a line of a list or a table where one ends near, else with any line, else between words as [`head`] does.
pub(super) fn sentences(text: &str, most: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(most)?;
    let near = |at: &usize| *at >= end - end / 5;
    let line_end = || text[..end].rfind('\n').filter(near);
    let at = last_sentence_end(&text[..end]).filter(near).or_else(line_end);
    at.map_or_else(|| head(text, most), |at| Some(&text[..at]))
}

fn last_sentence_end(text: &str) -> Option<usize> {
    let mut last = None;
    let mut line = 0;
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        let closed = || text.len() - text[after..].trim_start_matches(closes).len();
        match c {
            '。' | '！' | '？' => last = Some(closed()),
            '.' if text[line..at].trim_start().bytes().all(|b| b.is_ascii_digit()) => {}
            '.' | '!' | '?' | '\u{2026}' | '؟' | '۔' | '।' if begins_anew(&text[closed()..]) => {
                last = Some(closed())
            }
            '\n' => {
                if begins_block(&text[after..]) {
                    last = Some(at);
                }
                line = after;
            }
            _inside_a_sentence => {}
        }
    }
    last
}

/// What may stand between a sentence's full stop and the next sentence.
fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | ')' | ']' | '*' | '_' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '»' | '」' | '』' | '）')
}

/// A small letter goes on with the sentence: `e.g. so`.
fn begins_anew(rest: &str) -> bool {
    rest.starts_with(char::is_whitespace) && !rest.trim_start().starts_with(char::is_lowercase)
}

fn begins_block(rest: &str) -> bool {
    rest.trim_start_matches(' ')
        .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '\n' | '-' | '*' | '+' | '|' | '#' | '>'))
}

/// How many characters there are.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// A name as a part of a line: without line breaks and controls, and at most 100 characters.
pub(super) fn name(text: &str) -> String {
    let name = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let name = name.collect::<Vec<_>>().join(" ");
    name.char_indices().nth(100).map_or(name.as_str(), |(end, _)| whole_clusters(&name, end)).to_owned()
}

/// Whether a reader would see it.
pub(super) fn is_visible(c: char) -> bool {
    let blank = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_whitespace() && !c.is_control() && !blank
}

/// The text up to `end`, or to where the character begins that readers see there.
fn whole_clusters(text: &str, end: usize) -> &str {
    let mut cursor = GraphemeCursor::new(end, text.len(), true);
    if cursor.is_boundary(text, 0) == Ok(true) {
        return &text[..end];
    }
    match cursor.prev_boundary(text, 0) {
        Ok(Some(begun)) if end - begun <= LONGEST_CLUSTER => &text[..begun],
        // A heap of marks without an end is nothing that anybody reads.
        _heap => &text[..end],
    }
}

/// In bytes. A family of four with skin tones has 41.
const LONGEST_CLUSTER: usize = 256;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
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
        assert_eq!(head("one two three four five", 18), Some("one two three four"));
        assert_eq!(head("a bbbbbbbbbbbbbbbbbbbb", 12), Some("a"));
        let unspaced = "問".repeat(100);
        assert_eq!(head(&format!("a {unspaced}"), 92), Some(format!("a {}", "問".repeat(90)).as_str()));
        assert_eq!(head("👋👋", 0), Some(""));
    }

    #[test]
    fn a_cut_never_falls_into_an_address() {
        let address = format!("https://example.org/{}", "a".repeat(400));
        for before in ["see ", "the page (", "\u{554f} ", "\u{554f}\u{554f}", "https://example.org \u{554f}"] {
            let text = format!("Words, {before}{address}) and more");
            let begins = length(&text) - length(&address) - length(") and more");
            for most in begins + 60..begins + 400 {
                let cut = head(&text, most).unwrap();
                assert_eq!(cut, format!("Words, {before}").trim_end_matches([' ', '(']), "{most}");
            }
        }
    }

    #[test]
    fn a_cut_never_falls_into_what_is_seen_as_one_character() {
        for cluster in [
            "e\u{301}",
            "a\u{323}\u{302}",
            "👍🏽",
            "👩\u{200d}👩\u{200d}👧\u{200d}👦",
            "👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏿",
            "🇩🇪",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "1\u{fe0f}\u{20e3}",
            "क\u{94d}षि",
            "நி",
            "กำ",
            "\u{1112}\u{1161}\u{11ab}",
            "が\u{3099}",
            "שׁ",
        ] {
            let text = cluster.repeat(60);
            let length = length(cluster);
            for most in 1..length * 59 {
                let cut = head(&text, most).unwrap();
                assert_eq!(cut.len() % cluster.len(), 0, "{cluster} {most}: {cut}");
                assert_eq!(self::length(cut), most / length * length, "{cluster} {most}");
            }
        }
    }

    #[test]
    fn marks_without_an_end_are_cut_somewhere() {
        let heap = "\u{301}".repeat(100_000);
        let cut = length(head(&heap, 5_000).unwrap());
        assert!(cut <= 5_000 && cut > 4_900, "{cut}");
    }

    #[test]
    fn a_cut_falls_after_a_sentence_or_a_line_of_a_list() {
        assert_eq!(sentences("Fits.", 5), None);
        assert_eq!(sentences("One is here. Two is not", 14), Some("One is here."));
        assert_eq!(sentences("One is **here.** Two is not", 18), Some("One is **here.**"));
        assert_eq!(sentences("Write e.g. so and on", 12), Some("Write e.g."));
        assert_eq!(sentences("ここに答えがあります。次の文", 12), Some("ここに答えがあります。"));
        assert_eq!(sentences("- one two three\n- four", 18), Some("- one two three"));
        assert_eq!(sentences("1. one two three\n2. four", 19), Some("1. one two three"));
        assert_eq!(sentences("Far. one two three four five", 24), Some("Far. one two three four"));
        assert_eq!(sentences("one two\none two three", 8), Some("one two"));
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(name(" a\r\nb\u{0}\tc "), "a b c");
        assert_eq!(name(&"x".repeat(200)).len(), 100);
    }
}
