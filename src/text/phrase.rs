//! Whether somebody said a phrase.

use super::PlainText;

/// Whether the text holds the phrase as whole words, whatever the case, the white space and the form of the apostrophes.
/// Scripts that put no space between words (Chinese, Japanese, Thai) and Korean, which adds endings, have no borders to keep to.
pub fn says(text: &PlainText, phrase: &str) -> bool {
    let (text, phrase) = (normal(&text.0), normal(phrase));
    if phrase.is_empty() {
        return false;
    }
    text.match_indices(&phrase).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + phrase.len()..]);
        !runs_into(before.chars().rev(), phrase.chars()) && !runs_into(after.chars(), phrase.chars().rev())
    })
}

/// What a line of a note begins with, as a command: `/bot off` alone or followed by anything but more of the word.
pub fn begins_with_command(text: &PlainText, command: &str) -> bool {
    text.0.lines().any(|line| {
        let line = normal(line);
        line.strip_prefix(command)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_/".contains(c)))
    })
}

/// Whether the text that lies `outward` of a phrase's edge continues the word at that edge.
fn runs_into(mut outward: impl Iterator<Item = char>, mut inward: impl Iterator<Item = char>) -> bool {
    if !inward.next().is_some_and(is_spaced_letter) {
        return false;
    }
    match outward.next() {
        // "human-like" and "human's" are words of their own; a dash or a quotation mark before a space is not part of one.
        Some('-' | '\'') => outward.next().is_some_and(is_spaced_letter),
        Some(next) => is_spaced_letter(next),
        None => false,
    }
}

/// A letter or digit of a script that parts words by spaces.
pub(super) fn is_spaced_letter(c: char) -> bool {
    let unspaced = matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    c.is_alphanumeric() && !unspaced
}

fn normal(text: &str) -> String {
    let plain =
        text.to_lowercase().replace(['\u{2018}', '\u{2019}', '\u{02bc}'], "'").replace(['\u{2010}', '\u{2011}'], "-");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, phrase: &str) -> bool {
        says(&PlainText(text.to_owned()), phrase)
    }

    #[test]
    fn whole_words_count_whatever_their_case_and_spacing() {
        for text in [
            "talk to a human",
            "Can I TALK  to\na human?",
            "please: talk to a human!",
            "\"talk to a human\"",
            "'talk to a human'",
            "talk to a human - now",
            "I don\u{2019}t care, talk to a human.",
        ] {
            assert!(said(text, "talk to a human"), "{text}");
        }
        assert!(said("I can\u{2019}t wait", "can't wait"));
    }

    #[test]
    fn false_friends_do_not_count() {
        for (text, phrase) in [
            ("Is a superhuman agent included?", "human agent"),
            ("We sell humane agents", "human agent"),
            ("a non-human agent answered", "human agent"),
            ("talk to a human-like voice", "talk to a human"),
            ("talk to a human's assistant", "talk to a human"),
            ("The real personality test", "real person"),
            ("What is a surreal person?", "real person"),
            ("live agentic coding", "live agent"),
            ("alive agent", "live agent"),
            ("I like to talk to someone2", "talk to someone"),
            ("talk to some one", "talk to someone"),
            ("talk, to a human", "talk to a human"),
            ("anything", ""),
        ] {
            assert!(!said(text, phrase), "{text}: {phrase}");
        }
    }

    #[test]
    fn scripts_without_spaces_have_no_borders() {
        assert!(said("请转人工客服谢谢", "人工客服"));
        assert!(said("担当者と話したいです", "担当者と話したい"));
        assert!(said("상담원과 연결해 주세요", "상담원"));
        assert!(said("Möchte mit einem Menschen sprechen", "mit einem menschen sprechen"));
    }

    #[test]
    fn a_command_begins_a_line() {
        let begins = |text: &str| begins_with_command(&PlainText(text.to_owned()), "/bot off");
        for text in ["/bot off", "  /BOT  Off.", "Mine now.\n/bot off please", "/bot off, I take it"] {
            assert!(begins(text), "{text}");
        }
        for text in ["/bot offline", "/bot on", "say /bot off", "bot off", "/bot off-hours", ""] {
            assert!(!begins(text), "{text}");
        }
    }
}
