//! HTML in an answer: what of it a reader would see.

use super::super::address::web_address;
use super::super::customer::{UnknownTags, html_to_text};

/// A link that was written as HTML.
pub(super) struct HtmlLink {
    pub(super) address: String,
    /// Its text so far.
    pub(super) shown: String,
}

impl HtmlLink {
    /// Where it leads, if its text does not say so already.
    pub(super) fn address_to_show(self) -> Option<String> {
        let address = web_address(&self.address)?;
        let shown = self.shown.trim();
        let bare = address.strip_prefix("mailto:").unwrap_or(&address);
        (shown != bare && shown != address && shown != self.address.trim()).then_some(address)
    }
}

/// The text of an HTML block.
pub(super) fn block_text(html: &str) -> String {
    if is_instruction(html) || swallows_the_rest(html) {
        return html.to_owned();
    }
    html_to_text(html, UnknownTags::Show)
}

/// Whether it is an instruction such as `<?php … ?>`, which stands in an answer to be read.
pub(super) fn is_instruction(html: &str) -> bool {
    html.trim_start().starts_with("<?")
}

/// Whether something begins in it that hides all that follows, and nowhere ends. Markdown takes the rest of an answer for
/// such a block, so a line that begins with the word `<script>` would lose the reader all lines after it.
fn swallows_the_rest(html: &str) -> bool {
    const HIDING: [(&str, &str); 6] = [
        ("<!--", "-->"),
        ("<script", "</script"),
        ("<style", "</style"),
        ("<title", "</title"),
        ("<iframe", "</iframe"),
        ("<noembed", "</noembed"),
    ];
    let html = html.to_ascii_lowercase();
    HIDING.iter().any(|(begin, end)| html.rfind(begin).is_some_and(|at| !html[at..].contains(end)))
}
