//! Lines such as `[1]: https://example.org`, which Markdown shows nowhere.

use super::super::address::web_address;
use pulldown_cmark::{CowStr, LinkType, Parser};
use std::collections::BTreeSet;

/// The definitions of an answer, and which of them its links lead to. Where no link does, the line was meant to be read:
/// as a list of sources, or as words that only look like a definition.
pub(super) struct Definitions {
    /// In the order of the answer: the label, and the line as it reads.
    lines: Vec<(String, String)>,
    used: BTreeSet<String>,
}

impl Definitions {
    pub(super) fn of(parser: &Parser<'_>) -> Self {
        let mut lines: Vec<_> = parser.reference_definitions().iter().collect();
        lines.sort_by_key(|(_, definition)| definition.span.start);
        let lines = lines.into_iter().filter(|(_, definition)| !definition.dest.starts_with('#'));
        let lines = lines.map(|(label, definition)| {
            let title = definition.title.as_ref().map_or(String::new(), |title| format!(" {title}"));
            (folded(label), format!("{label}: {}{title}", definition.dest))
        });
        Self { lines: lines.collect(), used: BTreeSet::new() }
    }

    /// A link leads to this address. A footnote such as `[^1]: Handbook` looks like a link to Markdown, but is to be read.
    pub(super) fn refer(&mut self, link_type: LinkType, address: &str, label: &CowStr<'_>) {
        match link_type {
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
                if !label.starts_with('^') || web_address(address).is_some() =>
            {
                self.used.insert(folded(label));
            }
            LinkType::Reference
            | LinkType::Collapsed
            | LinkType::Shortcut
            | LinkType::ReferenceUnknown
            | LinkType::CollapsedUnknown
            | LinkType::ShortcutUnknown
            | LinkType::Inline
            | LinkType::Autolink
            | LinkType::Email
            | LinkType::WikiLink { .. } => {}
        }
    }

    pub(super) fn unused(self) -> impl Iterator<Item = String> {
        let Self { lines, used } = self;
        lines.into_iter().filter(move |(label, _)| !used.contains(label)).map(|(_, line)| line)
    }
}

/// As labels are compared: whatever their case and spacing. A label in capitals beyond ASCII may be read once too often.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}
