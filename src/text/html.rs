//! The only place where HTML for Intercom is written, so that nothing but these elements can come out: `p br b i ul ol li`,
//! and `a` with an http, https or mailto address. Intercom publishes no list of what it keeps; these were seen to be kept.

use super::address::web_address;
use super::cut::is_visible;
use crate::html::escaped;
use std::fmt;

/// What a customer will see. It exists only as made from checked pieces, so it is never read from anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyHtml(String);

/// What only teammates will see.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteHtml(String);

impl ReplyHtml {
    /// The HTML, for the body of a reply.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NoteHtml {
    /// The HTML, for the body of a note.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReplyHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyHtml({} bytes)", self.0.len())
    }
}

impl fmt::Debug for NoteHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteHtml({} bytes)", self.0.len())
    }
}

/// An invisible letter, never written: those who prepare texts may use it as a mark.
pub(super) const JOINER: char = '\u{2060}';

/// Writes HTML piece by piece. Text always stands in a paragraph or a list item; whatever stays empty is taken back.
#[derive(Default)]
pub(super) struct Writer {
    html: String,
    blocks: Vec<(Block, Opened)>,
    inlines: Vec<(Inline, Opened)>,
    /// Those of them that are no [`Inline::Ignored`]: at most one of each, however deep the others are nested.
    open: Vec<Inline>,
    /// Where the open link leads; shown if it gets no text.
    address: String,
    /// Line breaks that are due before the next text.
    breaks: usize,
    line: Line,
    content: Content,
}

/// Whether the current line has text on it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Line {
    #[default]
    Fresh,
    Begun,
}

/// Whether a reader would see anything.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Content {
    #[default]
    Blank,
    Visible,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Paragraph,
    List(List),
    Item,
}

/// The two kinds of lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Bullets,
    Numbers,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inline {
    Bold,
    Italic,
    Link,
    /// Asked for inside itself, or a link that leads nowhere we would send anybody.
    Ignored,
}

/// Where an element's tag begins and ends.
#[derive(Clone, Copy)]
struct Opened {
    tag: usize,
    inside: usize,
}

impl Writer {
    /// Goes on in a new paragraph; inside a list item, on a new line.
    pub(super) fn paragraph(&mut self) {
        match self.blocks.last() {
            Some((Block::Item, _)) => self.new_line(),
            Some((Block::Paragraph, _)) if self.line == Line::Fresh && self.breaks == 0 => {}
            Some((Block::Paragraph, _)) => {
                self.end_paragraph();
                self.open(Block::Paragraph);
            }
            Some((Block::List(_), _)) => self.open(Block::Item),
            None => self.open(Block::Paragraph),
        }
    }

    /// Ends the paragraph, if there is one; inside a list item, the line.
    pub(super) fn end_paragraph(&mut self) {
        match self.blocks.last() {
            Some((Block::Paragraph, _)) => self.close_block(),
            Some((Block::Item, _)) => self.new_line(),
            Some((Block::List(_), _)) | None => {}
        }
    }

    /// Begins a list.
    pub(super) fn list(&mut self, list: List) {
        self.end_paragraph();
        self.open(Block::List(list));
    }

    /// Begins an item of the list that is open.
    pub(super) fn item(&mut self) {
        self.open(Block::Item);
    }

    /// Ends the item or the list that was begun last.
    pub(super) fn end_list_or_item(&mut self) {
        self.end_paragraph();
        self.close_block();
    }

    /// How much has been written: it grows with every word.
    pub(super) fn written(&self) -> usize {
        self.html.len()
    }

    /// How deep lists are nested.
    pub(super) fn list_depth(&self) -> usize {
        self.blocks.iter().filter(|(block, _)| matches!(block, Block::List(_))).count()
    }

    /// Escaped text; a line break in it becomes one.
    pub(super) fn text(&mut self, text: &str) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.line_break();
            }
            self.words(line);
        }
    }

    /// Text after which a paragraph may begin without a new line, such as `2. `.
    pub(super) fn prefix(&mut self, text: &str) {
        self.words(text);
        self.line = Line::Fresh;
    }

    /// Goes on in a new line. Breaks before and after all text of a block fall away, and more than two become two.
    pub(super) fn line_break(&mut self) {
        if self.line == Line::Begun || self.breaks > 0 {
            self.breaks = (self.breaks + 1).min(2);
            self.line = Line::Fresh;
        }
    }

    fn new_line(&mut self) {
        if self.line == Line::Begun {
            self.line_break();
        }
    }

    /// Begins bold text.
    pub(super) fn bold(&mut self) {
        self.begin(Inline::Bold, "<b>");
    }

    /// Begins italic text.
    pub(super) fn italic(&mut self) {
        self.begin(Inline::Italic, "<i>");
    }

    /// Begins a link. Where the address is none that we would send anybody to, or a link is open, only its text will show.
    pub(super) fn link(&mut self, address: &str) {
        match web_address(address) {
            Some(address) => {
                let address = escaped(&address).into_owned();
                let tag = format!("<a href=\"{address}\">");
                if self.begin(Inline::Link, &tag) == Inline::Link {
                    self.address = address;
                }
            }
            None => {
                self.begin(Inline::Ignored, "");
            }
        }
    }

    /// Ends the bold, italic or link that was begun last.
    pub(super) fn end_inline(&mut self) {
        let Some((inline, opened)) = self.inlines.pop() else { return };
        let tag = match inline {
            Inline::Bold => "</b>",
            Inline::Italic => "</i>",
            Inline::Link => {
                if self.html.len() == opened.inside {
                    self.html.push_str(&self.address);
                    self.line = Line::Begun;
                    self.content = Content::Visible;
                }
                "</a>"
            }
            Inline::Ignored => return,
        };
        self.open.pop();
        self.close(opened, tag);
    }

    /// What was written for a customer; `None` where a reader would see nothing.
    pub(super) fn into_reply(self) -> Option<ReplyHtml> {
        (self.content == Content::Visible).then(|| ReplyHtml(self.into_html()))
    }

    /// What was written for teammates.
    pub(super) fn into_note(self) -> NoteHtml {
        NoteHtml(self.into_html())
    }

    fn into_html(mut self) -> String {
        while !self.blocks.is_empty() {
            self.close_block();
        }
        self.html
    }

    fn words(&mut self, words: &str) {
        let blank = !words.contains(is_visible);
        if words.is_empty() || (blank && self.line == Line::Fresh) {
            return;
        }
        self.begin_text();
        let shown: String = words.chars().filter(|c| (!c.is_control() || *c == '\t') && *c != JOINER).collect();
        self.html.push_str(&escaped(&shown));
        self.line = Line::Begun;
        if !blank {
            self.content = Content::Visible;
        }
    }

    /// Makes sure that text may follow here.
    fn begin_text(&mut self) {
        match self.blocks.last() {
            Some((Block::Paragraph | Block::Item, _)) => {}
            Some((Block::List(_), _)) => self.open(Block::Item),
            None => self.open(Block::Paragraph),
        }
        for _ in 0..std::mem::take(&mut self.breaks) {
            self.html.push_str("<br>");
        }
    }

    fn begin(&mut self, inline: Inline, tag: &str) -> Inline {
        let inline = if self.open.contains(&inline) { Inline::Ignored } else { inline };
        self.begin_text();
        let at = self.html.len();
        if inline != Inline::Ignored {
            self.html.push_str(tag);
            self.open.push(inline);
        }
        self.inlines.push((inline, Opened { tag: at, inside: self.html.len() }));
        inline
    }

    fn open(&mut self, block: Block) {
        self.end_inlines();
        let at = self.html.len();
        self.html.push_str(match block {
            Block::Paragraph => "<p>",
            Block::List(List::Bullets) => "<ul>",
            Block::List(List::Numbers) => "<ol>",
            Block::Item => "<li>",
        });
        self.blocks.push((block, Opened { tag: at, inside: self.html.len() }));
        self.breaks = 0;
        self.line = Line::Fresh;
    }

    fn close_block(&mut self) {
        self.end_inlines();
        let Some((block, opened)) = self.blocks.pop() else { return };
        while self.html.ends_with(' ') {
            self.html.pop();
        }
        self.close(
            opened,
            match block {
                Block::Paragraph => "</p>",
                Block::List(List::Bullets) => "</ul>",
                Block::List(List::Numbers) => "</ol>",
                Block::Item => "</li>",
            },
        );
        self.breaks = 0;
        self.line = Line::Fresh;
    }

    fn end_inlines(&mut self) {
        while !self.inlines.is_empty() {
            self.end_inline();
        }
    }

    fn close(&mut self, opened: Opened, tag: &str) {
        if self.html.len() == opened.inside {
            self.html.truncate(opened.tag);
        } else {
            self.html.push_str(tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_stands_in_a_block() {
        let mut writer = Writer::default();
        writer.text("<p>\"a\" & b</p>\u{0}");
        assert_eq!(writer.into_note().as_str(), "<p>&lt;p&gt;&quot;a&quot; &amp; b&lt;/p&gt;</p>");
    }

    #[test]
    fn what_stays_empty_is_taken_back() {
        let mut writer = Writer::default();
        writer.list(List::Bullets);
        writer.item();
        writer.bold();
        writer.text(" \n ");
        assert_eq!(writer.into_reply(), None);
    }

    #[test]
    fn unbalanced_calls_leave_balanced_html() {
        let mut writer = Writer::default();
        writer.end_inline();
        writer.end_list_or_item();
        writer.bold();
        writer.text("a");
        writer.list(List::Numbers);
        writer.text("b");
        writer.italic();
        writer.text("c");
        writer.end_list_or_item();
        writer.text("d");
        assert_eq!(writer.into_note().as_str(), "<p><b>a</b></p><ol><li>b<i>c</i></li><li>d</li></ol>");
    }

    #[test]
    fn breaks_stand_only_between_lines() {
        let mut writer = Writer::default();
        writer.text("\n\na\n\n\n\nb\n");
        writer.paragraph();
        writer.text("c");
        assert_eq!(writer.into_note().as_str(), "<p>a<br><br>b</p><p>c</p>");
    }
}
