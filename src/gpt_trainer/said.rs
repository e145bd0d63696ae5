//! What came back for a question. A success is not always an answer: errors come as ordinary text with status 200.

use super::answers::{classify, parse_json};
use crate::fault::{Fault, Silence};
use crate::http::HttpResponse;
use crate::json;
use crate::text::AnswerText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a success holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiAnswer {
    /// The AI's words.
    Said(AnswerText),
    /// No words at all. A question may end so while a person has taken the session over in GPT Trainer's own inbox.
    Nothing,
    /// Words that are not for the customer.
    NotAnAnswer(AiFailure),
}

/// Why words are not an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiFailure {
    /// The chatbot's own `rate_limit_message`.
    RateLimited,
    /// One of the error texts that GPT Trainer sends as an answer.
    ErrorText,
    /// A JSON object that reports an error.
    ErrorObject,
    /// The message in the session carries an `error_message`.
    Reported,
}

/// Which of the two ways of asking an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `message/stream`: the raw text.
    Stream,
    /// `message/non-stream`: `{"response": "text"}`.
    Whole,
}

/// Texts that this chatbot is known to say in place of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KnownTexts {
    /// [`Chatbot::rate_limit_message`](super::answers::Chatbot::rate_limit_message).
    pub rate_limit_message: Option<String>,
}

/// How the error texts begin that come as an answer with status 200. Source: the tests of the vendor's SDK.
const ERROR_TEXTS: &[&str] = &["The uploaded file(s) are too long"];

/// Reads the answer to a question. The whole body is taken as UTF-8 text: GPT Trainer sends no events, no JSON lines and
/// no end marker.
///
/// # Errors
/// As [`classify`]. A success that is a page, or not of the endpoint's form, is garbled: whether the question was taken
/// shows in the session's messages only.
pub fn parse_answer(response: &HttpResponse, endpoint: Endpoint, known: &KnownTexts) -> Result<AiAnswer, Fault> {
    classify(response)?;
    let body = std::str::from_utf8(&response.body).map_err(|_| Fault::Unanswered(Silence::Garbled))?;
    let body = body.trim_start_matches('\u{feff}');
    // By its looks: many servers call a plain text `text/html`, so the content type says nothing.
    if is_page(body) {
        return Err(Fault::Unanswered(Silence::Garbled));
    }
    match endpoint {
        Endpoint::Stream => Ok(match json::value(body.as_bytes()) {
            Ok(Value::Object(object)) => judge_object(&object, known).unwrap_or_else(|| judge(body, known)),
            Ok(_) | Err(_) => judge(body, known),
        }),
        Endpoint::Whole => judge_object(&parse_json(response)?, known).ok_or(Fault::Unanswered(Silence::Garbled)),
    }
}

/// Tells an answer from texts that only stand in its place.
pub fn judge(text: &str, known: &KnownTexts) -> AiAnswer {
    let said = squeeze(text);
    let rate_limit_message = known.rate_limit_message.as_deref().map(squeeze).filter(|text| !text.is_empty());
    if said.is_empty() {
        AiAnswer::Nothing
    } else if rate_limit_message.is_some_and(|message| message == said) {
        AiAnswer::NotAnAnswer(AiFailure::RateLimited)
    } else if ERROR_TEXTS.iter().any(|error| said.starts_with(error)) {
        AiAnswer::NotAnAnswer(AiFailure::ErrorText)
    } else {
        AiAnswer::Said(AnswerText(text.to_owned()))
    }
}

/// `None` where the object is neither of the endpoint's form nor an error.
fn judge_object(object: &Map<String, Value>, known: &KnownTexts) -> Option<AiAnswer> {
    // `msg` and `message` alone are how frameworks below GPT Trainer report an error.
    let reports_error = object.get("error").is_some_and(|error| !error.is_null())
        || (!object.is_empty() && object.keys().all(|key| ["msg", "message", "detail", "status"].contains(&&**key)));
    if reports_error {
        return Some(AiAnswer::NotAnAnswer(AiFailure::ErrorObject));
    }
    match object.get("response")? {
        Value::String(text) => Some(judge(text, known)),
        Value::Null => Some(AiAnswer::Nothing),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// White space is no difference between two texts.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_page(body: &str) -> bool {
    let start: String = body.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html>", "<html ", "<?xml "].iter().any(|page| start.starts_with(page))
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::response;
    use super::*;

    fn known() -> KnownTexts {
        KnownTexts { rate_limit_message: Some("Too many messages,\nplease wait.".to_owned()) }
    }

    fn said(text: &str) -> Result<AiAnswer, Fault> {
        Ok(AiAnswer::Said(AnswerText(text.to_owned())))
    }

    const GARBLED: Result<AiAnswer, Fault> = Err(Fault::Unanswered(Silence::Garbled));

    #[test]
    fn a_stream_is_its_raw_text() {
        for text in [
            "We open at **9**.\n\n- Monday\n- Tuesday",
            "Grüße 👋",
            "42",
            "\"quoted\"",
            "data: not an event",
            "[1, 2]",
            "{\"opens\": 9}",
            "{\"half\": ",
            "<b>Bold</b> words",
            "An error is a kind of mistake.",
        ] {
            assert_eq!(parse_answer(&response(200, text), Endpoint::Stream, &known()), said(text), "{text}");
        }
    }

    #[test]
    fn a_plain_text_may_be_called_html() {
        let mut response = response(200, "We open at 9.");
        response.content_type = "text/html".to_owned();
        assert_eq!(parse_answer(&response, Endpoint::Stream, &known()), said("We open at 9."));
    }

    #[test]
    fn bytes_that_are_no_text_are_garbled() {
        assert_eq!(parse_answer(&response(200, [0x47, 0xff, 0xfe]), Endpoint::Stream, &known()), GARBLED);
        assert_eq!(parse_answer(&response(200, "Grüße".as_bytes().split_at(3).0), Endpoint::Stream, &known()), GARBLED);
    }

    #[test]
    fn a_page_is_no_answer() {
        for page in ["<html><body>Sorry</body></html>", "\n<!DOCTYPE HTML>\n<html>", "\u{feff}<html lang=en>"] {
            for endpoint in [Endpoint::Stream, Endpoint::Whole] {
                assert_eq!(parse_answer(&response(200, page), endpoint, &known()), GARBLED, "{page}");
            }
        }
    }

    #[test]
    fn an_error_in_an_answers_place_is_no_answer() {
        for (body, failure) in [
            (" Too many messages, please wait.\n", AiFailure::RateLimited),
            ("The uploaded file(s) are too long, please reduce the length and try again...", AiFailure::ErrorText),
            (r#"{"error":"No credits left"}"#, AiFailure::ErrorObject),
            (r#"{"response":"","error":{"code":1}}"#, AiFailure::ErrorObject),
            (r#"{"msg":"Token has expired"}"#, AiFailure::ErrorObject),
            (r#"{"response":"Too many messages, please wait."}"#, AiFailure::RateLimited),
        ] {
            let answer = parse_answer(&response(200, body), Endpoint::Stream, &known());
            assert_eq!(answer, Ok(AiAnswer::NotAnAnswer(failure)), "{body}");
        }
        let answer = parse_answer(&response(200, r#"{"error":"x"}"#), Endpoint::Whole, &known());
        assert_eq!(answer, Ok(AiAnswer::NotAnAnswer(AiFailure::ErrorObject)));
    }

    #[test]
    fn no_words_are_nothing() {
        for body in ["", " \n", "\u{feff}", r#"{"response":" "}"#, r#"{"response":null,"error":null}"#] {
            assert_eq!(parse_answer(&response(200, body), Endpoint::Stream, &known()), Ok(AiAnswer::Nothing), "{body}");
        }
    }

    #[test]
    fn a_whole_answer_is_in_its_response() {
        for (body, expected) in [
            (r#"{"response":"Hi\nthere","new_field":[]}"#, said("Hi\nthere")),
            (r#"{"response":null}"#, Ok(AiAnswer::Nothing)),
            (r#"{"response":7}"#, GARBLED),
            ("{}", GARBLED),
            ("Hi there", GARBLED),
            (r#"{"response":"Hi"#, GARBLED),
        ] {
            assert_eq!(parse_answer(&response(200, body), Endpoint::Whole, &known()), expected, "{body}");
        }
    }

    #[test]
    fn a_fault_stays_a_fault() {
        assert_eq!(parse_answer(&response(404, "Hi"), Endpoint::Stream, &known()), Err(Fault::NotFound));
        let unknown = KnownTexts { rate_limit_message: Some(" ".to_owned()) };
        assert_eq!(parse_answer(&response(200, "Hi"), Endpoint::Stream, &unknown), said("Hi"));
    }
}
