//! The search over loopback: its faults, its settings, and many conversations at once.
#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(feature = "server")]

mod common;

use common::{INTERCOM, Raw, begin, call, get, post_json, receiver, sandbox, until};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

const NOWHERE: &str = "http://127.0.0.1:9/webhook/intercom";
const PATH: &str = "/intercom/conversations/search";

fn input(after: &Value) -> Value {
    json!({
        "query": {"field": "created_at", "operator": ">", "value": 1},
        "sort": {"field": "created_at", "order": "ascending"},
        "pagination": {"per_page": 2, "starting_after": after},
    })
}

async fn search(to: SocketAddr, after: &Value) -> Raw {
    call(to, "POST", PATH, INTERCOM, &input(after)).await
}

fn ids(list: &Value) -> Vec<Value> {
    list["conversations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
}

/// Five conversations, told to nobody.
async fn five(to: SocketAddr) -> Vec<Value> {
    let input = json!({"body": "<p>Number {n}</p>", "count": 5, "webhook": "none"});
    post_json(to, "/sandbox/conversations", input).await["conversation_ids"].as_array().unwrap().clone()
}

/// All pages, one after another, as a program takes them that does not give up.
async fn walk(to: SocketAddr) -> Vec<Value> {
    let (mut walked, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = search(to, &after).await;
        if answer.status() == 429 {
            continue;
        }
        let page = answer.json();
        walked.extend(ids(&page));
        match page["pages"].get("next") {
            Some(next) => after = next["starting_after"].clone(),
            None => return walked,
        }
    }
}

#[tokio::test]
async fn following_pages_miss_or_repeat_conversations_when_told_to() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    let all = five(to).await;
    assert_eq!(walk(to).await, all);
    for (kind, count, expected) in [
        ("skip_items", 2, vec![0, 1, 4]),
        ("repeat_items", 1, vec![0, 1, 1, 2, 3, 4]),
        ("repeat_items", 9, vec![0, 1, 0, 1, 2, 3, 4]),
    ] {
        post_json(to, "/sandbox/faults", json!({"call": "intercom.search", "kind": kind, "count": count})).await;
        let expected: Vec<Value> = expected.into_iter().map(|at: usize| all[at].clone()).collect();
        assert_eq!(walk(to).await, expected, "{kind}");
    }
    assert_eq!(walk(to).await, all, "each fault was for one page");
}

#[tokio::test]
async fn a_cursor_is_refused_and_first_pages_are_not() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    five(to).await;
    post_json(to, "/sandbox/faults", json!({"call": "intercom.search", "kind": "bad_cursor"})).await;
    let first = search(to, &Value::Null).await;
    assert_eq!(first.status(), 200);
    let cursor = first.json()["pages"]["next"]["starting_after"].clone();
    let refused = search(to, &cursor).await;
    assert_eq!((refused.status(), &refused.json()["errors"][0]["code"]), (400, &json!("client_error")));
    assert_eq!(search(to, &cursor).await.status(), 200);
    let calls = get(to, "/sandbox/calls").await;
    let shown: Vec<_> = calls.as_array().unwrap().iter().map(|call| (&call["fault"], &call["status"])).collect();
    let bad_cursor = json!("bad_cursor");
    assert_eq!(shown, [(&Value::Null, &json!(200)), (&bad_cursor, &json!(400)), (&Value::Null, &json!(200))]);
}

#[tokio::test]
async fn a_page_in_the_middle_meets_the_rate_limit() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    let all = five(to).await;
    let fault = json!({"call": "intercom.search", "kind": "rate_limited", "reset_in_s": 7, "skip": 1});
    post_json(to, "/sandbox/faults", fault).await;
    let cursor = search(to, &Value::Null).await.json()["pages"]["next"]["starting_after"].clone();
    let limited = search(to, &cursor).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let reset: u64 = limited.header("x-ratelimit-reset").unwrap().parse().unwrap();
    assert_eq!((limited.status(), limited.header("x-ratelimit-remaining")), (429, Some("0".into())));
    assert!((now + 5..now + 9).contains(&reset), "{reset} at {now}");
    assert_eq!(walk(to).await, all);
}

#[tokio::test]
async fn every_other_kind_of_fault_strikes_a_search_too() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    five(to).await;
    let fault = async |fault: Value| {
        let mut fault = fault;
        fault["call"] = json!("intercom.search");
        post_json(to, "/sandbox/faults", fault).await;
    };
    fault(json!({"kind": "fail_before", "status": 503})).await;
    assert_eq!(search(to, &Value::Null).await.status(), 503);
    fault(json!({"kind": "html_200"})).await;
    assert!(search(to, &Value::Null).await.body().starts_with(b"<html>"));
    fault(json!({"kind": "malformed"})).await;
    assert!(serde_json::from_slice::<Value>(&search(to, &Value::Null).await.body()).is_err());
    fault(json!({"kind": "half_body"})).await;
    let half = search(to, &Value::Null).await;
    assert_eq!(half.header("content-length").unwrap().parse::<usize>().unwrap() / 2, half.body().len());
    fault(json!({"kind": "cut_before"})).await;
    assert_eq!(search(to, &Value::Null).await.0, b"");
    fault(json!({"kind": "never_answer", "acts": false})).await;
    let held = begin(to, "POST", PATH, INTERCOM, &input(&Value::Null)).await;
    until("the call", async || (get(to, "/sandbox/calls?after=5").await[0]["fault"] == "never_answer").then_some(()))
        .await;
    let silence = tokio::time::timeout(Duration::from_millis(50), held.peek(&mut [0])).await;
    assert!(silence.is_err(), "nothing is sent, and nothing closed");
}

#[tokio::test]
async fn the_rate_limit_and_the_lag_of_the_index_can_be_set() {
    let sandbox = sandbox(0, NOWHERE).await;
    let to = sandbox.address();
    let input = json!({"body": "<p>Old</p>", "ago_s": 3600, "count": 1, "webhook": "none"});
    let old = post_json(to, "/sandbox/conversations", input).await["conversation_ids"].clone();
    five(to).await;
    post_json(to, "/sandbox/intercom", json!({"search_lag_ms": 60_000})).await;
    assert_eq!(json!(walk(to).await), old);
    post_json(to, "/sandbox/intercom", json!({"rate_limit": 0, "search_lag_ms": 0})).await;
    let limited = search(to, &Value::Null).await;
    assert_eq!((limited.status(), limited.header("x-ratelimit-limit")), (429, Some("0".into())));
    post_json(to, "/sandbox/reset", json!({})).await;
    assert_eq!(search(to, &Value::Null).await.status(), 200);
    let unknown = call(to, "POST", "/sandbox/intercom", "", &json!({"lag": 1})).await;
    assert_eq!(unknown.status(), 400);
}

#[tokio::test]
async fn many_conversations_begin_at_once_and_are_told_each() {
    let (url, received) = receiver(&[200]).await;
    let sandbox = sandbox(0, &url).await;
    let to = sandbox.address();
    let input = json!({"body": "<p>Number {n} of {n}</p>", "count": 40, "ago_s": 60});
    let begun = post_json(to, "/sandbox/conversations", input).await;
    let begun = begun["conversation_ids"].as_array().unwrap();
    let records = get(to, "/sandbox/conversations").await;
    let bodies: Vec<_> = records.as_array().unwrap().iter().map(|one| one["parts"][0]["body"].clone()).collect();
    assert_eq!(
        (begun.len(), &bodies[0], &bodies[39]),
        (40, &json!("<p>Number 1 of 1</p>"), &json!("<p>Number 40 of 40</p>"))
    );
    until("the webhooks", async || (received.lock().unwrap().len() == 40).then_some(())).await;
    for count in [json!(0), json!(10_001), json!("many")] {
        let input = json!({"body": "<p>Hi</p>", "count": count});
        assert_eq!(call(to, "POST", "/sandbox/conversations", "", &input).await.status(), 400);
    }
}
