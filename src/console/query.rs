//! The part of an address after the `?`.

/// Its fields in their order, decoded. A field that is badly encoded stands for itself.
pub fn fields(url: &str) -> Vec<(String, String)> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
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
