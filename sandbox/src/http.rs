//! Requests and answers as plain data.

use crate::clock::Millis;

/// One request, already read. The path is without the prefix of the server, without the query.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// For example `/conversations/1/reply` or `/session/…/messages`.
    pub path: &'a str,
    /// What follows the question mark, or nothing.
    pub query: &'a str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The `Intercom-Version` header.
    pub intercom_version: Option<&'a str>,
    /// The body's bytes.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The path's parts, without empty ones.
    pub fn segments(&self) -> Vec<&'a str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// Whether the `Authorization` header is `Bearer` and this token.
    pub fn bears(&self, token: &str) -> bool {
        self.authorization.and_then(|value| value.strip_prefix("Bearer ")) == Some(token)
    }

    /// The value of a query parameter, as it stands there (not percent-decoded).
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v)
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// When the whole answer is there: a language model takes its time.
    pub ready_at: Millis,
    /// Whether the body comes bit by bit while it is being made.
    pub streamed: bool,
}

impl Answer {
    /// A JSON answer that is there at once.
    pub fn json(status: u16, body: String, now: Millis) -> Self {
        Self {
            status,
            content_type: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: body.into_bytes(),
            ready_at: now,
            streamed: false,
        }
    }
}
