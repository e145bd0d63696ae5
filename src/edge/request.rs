//! Making and reading requests by the runtime's own types: `worker::RequestInit` and its streams bring along 10 KB for
//! Cloudflare properties and adapters that nothing here has a use for.

use crate::time::Millis;
use worker::js_sys::{Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{self, AbortSignal, ReadableStreamDefaultReader, RequestRedirect};
use worker::{Request, Response, Result};

/// A request; redirects are not followed, and the whole answer is waited for at most as long as `limit`.
pub(super) fn make(
    method: &str,
    url: &str,
    headers: &[(&'static str, String)],
    body: Option<&str>,
    limit: Option<Millis>,
) -> Result<Request> {
    let named = web_sys::Headers::new()?;
    for (name, value) in headers {
        named.set(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_headers(&named);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(Millis(limit)) = limit {
        init.set_signal(Some(&AbortSignal::timeout_with_u32(u32::try_from(limit).unwrap_or(u32::MAX))));
    }
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}

/// A response whose body is JSON already.
pub(super) fn json_response(json: &str) -> Result<Response> {
    let response = Response::ok(json)?;
    response.headers().set("content-type", "application/json")?;
    Ok(response)
}

/// A body as far as it was read.
pub(super) enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than allowed; the rest was not read.
    TooLarge,
}

/// Reads a request's body, at most so many bytes of it.
pub(super) async fn body(request: &Request, most: usize) -> Result<Body> {
    let mut bytes = Vec::new();
    let Some(stream) = web_sys::Request::try_from(request)?.body() else { return Ok(Body::Whole(bytes)) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let read = JsFuture::from(reader.read()).await?;
        if Reflect::get(&read, &JsValue::from_str("done"))?.is_truthy() {
            return Ok(Body::Whole(bytes));
        }
        let chunk: Uint8Array = Reflect::get(&read, &JsValue::from_str("value"))?.dyn_into()?;
        if bytes.len() + chunk.length() as usize > most {
            return Ok(Body::TooLarge);
        }
        bytes.extend(chunk.to_vec());
    }
}
