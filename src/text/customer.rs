//! A customer's HTML as text for the AI.

use super::address::{decoded, file_name, is_signed};
use super::cut::{is_visible, name};
use super::elements::{Blanks, is_block_element, is_html_element};
use super::mail::{self, Quotes};
use super::{CustomerHtml, PlainText};
use crate::html::{StartTag, Token, tokens};
use std::ops::Range;

/// How a customer writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// In a messenger: whatever is there was typed.
    Chat,
    /// By e-mail: earlier mails and a signature may come along.
    Mail,
}

/// What a customer's message says: paragraphs, line breaks and lists are kept, links show as `text (address)`, images as
/// `[image: description or file name]`, scripts and styles are left out, entities are decoded once. A body without any tag is
/// plain text and stays as it is. Anything may be handed in.
pub fn customer_html_to_text(html: &CustomerHtml) -> PlainText {
    PlainText(read(html, Manner::Chat).text)
}

/// The same; of an e-mail only what is new in it.
pub fn customer_words(html: &CustomerHtml, manner: Manner) -> PlainText {
    PlainText(read(html, manner).text)
}

/// A body as it was read.
#[derive(Default)]
pub(super) struct Read {
    pub text: String,
    /// The file names of the pictures in it, also of those that only an earlier mail shows.
    pub pictures: Vec<String>,
    /// Whether it says anything besides showing pictures, and besides what comes along with an e-mail.
    pub says_words: bool,
}

pub(super) fn read(html: &CustomerHtml, manner: Manner) -> Read {
    let mut text = Text::of(manner);
    if is_html(&html.0) {
        text.read(&html.0, UnknownTags::Drop, 0);
    } else {
        text.verbatim(&html.0);
    }
    let Text { out, pictures, .. } = text;
    let whole = out.trim_end();
    let new = match manner {
        Manner::Chat => Some(whole),
        Manner::Mail => mail::newest(whole),
    };
    Read {
        says_words: new.is_some_and(|new| is_more_than(new, &pictures)),
        text: new.unwrap_or(whole).trim().to_owned(),
        pictures: pictures.into_iter().filter_map(|picture| picture.file).collect(),
    }
}

/// Whether it is marked up. Intercom's webhooks of version 2.15 and later have plain text, in which `&lt;` was typed.
fn is_html(body: &str) -> bool {
    tokens(body).any(|token| match token {
        Token::Start(tag) => is_html_element(&tag.name),
        Token::End(name) => is_html_element(&name),
        Token::Text(_) => false,
    })
}

fn is_more_than(text: &str, pictures: &[Picture]) -> bool {
    let mut from = 0;
    for picture in pictures.iter().take_while(|picture| picture.at.end <= text.len()) {
        if text[from..picture.at.start].contains(is_visible) {
            return true;
        }
        from = picture.at.end;
    }
    text[from..].contains(is_visible)
}

/// What happens to tags that HTML does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownTags {
    /// They are markup.
    Drop,
    /// They are words in angle brackets, and so are blanks.
    Show,
}

pub(super) fn html_to_text(html: &str, unknown_tags: UnknownTags) -> String {
    let mut text = Text::of(Manner::Chat);
    // Without any tag it is plain text, where line breaks mean something.
    text.read(html, unknown_tags, usize::from(!html.contains('<')));
    text.out.trim().to_owned()
}

/// The first tag of a piece of HTML.
pub(super) struct FirstTag {
    /// In lower case.
    pub name: String,
    pub is_end: bool,
    pub href: Option<String>,
    pub src: Option<String>,
    pub alt: Option<String>,
}

pub(super) fn first_tag(html: &str) -> Option<FirstTag> {
    tokens(html).find_map(|token| match token {
        Token::Start(tag) => Some(FirstTag {
            name: tag.name.clone(),
            is_end: false,
            href: attribute(&tag, "href"),
            src: attribute(&tag, "src"),
            alt: attribute(&tag, "alt"),
        }),
        Token::End(name) => Some(FirstTag { name, is_end: true, href: None, src: None, alt: None }),
        Token::Text(_) => None,
    })
}

/// The text so far, and what is due before the next word.
#[derive(Default)]
struct Text {
    out: String,
    pictures: Vec<Picture>,
    /// What is quoted in an e-mail; in a messenger people quote on purpose.
    quotes: Option<Quotes>,
    /// Line breaks that are due: at most two, which is one empty line.
    breaks: usize,
    space: Space,
    /// How far the line is indented, where that means something.
    indent: usize,
    /// What an item begins with.
    bullet: String,
    lists: Vec<ListKind>,
    link: Option<Link>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Space {
    #[default]
    None,
    Due,
}

/// How many columns a tab moves on, in most code.
const TAB: usize = 4;

/// Deeper lines begin here; nobody's code is that deep.
const DEEPEST_INDENT: usize = 40;

/// A picture in the text.
struct Picture {
    /// Where the text names it.
    at: Range<usize>,
    file: Option<String>,
}

enum ListKind {
    Bullets,
    Numbers(u32),
}

struct Link {
    address: Option<String>,
    /// Where its text begins, once there is some.
    at: Option<usize>,
}

impl Text {
    fn of(manner: Manner) -> Self {
        let quotes = match manner {
            Manner::Chat => None,
            Manner::Mail => Some(Quotes::default()),
        };
        Self { quotes, ..Self::default() }
    }

    /// `verbatim` counts the elements around in which line breaks mean something.
    fn read(&mut self, html: &str, unknown_tags: UnknownTags, mut verbatim: usize) {
        let mut skipped: Option<String> = None;
        let blanks = match unknown_tags {
            UnknownTags::Drop => None,
            UnknownTags::Show => Some(Blanks::of(html)),
        };
        for token in tokens(html) {
            match token {
                Token::Start(tag) => {
                    let name = tag.name.clone();
                    if blanks.as_ref().is_some_and(|blanks| blanks.has(&name) || !is_html_element(&name)) {
                        self.words(&format!("<{name}>"));
                    } else if let "script" | "style" | "title" | "iframe" | "noembed" = name.as_str() {
                        skipped = Some(name);
                    } else {
                        verbatim += usize::from(name == "pre");
                        self.start(&name, &tag);
                    }
                }
                Token::End(name) => {
                    if skipped.as_deref() == Some(name.as_str()) {
                        skipped = None;
                    } else if unknown_tags == UnknownTags::Show && !is_html_element(&name) {
                        self.words(&format!("</{name}>"));
                    } else {
                        verbatim = verbatim.saturating_sub(usize::from(name == "pre"));
                        self.end(&name);
                    }
                }
                Token::Text(_) if skipped.is_some() => {}
                Token::Text(words) if verbatim > 0 => self.verbatim(&words),
                Token::Text(words) => self.words(&words),
            }
        }
    }

    fn start(&mut self, name: &str, tag: &StartTag) {
        if let Some(quotes) = &mut self.quotes {
            quotes.start(tag);
        }
        match name {
            "br" => self.line_break(),
            "img" => self.image(tag),
            "video" | "audio" => self.recording(name, tag),
            "a" => {
                // Links do not nest: a new one ends the one before.
                self.end_link();
                self.link = Some(Link { address: attribute(tag, "href"), at: None });
            }
            "ul" | "ol" => {
                self.block(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push(if name == "ul" { ListKind::Bullets } else { ListKind::Numbers(0) });
            }
            "li" => self.item(),
            "td" | "th" => self.cell(),
            "p" | "blockquote" | "pre" | "table" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(2),
            name if is_block_element(name) => self.block(1),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(quotes) = &mut self.quotes {
            quotes.end(name);
        }
        match name {
            "a" => self.end_link(),
            "ul" | "ol" => {
                self.lists.pop();
                self.block(if self.lists.is_empty() { 2 } else { 1 });
            }
            // A paragraph in an item ends with the item.
            "p" if !self.lists.is_empty() => self.block(1),
            "p" | "blockquote" | "pre" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(2),
            name if is_block_element(name) => self.block(1),
            _ => {}
        }
    }

    /// Text in which white space is only a gap between words.
    fn words(&mut self, words: &str) {
        for c in words.chars() {
            if c.is_whitespace() {
                self.space = Space::Due;
            } else if !c.is_control() {
                self.push(c);
            }
        }
    }

    /// Text in which line breaks stand for themselves.
    fn verbatim(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '\n' => self.line_break(),
                ' ' | '\t' | '\u{a0}' if self.out.is_empty() => {}
                ' ' | '\t' | '\u{a0}' if self.breaks == 0 => self.out.push(' '),
                ' ' | '\u{a0}' => self.indent += 1,
                '\t' => self.indent += TAB,
                c if c.is_whitespace() => self.space = Space::Due,
                c if c.is_control() => {}
                c => self.push(c),
            }
        }
    }

    fn push(&mut self, c: char) {
        let line_is_empty = self.out.is_empty() || self.breaks > 0;
        if line_is_empty {
            self.out.truncate(self.out.trim_end().len());
            if !self.out.is_empty() {
                (0..self.breaks).for_each(|_| self.out.push('\n'));
            }
            if self.quotes.as_ref().is_some_and(Quotes::are_open) {
                self.out.push_str(mail::QUOTED);
            }
            let indent = std::mem::take(&mut self.indent).min(DEEPEST_INDENT);
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.out.push_str(&std::mem::take(&mut self.bullet));
        } else if self.space == Space::Due {
            self.out.push(' ');
        }
        self.breaks = 0;
        self.space = Space::None;
        if let Some(link) = &mut self.link {
            link.at.get_or_insert(self.out.len());
        }
        self.out.push(c);
    }

    fn line_break(&mut self) {
        self.breaks = (self.breaks + 1).min(2);
        self.indent = 0;
        self.space = Space::None;
    }

    fn block(&mut self, breaks: usize) {
        // What follows a bullet stands on the bullet's line.
        if self.bullet.is_empty() {
            self.breaks = self.breaks.max(breaks);
        }
        self.indent = 0;
        self.space = Space::None;
    }

    fn item(&mut self) {
        self.bullet.clear();
        self.block(1);
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
        self.bullet = match self.lists.last_mut() {
            Some(ListKind::Numbers(number)) => {
                *number = number.saturating_add(1);
                format!("{indent}{number}. ")
            }
            Some(ListKind::Bullets) | None => format!("{indent}- "),
        };
    }

    fn cell(&mut self) {
        if !self.out.is_empty() && self.breaks == 0 {
            self.words(" | ");
        }
    }

    fn image(&mut self, tag: &StartTag) {
        let described = attribute(tag, "alt").map(|alt| name(&alt)).filter(|alt| !alt.is_empty());
        let file = attribute(tag, "src").and_then(|src| file_name(&src));
        let shown = match described.as_ref().or(file.as_ref()) {
            Some(shown) => format!("[image: {shown}]"),
            None => "[image]".to_owned(),
        };
        self.place_holder(&shown);
        self.pictures.push(Picture { at: self.out.len() - shown.len()..self.out.len(), file });
    }

    fn recording(&mut self, kind: &str, tag: &StartTag) {
        let file = attribute(tag, "src").and_then(|src| file_name(&src));
        self.place_holder(&file.map_or_else(|| format!("[{kind}]"), |file| format!("[{kind}: {file}]")));
    }

    fn place_holder(&mut self, shown: &str) {
        self.space = Space::Due;
        self.words(shown);
        self.space = Space::Due;
    }

    fn end_link(&mut self) {
        let Some(Link { address, at }) = self.link.take() else { return };
        // With a gap in it, it would be cut there.
        let Some(address) = address.map(|address| address.trim().replace(char::is_whitespace, "%20")) else { return };
        let text = at.and_then(|at| self.out.get(at..)).unwrap_or_default().trim();
        // A page shows `ü` where the address has `%C3%BC`.
        let is_shown = decoded(bare(text)) == decoded(bare(&address)) || text.starts_with("[image");
        let leads_somewhere = ["http://", "https://", "mailto:", "tel:"]
            .iter()
            .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if is_shown || !leads_somewhere {
            return;
        }
        if is_signed(&address) {
            if text.is_empty() {
                let file = file_name(&address).map_or_else(String::new, |file| format!(": {file}"));
                self.place_holder(&format!("[attachment{file}]"));
            }
            return;
        }
        let is_empty = text.is_empty();
        self.words(&if is_empty { format!(" {address} ") } else { format!(" ({address})") });
    }
}

/// An address as people write it.
fn bare(address: &str) -> &str {
    ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(address)
        .trim_end_matches('/')
}

fn attribute(tag: &StartTag, name: &str) -> Option<String> {
    tag.attribute(name).map(str::to_owned)
}

#[cfg(test)]
mod tests;
