//! An answer's Markdown as HTML for the customer.

mod citations;
mod code;
mod definitions;
mod raw_html;
mod spaceless;
mod words;
mod wrapping;

use super::AnswerText;
use super::customer::first_tag;
use super::cut;
use super::elements::{Blanks, is_block_element, is_html_element};
use super::html::{List, ReplyHtml, Writer};
use super::source::{Source, write_sources};
pub use citations::citations;
use definitions::Definitions;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};
use raw_html::{HtmlLink, block_text, is_instruction};
use words::{Links, write_words};

/// A longer answer ends after so many characters of its Markdown. Intercom documents no limit for a body, so this is our
/// choice: some three pages, more than anybody reads in a chat window, and little enough that converting it takes no time
/// worth counting, whatever stands in it.
pub const ANSWER_CAP: usize = 8_000;

/// Tells the customer that a long answer was not meant to end there; a bare `…` could be the AI's own.
const CLOSING_LINE: &str = "(The answer was longer and ends here.)";

/// Deeper lists are written as lines.
const DEEPEST_LIST: usize = 4;

/// What the customer sees of an answer; `None` where there is nothing to see.
///
/// Headings become bold paragraphs, code plain text in quotes, tables lines, images and bare addresses links. Markers of
/// citations such as `[1.2]` are left out, and its sources stand below. HTML in the answer shows as its text.
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
    let whole = wrapping::unwrapped(&answer.0);
    let head = cut::sentences(whole, ANSWER_CAP);
    let before = writer.written();
    write_markdown(writer, head.unwrap_or(whole));
    // Where nothing can be seen, saying that it was longer would be no answer either.
    if head.is_some() && writer.written() > before {
        writer.paragraph();
        writer.text(CLOSING_LINE);
    }
    writer.end_paragraph();
}

fn write_markdown(writer: &mut Writer, markdown: &str) {
    // Without strikethrough and the other extensions their marks stay in the text, where they can be read.
    let markdown = spaceless::with_joiners(markdown);
    let parser = Parser::new_ext(&markdown, Options::ENABLE_TABLES);
    let definitions = Definitions::of(&parser);
    let mut converter = Converter {
        writer,
        definitions,
        lists: Vec::new(),
        links: 0,
        code: None,
        row: Row::Body,
        cells: 0,
        html: None,
        html_link: None,
        blanks: Blanks::of(&markdown),
    };
    for event in TextMergeStream::new(parser) {
        converter.event(event);
    }
    let Converter { writer, definitions, .. } = converter;
    writer.end_paragraph();
    for unused in definitions.unused() {
        write_plain(writer, &unused);
    }
}

/// Writes plain text in paragraphs of its own; an empty line ends a paragraph.
pub(super) fn write_plain(writer: &mut Writer, text: &str) {
    for paragraph in text.replace("\r\n", "\n").split("\n\n") {
        writer.paragraph();
        write_words(writer, paragraph, Links::Bare);
    }
    writer.end_paragraph();
}

struct Converter<'w> {
    writer: &'w mut Writer,
    definitions: Definitions,
    lists: Vec<ListForm>,
    /// How many links and images are open.
    links: usize,
    /// The code block that is being collected.
    code: Option<String>,
    row: Row,
    /// How many cells of the row have begun.
    cells: usize,
    /// The HTML block that is being collected.
    html: Option<String>,
    /// The link that is open within a line of HTML.
    html_link: Option<HtmlLink>,
    blanks: Blanks,
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

impl Converter<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.code(&code),
            Event::InlineMath(formula) | Event::DisplayMath(formula) => self.writer.text(&formula),
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
                self.code = Some(String::new());
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
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.start_link(&format!("mailto:{dest_url}")),
            Tag::Link { link_type, dest_url, id, .. } | Tag::Image { link_type, dest_url, id, .. } => {
                self.definitions.refer(link_type, &dest_url, &id);
                self.start_link(&dest_url);
            }
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
                self.end_html_link();
                self.writer.end_inline();
                self.writer.end_paragraph();
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.code(code.trim_matches('\n'));
                self.writer.end_paragraph();
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                write_plain(self.writer, &block_text(&html));
            }
            TagEnd::List(_) => {
                if let Some(ListForm::Element) = self.lists.pop() {
                    self.writer.end_list_or_item();
                }
            }
            TagEnd::Item => {
                self.end_html_link();
                match self.lists.last() {
                    Some(ListForm::Element) => self.writer.end_list_or_item(),
                    Some(ListForm::Numbers(_) | ListForm::Dashes) | None => self.writer.end_paragraph(),
                }
            }
            TagEnd::TableCell => match self.row {
                Row::Head => self.writer.end_inline(),
                Row::Body => {}
            },
            TagEnd::Emphasis | TagEnd::Strong => self.writer.end_inline(),
            TagEnd::Link | TagEnd::Image => {
                self.links = self.links.saturating_sub(1);
                self.writer.end_inline();
            }
            TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table => {
                self.end_html_link();
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

    fn start_link(&mut self, address: &str) {
        self.links += 1;
        self.writer.link(address);
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        if let Some(link) = &mut self.html_link {
            link.shown.push_str(text);
        }
        let links = if self.links > 0 || self.html_link.is_some() { Links::None } else { Links::Bare };
        write_words(self.writer, &citations::without_citations(text), links);
    }

    fn code(&mut self, code: &str) {
        if !code.trim().is_empty() {
            self.writer.text(&code::as_text(code));
        }
    }

    /// One tag or comment within a line. Its effect on the text is kept, the tag is not.
    fn inline_html(&mut self, html: &str) {
        if is_instruction(html) {
            return self.writer.text(html);
        }
        let Some(tag) = first_tag(html) else { return };
        match (tag.name.as_str(), tag.is_end) {
            (name, false) if self.blanks.has(name) => self.writer.text(html),
            ("br", _) => self.writer.line_break(),
            ("a", false) => {
                self.end_html_link();
                self.html_link = Some(HtmlLink { address: tag.href.unwrap_or_default(), shown: String::new() });
            }
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

    /// A link that was written as HTML shows its address after its text, unless the address is its text.
    fn end_html_link(&mut self) {
        if let Some(address) = self.html_link.take().and_then(HtmlLink::address_to_show) {
            self.writer.text(" (");
            self.writer.link(&address);
            self.writer.text(&address);
            self.writer.end_inline();
            self.writer.text(")");
        }
    }
}

#[cfg(test)]
mod tests;
