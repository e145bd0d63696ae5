//! The page for people: a customer's messenger, a teammate's inbox and a log.

use super::shared::Shared;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

const PAGE: &str = include_str!("../page/index.html");
const STYLES: &str = concat!(
    include_str!("../page/page.css"),
    include_str!("../page/message.css"),
    include_str!("../page/watch.css"),
    include_str!("../page/narrow.css"),
);
const SCRIPTS: [(&str, &str); 10] = [
    ("/body.js", include_str!("../page/body.js")),
    ("/break.js", include_str!("../page/break.js")),
    ("/burst.js", include_str!("../page/burst.js")),
    ("/faults.js", include_str!("../page/faults.js")),
    ("/message.js", include_str!("../page/message.js")),
    ("/page.js", include_str!("../page/page.js")),
    ("/sandbox.js", include_str!("../page/sandbox.js")),
    ("/tabs.js", include_str!("../page/tabs.js")),
    ("/verdict.js", include_str!("../page/verdict.js")),
    ("/words.js", include_str!("../page/words.js")),
];

pub(super) fn routes() -> Router<Arc<Shared>> {
    let page = Router::new()
        .route("/", get(|| async { file("text/html", PAGE) }))
        .route("/page.css", get(|| async { file("text/css", STYLES) }));
    SCRIPTS
        .into_iter()
        .fold(page, |page, (path, text)| page.route(path, get(move || async move { file("text/javascript", text) })))
}

fn file(mime: &str, text: &'static str) -> Response {
    let policy = "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = [
        (CONTENT_TYPE, format!("{mime}; charset=utf-8")),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_SECURITY_POLICY, policy.to_owned()),
    ];
    (headers, text).into_response()
}
