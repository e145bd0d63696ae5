//! The make-believe GPT Trainer behaves as the reference says.
#![allow(missing_docs, clippy::unwrap_used)]

use onereply_sandbox::gpt_trainer::{Account, GptTrainer, ScriptRule};
use onereply_sandbox::http::{Answer, Request};
use serde_json::{Value, json};

const T0: u64 = 1_770_000_000_000;
const CHATBOT: &str = "14fb60fa7c6c44638d8c01abc90336e2";

fn trainer() -> GptTrainer {
    GptTrainer::new(Account::default(), 1)
}

fn call(trainer: &mut GptTrainer, method: &str, path: &str, body: &Value, at: u64) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let authorization = Some("Bearer sandbox-gpt-key");
    trainer.handle(&Request { method, path, authorization, body: body.as_bytes(), ..Request::default() }, at)
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn session(trainer: &mut GptTrainer) -> String {
    let made = call(trainer, "POST", &format!("/chatbot/{CHATBOT}/session/create"), &Value::Null, T0);
    parsed(&made)["uuid"].as_str().unwrap().to_owned()
}

fn ask(trainer: &mut GptTrainer, session: &str, query: &str, at: u64) -> Answer {
    call(trainer, "POST", &format!("/session/{session}/message/stream"), &json!({"query": query}), at)
}

fn messages(trainer: &mut GptTrainer, session: &str, at: u64) -> Vec<Value> {
    let answer = call(trainer, "GET", &format!("/session/{session}/messages"), &Value::Null, at);
    parsed(&answer).as_array().unwrap().clone()
}

#[test]
fn an_answer_is_plain_text_and_turns_up_when_it_is_ready() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    trainer.add_rule(ScriptRule { answer: Some("Café ☕".into()), ..ScriptRule::default() });
    let answer = ask(&mut trainer, &uuid, "What?", T0);
    assert_eq!((answer.status, answer.body.as_slice()), (200, "Café ☕".as_bytes()));
    assert_eq!((answer.content_type, answer.streamed), ("text/plain; charset=utf-8", true));
    assert_eq!(answer.ready_at, T0 + 1200);
    assert_eq!(messages(&mut trainer, &uuid, T0 + 1199), Vec::<Value>::new());
    let listed = messages(&mut trainer, &uuid, T0 + 1200);
    assert_eq!((&listed[0]["query"], &listed[0]["response"]), (&json!("What?"), &json!("Café ☕")));
    assert_eq!((&listed[0]["error_message"], &listed[0]["finish_reason"]), (&Value::Null, &json!("stop")));
    assert_eq!(listed[0]["created_at"], "2026-02-02T02:40:00.000Z");
}

#[test]
fn what_an_answer_cites_stands_in_the_sessions_message_only() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    let cited = json!({"1.2": {"title": "Prices", "url": "https://example.org"}});
    let (answer, citations) = (Some("It is 9 [1.2].".into()), Some(cited.clone()));
    trainer.add_rule(ScriptRule { answer, citations, times: Some(1), ..ScriptRule::default() });
    assert_eq!(ask(&mut trainer, &uuid, "How much?", T0).body, b"It is 9 [1.2].");
    ask(&mut trainer, &uuid, "And now?", T0 + 2_000);
    let listed = messages(&mut trainer, &uuid, T0 + 9_000);
    assert_eq!(listed[0]["cite_data_json"], cited.to_string());
    assert_eq!(listed[1]["cite_data_json"], "{}");
}

#[test]
fn the_other_way_to_ask_answers_json() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    let path = format!("/session/{uuid}/message/non-stream");
    let answer = call(&mut trainer, "POST", &path, &json!({"query": "Why?"}), T0);
    assert!(parsed(&answer)["response"].as_str().unwrap().starts_with("Thanks for asking about “Why?”."));
    assert!(!answer.streamed);
    assert_eq!(call(&mut trainer, "POST", &format!("/session/{uuid}/message"), &json!({}), T0).status, 405);
}

#[test]
fn questions_in_flight_are_counted() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    ask(&mut trainer, &uuid, "one", T0);
    ask(&mut trainer, &uuid, "two", T0 + 1000);
    ask(&mut trainer, &uuid, "three", T0 + 1300);
    let flights = |at| {
        let record = &trainer.records(at)[0];
        (record.questions_in_flight, record.most_questions_in_flight, record.messages.len())
    };
    assert_eq!(flights(T0 + 1300), (2, 2, 1));
    assert_eq!(flights(T0 + 9000), (0, 2, 3));
}

#[test]
fn messages_are_deleted_one_by_one_or_together() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    for number in 0..3 {
        ask(&mut trainer, &uuid, &number.to_string(), T0 + number);
    }
    let later = T0 + 9000;
    let uuids: Vec<Value> = messages(&mut trainer, &uuid, later).iter().map(|one| one["uuid"].clone()).collect();
    let path = format!("/message/{}/delete", uuids[0].as_str().unwrap());
    assert_eq!(parsed(&call(&mut trainer, "POST", &path, &Value::Null, later)), json!({"success": true}));
    assert_eq!(call(&mut trainer, "POST", &path, &Value::Null, later).status, 404);
    let several = json!({"uuids": [uuids[1], "nothing"]});
    let answer = call(&mut trainer, "POST", "/messages/delete", &several, later);
    assert_eq!(parsed(&answer), json!([{"uuid": "nothing", "error": "Message not found"}]));
    assert_eq!(messages(&mut trainer, &uuid, later).len(), 1);
}

#[test]
fn a_session_that_is_gone_is_not_found() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    let path = format!("/session/{uuid}");
    assert_eq!(parsed(&call(&mut trainer, "GET", &path, &Value::Null, T0))["uuid"], uuid);
    trainer.forget(&uuid).unwrap();
    let answer = call(&mut trainer, "GET", &path, &Value::Null, T0);
    assert_eq!((answer.status, parsed(&answer)), (404, json!({"error": "Session not found"})));
    assert_eq!(ask(&mut trainer, &uuid, "x", T0).status, 404);
}

#[test]
fn wrong_requests_are_refused() {
    let mut trainer = trainer();
    let uuid = session(&mut trainer);
    let unauthorized = trainer.handle(&Request { method: "GET", path: "/chatbots", ..Request::default() }, T0);
    assert_eq!(unauthorized.status, 401);
    let path = format!("/session/{uuid}/message/stream");
    let answer = call(&mut trainer, "POST", &path, &json!({"text": "x"}), T0);
    assert_eq!((answer.status, &parsed(&answer)[0]["loc"]), (422, &json!(["body", "query"])));
    let nested = json!({"initial_variables": {"a": {"b": 1}}});
    let path = format!("/chatbot/{CHATBOT}/session/create");
    assert_eq!(call(&mut trainer, "POST", &path, &nested, T0).status, 422);
    assert_eq!(call(&mut trainer, "GET", "/chatbot/0", &Value::Null, T0).status, 404);
}

#[test]
fn the_chatbot_tells_its_rate_limit_message_and_a_session_its_variables() {
    let mut trainer = trainer();
    let chatbot = parsed(&call(&mut trainer, "GET", &format!("/chatbot/{CHATBOT}"), &Value::Null, T0));
    assert_eq!(chatbot["meta"]["rate_limit_message"], "Too many messages, please slow down.");
    let variables = json!({"initial_variables": {"user_name": "Pat"}});
    let path = format!("/chatbot/{CHATBOT}/session/create");
    assert_eq!(parsed(&call(&mut trainer, "POST", &path, &variables, T0))["initial_variables"]["user_name"], "Pat");
}
