//! The words of an answer survive: none is lost and none said twice.

use super::super::super::{CustomerHtml, customer_html_to_text};
use super::*;
use proptest::prelude::*;

/// A document whose every word is new: `w1w`, `w2w` and so on, in the order in which a reader meets them.
#[derive(Default)]
struct Document {
    markdown: String,
    words: usize,
}

impl Document {
    fn of(dice: &[u8]) -> Self {
        let mut document = Self::default();
        dice.chunks(3).for_each(|throw| document.block(throw));
        document
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("w{}w", self.words)
    }

    fn block(&mut self, throw: &[u8]) {
        let (kind, more) = throw.split_first().expect("a chunk is never empty");
        let line = self.line(more);
        let block = match kind % 12 {
            0 => format!("# {line}"),
            1 => format!("{line}\n==="),
            2 => format!(
                "- {line}\n- {}\n  - {}\n    1. {}\n- {}",
                self.word(),
                self.word(),
                self.word(),
                self.line(more)
            ),
            3 => format!(
                "1. {line}\n2. {}\n\n   {}\n   - {}\n3. {}",
                self.word(),
                self.word(),
                self.line(more),
                self.word()
            ),
            4 => format!("> {line}\n> {}\n>\n> > {}", self.word(), self.word()),
            5 => format!("```rust\n{line}\n  {}\n\n{}\n```", self.word(), self.word()),
            6 => format!("| {line} | {} |\n|---|---|\n| {} | |\n| | **{}** |", self.word(), self.word(), self.word()),
            7 => format!("{line}  \n{}\\\n{}\n{}", self.word(), self.word(), self.word()),
            8 => format!(
                "<div>\n<p>{} <b>{}</b></p>\n<ul><li>{}</li></ul>\n</div>",
                line.replace(['<', '`'], "-"),
                self.word(),
                self.word()
            ),
            9 => format!("7. {line}\n8. {}", self.word()),
            10 => format!("    {line}\n    {}", self.word()),
            _plain => line,
        };
        self.markdown.push_str(&block);
        self.markdown.push_str("\n\n<!-- hidden -->\n\n");
    }

    fn line(&mut self, throws: &[u8]) -> String {
        let pieces: Vec<_> = throws.iter().map(|throw| self.piece(*throw)).collect();
        format!("{}{}", self.word_before(&pieces), pieces.join(" "))
    }

    /// Nothing is needed before pieces; a line without any would be empty.
    fn word_before(&mut self, pieces: &[String]) -> String {
        if pieces.is_empty() { self.word() } else { String::new() }
    }

    fn piece(&mut self, throw: u8) -> String {
        let word = self.word();
        match throw % 16 {
            0 => format!("*{word}*"),
            1 => format!("**{word} _{}_**", self.word()),
            2 => format!("`{word} {}`", self.word()),
            3 => format!("[{word}](https://example.org)"),
            4 => format!("![{word}](https://example.org/m.png)"),
            5 => format!("https://example.org/{word}"),
            6 => format!("<b>{word}</b>"),
            7 => format!("<a href=\"https://example.org\">{word}</a>"),
            8 => format!("{word} & {} < {}", self.word(), self.word()),
            9 => format!("[{word}](javascript:x)"),
            10 => format!("**{word}"),
            11 => format!("[{word}]"),
            12 => format!("<https://example.org/{word}>"),
            13 => format!("{word} [1.2]"),
            14 => format!("\\*{word}\\* ~~{}~~", self.word()),
            _plain => word,
        }
    }
}

/// The numbers of the words that a text holds.
fn numbers(text: &str) -> Vec<usize> {
    let number = |word: &str| word.strip_prefix('w')?.strip_suffix('w')?.parse().ok();
    text.split(|c: char| !c.is_alphanumeric()).filter_map(number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_seen_once(dice in prop::collection::vec(any::<u8>(), 1..60)) {
        let document = Document::of(&dice);
        let mut seen = numbers(&browser::seen(&reply(&document.markdown)));
        seen.sort_unstable();
        prop_assert_eq!(seen, (1..=document.words).collect::<Vec<_>>(), "{}", document.markdown);
    }

    #[test]
    fn what_was_read_answers_the_same_again(dice in prop::collection::vec(any::<u8>(), 1..60)) {
        let first = reply(&Document::of(&dice).markdown);
        let read = customer_html_to_text(&CustomerHtml(first.clone())).0;
        let second = reply(&read);
        prop_assert_eq!(numbers(&browser::seen(&first)), numbers(&browser::seen(&second)), "{}", read);
    }
}
