//! HTML into tokens, by html5gum, which follows the HTML standard's tokenizer; and text into HTML.

use html_escape::encode_double_quoted_attribute;
use html5gum::{DefaultEmitter, State, StringReader, Tokenizer};
use std::borrow::Cow;

/// One piece of HTML. Comments and document types are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A tag that opens an element.
    Start(StartTag),
    /// A tag that closes one; the name is in lower case.
    End(String),
    /// Words, with their character references resolved.
    Text(String),
}

/// A tag that opens an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartTag {
    /// In lower case.
    pub name: String,
    tag: html5gum::StartTag<()>,
}

impl StartTag {
    /// An attribute's value, by its name in lower case.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.tag.attributes.get(name.as_bytes())?).ok()
    }
}

/// The tokens of a piece of HTML. Any text is HTML.
pub fn tokens(html: &str) -> Tokens<'_> {
    Tokens(Tokenizer::new(html))
}

/// Iterates over tokens.
pub struct Tokens<'a>(Tokenizer<StringReader<'a>, DefaultEmitter<()>>);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let Ok(token) = self.0.next()?;
            match token {
                html5gum::Token::StartTag(tag) => {
                    let name = text(&tag.name);
                    if let Some(state) = state_within(&name) {
                        self.0.set_state(state);
                    }
                    return Some(Token::Start(StartTag { name, tag }));
                }
                html5gum::Token::EndTag(tag) => return Some(Token::End(text(&tag.name))),
                html5gum::Token::String(words) => return Some(Token::Text(text(&words))),
                html5gum::Token::Comment(_) | html5gum::Token::Doctype(_) | html5gum::Token::Error(_) => {}
            }
        }
    }
}

/// How the content of an element is read that is no markup. It is the tree builder's part of the standard, without scripting: a
/// `noscript` holds markup.
fn state_within(element: &str) -> Option<State> {
    match element {
        "title" | "textarea" => Some(State::RcData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(State::RawText),
        "script" => Some(State::ScriptData),
        _markup => None,
    }
}

/// Text as HTML that shows exactly it, also in an attribute.
pub fn escaped(text: &str) -> Cow<'_, str> {
    encode_double_quoted_attribute(text)
}

/// Pieces of a text are text, so nothing is lost.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(html: &str) -> Vec<String> {
        let shown = tokens(html).map(|token| match token {
            Token::Start(tag) => format!("<{}>", tag.name),
            Token::End(name) => format!("</{name}>"),
            Token::Text(words) => words,
        });
        shown.collect()
    }

    #[test]
    fn tags_and_words() {
        let html =
            r#"<!doctype html><P>Hi &eacute;&#233;&#xE9;&#146; a < b<!-- no --> &unknown; &amp;lt;</p><br/><unended"#;
        assert_eq!(read(html).concat(), "<p>Hi ééé’ a < b &unknown; &lt;</p><br>");
    }

    #[test]
    fn attributes_by_name() {
        let html = r#"<p Class=a id='b c' hidden x="1&amp;2&copy=ü" x=3>"#;
        let Some(Token::Start(tag)) = tokens(html).next() else { panic!("a tag") };
        for (name, value) in
            [("class", Some("a")), ("id", Some("b c")), ("hidden", Some("")), ("x", Some("1&2&copy=ü")), ("y", None)]
        {
            assert_eq!(tag.attribute(name), value, "{name}");
        }
    }

    #[test]
    fn some_elements_hold_no_markup() {
        for element in ["script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea"] {
            let html = format!("<{element}>a <b>&copy;</{element} >c");
            let words = if matches!(element, "title" | "textarea") { "a <b>©" } else { "a <b>&copy;" };
            let end = format!("</{element}>");
            assert_eq!(read(&html), [&format!("<{element}>"), words, &end, "c"], "{element}");
        }
        assert_eq!(read("<noscript><b>a</noscript>"), ["<noscript>", "<b>", "a", "</noscript>"]);
    }

    #[test]
    fn escaped_text_shows_itself() {
        assert_eq!(escaped(r#"<b> & "c""#), "&lt;b&gt; &amp; &quot;c&quot;");
    }

    #[test]
    fn hostile_texts_are_read_in_time() {
        for piece in ["<", "</", "<a ", "&", "&amp", "<!--", "<!---->", "<a b", "<script>", "a='", "&#", "</script"] {
            let html = piece.repeat(200_000);
            assert!(tokens(&html).count() <= html.len());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_html(text in any::<String>()) {
            tokens(&text).for_each(drop);
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(read(&escaped(&text)).concat(), lines);
        }
    }
}
