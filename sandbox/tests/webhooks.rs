//! Webhooks are the bytes in `tests/vectors`, whose signatures were computed by another implementation.
#![allow(missing_docs, clippy::unwrap_used)]

use onereply_sandbox::intercom::{
    ANA_LIMA, ApiVersion, BotWords, ContactDetails, CustomerWords, Intercom, Start, TeammateAct, Workspace,
};
use onereply_sandbox::webhook::{Escaping, Topic, Webhook, sign};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

const SECRET: &str = "a-made-up-secret-for-these-vectors";
const T0: u64 = 1_770_000_000_000;

/// One conversation, told by every topic.
fn told(version: ApiVersion) -> Vec<Webhook> {
    let mut intercom = Intercom::new(Workspace { version, ..Workspace::default() }, 42);
    let contact: ContactDetails =
        serde_json::from_value(json!({"id": "65c1f0aa9b1de2f00d00cafe", "type": "lead"})).unwrap();
    let start = Start { body: "<p>Do you ship to Malmö?</p>".into(), contact, ..Start::default() };
    let id = intercom.start(start, T0).unwrap().conversation_id;
    let words = |text: &str| CustomerWords { body: Some(text.into()), ..CustomerWords::default() };
    intercom.customer_says(&id, words("<p>And is tea &amp; cake <b>included</b> 🫖?</p>"), T0 + 4000).unwrap();
    let mut act = |act: serde_json::Value, later: u64| {
        let act: TeammateAct = serde_json::from_value(act).unwrap();
        intercom.teammate_acts(&id, act, T0 + later).unwrap();
    };
    act(json!({"action": "note", "body": "<p>VIP</p>"}), 5000);
    act(json!({"action": "reply", "body": "<p class=\"no-margin\">We do</p>"}), 9000);
    act(json!({"action": "assign", "assignee_id": ANA_LIMA.id}), 10_000);
    act(json!({"action": "snooze"}), 11_000);
    act(json!({"action": "open"}), 12_000);
    act(json!({"action": "close"}), 13_000);
    intercom.customer_says(&id, words("<p>One more thing</p>"), T0 + 60_000).unwrap();
    let words: BotWords = serde_json::from_value(json!({"body": "<p>We are back at nine.</p>"})).unwrap();
    intercom.bot_says(&id, words, T0 + 61_000).unwrap();
    intercom.delete(&id, T0 + 99_000).unwrap();
    let mut webhooks = intercom.take_webhooks();
    webhooks.push(Webhook::ping("abc123def", T0));
    webhooks
}

/// Every vector by its file name.
fn vectors() -> BTreeMap<String, Vec<u8>> {
    let mut vectors = BTreeMap::new();
    for (number, webhook) in told(ApiVersion::V2_16).iter().enumerate() {
        let name = format!("{number:02}.{}.json", webhook.topic.name());
        vectors.insert(name, webhook.body(Escaping::Utf8, 1));
    }
    let html = told(ApiVersion::V2_14);
    let replied = html.iter().find(|one| one.topic == Topic::UserReplied).unwrap();
    for (name, escaping) in [("utf8", Escaping::Utf8), ("ascii", Escaping::Ascii), ("rails", Escaping::Rails)] {
        vectors.insert(format!("v2.14.user.replied.{name}.json"), replied.body(escaping, 1));
    }
    vectors.insert("v2.14.user.replied.retry.json".into(), replied.body(Escaping::Utf8, 2));
    vectors
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

#[test]
fn every_webhook_is_its_vector_byte_for_byte() {
    for (name, body) in vectors() {
        let expected = std::fs::read(folder().join(&name)).unwrap();
        assert_eq!(String::from_utf8(body).unwrap(), String::from_utf8(expected).unwrap(), "{name}");
    }
}

#[test]
fn every_signature_is_the_one_that_another_implementation_made() {
    let listed = std::fs::read_to_string(folder().join("SIGNATURES")).unwrap();
    let signed: String = vectors().iter().map(|(name, body)| format!("{} {name}\n", sign(SECRET, body))).collect();
    assert_eq!(signed, listed);
}

#[test]
fn webhooks_have_html_before_2_15_and_plain_text_after() {
    let body = |version| {
        let told = told(version);
        let replied = told.iter().find(|one| one.topic == Topic::UserReplied).unwrap();
        let item: serde_json::Value = serde_json::from_str(&replied.item).unwrap();
        let part = &item["conversation_parts"]["conversation_parts"][0];
        (part["body"].as_str().unwrap().to_owned(), item["admin_assignee_id"].clone())
    };
    let html = "<p>And is tea &amp; cake <b>included</b> 🫖?</p>";
    assert_eq!(body(ApiVersion::V2_14), (html.into(), json!(null)));
    assert_eq!(body(ApiVersion::V2_16), ("And is tea & cake included 🫖?".into(), json!(0)));
}

#[test]
fn a_webhook_holds_only_the_part_that_caused_it() {
    let told = told(ApiVersion::V2_16);
    let reopened = told.iter().rfind(|one| one.topic == Topic::UserReplied).unwrap();
    let item: serde_json::Value = serde_json::from_str(&reopened.item).unwrap();
    let parts = &item["conversation_parts"]["conversation_parts"];
    assert_eq!((parts.as_array().unwrap().len(), &parts[0]["part_type"]), (1, &json!("open")));
    assert_eq!(item["source"]["body"], "Do you ship to Malmö?");
}

/// Writes the vectors anew after a wanted change; then sign them with `openssl dgst -sha1 -hmac`.
#[test]
#[ignore = "changes files"]
fn write_the_vectors() {
    for (name, body) in vectors() {
        std::fs::write(folder().join(name), body).unwrap();
    }
}
