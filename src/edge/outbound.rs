//! Carries requests out, and their answers back as data.

use super::{clock, request};
use crate::fault::Silence;
use crate::http::{HttpRequest, HttpResponse, Method};
use worker::{AbortSignal, Error, Fetch};

/// Makes a request and waits for its whole answer, at most as long as the request allows.
pub async fn send(request: &HttpRequest) -> Result<HttpResponse, Silence> {
    send_and_tell(request, |_| {}).await
}

/// The same, and tells the answer's headers as soon as they are there.
pub async fn send_and_tell(
    request: &HttpRequest,
    tell: impl FnOnce(&dyn Fn(&str) -> Option<String>),
) -> Result<HttpResponse, Silence> {
    let limit = u32::try_from(request.limit.0).unwrap_or(u32::MAX);
    let signal = AbortSignal::from(web_sys::AbortSignal::timeout_with_u32(limit));
    let prepared = prepare(request).map_err(|_| Silence::ConnectionLost)?;
    let began = clock::now();
    let response = Fetch::Request(prepared).send_with_signal(&signal).await;
    let silence = |error: Error| silence(&error, began, request);
    let mut response = response.map_err(silence)?;
    let headers = response.headers().clone();
    let header = |name: &str| headers.get(name).ok().flatten();
    tell(&header);
    let content_type = header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let rate_limit_reset = header("x-ratelimit-reset");
    let status = response.status_code();
    let body = response.bytes().await.map_err(silence)?;
    Ok(HttpResponse { status, content_type, rate_limit_reset, body })
}

fn prepare(request: &HttpRequest) -> worker::Result<worker::Request> {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    request::make(method, &request.url, &request.headers, request.body.as_deref())
}

/// A time limit has a name of its own; where the runtime wraps the error, the clock tells.
fn silence(error: &Error, began: crate::time::UnixMillis, request: &HttpRequest) -> Silence {
    let named = matches!(error, Error::UnknownJsError { name: Some(name), .. } if name == "TimeoutError");
    if named || clock::now().since(began) >= request.limit { Silence::Timeout } else { Silence::ConnectionLost }
}
