//! `/webhook/intercom`: verified, parsed, and durable in its conversation's object before Intercom hears 200.
//!
//! Intercom sends each webhook at most twice, so anything but 2xx is a promise that the second one will do. It never
//! hears 410, which ends the subscription, nor 429, which slows all of it down ("Handling Webhook notifications").

use super::clock::now;
use super::environment;
use super::log::line;
use super::objects::Objects;
use super::request::{self, Body};
use crate::intercom::signature::{RawWebhook, SIGNATURE_HEADER, SignedWith, VerifiedWebhook};
use crate::intercom::webhook::{About, Nothing, Webhook};
use crate::objects::ask::{Asker, ConversationName, TheWorkspace};
use crate::objects::calls::conversation::TakeEvents;
use crate::objects::calls::workspace::NoteDelivery;
use crate::time::UnixMillis;
use crate::turn::history::Level;
use crate::workspace::watchdog::{ObjectStatus, Receipt};
use crate::workspace::webhooks::{EXACT, WebhookDelivery};
use serde_json::json;
use std::cell::Cell;
use worker::{Context, Env, Method, Request, Response, Result};

/// Intercom documents no limit; its webhooks are far smaller.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// `npm run doctor` marks the pings that it signs itself: they show that the way here is open, not that Intercom takes it.
const DOCTOR_HEADER: &str = "x-onereply-doctor";

/// Answers one request to the webhook's address.
pub(super) async fn answer(request: Request, env: &Env, context: &Context) -> Result<Response> {
    match request.method() {
        Method::Post => receive(request, env, context).await,
        // Saving the address in the Developer Hub sends a HEAD.
        Method::Head => Response::empty(),
        _other => {
            let response = Response::error("Intercom posts its webhooks here.", 405)?;
            response.headers().set("allow", "POST, HEAD")?;
            Ok(response)
        }
    }
}

async fn receive(request: Request, env: &Env, context: &Context) -> Result<Response> {
    let began = now();
    let Some(secrets) = environment::webhook_secrets(env) else {
        line(Level::Error, "webhook_without_secret", json!({ "missing": "INTERCOM_CLIENT_SECRET" }));
        return Response::error("INTERCOM_CLIENT_SECRET is not set, so webhooks cannot be verified.", 500);
    };
    let Body::Whole(bytes) = body(&request).await? else {
        line(Level::Warn, "webhook_too_large", json!({ "limit_bytes": MAX_BODY_BYTES }));
        return Response::error("A webhook has at most 1 MiB.", 413);
    };
    let raw = RawWebhook { bytes, header: request.headers().get(SIGNATURE_HEADER)? };
    let verified = match raw.verify(&secrets) {
        Ok(verified) => verified,
        Err(error) => {
            line(Level::Warn, "webhook_signature_refused", json!({ "reason": error.to_string() }));
            return Response::error("The signature does not match.", 401);
        }
    };
    let is_intercoms = !request.headers().has(DOCTOR_HEADER)?;
    pass_on(&verified, is_intercoms, began, env, context).await
}

async fn pass_on(
    verified: &VerifiedWebhook,
    is_intercoms: bool,
    began: UnixMillis,
    env: &Env,
    context: &Context,
) -> Result<Response> {
    let webhook = match verified.parse() {
        Ok(webhook) => webhook,
        Err(error) => {
            line(
                Level::Error,
                "webhook_malformed",
                json!({ "where": error.to_string(), "bytes": verified.bytes().len() }),
            );
            return Response::error("The body is not a webhook.", 400);
        }
    };
    let Webhook { id, topic, delivery_attempts, about, .. } = webhook;
    let fields = json!({
        "webhook": id.as_ref().map(|id| id.as_str()),
        "topic": topic.to_string(),
        "delivery_attempts": delivery_attempts,
    });
    let delivery = || WebhookDelivery { at: began, topic: topic.to_string(), signed_with: verified.signed_with() };
    let events = match about {
        About::Conversation(events) => events,
        About::Nothing(nothing @ (Nothing::NoConversation | Nothing::NoWorkspace)) => {
            line(Level::Error, "webhook_incomplete", with(fields, json!({ "reason": nothing.name() })));
            return Response::error("The webhook does not name a conversation and a workspace.", 400);
        }
        About::Nothing(nothing) => {
            line(Level::Info, "webhook_ignored", with(fields, json!({ "reason": nothing.name() })));
            if is_intercoms {
                note(delivery(), None, env, context);
            }
            return Response::ok("ignored");
        }
    };
    let object = ConversationName { app: events.app_id.clone(), conversation: events.conversation.clone() };
    match Objects(env).ask(&object, TakeEvents(events)).await {
        Ok(Receipt { is_new, status }) => {
            let took = json!({ "conversation": object.conversation, "is_new": is_new, "ms": now().since(began).0 });
            line(Level::Info, "webhook_stored", with(fields, took));
            let is_opened = is_new && status.wakes_at.is_some();
            note(delivery(), is_opened.then_some((object, status)), env, context);
            Response::ok("stored")
        }
        Err(_not_stored) => {
            line(Level::Error, "webhook_not_stored", with(fields, json!({ "conversation": object.conversation })));
            Response::error("The webhook could not be stored. Send it again.", 500)
        }
    }
}

thread_local! {
    /// What the workspace was told last from here.
    static NOTED: Cell<Option<(UnixMillis, SignedWith)>> = const { Cell::new(None) };
}

/// Tells the workspace of a delivery, after Intercom has its answer: at once where something was opened, else once a minute.
///
/// Should that be lost, the object's own alarm is still there.
fn note(delivery: WebhookDelivery, opened: Option<(ConversationName, ObjectStatus)>, env: &Env, context: &Context) {
    let is_known = NOTED
        .get()
        .is_some_and(|(at, signed_with)| signed_with == delivery.signed_with && delivery.at.since(at) < EXACT);
    if is_known && opened.is_none() {
        return;
    }
    NOTED.set(Some((delivery.at, delivery.signed_with)));
    let env = env.clone();
    context.wait_until(async move {
        if Objects(&env).ask(&TheWorkspace, NoteDelivery { delivery, opened }).await.is_err() {
            line(Level::Warn, "delivery_not_noted", json!({}));
        }
    });
}

/// The body, unless it is told or found to be too large.
async fn body(request: &Request) -> Result<Body> {
    let length = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Ok(Body::TooLarge);
    }
    request::body(request, MAX_BODY_BYTES).await
}

fn with(mut fields: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    if let (Some(fields), serde_json::Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
    fields
}
