//! What an answer is based on. The markers stand in the answer, what they mean only in the session's message.

use super::exchanges::Exchange;
use super::said::squeeze;
use crate::json;
use crate::text::{AnswerText, Source, citations};
use serde_json::{Map, Value};
use std::fmt;

/// More pages than this nobody looks up.
const MOST_SOURCES: usize = 5;

/// Where the address of a page was seen. Types of sources have other names in each of the vendor's documents, so what looks
/// like an address is one.
const ADDRESSES: [&str; 3] = ["reference_source_link", "url", "file_name"];

/// `cite_data_json` as it came. It holds passages of the sources and may be long, so only one that is wanted is read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CiteData(Value);

impl fmt::Debug for CiteData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CiteData")
    }
}

impl CiteData {
    pub(super) fn new(data: Value) -> Self {
        Self(data)
    }

    /// It was seen as a text of JSON, and as `{}`, `null` and an empty text; an object is understood as well.
    fn entries(&self) -> Option<Map<String, Value>> {
        let read = match &self.0 {
            Value::String(text) => json::value(text.as_bytes()).ok()?,
            Value::Object(_) => self.0.clone(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
        };
        match read {
            Value::Object(entries) => Some(entries),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        }
    }
}

/// The pages of the web that an answer cites, in the order of its markers; none where the session does not have the answer,
/// because another answer's markers mean other pages.
pub fn sources(answer: &AnswerText, exchanges: &[Exchange]) -> Vec<Source> {
    let said = squeeze(&answer.0);
    let exchange = exchanges.iter().rev().find(|exchange| squeeze(&exchange.response.0) == said);
    let Some(entries) = exchange.and_then(|exchange| exchange.citations.entries()) else { return Vec::new() };
    let mut sources: Vec<Source> = Vec::new();
    for source in citations(answer).into_iter().filter_map(|marker| source(entries.get(marker)?)) {
        if sources.len() < MOST_SOURCES && sources.iter().all(|known| known.address != source.address) {
            sources.push(source);
        }
    }
    sources
}

fn source(entry: &Value) -> Option<Source> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    ADDRESSES.into_iter().find_map(|key| Source::new(text("title"), text(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PlainText;
    use serde_json::json;

    fn exchange(response: &str, cited: Value) -> Exchange {
        Exchange {
            uuid: None,
            query: PlainText("Hi".to_owned()),
            response: AnswerText(response.to_owned()),
            error: None,
            finished: true,
            citations: CiteData(cited),
        }
    }

    /// The addresses, each with its title.
    fn cited(answer: &str, exchanges: &[Exchange]) -> Vec<(String, String)> {
        let sources = sources(&AnswerText(answer.to_owned()), exchanges);
        sources.into_iter().map(|source| (source.address.0, source.title.0)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(address, title)| ((*address).to_owned(), (*title).to_owned())).collect()
    }

    #[test]
    fn the_pages_of_an_answers_markers_are_its_sources() {
        let data = json!({
            "1.1": {"title": "Prices", "file_name": "https://example.org/prices", "text": "It is 9."},
            "1.2": {"title": "", "file_name": "a.pdf", "reference_source_link": "https://example.org/a"},
            "2.1": {"title": "Again", "url": "https://example.org/prices"},
            "3.1": {"title": "A file", "file_name": "b.pdf"},
            "3.2": {"title": null, "url": 7, "file_name": "javascript:alert(1)"},
            "4.1": "https://example.org/no",
            "5.1": {"title": "Not cited", "url": "https://example.org/not"},
        });
        let expected = pairs(&[("https://example.org/a", ""), ("https://example.org/prices", "Prices")]);
        let answer = "A [1.2], b [1.1][2.1], c [3.1] [3.2] [4.1] [9.9].";
        for data in [data.clone(), Value::String(data.to_string())] {
            assert_eq!(cited(answer, &[exchange(answer, data)]), expected);
        }
    }

    #[test]
    fn whatever_else_stands_there_is_no_source() {
        for data in [
            json!({}),
            json!("{}"),
            json!(null),
            json!("null"),
            json!(""),
            json!("{"),
            json!([1]),
            json!("[1]"),
            json!(7),
        ] {
            assert_eq!(cited("A [1.2]", &[exchange("A [1.2]", data.clone())]), [], "{data}");
        }
    }

    #[test]
    fn the_markers_of_another_answer_mean_other_pages() {
        let page = |n: u8| json!({"1.2": {"url": format!("https://example.org/{n}")}});
        let exchanges = [exchange("A [1.2]", page(1)), exchange(" A\n[1.2] ", page(2)), exchange("B [1.2]", page(3))];
        assert_eq!(cited("A [1.2]", &exchanges), pairs(&[("https://example.org/2", "")]));
        assert_eq!(cited("C [1.2]", &exchanges), []);
        assert_eq!(cited("C [1.2]", &[]), []);
    }

    #[test]
    fn there_are_few_sources_and_none_is_printed() {
        let data: Map<_, _> =
            (0..9).map(|n| (format!("1.{n}"), json!({"url": format!("https://example.org/{n}")}))).collect();
        let answer: String = (0..9).map(|n| format!("[1.{n}]")).collect();
        let exchanges = [exchange(&answer, Value::Object(data))];
        assert_eq!(cited(&answer, &exchanges).len(), MOST_SOURCES);
        let sources = sources(&AnswerText(answer), &exchanges);
        assert!(!format!("{exchanges:?} {sources:?}").contains("example"));
    }
}
