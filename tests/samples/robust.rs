//! Samples with one thing spoiled: nothing may bring the reader down, and whatever is spoiled, a customer's word still wakes.

// shows: G4

use crate::generator::SECRET;
use crate::read::sample;
use hmac::{Hmac, KeyInit, Mac};
use onereply::intercom::conversation::decode_conversation;
use onereply::intercom::decode::ParseError;
use onereply::intercom::events::ConversationEvent;
use onereply::intercom::ids::{AdminId, ConversationId};
use onereply::intercom::signature::{RawWebhook, WebhookSecrets};
use onereply::intercom::webhook::{About, Webhook};
use onereply::secret::Secret;
use serde_json::{Value, json};
use sha1::Sha1;

/// A wake-up cannot do without these.
const NEEDED: [&str; 6] = ["", "/app_id", "/topic", "/data", "/data/item", "/data/item/id"];

/// The shapes that differ; the rest are the same with other words.
const SHAPES: [&str; 6] = [
    "user_created.json",
    "user_replied.loose_ids.json",
    "user_replied.v1.json",
    "admin_replied.first_reply.json",
    "deleted.json",
    "ping.json",
];

// shows: G4
#[test]
fn whatever_is_spoiled_a_customers_word_still_wakes() {
    let asked_for = ConversationId::new("300100200300400").unwrap();
    let ourselves = AdminId::new("7100002").unwrap();
    for name in SHAPES {
        for (place, spoiled) in spoilt(&sample(name)) {
            let item = spoiled.pointer("/data/item").unwrap_or(&Value::Null).to_string();
            let _thread_or_error = decode_conversation(item.as_bytes(), &asked_for, &ourselves);
            let read = parse(spoiled.to_string().into_bytes());
            if name.starts_with("user_") && !NEEDED.contains(&place.as_str()) {
                let About::Conversation(events) = read.unwrap().about else { panic!("{name} {place}") };
                let wakes = events.events.iter().any(|it| matches!(it, ConversationEvent::CustomerWrote { .. }));
                assert!(wakes, "{name} {place}: {events:?}");
            }
        }
    }
}

#[test]
fn cut_anywhere_it_is_an_error() {
    let whole = sample("user_replied.v1.json");
    for end in 0..whole.len() {
        assert!(parse(whole[..end].to_vec()).is_err(), "cut at {end}");
    }
}

#[test]
fn any_byte_may_be_any_other() {
    let whole = sample("user_replied.v1.json");
    let odd_bytes = [0, b'"', b'{', b']', b'\\', b'9', 0x80, 0xff];
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] = odd_bytes[at % odd_bytes.len()];
        let _webhook_or_error = parse(changed);
    }
}

/// The JSON once for every place and every odd value, each with the place's pointer.
fn spoilt(text: &[u8]) -> impl Iterator<Item = (String, Value)> {
    let whole: Value = serde_json::from_slice(text).unwrap();
    let mut places = Vec::new();
    pointers(&whole, String::new(), &mut places);
    places.into_iter().flat_map(move |place| {
        let whole = whole.clone();
        odd_values().into_iter().map(move |odd| {
            let mut spoiled = whole.clone();
            *spoiled.pointer_mut(&place).unwrap() = odd;
            (place.clone(), spoiled)
        })
    })
}

fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(0),
        json!(1.5e300),
        json!("é\u{0}\u{202e}"),
        json!("conversation"),
        json!([]),
        json!({}),
        json!({"id": {"id": []}}),
    ]
}

fn pointers(value: &Value, here: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, it)| pointers(it, format!("{here}/{name}"), all)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, it)| pointers(it, format!("{here}/{at}"), all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all.push(here);
}

fn parse(bytes: Vec<u8>) -> Result<Webhook, ParseError> {
    let mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&bytes).finalize();
    let header = Some(format!("sha1={}", hex::encode(mac.into_bytes())));
    let secrets = WebhookSecrets { current: Secret::new(SECRET).unwrap(), previous: None };
    RawWebhook { bytes, header }.verify(&secrets).unwrap().parse()
}
