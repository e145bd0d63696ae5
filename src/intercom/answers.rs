//! What Intercom's answers mean: a success that can be read, or whose fault it is and whether Intercom may have acted.

use super::conversation::decode_conversation;
use super::ids::{AdminId, AppId, ConversationId, PartId, loose};
use super::part_type::PartType;
use super::search::SearchPage;
use super::thread::Thread;
use super::wire::{Part, PartList, text};
use crate::fault::{ErrorCode, Fault, Silence};
use crate::http::HttpResponse;
use crate::json;
use crate::time::UnixSeconds;
use serde::Deserialize;

/// What we posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// A public reply.
    Reply,
    /// An internal note.
    Note,
}

/// The answer of `GET /conversations/{id}`.
pub fn parse_thread(response: &HttpResponse, id: &ConversationId, ourselves: &AdminId) -> Result<Thread, Fault> {
    decode_conversation(success(response)?, id, ourselves).map_err(|_| GARBLED)
}

/// The answer of `POST /conversations/{id}/reply`: the id of what we posted. The examples show the new part alone, but the list
/// may be longer, so it is the last one that is ours and of the kind that we posted. A success without one is garbled.
pub fn parse_posted(response: &HttpResponse, ourselves: &AdminId, posted: Posted) -> Result<PartId, Fault> {
    let conversation: WithParts = json::read(success(response)?).map_err(|_| GARBLED)?;
    let parts = conversation.conversation_parts.conversation_parts.unwrap_or_default();
    let ours = |part: &&Part| part.author.is_admin() && part.author.id.as_deref() == Some(ourselves.as_str());
    let of_the_kind = |part: &&Part| match posted {
        Posted::Reply => is_visible(part),
        Posted::Note => part.part_type() == PartType::Note,
    };
    parts.iter().rfind(|part| ours(part) && of_the_kind(part)).and_then(|part| part.id.clone()).ok_or(GARBLED)
}

/// The answer of `POST /conversations/{id}/parts` for an assignment. Nothing in it is needed, and one that was made again because
/// its answer could not be read would be made for ever.
pub fn parse_assigned(response: &HttpResponse) -> Result<(), Fault> {
    let body = success(response)?;
    if body.is_empty() { Ok(()) } else { json::value(body).map(drop).map_err(|_| GARBLED) }
}

/// The answer of `POST /conversations/search`.
pub fn parse_page(response: &HttpResponse) -> Result<SearchPage, Fault> {
    SearchPage::read(success(response)?).ok_or(GARBLED)
}

/// The answer of `GET /me`: the workspace that the token opens, by `app.id_code`.
pub fn parse_me(response: &HttpResponse) -> Result<AppId, Fault> {
    let admin: Admin = json::read(success(response)?).map_err(|_| GARBLED)?;
    admin.app.id_code.ok_or(GARBLED)
}

/// The body of a success. For every other answer the two questions that matter are asked of the status: did the application
/// itself answer, and did it say no?
fn success(response: &HttpResponse) -> Result<&[u8], Fault> {
    let status = response.status;
    Err(match status {
        200..=299 => return Ok(&response.body),
        401 | 403 => Fault::Unauthorised { status, code: error_code(response).unwrap_or_else(ErrorCode::none) },
        404 => Fault::NotFound,
        408 => Fault::Unanswered(Silence::Gateway),
        429 => Fault::RateLimited { until: reset(response) },
        400..=499 => Fault::Refused { status, code: error_code(response).unwrap_or_else(ErrorCode::none) },
        // A gateway's page says nothing about the application behind it; an `error.list` was written by the application.
        500..=599 => match error_code(response) {
            Some(code) => Fault::Failed { status, code },
            None => Fault::Unanswered(Silence::Gateway),
        },
        _ => Fault::Unanswered(Silence::Gateway),
    })
}

const GARBLED: Fault = Fault::Unanswered(Silence::Garbled);

fn is_visible(part: &Part) -> bool {
    part.part_type().is_public() && !part.redacted && part.words().is_some()
}

/// The first code of an `error.list`; `None` where the body is anything else.
fn error_code(response: &HttpResponse) -> Option<ErrorCode> {
    let list: ErrorList = json::read(&response.body).ok()?;
    let first = || list.errors.first().and_then(|error| error.code.as_deref());
    (list.kind.as_deref() == Some("error.list")).then(|| first().map_or_else(ErrorCode::none, ErrorCode::new))
}

/// `X-RateLimit-Reset`: Unix seconds ("Rate limiting").
fn reset(response: &HttpResponse) -> Option<UnixSeconds> {
    response.rate_limit.reset.as_deref()?.trim().parse().ok().map(UnixSeconds)
}

#[derive(Deserialize)]
struct WithParts {
    #[serde(default)]
    conversation_parts: PartList,
}

#[derive(Deserialize)]
struct Admin {
    app: App,
}

#[derive(Deserialize)]
struct App {
    #[serde(default, deserialize_with = "AppId::loose")]
    id_code: Option<AppId>,
}

#[derive(Deserialize)]
struct ErrorList {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default)]
    errors: Vec<ErrorEntry>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    #[serde(default, deserialize_with = "loose")]
    code: Option<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::RateLimit;
    use serde_json::{Value, json};

    const HTML: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

    fn response(status: u16, body: impl ToString) -> HttpResponse {
        HttpResponse {
            status,
            content_type: "application/json".to_owned(),
            rate_limit: RateLimit::default(),
            body: body.to_string().into_bytes(),
        }
    }

    fn error_list(code: &str) -> Value {
        json!({"type": "error.list", "request_id": "e056", "errors": [{"code": code, "message": "Marie", "field": null}]})
    }

    fn fault(status: u16, body: impl ToString) -> Fault {
        parse_assigned(&response(status, body)).expect_err("no success")
    }

    fn ourselves() -> AdminId {
        AdminId::new("3156780").unwrap()
    }

    fn posted(parts: Value, kind: Posted) -> Result<PartId, Fault> {
        let conversation =
            json!({"type": "conversation", "id": "1", "conversation_parts": {"conversation_parts": parts}});
        parse_posted(&response(200, conversation), &ourselves(), kind)
    }

    fn part(id: &str, kind: &str, admin: &str) -> Value {
        json!({"id": id, "part_type": kind, "body": "<p>Hi</p>", "author": {"type": "admin", "id": admin}})
    }

    #[test]
    fn a_4xx_is_a_no_whatever_the_body() {
        for status in [400, 405, 409, 410, 418, 422, 499] {
            let refused = |code: ErrorCode| Fault::Refused { status, code };
            assert_eq!(fault(status, error_list("parameter_invalid")), refused(ErrorCode::new("parameter_invalid")));
            assert_eq!(fault(status, HTML), refused(ErrorCode::none()));
            assert_eq!(fault(status, ""), refused(ErrorCode::none()));
        }
    }

    #[test]
    fn a_wrong_token_or_plan_is_the_operators() {
        for status in [401, 403] {
            let unauthorised = |code: ErrorCode| Fault::Unauthorised { status, code };
            assert_eq!(fault(status, error_list("token_revoked")), unauthorised(ErrorCode::new("token_revoked")));
            assert_eq!(fault(status, HTML), unauthorised(ErrorCode::none()));
        }
    }

    #[test]
    fn a_conversation_that_is_not_there_is_not_found() {
        assert_eq!(fault(404, error_list("not_found")), Fault::NotFound);
    }

    #[test]
    fn a_rate_limit_tells_when_it_ends() {
        let limited = |reset: Option<&str>| {
            let mut response = response(429, error_list("rate_limit_exceeded"));
            response.rate_limit.reset = reset.map(str::to_owned);
            parse_assigned(&response).expect_err("no success")
        };
        assert_eq!(limited(Some("1768031800")), Fault::RateLimited { until: Some(UnixSeconds(1_768_031_800)) });
        assert_eq!(limited(Some(" 1768031800 ")), Fault::RateLimited { until: Some(UnixSeconds(1_768_031_800)) });
        assert_eq!(limited(Some("soon")), Fault::RateLimited { until: None });
        assert_eq!(limited(Some("99999999999999999999999")), Fault::RateLimited { until: None });
        assert_eq!(limited(None), Fault::RateLimited { until: None });
    }

    #[test]
    fn a_5xx_counts_as_answered_only_with_intercoms_own_error_list() {
        for status in [500, 502, 503, 504, 599] {
            let failed = |code: ErrorCode| Fault::Failed { status, code };
            assert_eq!(fault(status, error_list("server_error")), failed(ErrorCode::new("server_error")));
            assert_eq!(fault(status, json!({"type": "error.list", "errors": []})), failed(ErrorCode::none()));
            let half = &error_list("server_error").to_string()[..40];
            for body in [HTML, "", "{}", "null", r#"{"error":"overloaded"}"#, r#"{"type":"error"}"#, half] {
                assert_eq!(fault(status, body), Fault::Unanswered(Silence::Gateway), "{status} {body}");
            }
        }
    }

    #[test]
    fn a_time_out_a_redirect_and_what_is_no_answer_are_unanswered() {
        for status in [408, 301, 302, 307, 304, 100, 600, 999, 0] {
            assert_eq!(fault(status, error_list("request_timeout")), Fault::Unanswered(Silence::Gateway), "{status}");
        }
    }

    #[test]
    fn an_error_code_cannot_carry_words() {
        let Fault::Refused { code, .. } = fault(422, error_list("Marie wrote: hello")) else { panic!("refused") };
        assert_eq!(code.as_str(), "unrecognised");
    }

    #[test]
    fn a_success_that_cannot_be_read_is_garbled() {
        let id = ConversationId::new("1").unwrap();
        for body in [HTML, "", "null", "[]", "{}", "\"x\"", r#"{"type":"conversation","id":"1","#] {
            let response = response(200, body);
            let garbled = Fault::Unanswered(Silence::Garbled);
            assert_eq!(parse_thread(&response, &id, &ourselves()), Err(garbled.clone()), "{body}");
            assert_eq!(parse_posted(&response, &ourselves(), Posted::Reply), Err(garbled.clone()), "{body}");
            let is_json = body.is_empty() || crate::json::value(body.as_bytes()).is_ok();
            let assigned = if is_json { Ok(()) } else { Err(garbled.clone()) };
            assert_eq!(parse_assigned(&response), assigned, "{body}");
            assert_eq!(parse_me(&response), Err(garbled), "{body}");
        }
        let mut not_text = response(200, "");
        not_text.body = b"\xff\xfe{".to_vec();
        assert_eq!(parse_me(&not_text), Err(Fault::Unanswered(Silence::Garbled)));
    }

    #[test]
    fn a_reply_is_the_last_visible_part_of_ours() {
        let id = |id: &str| Ok(PartId::new(id).unwrap());
        assert_eq!(posted(json!([part("7", "comment", "3156780")]), Posted::Reply), id("7"));
        let longer = json!([
            part("1", "comment", "3156780"),
            part("2", "comment", "9608799"),
            part("3", "assignment", "3156780"),
            part("4", "note", "3156780"),
            part("5", "comment", "9608799"),
        ]);
        assert_eq!(posted(longer.clone(), Posted::Reply), id("3"));
        assert_eq!(posted(longer, Posted::Note), id("4"));
        let with_number =
            json!([{"id": 9, "part_type": "comment", "body": "x", "author": {"type": "admin", "id": 3156780}}]);
        assert_eq!(posted(with_number, Posted::Reply), id("9"));
    }

    #[test]
    fn a_success_without_our_part_is_garbled() {
        let garbled = Err(Fault::Unanswered(Silence::Garbled));
        let no_body =
            json!([{"id": "1", "part_type": "open", "body": null, "author": {"type": "admin", "id": "3156780"}}]);
        let redacted = json!([{"id": "1", "part_type": "comment", "body": "x", "redacted": true,
            "author": {"type": "admin", "id": "3156780"}}]);
        let customer =
            json!([{"id": "1", "part_type": "comment", "body": "x", "author": {"type": "user", "id": "3156780"}}]);
        for parts in [
            json!([]),
            json!(null),
            json!([part("1", "note", "3156780")]),
            json!([part("1", "comment", "9608799")]),
            json!([part("", "comment", "3156780")]),
            no_body,
            redacted,
            customer,
        ] {
            assert_eq!(posted(parts.clone(), Posted::Reply), garbled, "{parts}");
        }
        assert_eq!(posted(json!([part("1", "comment", "3156780")]), Posted::Note), garbled);
    }

    #[test]
    fn me_tells_the_workspace() {
        let me = json!({"type": "admin", "id": "3156780", "email": "m@example.com",
            "app": {"type": "app", "id_code": "abc123def", "name": "Shop", "region": "EU", "timezone": "UTC"}});
        assert_eq!(parse_me(&response(200, me)), Ok(AppId::new("abc123def").unwrap()));
        assert_eq!(parse_me(&response(200, json!({"app": null}))), Err(Fault::Unanswered(Silence::Garbled)));
    }

    #[test]
    fn an_assignment_is_answered_by_the_conversation() {
        assert_eq!(parse_assigned(&response(200, json!({"type": "conversation", "id": "1"}))), Ok(()));
        assert_eq!(parse_assigned(&response(201, json!({"type": "conversation", "id": 1}))), Ok(()));
    }
}
