//! A client that sees exactly what was sent, and a receiver of webhooks.
#![allow(missing_docs, dead_code, clippy::unwrap_used)]

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use onereply_sandbox::server::{Options, Sandbox};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const INTERCOM: &str = "sandbox-access-token";
pub const GPT_TRAINER: &str = "sandbox-gpt-key";
pub const CHATBOT: &str = "14fb60fa7c6c44638d8c01abc90336e2";

/// A sandbox on a free port.
pub async fn sandbox(answer_delay: u64, webhook_url: &str) -> Sandbox {
    let mut options = Options { port: 0, webhook_url: webhook_url.to_owned(), ..Options::default() };
    options.account.answer_delay = answer_delay;
    Sandbox::start(options).await.unwrap()
}

/// What came back before the connection was closed; nothing at all when it was cut.
pub struct Raw(pub Vec<u8>);

impl Raw {
    fn split(&self) -> (&str, &[u8]) {
        let end = self.0.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (std::str::from_utf8(&self.0[..end]).unwrap(), &self.0[end + 4..])
    }

    pub fn status(&self) -> u16 {
        self.split().0[9..12].parse().unwrap()
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let lines = self.split().0.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    }

    /// The body, its chunks put together.
    pub fn body(&self) -> Vec<u8> {
        let (_, body) = self.split();
        if self.header("transfer-encoding").is_some() { chunks(body).concat() } else { body.to_vec() }
    }

    pub fn chunks(&self) -> Vec<Vec<u8>> {
        chunks(self.split().1)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body()).unwrap()
    }
}

fn chunks(mut body: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        chunks.push(body[end + 2..end + 2 + size].to_vec());
        body = &body[end + size + 4..];
    }
    chunks
}

/// Sends a request; the caller may drop the connection instead of reading.
pub async fn begin(to: SocketAddr, method: &str, path: &str, token: &str, body: &Value) -> TcpStream {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(to).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         intercom-version: 2.16\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

pub async fn call(to: SocketAddr, method: &str, path: &str, token: &str, body: &Value) -> Raw {
    let mut stream = begin(to, method, path, token, body).await;
    let mut received = Vec::new();
    // A reset is a way of being cut off; what came before it is kept.
    let _ = stream.read_to_end(&mut received).await;
    Raw(received)
}

pub async fn get(to: SocketAddr, path: &str) -> Value {
    call(to, "GET", path, "", &Value::Null).await.json()
}

pub async fn post_json(to: SocketAddr, path: &str, body: Value) -> Value {
    let answer = call(to, "POST", path, "", &body).await;
    assert_eq!(answer.status(), 200, "{path}: {}", answer.json());
    answer.json()
}

/// A conversation that nobody is told of.
pub async fn conversation(to: SocketAddr) -> String {
    let begun = post_json(to, "/sandbox/conversations", json!({"body": "<p>Hi</p>", "webhook": "none"})).await;
    begun["conversation_id"].as_str().unwrap().to_owned()
}

pub async fn session(to: SocketAddr) -> String {
    let path = format!("/gpt-trainer/api/v1/chatbot/{CHATBOT}/session/create");
    call(to, "POST", &path, GPT_TRAINER, &Value::Null).await.json()["uuid"].as_str().unwrap().to_owned()
}

/// Waits for a condition, ten seconds at most.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Webhooks that came in: their headers and bodies.
pub type Received = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A receiver of webhooks that gives these answers in turn, the last one for ever.
pub async fn receiver(statuses: &'static [u16]) -> (String, Received) {
    let received = Received::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook/intercom", listener.local_addr().unwrap());
    let take = async move |State(received): State<Received>, headers: HeaderMap, body: Bytes| {
        let mut all = received.lock().unwrap();
        all.push((headers, body));
        StatusCode::from_u16(statuses[(all.len() - 1).min(statuses.len() - 1)]).unwrap()
    };
    let router = Router::new().route("/webhook/intercom", post(take)).with_state(received.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, received)
}
