//! Sending notifications as Intercom does (page "Webhook notifications"): five seconds to answer, one retry after a
//! minute.

use super::log::DeliveryRecord;
use super::shared::{Caused, Kept, Shared, now};
use crate::clock::Millis;
use crate::webhook::{Webhook, sign};
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How the webhook of an act goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Send,
    None,
    Delayed(Millis),
    Copies(u32),
}

impl Way {
    /// Reads `"send"`, `"none"`, `{"delay_ms":n}` or `{"copies":n}`; the error is in plain words.
    pub(super) fn read(input: &Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Input {
            Send,
            None,
            DelayMs(Millis),
            Copies(u32),
        }
        let input = if input.is_null() { Ok(Input::Send) } else { Input::deserialize(input) };
        match input.map_err(|error| format!("webhook: {error}"))? {
            Input::Send => Ok(Self::Send),
            Input::None => Ok(Self::None),
            Input::DelayMs(delay) => Ok(Self::Delayed(delay)),
            Input::Copies(copies) => Ok(Self::Copies(copies)),
        }
    }
}

/// What goes wrong with webhooks, by `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum DeliveryFault {
    /// It is never sent.
    Lost {},
    /// It comes so many times.
    Copied { copies: u32 },
    /// It comes so late.
    Delayed { ms: Millis },
}

impl DeliveryFault {
    /// The name under which it is switched on.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lost {} => "lost",
            Self::Copied { .. } => "copied",
            Self::Delayed { .. } => "delayed",
        }
    }

    fn way(self) -> Way {
        match self {
            Self::Lost {} => Way::None,
            Self::Copied { copies } => Way::Copies(copies),
            Self::Delayed { ms } => Way::Delayed(ms),
        }
    }
}

/// Which webhooks, and what goes wrong with them.
#[derive(Clone, Debug)]
pub(super) struct DeliveryRule {
    /// Only those about this conversation.
    pub conversation_id: Option<String>,
    pub fault: DeliveryFault,
}

impl DeliveryRule {
    fn is_about(&self, webhook: &Webhook) -> bool {
        self.conversation_id.is_none() || self.conversation_id == webhook.conversation_id
    }
}

/// Five seconds, then Intercom counts a delivery as failed.
const TIME_LIMIT: Duration = Duration::from_millis(5000);

/// Sends in the background what an act has caused.
pub(super) fn dispatch(shared: &Arc<Shared>, caused: Caused, way: Way) {
    for kept in caused.kept {
        let way = match way {
            Way::Send => on_its_way(shared, &kept),
            way @ (Way::None | Way::Delayed(_) | Way::Copies(_)) => way,
        };
        let (copies, delay) = match way {
            Way::Send => (1, 0),
            Way::None => (0, 0),
            Way::Delayed(delay) => (1, delay),
            Way::Copies(copies) => (copies, 0),
        };
        for _ in 0..copies {
            tokio::spawn(send_with_retry(shared.clone(), kept.clone(), delay, caused.resets));
        }
    }
}

/// What was told of a webhook holds. Of the others some may go wrong.
fn on_its_way(shared: &Shared, kept: &Kept) -> Way {
    let struck = shared.world().delivery_faults.strike(|rule| rule.is_about(&kept.webhook));
    let Some(rule) = struck else { return Way::Send };
    shared.tell(&json!({"kind": "faults"}));
    rule.fault.way()
}

async fn send_with_retry(shared: Arc<Shared>, kept: Kept, delay: Millis, resets: u64) {
    tokio::time::sleep(Duration::from_millis(delay)).await;
    if shared.world().resets != resets || is_success(send(&shared, &kept, 1).await) {
        return;
    }
    let retry_after = shared.world().webhooks.retry_after;
    tokio::time::sleep(Duration::from_millis(retry_after)).await;
    if shared.world().resets == resets {
        send(&shared, &kept, 2).await;
    }
}

fn is_success(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

/// Sends once and notes it down; nothing is returned when there was no answer in time.
pub(super) async fn send(shared: &Arc<Shared>, kept: &Kept, attempt: u32) -> Option<u16> {
    let (url, client_secret) = {
        let world = shared.world();
        (world.webhooks.url.clone(), world.webhooks.client_secret.clone())
    };
    let begun = now();
    let body = kept.body(attempt);
    let answering = post(&url, sign(&client_secret, &body), body);
    let status = tokio::time::timeout(TIME_LIMIT, answering).await.ok().flatten();
    note_down(shared, &kept.webhook, attempt, status, begun);
    status
}

async fn post(url: &str, signature: String, body: Vec<u8>) -> Option<u16> {
    let request = Request::post(url)
        .header(header::USER_AGENT, "intercom-parrot-service-client/1.0")
        .header("X-Hub-Signature", signature)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .ok()?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await.ok()?;
    let status = response.status().as_u16();
    Body::new(response.into_body()).collect().await.ok()?;
    Some(status)
}

fn note_down(shared: &Shared, webhook: &Webhook, attempt: u32, status: Option<u16>, begun: Millis) {
    let n = {
        let mut world = shared.world();
        let n = world.deliveries.len() + 1;
        world.deliveries.push(DeliveryRecord {
            n,
            at_ms: begun,
            notification_id: webhook.id.clone(),
            topic: webhook.topic.name(),
            conversation_id: webhook.conversation_id.clone(),
            attempt,
            status,
            ms: now() - begun,
        });
        n
    };
    shared.tell(&json!({"kind": "delivery", "n": n, "conversation_id": webhook.conversation_id}));
}
