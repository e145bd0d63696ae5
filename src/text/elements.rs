//! Which tags are HTML, and which only look like it: `<your-name>` in an answer is a word for the reader.

/// Whether HTML knows an element of this name (lower case).
pub(super) fn is_html_element(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

/// Whether it stands on lines of its own.
pub(super) fn is_block_element(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

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
    fn the_lists_are_sorted_and_blocks_are_elements() {
        assert!(ELEMENTS.is_sorted() && BLOCKS.is_sorted());
        assert!(BLOCKS.iter().all(|block| is_html_element(block)));
        assert!(!is_html_element("your-name"));
    }
}
