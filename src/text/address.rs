//! Where a link may lead, and what the file there is called.

use super::cut::name;
use percent_encoding::{percent_decode_str, percent_encode_byte};
use std::borrow::Cow;

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
    // Letters beyond ASCII stay, because readers see the address.
    let mut encoded = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '"' | '\'' | '<' | '>' | '\\' | '`' => encoded.push_str(percent_encode_byte(c as u8)),
            c if c.is_whitespace() => encoded.push_str(percent_encode_byte(b' ')),
            c => encoded.push(c),
        }
    }
    Some(encoded)
}

/// The name of the file that an address leads to, as people read it.
pub(super) fn file_name(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let (_, file) = path.rsplit_once('/')?;
    Some(name(&decoded(file))).filter(|file| !file.is_empty() && !address.starts_with("data:"))
}

/// Whether it leads to a file that Intercom keeps. Such an address is signed and expires, so it tells a reader nothing.
pub(super) fn is_signed(address: &str) -> bool {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    host.ends_with("intercomcdn.com")
        || host.starts_with("intercom-attachments")
        || host.contains(".intercom-attachments")
}

/// Percent-encoding undone, where that gives text.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text)).into_owned()
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

    #[test]
    fn a_file_is_called_as_people_read_it() {
        for (address, expected) in [
            ("https://x.io/a/shot%201.png?sig=abc", Some("shot 1.png")),
            ("https://x.io/gr%C3%BC%C3%9Fe.pdf#page=2", Some("grüße.pdf")),
            ("https://x.io/100%.png", Some("100%.png")),
            ("https://x.io/%ff.png", Some("%ff.png")),
            ("https://x.io/a%0Ab%00.png", Some("a b .png")),
            ("https://x.io/", None),
            ("data:image/png;base64,a/b", None),
            ("shot.png", None),
        ] {
            assert_eq!(file_name(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn addresses_of_intercoms_own_files_are_signed() {
        for address in [
            "https://downloads.intercomcdn.com/i/o/1/a.png?expires=1&signature=2",
            "https://company.intercom-attachments-1.com/i/o/1/a.pdf?expires=1",
            "https://intercom-attachments-1.com/a.pdf",
        ] {
            assert!(is_signed(address), "{address}");
        }
        for address in ["https://example.org/intercomcdn.com", "mailto:a@intercomcdn.com", "https://intercom.com", ""] {
            assert!(!is_signed(address), "{address}");
        }
    }
}
