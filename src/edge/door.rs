//! Who comes in: by the token as bearer, or by the cookie of the console's session.

use super::clock::now;
use super::environment;
use super::log::line;
use super::objects::Objects;
use crate::console::attempts::{AttemptVerdict, Client, Limit};
use crate::console::operator::{Admitted, Judged, MayChange, NotAdmitted, Operator};
use crate::console::same_origin::{self, CrossSite, Origins};
use crate::console::session::{self, Key, Salt};
use crate::objects::ask::{Asker, TheWorkspace};
use crate::objects::calls::workspace::{GetSalt, JudgeAttempt};
use crate::secret::Secret;
use crate::turn::history::Level;
use serde_json::json;
use std::cell::RefCell;
use worker::{Env, Request, Response, Result};

/// The result of a check at the door.
pub(super) enum Door<T> {
    /// They may come in.
    Open(T),
    /// They may not; this is the answer.
    Shut(Response),
}

/// By which door a token came, for the log.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// With a request of the API.
    Bearer,
    /// With the sign-in.
    SignIn,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::SignIn => "sign_in",
        }
    }
}

/// Lets a caller read the API. Where the token stands in the request it decides, whatever cookie is there too.
pub(super) async fn operator(request: &Request, token: &Secret, env: &Env) -> Result<Door<Operator>> {
    match bearer(request)? {
        Some(given) => with_token(Some(&given), Way::Bearer, request, token, env).await,
        None => in_session(request, token, env).await,
    }
}

/// The same with the token alone: programs have no session.
pub(super) async fn bearer_only(request: &Request, token: &Secret, env: &Env) -> Result<Door<Operator>> {
    match bearer(request)? {
        Some(given) => with_token(Some(&given), Way::Bearer, request, token, env).await,
        None => unauthorised().map(Door::Shut),
    }
}

/// Lets an operator change something.
pub(super) fn may_change(operator: Operator, request: &Request) -> Result<Door<MayChange>> {
    match operator.may_change(origins(request)?.check()) {
        Ok(may) => Ok(Door::Open(may)),
        Err(CrossSite) => cross_site().map(Door::Shut),
    }
}

/// What a request says of where it comes from.
pub(super) fn origins(request: &Request) -> Result<Origins> {
    let header = |name: &str| request.headers().get(name);
    Ok(Origins {
        url: request.inner().url(),
        console: header(same_origin::HEADER)?,
        origin: header("origin")?,
        fetch_site: header("sec-fetch-site")?,
    })
}

/// The answer to what another site has made a browser ask for.
pub(super) fn cross_site() -> Result<Response> {
    line(Level::Warn, "sign_in_refused", json!({ "by": "cookie", "reason": "cross_site" }));
    refuse(
        403,
        "cross_site",
        "Only the console may send this request. Send the header X-OneReply-Console: 1 from the same origin.",
    )
}

/// Has a token judged and counted.
pub(super) async fn admit(
    given: Option<&str>,
    way: Way,
    request: &Request,
    token: &Secret,
    env: &Env,
) -> Result<std::result::Result<Admitted, NotAdmitted>> {
    let judged = Judged::of(given, token);
    let address = request.headers().get("cf-connecting-ip")?;
    let attempt = JudgeAttempt { client: Client::of(address.as_deref()), is_right: judged.is_right() };
    let verdict = Objects(env).ask(&TheWorkspace, attempt).await?;
    // Those that are not looked at are not logged one by one: that is what the limit is for.
    if let AttemptVerdict::Counted(limit) = verdict {
        line(
            if limit == Limit::Open { Level::Warn } else { Level::Error },
            "sign_in_refused",
            json!({ "by": way.name(), "reason": "wrong_token", "limit": limit }),
        );
    }
    Ok(judged.admit(verdict))
}

/// The answer to a caller whose token is wrong.
pub(super) fn not_admitted(why: NotAdmitted, wrong: impl FnOnce() -> Result<Response>) -> Result<Response> {
    match why {
        NotAdmitted::WrongToken => wrong(),
        NotAdmitted::TooManyAttempts { retry_after_s } => {
            let response = refuse(429, "too_many_attempts", "Too many wrong tokens. Try again later.")?;
            response.headers().set("retry-after", &retry_after_s.to_string())?;
            Ok(response)
        }
    }
}

async fn with_token(
    given: Option<&str>,
    way: Way,
    request: &Request,
    token: &Secret,
    env: &Env,
) -> Result<Door<Operator>> {
    match admit(given, way, request, token, env).await? {
        Ok(admitted) => Ok(Door::Open(Operator::with_token(admitted))),
        Err(why) => not_admitted(why, unauthorised).map(Door::Shut),
    }
}

async fn in_session(request: &Request, token: &Secret, env: &Env) -> Result<Door<Operator>> {
    let cookies = request.headers().get("cookie")?;
    if session::cookie(cookies.as_deref()).is_none() {
        return unauthorised().map(Door::Shut);
    }
    let Some(salt) = salt(env, GetSalt { or_new: false }).await? else { return unauthorised().map(Door::Shut) };
    match session::check(cookies.as_deref(), &Key { token, salt: &salt }, now()) {
        Ok(operator) => Ok(Door::Open(operator)),
        Err(_no_session) => unauthorised().map(Door::Shut),
    }
}

thread_local! {
    /// The workspace's salt, which never changes.
    static SALT: RefCell<Option<Salt>> = const { RefCell::new(None) };
}

/// What sessions are signed with beside the token.
pub(super) async fn salt(env: &Env, get: GetSalt) -> Result<Option<Salt>> {
    let known = SALT.with_borrow(Clone::clone);
    if known.is_some() {
        return Ok(known);
    }
    let salt = Objects(env).ask(&TheWorkspace, get).await?;
    SALT.with_borrow_mut(|known| known.clone_from(&salt));
    Ok(salt)
}

/// `None` where the request has no `Authorization` header; one of another scheme holds no token, and is a wrong one.
fn bearer(request: &Request) -> Result<Option<String>> {
    let given = request.headers().get("authorization")?;
    Ok(given.map(|given| given.strip_prefix("Bearer ").unwrap_or_default().to_owned()))
}

fn unauthorised() -> Result<Response> {
    let response = refuse(401, "unauthorised", "Send CONSOLE_TOKEN as a bearer token, or sign in at /console.")?;
    response.headers().set("www-authenticate", "Bearer")?;
    Ok(response)
}

/// An error, as programs read it.
pub(super) fn refuse(status: u16, code: &str, message: &str) -> Result<Response> {
    Ok(Response::from_json(&json!({ "error": { "code": code, "message": message } }))?.with_status(status))
}

/// The answer where nothing is, and wherever `CONSOLE_TOKEN` is not set.
pub(super) fn not_there() -> Result<Response> {
    Response::error("Not found.", 404)
}

/// The answer to another method than the allowed ones.
pub(super) fn use_instead(allowed: &str) -> Result<Response> {
    let response = refuse(405, "method_not_allowed", &format!("Use {allowed}."))?;
    response.headers().set("allow", &allowed.replace(" or ", ", "))?;
    Ok(response)
}

/// Whether there is a token at all: without one nobody is let in.
pub(super) fn token(env: &Env) -> Option<Secret> {
    environment::console_token(env)
}
