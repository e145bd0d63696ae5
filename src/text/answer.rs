//! An answer's Markdown as HTML for the customer.

use super::AnswerText;
use super::address::web_address;
use super::customer::{UnknownTags, first_tag, html_to_text};
use super::cut;
use super::elements::{is_block_element, is_html_element};
use super::html::{List, ReplyHtml, Writer};
use super::source::{Source, write_sources};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

/// A longer answer is cut after so many characters of its Markdown. Intercom documents no limit for a body.
pub const ANSWER_CAP: usize = 8_000;

/// Deeper lists are written as lines.
const DEEPEST_LIST: usize = 4;

/// What the customer sees of an answer; `None` where there is nothing to see.
///
/// Headings become bold paragraphs, code plain text, tables lines, images links. Markers of citations such as `[1.2]` are
/// left out, and its sources stand below. HTML in the answer shows as its text.
pub fn answer_to_reply(answer: &AnswerText, sources: &[Source]) -> Option<ReplyHtml> {
    let mut writer = Writer::default();
    write_answer(&mut writer, answer);
    write_sources(&mut writer, sources);
    writer.into_reply()
}

/// A line of the operator's own, without any Markdown; `None` where there is nothing to see.
pub fn plain_reply(line: &str) -> Option<ReplyHtml> {
    let mut writer = Writer::default();
    write_plain(&mut writer, line);
    writer.into_reply()
}

/// Writes an answer in paragraphs of its own.
pub(super) fn write_answer(writer: &mut Writer, answer: &AnswerText) {
    let head = cut::head(&answer.0, ANSWER_CAP);
    let markdown = head.unwrap_or(&answer.0);
    // Without strikethrough and the other extensions their marks stay in the text, where they can be read.
    let events = TextMergeStream::new(Parser::new_ext(markdown, Options::ENABLE_TABLES));
    let mut converter = Converter {
        writer,
        lists: Vec::new(),
        code: Code::No,
        row: Row::Body,
        cells: 0,
        html: None,
        html_links: Vec::new(),
    };
    for event in events {
        converter.event(event);
    }
    if head.is_some() {
        writer.text("…");
    }
    writer.end_paragraph();
}

/// Writes plain text in paragraphs of its own; an empty line ends a paragraph.
pub(super) fn write_plain(writer: &mut Writer, text: &str) {
    for paragraph in text.replace("\r\n", "\n").split("\n\n") {
        writer.paragraph();
        writer.text(paragraph);
    }
    writer.end_paragraph();
}

struct Converter<'w> {
    writer: &'w mut Writer,
    lists: Vec<ListForm>,
    code: Code,
    row: Row,
    /// How many cells of the row have begun.
    cells: usize,
    /// The HTML block that is being collected.
    html: Option<String>,
    /// Where the HTML links lead that are open within a line.
    html_links: Vec<String>,
}

/// How a list is written.
enum ListForm {
    /// As a list.
    Element,
    /// As lines with these numbers: HTML's numbers begin at 1, because attributes are not among what Intercom keeps.
    Numbers(u64),
    /// As lines with dashes.
    Dashes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Head,
    Body,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    No,
    Yes,
}

impl Converter<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code == Code::Yes => self.writer.text(&text),
            Event::Text(text) => self.writer.text(&without_citations(&text)),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.writer.text(&text),
            Event::Html(html) => self.html.get_or_insert_default().push_str(&html),
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::FootnoteReference(label) => self.writer.text(&format!("[^{label}]")),
            // A model that begins a new line means one.
            Event::SoftBreak | Event::HardBreak => self.writer.line_break(),
            Event::Rule => self.writer.end_paragraph(),
            Event::TaskListMarker(done) => self.writer.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.writer.paragraph();
                self.writer.bold();
            }
            Tag::CodeBlock(_) => {
                self.writer.paragraph();
                self.code = Code::Yes;
            }
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.start_item(),
            Tag::TableHead => {
                self.writer.paragraph();
                (self.row, self.cells) = (Row::Head, 0);
            }
            Tag::TableRow => {
                self.writer.line_break();
                (self.row, self.cells) = (Row::Body, 0);
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.writer.italic(),
            Tag::Strong => self.writer.bold(),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.writer.link(&format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.writer.link(&dest_url),
            Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition => self.writer.paragraph(),
            Tag::HtmlBlock
            | Tag::Table(_)
            | Tag::DefinitionList
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_html_links();
                self.writer.end_inline();
                self.writer.end_paragraph();
            }
            TagEnd::CodeBlock => {
                self.code = Code::No;
                self.writer.end_paragraph();
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                write_plain(self.writer, &html_to_text(&html, UnknownTags::Show));
            }
            TagEnd::List(_) => {
                if let Some(ListForm::Element) = self.lists.pop() {
                    self.writer.end_list_or_item();
                }
            }
            TagEnd::Item => {
                self.end_html_links();
                match self.lists.last() {
                    Some(ListForm::Element) => self.writer.end_list_or_item(),
                    Some(ListForm::Numbers(_) | ListForm::Dashes) | None => self.writer.end_paragraph(),
                }
            }
            TagEnd::TableCell => match self.row {
                Row::Head => self.writer.end_inline(),
                Row::Body => {}
            },
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image => self.writer.end_inline(),
            TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table => {
                self.end_html_links();
                self.writer.end_paragraph();
            }
            TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::DefinitionList
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn start_list(&mut self, first: Option<u64>) {
        let form = match first {
            Some(number) if number != 1 || self.writer.list_depth() >= DEEPEST_LIST => ListForm::Numbers(number),
            Some(_) => {
                self.writer.list(List::Numbers);
                ListForm::Element
            }
            None if self.writer.list_depth() >= DEEPEST_LIST => ListForm::Dashes,
            None => {
                self.writer.list(List::Bullets);
                ListForm::Element
            }
        };
        self.lists.push(form);
    }

    fn start_item(&mut self) {
        let prefix = match self.lists.last_mut() {
            Some(ListForm::Element) => return self.writer.item(),
            Some(ListForm::Numbers(number)) => {
                let prefix = format!("{number}. ");
                *number = number.saturating_add(1);
                prefix
            }
            Some(ListForm::Dashes) | None => "- ".to_owned(),
        };
        self.writer.paragraph();
        self.writer.prefix(&prefix);
    }

    fn start_cell(&mut self) {
        if self.cells > 0 {
            self.writer.text(" | ");
        }
        self.cells += 1;
        match self.row {
            Row::Head => self.writer.bold(),
            Row::Body => {}
        }
    }

    /// One tag or comment within a line. Its effect on the text is kept, the tag is not.
    fn inline_html(&mut self, html: &str) {
        let Some(tag) = first_tag(html) else { return };
        match (tag.name.as_str(), tag.is_end) {
            ("br", _) => self.writer.line_break(),
            ("a", false) => self.html_links.push(tag.href.unwrap_or_default()),
            ("a", true) => self.end_html_link(),
            ("img", _) => {
                self.writer.link(&tag.src.unwrap_or_default());
                self.writer.text(&tag.alt.unwrap_or_default());
                self.writer.end_inline();
            }
            (name, _) if is_block_element(name) => self.writer.line_break(),
            (name, _) if is_html_element(name) => {}
            _ => self.writer.text(html),
        }
    }

    /// A link that was written as HTML shows its address after its text.
    fn end_html_link(&mut self) {
        if let Some(address) = self.html_links.pop().and_then(|address| web_address(&address)) {
            self.writer.text(&format!(" ({address})"));
        }
    }

    fn end_html_links(&mut self) {
        while !self.html_links.is_empty() {
            self.end_html_link();
        }
    }
}

/// What the answer's markers name, such as `1.2`: each once, in their order.
pub fn citations(answer: &AnswerText) -> Vec<&str> {
    let mut cited = Vec::new();
    for (at, _) in answer.0.match_indices('[') {
        if let Some(length) = citation_length(&answer.0[at..]) {
            let name = &answer.0[at + 1..at + length - 1];
            if !cited.contains(&name) {
                cited.push(name);
            }
        }
    }
    cited
}

/// GPT Trainer marks citations as `[1.2]`; what they refer to is not in the answer. A whole number such as `[1]` may be text.
fn without_citations(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, marker) = rest.split_at(at);
        kept.push_str(before);
        match citation_length(marker) {
            Some(length) => {
                rest = &marker[length..];
                if rest.starts_with(|c: char| !c.is_alphanumeric() && c != '[') {
                    kept.truncate(kept.trim_end_matches(' ').len());
                }
            }
            None => {
                kept.push('[');
                rest = &marker[1..];
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// How long the marker is with which this text begins.
fn citation_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.bytes().take(10).position(|b| b == b']')?;
    let (major, minor) = inside[..end].split_once('.')?;
    let number = |digits: &str| (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (number(major) && number(minor)).then_some(end + 2)
}

#[cfg(test)]
mod tests;
