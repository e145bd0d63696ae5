//! The questions and answers of a session, read back to learn what became of a question whose answer was lost.

use super::answers::{is_id, parse_json};
use super::citations::CiteData;
use super::ids::MessageUuid;
use super::said::{AiAnswer, AiFailure, KnownTexts, judge, squeeze};
use crate::fault::{Fault, Silence};
use crate::http::HttpResponse;
use crate::text::{AnswerText, PlainText};
use serde_json::Value;

/// One message object: a question and what came of it. Every field may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// `uuid`.
    pub uuid: Option<MessageUuid>,
    /// `query`.
    pub query: PlainText,
    /// `response`; empty where there is none, or none yet.
    pub response: AnswerText,
    /// `error_message`.
    pub error: Option<PlainText>,
    /// Whether `finish_reason` is set (`stop` or `length`), which shows that nothing more will come.
    pub finished: bool,
    /// `cite_data_json`.
    pub citations: CiteData,
}

/// Reads the answer to `messages`, oldest first.
///
/// # Errors
/// As [`classify`](super::answers::classify); a success that is no list is garbled.
pub fn parse_messages(response: &HttpResponse) -> Result<Vec<Exchange>, Fault> {
    let mut body: Value = parse_json(response)?;
    let list = match &mut body {
        Value::Array(list) => Some(list),
        Value::Object(object) => {
            let key = ["messages", "data"].into_iter().find(|key| object.get(*key).is_some_and(Value::is_array));
            key.and_then(|key| object.get_mut(key)?.as_array_mut())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    let list = list.ok_or(Fault::Unanswered(Silence::Garbled))?;
    Ok(list.iter_mut().filter(|entry| entry.is_object()).map(exchange).collect())
}

/// Field by field, because the vendor's own SDK broke on fields that were new or became nullable.
fn exchange(entry: &mut Value) -> Exchange {
    let citations = CiteData::new(entry.get_mut("cite_data_json").map(Value::take).unwrap_or_default());
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let filled = |key: &str| Some(text(key)).filter(|text| !text.trim().is_empty());
    Exchange {
        uuid: filled("uuid").filter(|uuid| is_id(uuid)).map(|uuid| MessageUuid(uuid.to_owned())),
        query: PlainText(text("query").to_owned()),
        response: AnswerText(text("response").to_owned()),
        error: filled("error_message").map(|text| PlainText(text.to_owned())),
        finished: filled("finish_reason").is_some(),
        citations,
    }
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AnswerSearch {
    /// It has ended: with words, with nothing, or with a failure.
    Ended {
        /// The message, to go on from or to delete.
        message: Option<MessageUuid>,
        /// What came of it.
        answer: AiAnswer,
    },
    /// It has arrived and has no answer yet.
    BeingWritten {
        /// The message.
        message: Option<MessageUuid>,
    },
    /// It has not arrived, as far as can be told.
    Absent,
}

/// Looks for `query` after the last message that was known before it was asked. `None` where none was known: then the
/// session was new, and every entry counts.
///
/// Where `after` is no longer in the list (it was deleted), an entry with the same words may be an older question,
/// so none is taken for ours: asking twice costs a credit, an old answer to words like "yes" would be a wrong one.
pub fn find_answer(
    exchanges: &[Exchange],
    query: &PlainText,
    after: Option<&MessageUuid>,
    known: &KnownTexts,
) -> AnswerSearch {
    let newer = match after {
        None => exchanges,
        Some(after) => match exchanges.iter().rposition(|exchange| exchange.uuid.as_ref() == Some(after)) {
            Some(at) => &exchanges[at + 1..],
            None => return AnswerSearch::Absent,
        },
    };
    let ours = newer.iter().rev().filter(|exchange| is_same_query(&exchange.query, query));
    let mut found: Vec<AnswerSearch> = ours.map(|exchange| what_became_of(exchange, known)).collect();
    // Asked twice, it may be there twice: words are better than waiting, and waiting better than a failure.
    found.sort_by_key(|found| match found {
        AnswerSearch::Ended { answer: AiAnswer::Said(_), .. } => 0,
        AnswerSearch::BeingWritten { .. } => 1,
        AnswerSearch::Ended { answer: AiAnswer::Nothing | AiAnswer::NotAnAnswer(_), .. } | AnswerSearch::Absent => 2,
    });
    found.into_iter().next().unwrap_or(AnswerSearch::Absent)
}

fn what_became_of(exchange: &Exchange, known: &KnownTexts) -> AnswerSearch {
    let message = exchange.uuid.clone();
    if exchange.error.is_some() {
        return AnswerSearch::Ended { message, answer: AiAnswer::NotAnAnswer(AiFailure::Reported) };
    }
    match judge(&exchange.response.0, known) {
        AiAnswer::Nothing if !exchange.finished => AnswerSearch::BeingWritten { message },
        answer @ (AiAnswer::Said(_) | AiAnswer::Nothing | AiAnswer::NotAnAnswer(_)) => {
            AnswerSearch::Ended { message, answer }
        }
    }
}

/// Whether two texts are the same question: GPT Trainer may keep it with other white space.
pub fn is_same_query(one: &PlainText, other: &PlainText) -> bool {
    squeeze(&one.0) == squeeze(&other.0)
}

/// The newest message of a session, to be remembered before the next question.
pub fn last_message(exchanges: &[Exchange]) -> Option<&MessageUuid> {
    exchanges.iter().rev().find_map(|exchange| exchange.uuid.as_ref())
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::response;
    use super::*;

    fn uuid(id: &str) -> MessageUuid {
        MessageUuid(id.to_owned())
    }

    fn exchange(id: &str, query: &str, response: &str) -> Exchange {
        Exchange {
            uuid: Some(uuid(id)),
            query: PlainText(query.to_owned()),
            response: AnswerText(response.to_owned()),
            error: None,
            finished: !response.is_empty(),
            citations: CiteData::default(),
        }
    }

    fn find(exchanges: &[Exchange], query: &str, after: Option<&str>) -> AnswerSearch {
        find_answer(exchanges, &PlainText(query.to_owned()), after.map(uuid).as_ref(), &KnownTexts::default())
    }

    fn said(id: &str, text: &str) -> AnswerSearch {
        AnswerSearch::Ended { message: Some(uuid(id)), answer: AiAnswer::Said(AnswerText(text.to_owned())) }
    }

    #[test]
    fn messages_are_read_whatever_is_missing_or_new() {
        let body = r#"[
            {"uuid":"m1","query":"Hi","response":"Hello","finish_reason":"stop","error_message":null,"ai_context_json":{}},
            {"uuid":null,"query":null,"response":null,"error_message":" "},
            {"uuid":7,"query":["x"],"error_message":"No credits"},
            null, 3, {}
        ]"#;
        let blank = Exchange {
            uuid: None,
            query: PlainText(String::new()),
            response: AnswerText(String::new()),
            error: None,
            finished: false,
            citations: CiteData::default(),
        };
        let failed = Exchange { error: Some(PlainText("No credits".to_owned())), ..blank.clone() };
        let expected = vec![exchange("m1", "Hi", "Hello"), blank.clone(), failed, blank];
        assert_eq!(parse_messages(&response(200, body)), Ok(expected));
    }

    #[test]
    fn a_list_may_be_wrapped_and_anything_else_is_garbled() {
        assert_eq!(parse_messages(&response(200, "[]")), Ok(vec![]));
        assert_eq!(parse_messages(&response(200, r#"{"messages":[]}"#)), Ok(vec![]));
        for body in ["{}", "null", "\"\"", "[{", "<html></html>"] {
            assert_eq!(parse_messages(&response(200, body)), Err(Fault::Unanswered(Silence::Garbled)), "{body}");
        }
        assert_eq!(parse_messages(&response(404, "[]")), Err(Fault::NotFound));
    }

    #[test]
    fn the_answer_is_the_one_after_the_last_known_message() {
        let session = [exchange("m1", "yes", "Old"), exchange("m2", "Hi", "Hello"), exchange("m3", "yes", "New")];
        assert_eq!(find(&session, "yes", Some("m2")), said("m3", "New"));
        assert_eq!(find(&session, " yes\r\n", Some("m2")), said("m3", "New"));
        assert_eq!(find(&session, "yes", None), said("m3", "New"));
        assert_eq!(find(&session, "yes", Some("m3")), AnswerSearch::Absent);
        assert_eq!(find(&session, "no", Some("m1")), AnswerSearch::Absent);
        assert_eq!(find(&[], "yes", None), AnswerSearch::Absent);
    }

    #[test]
    fn an_answer_without_words_is_being_written_until_it_is_finished() {
        let mut session = [exchange("m1", "Hi", "")];
        assert_eq!(find(&session, "Hi", None), AnswerSearch::BeingWritten { message: Some(uuid("m1")) });
        session[0].finished = true;
        assert_eq!(
            find(&session, "Hi", None),
            AnswerSearch::Ended { message: Some(uuid("m1")), answer: AiAnswer::Nothing }
        );
    }

    #[test]
    fn a_reported_error_has_ended_even_with_words() {
        let mut session = [exchange("m1", "Hi", "Hel")];
        session[0].error = Some(PlainText("No credits".to_owned()));
        let failed =
            AnswerSearch::Ended { message: Some(uuid("m1")), answer: AiAnswer::NotAnAnswer(AiFailure::Reported) };
        assert_eq!(find(&session, "Hi", None), failed);
    }

    #[test]
    fn of_two_the_one_with_words_is_taken() {
        let session = [exchange("m1", "Hi", "Hello"), exchange("m2", "Hi", "")];
        assert_eq!(find(&session, "Hi", None), said("m1", "Hello"));
    }

    #[test]
    fn when_the_last_known_message_is_gone_no_old_answer_is_taken() {
        let session = [exchange("m1", "yes", "Old")];
        assert_eq!(find(&session, "yes", Some("gone")), AnswerSearch::Absent);
    }

    #[test]
    fn a_known_text_in_a_session_is_no_answer() {
        let known = KnownTexts { rate_limit_message: Some("Slow down".to_owned()) };
        let found = find_answer(&[exchange("m1", "Hi", "Slow down")], &PlainText("Hi".to_owned()), None, &known);
        let limited = AiAnswer::NotAnAnswer(AiFailure::RateLimited);
        assert_eq!(found, AnswerSearch::Ended { message: Some(uuid("m1")), answer: limited });
    }

    #[test]
    fn the_last_message_is_the_newest_with_an_id() {
        let mut session = vec![exchange("m1", "Hi", "Hello"), exchange("m2", "Yes", "Good")];
        assert_eq!(last_message(&session), Some(&uuid("m2")));
        session[1].uuid = None;
        assert_eq!(last_message(&session), Some(&uuid("m1")));
        assert_eq!(last_message(&[]), None);
    }
}
