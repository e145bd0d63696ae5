//! Where a link may lead.

/// An address that a link may lead to: http, https or mailto, with what must not stand in one percent-encoded.
pub(super) fn web_address(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once(':')?;
    let leads_somewhere = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//").is_some_and(|host| host.starts_with(is_host_character)),
        "mailto" => !rest.is_empty(),
        _ => false,
    };
    if !leads_somewhere || address.len() > 2_000 || address.contains(char::is_control) {
        return None;
    }
    let mut encoded = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '"' => encoded.push_str("%22"),
            '\'' => encoded.push_str("%27"),
            '<' => encoded.push_str("%3C"),
            '>' => encoded.push_str("%3E"),
            '\\' => encoded.push_str("%5C"),
            '`' => encoded.push_str("%60"),
            c if c.is_whitespace() => encoded.push_str("%20"),
            c => encoded.push(c),
        }
    }
    Some(encoded)
}

fn is_host_character(c: char) -> bool {
    c.is_alphanumeric() || c == '['
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_web_or_to_a_mailbox() {
        for (address, expected) in [
            ("https://example.org/a?b=c&d=e", Some("https://example.org/a?b=c&d=e")),
            (" HTTP://Example.org ", Some("HTTP://Example.org")),
            ("mailto:help@example.org", Some("mailto:help@example.org")),
            ("https://example.org/\"><b> x'", Some("https://example.org/%22%3E%3Cb%3E%20x%27")),
            ("https://[::1]/", Some("https://[::1]/")),
            ("javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)", None),
            ("java\nscript:alert(1)", None),
            ("https://example.org/\nx", None),
            ("data:text/html,x", None),
            ("//example.org", None),
            ("/help", None),
            ("https:example.org", None),
            ("https:///x", None),
            ("mailto:", None),
            ("", None),
        ] {
            assert_eq!(web_address(address).as_deref(), expected, "{address}");
        }
    }
}
