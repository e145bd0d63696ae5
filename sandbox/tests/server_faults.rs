//! Every kind of fault, as a client sees it on the wire.
#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(feature = "server")]

mod common;

use common::{GPT_TRAINER, INTERCOM, Raw, begin, call, conversation, get, post_json, sandbox, session, until};
use onereply_sandbox::server::Sandbox;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A sandbox in which one conversation and one session wait for a fault.
struct Scene {
    /// Kept, because it stops when it is dropped.
    _sandbox: Sandbox,
    to: SocketAddr,
    conversation: String,
    session: String,
}

impl Scene {
    async fn new(fault: Value) -> Self {
        let sandbox = sandbox(0, "http://127.0.0.1:9/").await;
        let to = sandbox.address();
        let (conversation, session) = (conversation(to).await, session(to).await);
        post_json(to, "/sandbox/faults", fault).await;
        Self { _sandbox: sandbox, to, conversation, session }
    }

    fn reply_path(&self) -> String {
        format!("/intercom/conversations/{}/reply", self.conversation)
    }

    async fn reply(&self) -> Raw {
        call(self.to, "POST", &self.reply_path(), INTERCOM, &reply_body()).await
    }

    async fn ask(&self, way: &str) -> Raw {
        let path = format!("/gpt-trainer/api/v1/session/{}/message/{way}", self.session);
        call(self.to, "POST", &path, GPT_TRAINER, &json!({"query": "Why?"})).await
    }

    /// How many parts the conversation has beyond its source.
    async fn parts(&self) -> usize {
        let record = get(self.to, &format!("/sandbox/conversations/{}", self.conversation)).await;
        record["parts"].as_array().unwrap().len() - 1
    }

    /// What the log says of the last call: its fault, its status, and whether it acted.
    async fn logged(&self) -> (Value, Value, Value) {
        let calls = get(self.to, "/sandbox/calls").await;
        let last = calls.as_array().unwrap().last().unwrap().clone();
        (last["fault"].clone(), last["status"].clone(), last["acted"].clone())
    }
}

fn reply_body() -> Value {
    json!({"message_type": "comment", "type": "admin", "admin_id": "3156780", "body": "<p>Yes</p>"})
}

fn on_reply(kind: Value) -> Value {
    let mut fault = kind;
    fault["call"] = json!("intercom.reply");
    fault
}

#[tokio::test]
async fn fail_before_answers_an_error_and_does_nothing() {
    let scene = Scene::new(on_reply(json!({"kind": "fail_before", "status": 422}))).await;
    let answer = scene.reply().await;
    assert_eq!((answer.status(), &answer.json()["type"]), (422, &json!("error.list")));
    assert_eq!(scene.logged().await, (json!("fail_before"), json!(422), json!(false)));
    assert_eq!((scene.reply().await.status(), scene.parts().await), (200, 1), "the fault was for one call");
}

#[tokio::test]
async fn fail_before_may_answer_html() {
    let scene = Scene::new(on_reply(json!({"kind": "fail_before", "status": 503, "json": false}))).await;
    let answer = scene.reply().await;
    assert_eq!((answer.status(), answer.header("content-type").unwrap().as_str()), (503, "text/html"));
    assert_eq!(scene.parts().await, 0);
}

#[tokio::test]
async fn act_then_cut_has_the_effect_and_sends_no_byte() {
    let scene = Scene::new(on_reply(json!({"kind": "act_then_cut"}))).await;
    assert_eq!(scene.reply().await.0, b"");
    assert_eq!(scene.parts().await, 1);
    assert_eq!(scene.logged().await, (json!("act_then_cut"), Value::Null, json!(true)));
}

#[tokio::test]
async fn cut_before_sends_no_byte_and_does_nothing() {
    let scene = Scene::new(on_reply(json!({"kind": "cut_before"}))).await;
    assert_eq!(scene.reply().await.0, b"");
    assert_eq!(scene.parts().await, 0);
    assert_eq!(scene.logged().await, (json!("cut_before"), Value::Null, json!(false)));
}

#[tokio::test]
async fn act_then_500_and_502_have_the_effect() {
    let scene = Scene::new(on_reply(json!({"kind": "act_then_500"}))).await;
    post_json(scene.to, "/sandbox/faults", on_reply(json!({"kind": "act_then_502"}))).await;
    let (own, gateway) = (scene.reply().await, scene.reply().await);
    assert_eq!((own.status(), &own.json()["errors"][0]["code"]), (500, &json!("server_error")));
    assert_eq!(gateway.status(), 502);
    assert!(gateway.body().starts_with(b"<html>"));
    assert_eq!(scene.parts().await, 2);
}

#[tokio::test]
async fn never_answer_holds_the_connection() {
    for acts in [true, false] {
        let scene = Scene::new(on_reply(json!({"kind": "never_answer", "acts": acts}))).await;
        let waiting = begin(scene.to, "POST", &scene.reply_path(), INTERCOM, &reply_body()).await;
        let logged = until("the call", async || {
            let logged = scene.logged().await;
            (logged.0 == "never_answer" && logged.2 == json!(acts)).then_some(logged)
        })
        .await;
        assert_eq!(logged.1, Value::Null);
        let mut byte = [0];
        let silence = tokio::time::timeout(Duration::from_millis(50), waiting.peek(&mut byte)).await;
        assert!(silence.is_err(), "nothing is sent, and nothing closed");
        assert_eq!(scene.parts().await, usize::from(acts));
    }
}

#[tokio::test]
async fn late_answers_late_and_acts_even_when_the_client_has_gone() {
    let scene = Scene::new(on_reply(json!({"kind": "late", "ms": 500}))).await;
    let late_effect = on_reply(json!({"kind": "late", "ms": 500, "acts_first": false}));
    post_json(scene.to, "/sandbox/faults", late_effect).await;
    let begun = Instant::now();
    assert_eq!(scene.reply().await.status(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(500));
    let gone = begin(scene.to, "POST", &scene.reply_path(), INTERCOM, &reply_body()).await;
    until("the call", async || (get(scene.to, "/sandbox/calls?after=2").await[0]["fault"] == "late").then_some(()))
        .await;
    assert_eq!(scene.parts().await, 1, "the effect is to come only with the answer");
    drop(gone);
    until("the late effect", async || (scene.parts().await == 2).then_some(())).await;
    assert_eq!(scene.logged().await, (json!("late"), Value::Null, json!(true)));
}

#[tokio::test]
async fn rate_limited_tells_when_the_window_ends() {
    let scene = Scene::new(on_reply(json!({"kind": "rate_limited", "reset_in_s": 1000}))).await;
    let answer = scene.reply().await;
    assert_eq!((answer.status(), &answer.json()["errors"][0]["code"]), (429, &json!("rate_limit_exceeded")));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let reset: u64 = answer.header("x-ratelimit-reset").unwrap().parse().unwrap();
    assert!((now + 990..now + 1010).contains(&reset));
    assert_eq!(scene.parts().await, 0);
}

#[tokio::test]
async fn malformed_is_half_a_json_text_or_no_utf_8() {
    let scene = Scene::new(json!({"call": "*", "kind": "malformed", "times": 3})).await;
    let answer = scene.reply().await;
    assert_eq!((answer.status(), scene.parts().await), (200, 1));
    assert!(serde_json::from_slice::<Value>(&answer.body()).is_err());
    assert!(serde_json::from_slice::<Value>(&scene.ask("non-stream").await.body()).is_err());
    assert!(String::from_utf8(scene.ask("stream").await.body()).is_err());
}

#[tokio::test]
async fn half_body_declares_more_than_it_sends() {
    let scene = Scene::new(on_reply(json!({"kind": "half_body"}))).await;
    let answer = scene.reply().await;
    let declared: usize = answer.header("content-length").unwrap().parse().unwrap();
    assert_eq!((answer.status(), answer.body().len()), (200, declared / 2));
    assert_eq!(scene.parts().await, 1);
}

#[tokio::test]
async fn the_ai_may_answer_any_text_or_none() {
    let scene = Scene::new(json!({"call": "gpt_trainer.*", "kind": "answer_text", "text": "Slow down."})).await;
    post_json(scene.to, "/sandbox/faults", json!({"call": "gpt_trainer.*", "kind": "empty"})).await;
    assert_eq!(scene.ask("non-stream").await.json(), json!({"response": "Slow down."}));
    let empty = scene.ask("stream").await;
    assert_eq!((empty.status(), empty.body()), (200, Vec::new()));
    let sessions = get(scene.to, "/sandbox/gpt-trainer/sessions").await;
    let responses = [&sessions[0]["messages"][0]["response"], &sessions[0]["messages"][1]["response"]];
    assert_eq!(responses, ["Slow down.", ""]);
}

#[tokio::test]
async fn html_200_has_the_effect_and_answers_a_page() {
    let scene = Scene::new(on_reply(json!({"kind": "html_200"}))).await;
    let answer = scene.reply().await;
    assert_eq!((answer.status(), answer.header("content-type").unwrap().as_str()), (200, "text/html"));
    assert_eq!(scene.parts().await, 1);
}

#[tokio::test]
async fn a_stale_read_lacks_the_newest_parts() {
    let scene = Scene::new(json!({"call": "intercom.read", "kind": "stale_read", "behind": 1})).await;
    scene.reply().await;
    let path = format!("/intercom/conversations/{}", scene.conversation);
    let mut counts = Vec::new();
    for _ in 0..2 {
        let shown = call(scene.to, "GET", &path, INTERCOM, &Value::Null).await.json();
        counts.push(shown["conversation_parts"]["total_count"].clone());
    }
    assert_eq!(counts, [0, 1]);
}

#[tokio::test]
async fn faults_can_wait_for_a_conversation_and_be_cleared() {
    let scene = Scene::new(json!({"call": "*", "kind": "cut_before", "conversation_id": "1", "times": 0})).await;
    assert_eq!(scene.reply().await.status(), 200);
    post_json(scene.to, "/sandbox/faults", on_reply(json!({"kind": "cut_before", "times": 0, "skip": 1}))).await;
    assert_eq!(scene.reply().await.status(), 200);
    assert_eq!(scene.reply().await.0, b"");
    assert_eq!(call(scene.to, "DELETE", "/sandbox/faults", "", &Value::Null).await.status(), 200);
    assert_eq!(scene.reply().await.status(), 200);
    let wrong = call(scene.to, "POST", "/sandbox/faults", "", &json!({"call": "intercom.nap", "kind": "empty"})).await;
    assert_eq!((wrong.status(), wrong.json()), (400, json!({"error": "call is not the name of a call"})));
}
