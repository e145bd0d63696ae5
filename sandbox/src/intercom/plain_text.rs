//! HTML bodies as plain text: for `display_as=plaintext` and for webhooks of version 2.15 and later.

/// The text of an HTML body. Links become `label (url)`, pictures `[Image]`; paragraphs and list items become lines.
pub fn plain_text(html: &str) -> String {
    let mut text = String::new();
    let mut links: Vec<Option<String>> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&decoded(&rest[..start]));
        let Some(length) = rest[start..].find('>') else {
            rest = &rest[start..];
            break;
        };
        let tag = &rest[start + 1..start + length];
        rest = &rest[start + length + 1..];
        match tag_name(tag).as_str() {
            "br" => text.push('\n'),
            "/p" | "/li" | "/h1" | "/h2" | "/ul" | "/ol" | "/div" => end_line(&mut text),
            "img" => text.push_str("[Image]"),
            "a" => links.push(attribute(tag, "href")),
            "/a" => {
                if let Some(Some(url)) = links.pop() {
                    text.push_str(&format!(" ({url})"));
                }
            }
            _ => {}
        }
    }
    text.push_str(&decoded(rest));
    text.trim().to_owned()
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn tag_name(tag: &str) -> String {
    let end = tag.find(|character: char| character.is_whitespace()).unwrap_or(tag.len());
    tag[..end].trim_end_matches('/').to_ascii_lowercase()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!("{name}=\""))?.1;
    Some(decoded(value.split('"').next()?))
}

fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        rest = &rest[start..];
        let entity = rest.find(';').and_then(|end| Some((end, character(&rest[1..end])?)));
        let (length, character) = entity.map_or((1, '&'), |(end, character)| (end + 1, character));
        decoded.push(character);
        rest = &rest[length..];
    }
    decoded + rest
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_entities_become_characters() {
        let html = "<p class=\"no-margin\">Tea &amp; caf&#233; &lt;b&gt;</p><p>Two<br>lines &#x2615; &unknown;</p>";
        assert_eq!(plain_text(html), "Tea & café <b>\nTwo\nlines ☕ &unknown;");
    }

    #[test]
    fn links_keep_their_address() {
        let html = "<ul><li><a href=\"https://example.com/?a=1&amp;b=2\">Help</a></li><li><img src=\"x\"></li></ul>";
        assert_eq!(plain_text(html), "Help (https://example.com/?a=1&b=2)\n[Image]");
    }

    #[test]
    fn broken_html_is_kept_as_text() {
        assert_eq!(plain_text("1 < 2 and & so"), "1 < 2 and & so");
    }
}
