//! `/console…`: the page, and the way in. The page holds nothing secret, so it is there for everybody, where `CONSOLE_TOKEN` is set.

use super::clock::now;
use super::door::{self, Way, refuse};
use super::environment;
use super::log::line;
use super::request::{self, Body};
use crate::console::name::OperatorName;
use crate::console::operator::NotAdmitted;
use crate::console::same_origin::{CrossSite, SameOrigin};
use crate::console::session::{self, Key};
use crate::json;
use crate::objects::calls::workspace::GetSalt;
use crate::secret::Secret;
use crate::turn::history::Level;
use serde_json::{Value, json};
use worker::{Env, Headers, Method, Request, Response, Result};

/// A token and a name are far shorter.
const MAX_BODY_BYTES: usize = 4 * 1024;

/// What a browser may do with the page: run our script, show our style, ask us. Nobody may show it within another page.
const HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-cache"),
    ("x-frame-options", "DENY"),
];

/// Answers a request to `/console` or below.
pub(super) async fn answer(request: Request, env: &Env) -> Result<Response> {
    let Some(token) = door::token(env) else { return door::not_there() };
    match (request.method(), request.path().as_str()) {
        (Method::Post, "/console/sign-in") => match door::origins(&request)?.check() {
            Ok(same) => sign_in(same, &request, &token, env).await,
            Err(CrossSite) => door::cross_site(),
        },
        (Method::Post, "/console/sign-out") => match door::origins(&request)?.check() {
            Ok(same) => with_cookie(&session::end(same)),
            Err(CrossSite) => door::cross_site(),
        },
        (_, "/console/sign-in" | "/console/sign-out") => door::use_instead("POST"),
        (Method::Get | Method::Head, path) => page(path, &request, env).await,
        (_, _) => door::use_instead("GET or HEAD"),
    }
}

async fn sign_in(same: SameOrigin, request: &Request, token: &Secret, env: &Env) -> Result<Response> {
    let Body::Whole(body) = request::body(request, MAX_BODY_BYTES).await? else {
        return refuse(413, "too_large", "The request is too large. Send only a token and a name.");
    };
    let Some(SignIn { token: given, name }) = sign_in_request(&body) else {
        return refuse(400, "bad_request", "Send {\"token\":\"…\",\"name\":\"…\"}. The name is optional.");
    };
    let admitted = match door::admit(Some(&given), Way::SignIn, request, token, env).await? {
        Ok(admitted) => admitted,
        Err(why @ (NotAdmitted::WrongToken | NotAdmitted::TooManyAttempts { .. })) => {
            return door::not_admitted(why, || refuse(401, "wrong_token", "The token is wrong."));
        }
    };
    let Some(salt) = door::salt(env, GetSalt { or_new: true }).await? else {
        return refuse(503, "storage", "The session could not be started. Try again.");
    };
    let cookie = session::begin(admitted, same, &Key { token, salt: &salt }, name.as_ref(), now());
    line(Level::Info, "signed_in", json!({}));
    with_cookie(&cookie)
}

struct SignIn {
    token: String,
    name: Option<OperatorName>,
}

/// `None` where the body is anything else than a token and at most a name.
fn sign_in_request(body: &[u8]) -> Option<SignIn> {
    let Ok(Value::Object(body)) = json::value(body) else { return None };
    let name = match body.get("name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => OperatorName::new(name),
        Some(_other) => return None,
    };
    let known = 1 + usize::from(body.contains_key("name"));
    match (body.get("token"), body.len() == known) {
        (Some(Value::String(token)), true) => Some(SignIn { token: token.clone(), name }),
        (_, _) => None,
    }
}

fn with_cookie(cookie: &str) -> Result<Response> {
    let response = Response::empty()?.with_status(204);
    response.headers().set("set-cookie", cookie)?;
    response.headers().set("cache-control", "no-store")?;
    Ok(response)
}

/// The page or a file of it, as the build has left it.
async fn page(path: &str, request: &Request, env: &Env) -> Result<Response> {
    let file = match path.strip_prefix("/console") {
        Some("" | "/") => "/",
        Some(file) if file.starts_with('/') => file,
        Some(_) | None => return door::not_there(),
    };
    let Some(found) = environment::asset(env, file, request.headers().get("if-none-match")?).await? else {
        return door::not_there();
    };
    let headers = Headers::new();
    for name in ["content-type", "etag"] {
        if let Some(value) = found.headers().get(name)? {
            headers.set(name, &value)?;
        }
    }
    for (name, value) in HEADERS {
        headers.set(name, value)?;
    }
    Ok(found.with_headers(headers))
}
