//! For tests: judges HTML as strictly as possible.

/// Fails where the HTML holds anything but the allowed elements, properly nested, with all text in blocks.
pub(super) fn check(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if c != '<' {
            let end = rest.find('<').unwrap_or(rest.len());
            check_text(&rest[..end], html);
            assert!(matches!(open.first(), Some(&("p" | "ul" | "ol"))), "text outside of blocks: {html}");
            assert!(!matches!(open.last(), Some(&("ul" | "ol"))), "text outside of items: {html}");
            rest = &rest[end..];
            continue;
        }
        let end = rest.find('>').unwrap_or_else(|| panic!("an unclosed tag: {html}"));
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        match tag {
            "br" => assert!(!open.is_empty(), "a break outside of blocks: {html}"),
            "p" => {
                assert!(open.is_empty(), "a nested paragraph: {html}");
                open.push(tag);
            }
            "ul" | "ol" => {
                assert!(matches!(open.last(), None | Some(&"li")), "a list in the wrong place: {html}");
                open.push(tag);
            }
            "li" => {
                assert!(matches!(open.last(), Some(&("ul" | "ol"))), "an item outside of a list: {html}");
                open.push(tag);
            }
            "b" | "i" => {
                assert!(!open.is_empty() && !open.contains(&tag), "a misplaced {tag}: {html}");
                open.push(tag);
            }
            _ if tag.starts_with('/') => assert_eq!(open.pop(), Some(&tag[1..]), "wrong nesting: {html}"),
            _ => {
                let address = tag.strip_prefix("a href=\"").and_then(|rest| rest.strip_suffix('"'));
                let address = address.unwrap_or_else(|| panic!("<{tag}> is not allowed: {html}"));
                check_text(address, html);
                let start = address.to_ascii_lowercase();
                assert!(
                    ["http://", "https://", "mailto:"].iter().any(|scheme| start.starts_with(scheme)),
                    "leads astray: {html}"
                );
                assert!(!open.is_empty() && !open.contains(&"a"), "a misplaced link: {html}");
                open.push("a");
            }
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "left open: {html}");
}

fn check_text(text: &str, html: &str) {
    assert!(!text.contains(['>', '"']), "unescaped: {html}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\t'), "a control character: {html}");
    for (at, _) in text.match_indices('&') {
        let entity = &text[at..];
        assert!(["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|known| entity.starts_with(known)), "unescaped: {html}");
    }
}
