//! The part of an address after the `?`.

/// Its fields in their order, decoded.
pub fn fields(url: &str) -> Vec<(String, String)> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').filter(|field| !field.is_empty()).map(field).collect()
}

fn field(field: &str) -> (String, String) {
    let (name, value) = field.split_once('=').unwrap_or((field, ""));
    (decoded(name), decoded(value))
}

/// What is not encoded as it should be stands for itself.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let (byte, after) = match (first, others) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, after),
                (_, _) => (b'%', others),
            },
            (b'+', _) => (b' ', others),
            (_, _) => (*first, others),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Vec<(String, String)> {
        fields(url)
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_are_read_in_order_and_decoded() {
        assert_eq!(of("https://x/api/turns?a=1&b=x%2Cy&a=2"), pairs(&[("a", "1"), ("b", "x,y"), ("a", "2")]));
        assert_eq!(of("https://x/?a+b=c+d%20e&f&&g=h=i#j"), pairs(&[("a b", "c d e"), ("f", ""), ("g", "h=i")]));
        assert_eq!(of("https://x/?%C3%A4=%e2%82%ac"), pairs(&[("ä", "€")]));
    }

    #[test]
    fn what_is_badly_encoded_stands_for_itself() {
        assert_eq!(
            of("https://x/?a=%&b=%1&c=%zz&d=%ff"),
            pairs(&[("a", "%"), ("b", "%1"), ("c", "%zz"), ("d", "\u{fffd}")])
        );
    }

    #[test]
    fn there_may_be_none() {
        assert_eq!(of("https://x/api"), pairs(&[]));
        assert_eq!(of("https://x/api?"), pairs(&[]));
    }
}
