//! What an answer is based on, as far as a customer can look it up.

use super::PlainText;
use super::address::web_address;
use super::cut::{is_visible, name};
use super::html::Writer;
use serde::{Deserialize, Serialize};

/// A page that an answer is based on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// What it is called; empty where that is not known.
    pub title: PlainText,
    /// Where it is.
    pub address: PlainText,
}

impl Source {
    /// `None` where the address is none of the web.
    pub fn new(title: &str, address: &str) -> Option<Self> {
        let address = web_address(address).filter(|address| address.to_ascii_lowercase().starts_with("http"))?;
        let title = Some(name(title)).filter(|title| title.contains(is_visible)).unwrap_or_default();
        Some(Self { title: PlainText(title), address: PlainText(address) })
    }
}

/// Writes each source in a line of its own. No word stands above them: it would have to be in the customer's language.
pub(super) fn write_sources(writer: &mut Writer, sources: &[Source]) {
    writer.paragraph();
    for source in sources {
        writer.line_break();
        writer.link(&source.address.0);
        writer.text(&source.title.0);
        writer.end_inline();
    }
    writer.end_paragraph();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_page_of_the_web() {
        for (title, address, expected) in [
            ("Prices", "https://example.org/prices", Some(("Prices", "https://example.org/prices"))),
            (" \n ", " HTTP://example.org ", Some(("", "HTTP://example.org"))),
            ("\u{200b}", "http://example.org/\"", Some(("", "http://example.org/%22"))),
            ("a\nb", "http://example.org", Some(("a b", "http://example.org"))),
            ("x", "mailto:help@example.org", None),
            ("x", "javascript:alert(1)", None),
            ("x", "prices.pdf", None),
            ("x", "", None),
        ] {
            let source = Source::new(title, address);
            let expected = expected.map(|(title, address)| Source {
                title: PlainText(title.to_owned()),
                address: PlainText(address.to_owned()),
            });
            assert_eq!(source, expected, "{title} {address}");
        }
        assert_eq!(Source::new(&"x".repeat(300), "http://example.org").map(|it| it.title.0.len()), Some(100));
    }
}
