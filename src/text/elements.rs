//! Which tags are HTML, and which only look like it: `<your-name>` in an answer is a word for the reader.

use std::collections::BTreeSet;

/// Whether HTML knows an element of this name (lower case).
pub(super) fn is_html_element(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

/// Whether it stands on lines of its own.
pub(super) fn is_block_element(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

/// Start tags that are words for the reader, as in `Send it to <address>.`: their name is one that people also put in angle
/// brackets, and nothing in the text ends the element.
pub(super) struct Blanks {
    ended: BTreeSet<&'static str>,
}

impl Blanks {
    pub(super) fn of(text: &str) -> Self {
        let after_ends = text.match_indices("</").map(|(at, start)| &text[at + start.len()..]);
        Self { ended: after_ends.filter_map(name_that_ends).collect() }
    }

    /// Whether a start tag of this name (lower case) is one.
    pub(super) fn has(&self, name: &str) -> bool {
        BLANKS.binary_search(&name).is_ok() && !self.ended.contains(name)
    }
}

fn name_that_ends(after: &str) -> Option<&'static str> {
    let length = after.bytes().take(LONGEST_BLANK + 1).position(|b| !b.is_ascii_alphanumeric())?;
    let name = after[..length].to_ascii_lowercase();
    BLANKS.binary_search(&name.as_str()).ok().map(|at| BLANKS[at])
}

const LONGEST_BLANK: usize = 8;

/// Sorted.
#[rustfmt::skip]
const BLANKS: &[&str] = &[
    "address", "area", "body", "button", "caption", "code", "data", "details", "footer", "header", "input", "label", "legend", "link",
    "main", "map", "meter", "object", "option", "output", "param", "picture", "progress", "section", "select", "slot", "source",
    "summary", "template", "time", "title", "track", "var", "video",
];

/// Sorted.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tr", "ul",
];

/// Sorted. Those of the HTML standard and the obsolete ones that are still written.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big", "blockquote",
    "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data", "datalist",
    "dd", "del", "details", "dfn", "dialog", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure",
    "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "iframe",
    "img", "input", "ins", "kbd", "label", "legend", "li", "link", "main", "map", "mark", "meta", "meter", "nav",
    "noscript", "object", "ol", "optgroup", "option", "output", "p", "param", "picture", "pre", "progress", "q",
    "rp", "rt", "ruby", "s", "samp", "script", "section", "select", "slot", "small", "source", "span", "strike",
    "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "template", "textarea", "tfoot",
    "th", "thead", "time", "title", "tr", "track", "tt", "u", "ul", "var", "video", "wbr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_name_elements() {
        assert!(ELEMENTS.is_sorted() && BLOCKS.is_sorted() && BLANKS.is_sorted());
        assert!(BLOCKS.iter().chain(BLANKS).all(|name| is_html_element(name)));
        assert!(!is_html_element("your-name"));
    }

    #[test]
    fn a_blank_is_a_name_that_nothing_ends() {
        assert!(Blanks::of("Call at <time> or </timer>.").has("time"));
        assert!(!Blanks::of("At <time>nine</TIME >.").has("time"));
        assert!(!Blanks::of("<b> <your-name>").has("b"));
        assert!(!Blanks::of("<b> <your-name>").has("your-name"));
        assert_eq!(BLANKS.iter().map(|name| name.len()).max(), Some(LONGEST_BLANK));
    }
}
