//! The page for people: a customer's messenger, a teammate's inbox and a log.

use super::shared::Shared;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(|| async { file("text/html", include_str!("../page/index.html")) }))
        .route(
            "/page.css",
            get(|| async {
                let styles = concat!(
                    include_str!("../page/page.css"),
                    include_str!("../page/message.css"),
                    include_str!("../page/narrow.css")
                );
                file("text/css", styles)
            }),
        )
        .route("/page.js", get(|| async { file("text/javascript", include_str!("../page/page.js")) }))
        .route("/body.js", get(|| async { file("text/javascript", include_str!("../page/body.js")) }))
        .route("/message.js", get(|| async { file("text/javascript", include_str!("../page/message.js")) }))
        .route("/words.js", get(|| async { file("text/javascript", include_str!("../page/words.js")) }))
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
