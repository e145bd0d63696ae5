//! What every answer of GPT Trainer's API has in common, and the small ones.

use super::ids::SessionUuid;
use crate::fault::{ErrorCode, Fault, Silence};
use crate::http::HttpResponse;
use crate::json;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Sorts an answer by its status. `Ok` for every 2xx; the body is not looked at then.
///
/// # Errors
/// Everything else. GPT Trainer documents `{"error": "text"}` and an array for 422; a 5xx of another form, and every
/// 502 and 504, came from a gateway behind which a question may still be at work.
pub fn classify(response: &HttpResponse) -> Result<(), Fault> {
    let status = response.status;
    match status {
        200..=299 => Ok(()),
        401 | 403 => Err(Fault::Unauthorised { status, code: code_of(&response.body) }),
        404 => Err(Fault::NotFound),
        // GPT Trainer documents neither this status nor a header that tells until when.
        429 => Err(Fault::RateLimited { until: None }),
        408 => Err(Fault::Unanswered(Silence::Gateway)),
        400..=499 => Err(Fault::Refused { status, code: code_of(&response.body) }),
        502 | 504 => Err(Fault::Unanswered(Silence::Gateway)),
        500..=599 if has_error(&response.body) => Err(Fault::Failed { status, code: code_of(&response.body) }),
        _ => Err(Fault::Unanswered(Silence::Gateway)),
    }
}

/// Reads the answer to `create_session` and to `session`.
///
/// # Errors
/// As [`classify`]; a success that names no session is garbled.
pub fn parse_session(response: &HttpResponse) -> Result<SessionUuid, Fault> {
    let session: Value = parse_json(response)?;
    // Documented is `uuid`; older clients of the API accept `session_id` as well.
    ["uuid", "session_id"]
        .into_iter()
        .find_map(|key| session.get(key)?.as_str().filter(|uuid| is_id(uuid)))
        .map(|uuid| SessionUuid(uuid.to_owned()))
        .ok_or(Fault::Unanswered(Silence::Garbled))
}

/// Reads an answer of which only the success matters.
///
/// # Errors
/// As [`classify`].
pub fn parse_done(response: &HttpResponse) -> Result<(), Fault> {
    classify(response)
}

/// What we need to know of the chatbot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chatbot {
    /// `meta.rate_limit_message`: what it says in place of an answer when it is asked too often.
    pub rate_limit_message: Option<String>,
}

/// Reads the answer to `chatbot`.
///
/// # Errors
/// As [`classify`]; a success that is no JSON object is garbled.
pub fn parse_chatbot(response: &HttpResponse) -> Result<Chatbot, Fault> {
    let chatbot: serde_json::Map<String, Value> = parse_json(response)?;
    let message = chatbot.get("meta").and_then(|meta| meta.get("rate_limit_message")).and_then(Value::as_str);
    Ok(Chatbot { rate_limit_message: message.filter(|text| !text.trim().is_empty()).map(str::to_owned) })
}

/// A success whose body must be JSON.
pub(super) fn parse_json<T: DeserializeOwned>(response: &HttpResponse) -> Result<T, Fault> {
    classify(response)?;
    json::read(&response.body).map_err(|_| Fault::Unanswered(Silence::Garbled))
}

/// Ids are 32 hex characters today; whatever else they become, they fit into a path.
pub(super) fn is_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn has_error(body: &[u8]) -> bool {
    json::value(body).is_ok_and(|body| body.get("error").is_some_and(|error| !error.is_null()))
}

/// GPT Trainer writes texts, not codes. A word that may be one is kept; digits could be those of an id, which no log may hold.
fn code_of(body: &[u8]) -> ErrorCode {
    let Ok(body) = json::value(body) else { return ErrorCode::none() };
    let written = match &body {
        Value::Array(validation) => validation.first().and_then(|first| first.get("type")),
        other => ["error", "msg", "message"].into_iter().find_map(|key| other.get(key)),
    };
    match written {
        // A text may repeat a customer's words, so none of them is kept.
        Some(_) => ErrorCode::new(""),
        None => ErrorCode::none(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::http::RateLimit;

    pub(in super::super) fn response(status: u16, body: impl AsRef<[u8]>) -> HttpResponse {
        HttpResponse {
            status,
            content_type: String::new(),
            rate_limit: RateLimit::default(),
            body: body.as_ref().to_vec(),
        }
    }

    const PAGE: &str = "<html><body>Bad gateway</body></html>";

    #[test]
    fn every_status_has_its_fault() {
        let code = ErrorCode::new;
        for (status, body, expected) in [
            (200, "", Ok(())),
            (201, "", Ok(())),
            (302, "", Err(Fault::Unanswered(Silence::Gateway))),
            (400, r#"{"error":"No query given"}"#, Err(Fault::Refused { status: 400, code: code("") })),
            (401, r#"{"msg":"Expired"}"#, Err(Fault::Unauthorised { status: 401, code: code("") })),
            (403, PAGE, Err(Fault::Unauthorised { status: 403, code: ErrorCode::none() })),
            (404, r#"{"error":"Not found"}"#, Err(Fault::NotFound)),
            (405, PAGE, Err(Fault::Refused { status: 405, code: ErrorCode::none() })),
            (408, "", Err(Fault::Unanswered(Silence::Gateway))),
            (
                422,
                r#"[{"loc":["query"],"msg":"missing","type":"missing"}]"#,
                Err(Fault::Refused { status: 422, code: code("") }),
            ),
            (429, r#"{"error":"slow_down"}"#, Err(Fault::RateLimited { until: None })),
            (500, r#"{"error":"server_error"}"#, Err(Fault::Failed { status: 500, code: code("") })),
            (500, PAGE, Err(Fault::Unanswered(Silence::Gateway))),
            (500, r#"{"error":null}"#, Err(Fault::Unanswered(Silence::Gateway))),
            (500, r#"{"message":"Internal server error"}"#, Err(Fault::Unanswered(Silence::Gateway))),
            (502, r#"{"error":"upstream"}"#, Err(Fault::Unanswered(Silence::Gateway))),
            (503, r#"{"error":"busy"}"#, Err(Fault::Failed { status: 503, code: code("") })),
            (504, PAGE, Err(Fault::Unanswered(Silence::Gateway))),
            (0, "", Err(Fault::Unanswered(Silence::Gateway))),
            (999, "", Err(Fault::Unanswered(Silence::Gateway))),
        ] {
            assert_eq!(classify(&response(status, body)), expected, "{status} {body}");
        }
    }

    #[test]
    fn no_id_reaches_a_log_as_an_error_code() {
        let fault = classify(&response(400, r#"{"error":"14fb60fa7c6c44638d8c01abc90336e2"}"#));
        assert_eq!(fault, Err(Fault::Refused { status: 400, code: ErrorCode::new("") }));
    }

    #[test]
    fn a_session_is_known_by_its_uuid() {
        let garbled = Err(Fault::Unanswered(Silence::Garbled));
        for (body, expected) in [
            (r#"{"uuid":"ab12","created_at":null,"new":[{}]}"#, Ok(SessionUuid("ab12".to_owned()))),
            (r#"{"session_id":"ab12"}"#, Ok(SessionUuid("ab12".to_owned()))),
            (r#"{"uuid":""}"#, garbled.clone()),
            (r#"{"uuid":"../x"}"#, garbled.clone()),
            (r#"{"uuid":null}"#, garbled.clone()),
            (r#"{"uuid":"ab1"#, garbled.clone()),
            ("[]", garbled.clone()),
            (PAGE, garbled),
        ] {
            assert_eq!(parse_session(&response(200, body)), expected, "{body}");
        }
        assert_eq!(parse_session(&response(404, "")), Err(Fault::NotFound));
    }

    #[test]
    fn a_chatbot_may_or_may_not_have_a_rate_limit_message() {
        for (body, expected) in [
            (r#"{"uuid":"c","meta":{"rate_limit":[20,240],"rate_limit_message":"Slow down"}}"#, Some("Slow down")),
            (r#"{"meta":{"rate_limit_message":" "}}"#, None),
            (r#"{"meta":{"rate_limit_message":null}}"#, None),
            (r#"{"meta":null}"#, None),
            ("{}", None),
        ] {
            let expected = Chatbot { rate_limit_message: expected.map(str::to_owned) };
            assert_eq!(parse_chatbot(&response(200, body)), Ok(expected), "{body}");
        }
        assert_eq!(parse_chatbot(&response(200, PAGE)), Err(Fault::Unanswered(Silence::Garbled)));
    }
}
