//! The server over loopback: webhooks, the control API, streaming, events and the page.
#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(feature = "server")]

mod common;

use common::{
    GPT_TRAINER, INTERCOM, Received, begin, call, conversation, get, post_json, receiver, sandbox, session, until,
};
use onereply_sandbox::webhook::sign;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/webhook/intercom";

async fn arrived(received: &Received, count: usize) -> Vec<Value> {
    until("the webhooks", async || {
        let all = received.lock().unwrap();
        let bodies = || all.iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect();
        (all.len() >= count).then(bodies)
    })
    .await
}

#[tokio::test]
async fn a_webhook_is_signed_and_sent_with_intercoms_headers() {
    let (url, received) = receiver(&[200]).await;
    let sandbox = sandbox(0, &url).await;
    let begun = post_json(sandbox.address(), "/sandbox/conversations", json!({"body": "<p>Hi</p>"})).await;
    let body = &arrived(&received, 1).await[0];
    assert_eq!((&body["id"], &body["topic"]), (&begun["notification_id"], &json!("conversation.user.created")));
    assert_eq!(body["data"]["item"]["source"]["id"], begun["part_id"]);
    let (headers, bytes) = received.lock().unwrap()[0].clone();
    assert_eq!(headers["x-hub-signature"], sign("sandbox-client-secret", &bytes));
    assert_eq!(headers["user-agent"], "intercom-parrot-service-client/1.0");
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_failed_delivery_is_tried_once_more() {
    let (url, received) = receiver(&[500, 500, 200]).await;
    let sandbox = sandbox(0, &url).await;
    post_json(sandbox.address(), "/sandbox/webhook", json!({"retry_after_ms": 1})).await;
    post_json(sandbox.address(), "/sandbox/conversations", json!({"body": "<p>Hi</p>"})).await;
    let deliveries = until("two deliveries", async || {
        let deliveries = get(sandbox.address(), "/sandbox/deliveries").await;
        (deliveries.as_array().unwrap().len() == 2).then_some(deliveries)
    })
    .await;
    let shown = |at: usize| (deliveries[at]["attempt"].clone(), deliveries[at]["status"].clone());
    assert_eq!([shown(0), shown(1)], [(json!(1), json!(500)), (json!(2), json!(500))]);
    let bodies = arrived(&received, 2).await;
    assert_eq!((&bodies[0]["id"], &bodies[1]["delivery_attempts"]), (&bodies[1]["id"], &json!(2)));
}

#[tokio::test]
async fn a_webhook_is_delivered_again_byte_for_byte_and_at_the_same_time() {
    let (url, received) = receiver(&[200]).await;
    let sandbox = sandbox(0, &url).await;
    let input = json!({"body": "<p>café</p>", "webhook": "none"});
    let begun = post_json(sandbox.address(), "/sandbox/conversations", input).await;
    let path = format!("/sandbox/notifications/{}/deliver", begun["notification_id"].as_str().unwrap());
    let told = post_json(sandbox.address(), &path, json!({"copies": 3})).await;
    assert_eq!(told, json!({"statuses": [200, 200, 200]}));
    let bodies: Vec<_> = received.lock().unwrap().iter().map(|(_, body)| body.clone()).collect();
    assert_eq!(bodies, vec![bodies[0].clone(); 3]);
    let unknown = call(sandbox.address(), "POST", "/sandbox/notifications/x/deliver", "", &json!({})).await;
    assert_eq!((unknown.status(), unknown.json()), (404, json!({"error": "there is no such notification"})));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_nobody_is_told_of_takes_no_other_webhook_with_it() {
    let (url, received) = receiver(&[200]).await;
    let sandbox = sandbox(0, &url).await;
    let to = sandbox.address();
    let begin = |webhook: &'static str| {
        tokio::spawn(async move {
            let input = json!({"body": "<p>Hi</p>", "webhook": webhook});
            post_json(to, "/sandbox/conversations", input).await["notification_id"].as_str().unwrap().to_owned()
        })
    };
    let begun: Vec<_> = (0..400).map(|_| (begin("send"), begin("none"))).collect();
    let mut sent = Vec::new();
    for (told, untold) in begun {
        untold.await.unwrap();
        sent.push(told.await.unwrap());
    }
    let mut came: Vec<String> = arrived(&received, sent.len()).await.iter().map(id_of).collect();
    sent.sort();
    came.sort();
    assert!(sent == came, "{} of {} are others", came.iter().filter(|id| !sent.contains(id)).count(), came.len());
}

fn id_of(webhook: &Value) -> String {
    webhook["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn webhook_settings_change_how_webhooks_are_spelled_and_signed() {
    let (url, received) = receiver(&[200]).await;
    let sandbox = sandbox(0, NOWHERE).await;
    let settings = json!({"url": url, "client_secret": "other", "escaping": "rails", "api_version": "2.14"});
    post_json(sandbox.address(), "/sandbox/webhook", settings).await;
    let input = json!({"body": "<p>Hi</p>", "webhook": {"copies": 2}});
    post_json(sandbox.address(), "/sandbox/conversations", input).await;
    arrived(&received, 2).await;
    let (headers, bytes) = received.lock().unwrap()[0].clone();
    assert_eq!(headers["x-hub-signature"], sign("other", &bytes));
    assert!(std::str::from_utf8(&bytes).unwrap().contains(r"\u003cp\u003eHi\u003c/p\u003e"));
}

#[tokio::test]
async fn nobody_listening_is_a_delivery_without_a_status() {
    let sandbox = sandbox(0, NOWHERE).await;
    let told = post_json(sandbox.address(), "/sandbox/ping", json!({})).await;
    assert_eq!(told, json!({"status": null}));
    let deliveries = get(sandbox.address(), "/sandbox/deliveries").await;
    assert_eq!((&deliveries[0]["topic"], &deliveries[0]["notification_id"]), (&json!("ping"), &Value::Null));
}

#[tokio::test]
async fn a_streamed_answer_comes_in_chunks_that_cut_characters() {
    let sandbox = sandbox(20, NOWHERE).await;
    let to = sandbox.address();
    let text = "é".repeat(100);
    post_json(to, "/sandbox/gpt-trainer/script", json!({"answer": text})).await;
    let uuid = session(to).await;
    let path = format!("/gpt-trainer/api/v1/session/{uuid}/message/stream");
    let answer = call(to, "POST", &path, GPT_TRAINER, &json!({"query": "?"})).await;
    assert_eq!(String::from_utf8(answer.body()).unwrap(), text);
    let chunks = answer.chunks();
    assert!(chunks.len() > 3 && chunks.iter().any(|chunk| std::str::from_utf8(chunk).is_err()));
    assert_eq!(get(to, "/sandbox/calls?after=1").await[0]["status"], 200);
}

#[tokio::test]
async fn a_question_whose_asker_went_is_answered_all_the_same() {
    let sandbox = sandbox(600, NOWHERE).await;
    let to = sandbox.address();
    let uuid = session(to).await;
    let path = format!("/gpt-trainer/api/v1/session/{uuid}/message/non-stream");
    let asking = begin(to, "POST", &path, GPT_TRAINER, &json!({"query": "Still there?"})).await;
    until("the question", async || (get(to, "/sandbox/calls").await.as_array().unwrap().len() == 2).then_some(()))
        .await;
    drop(asking);
    let sessions = until("the answer", async || {
        let sessions = get(to, "/sandbox/gpt-trainer/sessions").await;
        (sessions[0]["questions_in_flight"] == 0).then_some(sessions)
    })
    .await;
    assert_eq!(sessions[0]["messages"][0]["query"], "Still there?");
    assert_eq!(get(to, "/sandbox/calls?after=1").await[0]["status"], Value::Null);
}

#[tokio::test]
async fn acts_are_recorded_and_wrong_ones_refused() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    let id = conversation(to).await;
    let path = |act: &str| format!("/sandbox/conversations/{id}/{act}");
    let quiet = |act: Value| {
        let mut act = act;
        act["webhook"] = json!("none");
        act
    };
    let file = json!({"name": "a.png", "url": "https://files.example.com/a.png", "content_type": "image/png"});
    post_json(to, &path("customer"), quiet(json!({"attachments": [file]}))).await;
    post_json(to, &path("teammate"), quiet(json!({"action": "assign", "assignee_id": "9608801"}))).await;
    post_json(to, &path("bot"), quiet(json!({"body": "<p>Fin</p>", "part_type": "attribute_collector"}))).await;
    post_json(to, &path("ai_agent"), json!({"participated": true, "resolution_state": null})).await;
    let record = get(to, &format!("/sandbox/conversations/{id}")).await;
    let types: Vec<&Value> = record["parts"].as_array().unwrap().iter().map(|part| &part["part_type"]).collect();
    assert_eq!(types, ["source", "comment", "assignment", "attribute_collector"]);
    assert_eq!((&record["admin_assignee_id"], &record["parts"][1]["attachments"][0]), (&json!(9_608_801), &file));
    for (act, body, status) in [
        ("customer", json!({"boddy": "x"}), 400),
        ("customer", json!({}), 400),
        ("teammate", json!({"action": "reply"}), 400),
        ("teammate", json!({"action": "reply", "body": "x", "admin_id": "1"}), 400),
        ("bot", json!({"body": "x", "webhook": "perhaps"}), 400),
        ("bot", json!({}), 400),
        ("click", json!({"quick_reply_uuid": "1"}), 404),
        ("click", json!({}), 400),
        ("redact", json!({"part_id": "1"}), 404),
        ("nothing", json!({}), 404),
    ] {
        let answer = call(to, "POST", &path(act), "", &body).await;
        assert_eq!((act, answer.status()), (act, status));
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn calls_are_logged_with_what_they_are_about() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    let id = conversation(to).await;
    let reply = json!({"message_type": "comment", "type": "admin", "admin_id": "3156780", "body": "<p>Yes</p>"});
    call(to, "GET", &format!("/intercom/conversations/{id}"), "wrong", &Value::Null).await;
    call(to, "POST", &format!("/intercom/conversations/{id}/reply"), INTERCOM, &reply).await;
    let mut calls = get(to, "/sandbox/calls").await;
    for call in calls.as_array_mut().unwrap() {
        assert!(call.as_object_mut().unwrap().remove("at_ms").is_some());
    }
    let (read, replied) = (
        json!({"n": 1, "api": "intercom", "call": "intercom.read", "conversation_id": id, "status": 401, "acted": false}),
        json!({
            "n": 2, "api": "intercom", "call": "intercom.reply", "conversation_id": id, "status": 200, "acted": true,
            "body": reply,
        }),
    );
    assert_eq!(calls, json!([read, replied]));
    post_json(to, "/sandbox/reset", json!({})).await;
    assert_eq!(get(to, "/sandbox/calls").await, json!([]));
    assert_eq!(get(to, "/sandbox/conversations").await, json!([]));
}

#[tokio::test]
async fn changes_are_told_as_server_sent_events() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    let mut events = begin(to, "GET", "/sandbox/events", "", &Value::Null).await;
    let mut received = String::new();
    let mut buffer = [0; 4096];
    while !received.contains("welcome") {
        let length = events.read(&mut buffer).await.unwrap();
        received.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    let id = conversation(to).await;
    let expected = format!("data: {}", json!({"kind": "conversation", "id": id}));
    while !received.contains(&expected) {
        let length = events.read(&mut buffer).await.unwrap();
        assert_ne!(length, 0, "{received}");
        received.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
}

#[tokio::test]
async fn the_page_is_served_and_loads_nothing_from_elsewhere() {
    let sandbox = sandbox(0, NOWHERE).await;
    let page = call(sandbox.address(), "GET", "/", "", &Value::Null).await;
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let html = String::from_utf8(page.body()).unwrap();
    for id in ["composer", "send", "messages", "new-conversation", "log", "inbox", "teammate-composer"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let mut files = vec!["/page.css".to_owned(), "/page.js".to_owned()];
    while let Some(path) = files.pop() {
        let file = call(sandbox.address(), "GET", &path, "", &Value::Null).await;
        assert_eq!(file.status(), 200, "{path}");
        let text = String::from_utf8(file.body()).unwrap();
        let imports = text.lines().filter(|line| line.starts_with("import "));
        files.extend(imports.filter_map(|line| Some(line.split_once("from \"")?.1.trim_end_matches("\";").to_owned())));
    }
}
