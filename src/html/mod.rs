//! HTML into tokens, by the rules of the HTML standard's tokenizer ("13.2.5 Tokenization") as far as they matter for words,
//! links and images. Any text is HTML to it, and it never goes back, so its time grows with the text's length alone.
//!
//! The crate html5gum follows the standard to the letter and would be a quarter of the whole worker; here it is the judge: a test
//! holds the two against each other.

mod references;
#[cfg(test)]
mod tests;

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
    attributes: Vec<(String, String)>,
}

impl StartTag {
    /// An attribute's value, by its name in lower case.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The tokens of a piece of HTML.
pub fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html, raw: None }
}

/// Iterates over tokens.
pub struct Tokens<'a> {
    rest: &'a str,
    /// The element whose content is text up to its own end tag.
    raw: Option<String>,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            if let Some(name) = self.raw.take() {
                if let Some(text) = self.raw_text(&name) {
                    return Some(text);
                }
                continue;
            }
            if self.rest.is_empty() {
                return None;
            }
            let words = length_of_words(self.rest);
            if words > 0 {
                let text = references::resolved(self.take(words), references::Place::Text);
                return Some(Token::Text(text));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
        }
    }
}

impl<'a> Tokens<'a> {
    /// What begins with the `<` that the rest begins with; `None` for what is no token.
    fn markup(&mut self) -> Option<Token> {
        if self.rest.starts_with("<!--") {
            self.comment();
            return None;
        }
        let is_end = self.rest.starts_with("</");
        let name_at = if is_end { 2 } else { 1 };
        if !self.rest[name_at..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            // `</>` is nothing, and `<!…>`, `<?…>`, `</…>` are odd comments.
            let end = self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
            self.take(end);
            return None;
        }
        self.take(name_at);
        let name = self.take_until(|c| is_space(c) || c == '/' || c == '>').to_ascii_lowercase();
        let attributes = self.attributes()?;
        if is_end {
            return Some(Token::End(name));
        }
        self.raw = is_raw(&name).then(|| name.clone());
        Some(Token::Start(StartTag { name: whole(&name), attributes }))
    }

    /// The attributes up to the tag's `>`; `None` where the text ends in the tag, which then is none.
    fn attributes(&mut self) -> Option<Vec<(String, String)>> {
        let mut attributes: Vec<(String, String)> = Vec::new();
        loop {
            self.take_until(|c| !is_space(c) && c != '/');
            let first = self.rest.chars().next()?;
            if first == '>' {
                self.take(1);
                return Some(attributes);
            }
            // An equals sign in the first place belongs to the name.
            let first = self.take(first.len_utf8());
            let others = self.take_until(|c| is_space(c) || matches!(c, '/' | '>' | '='));
            let name = whole(&format!("{first}{others}")).to_ascii_lowercase();
            self.take_until(|c| !is_space(c));
            let value = if self.rest.starts_with('=') { self.value()? } else { String::new() };
            if attributes.len() < MOST_ATTRIBUTES && !attributes.iter().any(|(known, _)| *known == name) {
                attributes.push((name, value));
            }
        }
    }

    /// The value after the `=` that the rest begins with; `None` where the text ends in it.
    fn value(&mut self) -> Option<String> {
        self.take(1);
        self.take_until(|c| !is_space(c));
        let value = match self.rest.chars().next()? {
            quote @ ('"' | '\'') => {
                self.take(1);
                let value = self.take_until(|c| c == quote);
                self.rest = self.rest.strip_prefix(quote)?;
                value
            }
            '>' => "",
            _unquoted => self.take_until(|c| is_space(c) || c == '>'),
        };
        Some(references::resolved(&whole(value), references::Place::Attribute))
    }

    fn comment(&mut self) {
        let body = &self.rest["<!--".len()..];
        let length = if body.starts_with('>') {
            1
        } else if body.starts_with("->") {
            2
        } else {
            end_of_comment(body).unwrap_or(body.len())
        };
        self.take("<!--".len() + length);
    }

    /// The text of a raw element, up to its end tag or to the end.
    fn raw_text(&mut self, name: &str) -> Option<Token> {
        let end = end_of_raw(self.rest, name).unwrap_or(self.rest.len());
        let text = self.take(end);
        let text = whole(&match name {
            "title" | "textarea" => references::resolved(text, references::Place::Text),
            _raw => normal(text),
        });
        (!text.is_empty()).then_some(Token::Text(text))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        self.take(self.rest.find(stop).unwrap_or(self.rest.len()))
    }
}

/// How far the words go that a text begins with: a `<` that begins no markup is one of them.
fn length_of_words(text: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find('<') {
        let after = &text[from + at + 1..];
        let begins_markup = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?')
            || after.strip_prefix('/').is_some_and(|name| !name.is_empty());
        if begins_markup {
            return from + at;
        }
        from += at + 1;
    }
    text.len()
}

/// Where a comment's body and its end are over: at the first `-->` or `--!>`, found in one pass.
fn end_of_comment(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'>').map(|(at, _)| at);
    ends.into_iter().find(|&at| bytes[..at].ends_with(b"--") || bytes[..at].ends_with(b"--!")).map(|at| at + 1)
}

fn end_of_raw(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        let after = &text[at + 2..];
        let named = after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        named && after[name.len()..].starts_with(|c| is_space(c) || c == '/' || c == '>')
    })
}

/// A tag has few attributes; of a hostile one the rest is passed over.
const MOST_ATTRIBUTES: usize = 64;

/// Elements whose content is no markup.
fn is_raw(name: &str) -> bool {
    matches!(name, "script" | "style" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes")
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}

/// Text as the standard's input stream has it: each line ends with a line feed alone.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A NUL is no character but among words, where it is left to whoever reads them.
fn whole(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
