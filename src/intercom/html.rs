//! Whether there is anything in a body.

use crate::html::{Token, tokens};

/// Whether a body holds a word, or something to look at. Mark-up, white space and invisible characters are nothing.
pub(super) fn says_something(body: &str) -> bool {
    tokens(body).any(|token| match token {
        Token::Text(text) => !is_blank(&text),
        Token::Start(tag) => SHOWN.contains(&tag.name.as_str()),
        Token::End(_) => false,
    })
}

const SHOWN: [&str; 4] = ["img", "video", "audio", "iframe"];

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Zero-width and formatting characters that editors leave behind.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_pictures_say_something() {
        for body in [
            "Hi",
            "<p>Hi</p>",
            "<p>&nbsp;.</p>",
            "?",
            "a < b",
            "<3",
            "<p>&lt;b&gt;</p>",
            "👍",
            r#"<div class="intercom-container"><img src="https://x/y.png"></div>"#,
            "<IMG SRC=x>",
            "<p>unclosed",
        ] {
            assert!(says_something(body), "{body:?}");
        }
    }

    #[test]
    fn markup_and_white_space_say_nothing() {
        for body in [
            "",
            " \n\t",
            "<p></p>",
            "<p class=\"no-margin\">&nbsp;</p>",
            "<p>&#160; &#xa0;\u{a0}</p><br>",
            "<p>\u{200b}\u{feff}&zwnj;&shy;</p>",
            "<!-- words -->",
            "<a href=\"words\"></a>",
        ] {
            assert!(!says_something(body), "{body:?}");
        }
    }
}
