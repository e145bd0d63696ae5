//! Makes requests outside, and brings their answers back as data.

use super::clock::now;
use super::request;
use crate::fault::Silence;
use crate::http::{HttpRequest, HttpResponse, Method, RateLimit};
use crate::time::UnixMillis;
use worker::{Error, Fetch};

/// Waits for the whole answer, at most as long as the request allows.
pub(super) async fn send(request: &HttpRequest) -> Result<HttpResponse, Silence> {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let made = request::make(method, &request.url, &request.headers, request.body.as_deref(), Some(request.limit));
    let began = now();
    let silence = |error: Error| silence(&error, began, request);
    let mut response = Fetch::Request(made.map_err(|_| Silence::ConnectionLost)?).send().await.map_err(silence)?;
    let headers = response.headers().clone();
    let header = |name: &str| headers.get(name).ok().flatten();
    let content_type = header("content-type").unwrap_or_default();
    Ok(HttpResponse {
        status: response.status_code(),
        content_type: content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
        rate_limit: RateLimit {
            limit: header("x-ratelimit-limit"),
            remaining: header("x-ratelimit-remaining"),
            reset: header("x-ratelimit-reset"),
        },
        body: response.bytes().await.map_err(silence)?,
    })
}

/// A time limit has a name of its own; where the runtime wraps the error, the clock tells.
fn silence(error: &Error, began: UnixMillis, request: &HttpRequest) -> Silence {
    let named = matches!(error, Error::UnknownJsError { name: Some(name), .. } if name == "TimeoutError");
    if named || now().since(began) >= request.limit { Silence::Timeout } else { Silence::ConnectionLost }
}
