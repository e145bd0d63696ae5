//! Both APIs over HTTP, with the faults that are switched on.

use super::act::{Arrived, Twist};
use super::body::body_in_bits;
use super::connection::Cut;
use super::shared::{Shared, now};
use crate::call::{Api, Call};
use crate::clock::Millis;
use crate::fault::Kind;
use crate::http::Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/intercom/{*path}", any(intercom)).route("/gpt-trainer/api/v1/{*path}", any(gpt_trainer))
}

/// More than any request of the program under test; a larger one is answered 413.
const BODY_LIMIT: usize = 8 << 20;

async fn intercom(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    receive(shared, Api::Intercom, "/intercom", request).await
}

async fn gpt_trainer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    receive(shared, Api::GptTrainer, "/gpt-trainer/api/v1", request).await
}

async fn receive(shared: Arc<Shared>, api: Api, prefix: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = head.uri.path().strip_prefix(prefix).unwrap_or_default().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    let (call, fault) = Arrived::new(shared, api, (head.method.to_string(), path, query), head.headers, body);
    match fault {
        None => answer(&call, call.act(Twist::default())).await,
        Some(fault) => answer_with(call, fault).await,
    }
}

/// Answers as it should be.
async fn answer(call: &Arrived, answer: Answer) -> Response {
    if answer.streamed {
        return stream(call, answer);
    }
    ready(&answer).await;
    whole(call, answer)
}

/// Answers as a fault wants it.
async fn answer_with(call: Arrived, fault: Kind) -> Response {
    let shift = fault.shift();
    match fault {
        Kind::FailBefore { status, json: true } => whole(&call, call.failure(status)),
        Kind::FailBefore { status, json: false } => html(&call, status),
        Kind::CutBefore {} => Cut::response(),
        Kind::RateLimited { reset_in_s } => rate_limited(&call, reset_in_s),
        Kind::ActThenCut {} => {
            call.act(Twist::default());
            Cut::response()
        }
        Kind::ActThen500 { json } => {
            ready(&call.act(Twist::default())).await;
            if json { whole(&call, call.failure(500)) } else { html(&call, 500) }
        }
        Kind::ActThen502 {} => {
            call.act(Twist::default());
            html(&call, 502)
        }
        Kind::NeverAnswer { acts } => {
            if acts {
                call.act(Twist::default());
            }
            std::future::pending().await
        }
        Kind::Late { ms, acts_first } => late(call, ms, acts_first).await,
        Kind::Malformed {} => malformed(&call).await,
        Kind::HalfBody {} => half_body(&call).await,
        Kind::AnswerText { text } => with_text(&call, &text).await,
        Kind::Empty {} => with_text(&call, "").await,
        Kind::Html200 {} => {
            ready(&call.act(Twist::default())).await;
            html(&call, 200)
        }
        Kind::StaleRead { behind } => answer(&call, call.act(Twist { behind, ..Twist::default() })).await,
        Kind::SkipItems { .. } | Kind::RepeatItems { .. } => {
            answer(&call, call.act(Twist { shift, ..Twist::default() })).await
        }
        Kind::BadCursor {} => whole(&call, call.bad_cursor()),
    }
}

/// Has the effect even if the client goes in the meantime.
async fn late(call: Arrived, ms: Millis, acts_first: bool) -> Response {
    let acting = tokio::spawn({
        let call = call.clone();
        async move {
            let first = acts_first.then(|| call.act(Twist::default()));
            sleep(Duration::from_millis(ms)).await;
            first.unwrap_or_else(|| call.act(Twist::default()))
        }
    });
    match acting.await {
        Ok(acted) => answer(&call, acted).await,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn rate_limited(call: &Arrived, reset_in_s: u64) -> Response {
    let mut answer = call.failure(429);
    if call.api == Api::Intercom {
        answer.headers = vec![
            ("X-RateLimit-Limit", "1667".to_owned()),
            ("X-RateLimit-Remaining", "0".to_owned()),
            ("X-RateLimit-Reset", (now() / 1000 + reset_in_s).to_string()),
        ];
    }
    whole(call, answer)
}

async fn malformed(call: &Arrived) -> Response {
    let acted = call.act(Twist::default());
    ready(&acted).await;
    let mut body = acted.body.clone();
    if acted.streamed {
        // 0xff is in no UTF-8 text.
        body.splice(body.len() / 2..body.len() / 2, [0xff, 0xfe, 0xff]);
    } else {
        body.truncate(body.len() / 2);
    }
    whole(call, Answer { status: 200, body, streamed: false, ..acted })
}

async fn half_body(call: &Arrived) -> Response {
    let mut acted = call.act(Twist::default());
    ready(&acted).await;
    let declared = acted.body.len().max(2);
    acted.body.truncate(declared / 2);
    let (bits, body) = body_in_bits();
    let sent = std::mem::take(&mut acted.body);
    tokio::spawn(async move {
        if bits.send(sent).await.is_ok() {
            bits.cut().await;
        }
    });
    call.answered(200);
    let mut response = head(&acted).into_response();
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(declared));
    *response.body_mut() = body;
    *response.status_mut() = StatusCode::OK;
    response
}

/// As the answer where the call is a question; as the whole body otherwise.
async fn with_text(call: &Arrived, text: &str) -> Response {
    let acted = call.act(Twist { answer: Some(text), ..Twist::default() });
    if matches!(call.target.call, Call::Stream | Call::NonStream) {
        return answer(call, acted).await;
    }
    ready(&acted).await;
    whole(call, Answer { status: 200, body: text.as_bytes().to_vec(), ..acted })
}

async fn ready(answer: &Answer) {
    sleep(Duration::from_millis(answer.ready_at.saturating_sub(now()))).await;
}

fn whole(call: &Arrived, answer: Answer) -> Response {
    call.answered(answer.status);
    let mut response = head(&answer).into_response();
    *response.body_mut() = Body::from(answer.body);
    response
}

fn html(call: &Arrived, status: u16) -> Response {
    let title = StatusCode::from_u16(status).map(|status| status.to_string()).unwrap_or_default();
    let page = format!("<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n");
    let answer = Answer { content_type: "text/html", ..Answer::json(status, page, 0) };
    whole(call, answer)
}

fn head(answer: &Answer) -> (StatusCode, HeaderMap) {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in &answer.headers {
        let value = HeaderValue::from_str(value).expect("our own headers are plain ASCII");
        headers.insert(*name, value);
    }
    (StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), headers)
}

/// At most so many chunks; each has an odd number of bytes, so that borders fall inside of characters.
const MOST_CHUNKS: usize = 24;

/// The head at once; the words in the second half of the time that the answer takes, the last one when it is ready.
fn stream(call: &Arrived, answer: Answer) -> Response {
    let (bits, body) = body_in_bits();
    let mut response = head(&answer).into_response();
    *response.body_mut() = body;
    let call = call.clone();
    tokio::spawn(async move {
        let begun = now();
        let size = (answer.body.len().div_ceil(MOST_CHUNKS) | 1).max(5);
        let chunks: Vec<&[u8]> = answer.body.chunks(size).collect();
        let half = answer.ready_at.saturating_sub(begun) / 2;
        for (number, chunk) in (1..).zip(&chunks) {
            let due = answer.ready_at - half + half * number / chunks.len() as u64;
            sleep(Duration::from_millis(due.saturating_sub(now()))).await;
            bits.send(chunk.to_vec()).await?;
        }
        ready(&answer).await;
        call.answered(answer.status);
        Ok::<(), super::body::Gone>(())
    });
    response
}
