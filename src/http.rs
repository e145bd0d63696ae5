//! Requests and answers as plain data: the languages of Intercom and GPT Trainer build and read them, the edge carries them.

use crate::time::Millis;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use std::fmt;

/// One request to be made exactly as it stands. Redirects are never followed.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The verb.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Header names in lower case, and their values.
    pub headers: Vec<(&'static str, String)>,
    /// A JSON text, or nothing.
    pub body: Option<String>,
    /// After this long without the whole answer the request is given up.
    pub limit: Millis,
}

/// The verbs that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes, and GPT Trainer's deletions.
    Post,
}

/// A whole answer: head and every byte of the body.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// `Content-Type`, lower case, without parameters; empty where absent.
    pub content_type: String,
    /// What it told of the rate limit.
    pub rate_limit: RateLimit,
    /// The raw body.
    pub body: Vec<u8>,
}

/// The headers by which Intercom tells of its rate limit, verbatim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// `X-RateLimit-Limit`.
    pub limit: Option<String>,
    /// `X-RateLimit-Remaining`.
    pub remaining: Option<String>,
    /// `X-RateLimit-Reset`.
    pub reset: Option<String>,
}

/// An id as one part of a path. Ids are opaque, so everything but RFC 3986's unreserved characters is encoded; the dot too, for `..`
/// would climb.
pub fn path_segment(id: &str) -> PercentEncode<'_> {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(id, ENCODED)
}

// Both carry tokens and customers' words, so what `Debug` shows is only what a log may hold.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
