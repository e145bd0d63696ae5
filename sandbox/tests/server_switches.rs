//! Faults as the page switches them on and off, those of webhooks among them, and the input for a kill.
#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(feature = "server")]

mod common;

use common::{INTERCOM, call, conversation, get, post_json, receiver, sandbox, until};
use serde_json::{Value, json};
use std::net::SocketAddr;

async fn switched_on(to: SocketAddr, fault: Value) -> String {
    post_json(to, "/sandbox/faults", fault).await["id"].as_str().unwrap().to_owned()
}

async fn counts(to: SocketAddr) -> Vec<(Value, Value, Value)> {
    let faults = get(to, "/sandbox/faults").await;
    let count = |fault: &Value| (fault["name"].clone(), fault["struck"].clone(), fault["left"].clone());
    faults.as_array().unwrap().iter().map(count).collect()
}

#[tokio::test]
async fn a_switch_shows_how_often_it_has_struck_and_goes_off() {
    let sandbox = sandbox(0, "http://127.0.0.1:9/").await;
    let to = sandbox.address();
    let id = conversation(to).await;
    let twice = json!({"name": "busy", "call": "intercom.*", "kind": "rate_limited", "reset_in_s": 1, "times": 2});
    switched_on(to, twice).await;
    let down = switched_on(to, json!({"name": "down", "call": "*", "kind": "html_200", "times": 0, "skip": 3})).await;
    let read =
        async || call(to, "GET", &format!("/intercom/conversations/{id}"), INTERCOM, &Value::Null).await.status();
    assert_eq!(read().await, 429);
    let (busy, off) = (json!("busy"), json!("down"));
    assert_eq!(counts(to).await, [(busy.clone(), json!(1), json!(1)), (off.clone(), json!(0), Value::Null)]);
    assert_eq!((read().await, read().await, read().await), (429, 200, 200));
    assert_eq!(counts(to).await, [(off, json!(1), Value::Null), (busy.clone(), json!(2), json!(0))]);
    let path = format!("/sandbox/faults/{down}");
    assert_eq!(call(to, "DELETE", &path, "", &Value::Null).await.status(), 200);
    assert_eq!(call(to, "DELETE", &path, "", &Value::Null).await.status(), 404);
    assert_eq!(counts(to).await, [(busy, json!(2), json!(0))]);
    call(to, "DELETE", "/sandbox/faults", "", &Value::Null).await;
    assert_eq!(counts(to).await, []);
}

#[tokio::test]
async fn webhooks_are_lost_and_copied_unless_their_way_was_told() {
    let (url, received) = receiver(&[200]).await;
    let sandbox = sandbox(0, &url).await;
    let to = sandbox.address();
    switched_on(to, json!({"call": "notification", "kind": "lost"})).await;
    switched_on(to, json!({"call": "notification", "kind": "copied", "copies": 3})).await;
    switched_on(to, json!({"call": "notification", "kind": "delayed", "ms": 60_000, "conversation_id": "1"})).await;
    let begin = async |webhook: &str| {
        let input = json!({"body": "<p>Hi</p>", "webhook": webhook});
        post_json(to, "/sandbox/conversations", input).await["notification_id"].clone()
    };
    let told = begin("none").await;
    let (_lost, copied, last) = (begin("send").await, begin("send").await, begin("send").await);
    let came = until("four webhooks", async || {
        let all = received.lock().unwrap();
        let ids: Vec<Value> =
            all.iter().map(|(_, body)| serde_json::from_slice::<Value>(body).unwrap()["id"].clone()).collect();
        (ids.len() >= 4).then_some(ids)
    })
    .await;
    let count = |id: &Value| came.iter().filter(|each| *each == id).count();
    assert_eq!((came.len(), count(&told), count(&copied), count(&last)), (4, 0, 3, 1));
    assert_eq!(counts(to).await.iter().map(|(_, struck, _)| struck.clone()).collect::<Vec<_>>(), [0, 1, 1]);
    for wrong in [
        json!({"call": "notification", "kind": "empty"}),
        json!({"call": "intercom.read", "kind": "lost"}),
        json!({"call": "notification", "kind": "copied"}),
    ] {
        assert_eq!(call(to, "POST", "/sandbox/faults", "", &wrong).await.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_kill_is_refused_where_nobody_can_do_it() {
    let sandbox = sandbox(0, "http://127.0.0.1:9/").await;
    let to = sandbox.address();
    assert_eq!(get(to, "/sandbox/worker").await["can_be_killed"], false);
    assert_eq!(call(to, "POST", "/sandbox/worker/kill", "", &Value::Null).await.status(), 409);
    post_json(to, "/sandbox/worker", json!({"state": "killed"})).await;
    post_json(to, "/sandbox/worker", json!({"state": "started"})).await;
    let expected = json!({"can_be_killed": false, "wanted": 0, "killed": 1, "started": 1});
    assert_eq!(get(to, "/sandbox/worker").await, expected);
}
