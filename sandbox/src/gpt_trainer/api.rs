//! The make-believe GPT Trainer's REST API.

use super::{GptTrainer, Message, RATE_LIMIT_MESSAGE, Session};
use crate::clock::{Millis, iso};
use crate::http::{Answer, Request};
use serde_json::{Value, json};

/// When the make-believe chatbot was made.
const CHATBOT_MADE_AT: Millis = 1_740_000_000_000;

impl GptTrainer {
    /// Answers a request. A question's answer is ready only at its `ready_at`.
    pub fn handle(&mut self, request: &Request<'_>, now: Millis) -> Answer {
        self.handle_with(request, None, now)
    }

    /// Answers a request; a question is answered with this text, whatever the script says.
    pub fn handle_with(&mut self, request: &Request<'_>, answer: Option<&str>, now: Millis) -> Answer {
        if !request.bears(&self.account.api_key) {
            return Answer::json(401, json!({"msg": "Invalid API key"}).to_string(), now);
        }
        let chatbot = self.account.chatbot.clone();
        let written = match (request.method, request.segments().as_slice()) {
            ("GET", ["chatbots"]) => Ok(json!([self.chatbot()])),
            ("GET", ["chatbot", uuid]) if *uuid == chatbot => Ok(self.chatbot()),
            ("POST", ["chatbot", uuid, "session", "create"]) if *uuid == chatbot => {
                self.create_session(request.body, now)
            }
            ("GET", ["chatbot", uuid, "sessions"]) if *uuid == chatbot => {
                Ok(self.sessions.iter().map(|session| session_json(session, now)).collect())
            }
            (_, ["chatbot", ..]) => Err(refusal(404, "Chatbot not found")),
            ("GET", ["session", uuid]) => self.with_session(uuid, |session| session_json(session, now)),
            ("GET", ["session", uuid, "messages"]) => self.with_session(uuid, |session| messages_json(session, now)),
            ("POST", ["session", uuid, "delete"]) => {
                self.forget(uuid).map(|()| json!({"success": true})).ok_or_else(no_session)
            }
            ("POST", ["session", uuid, "message", "stream"]) => {
                return self.answer_question(uuid, request.body, answer, Way::Streamed, now);
            }
            ("POST", ["session", uuid, "message", "non-stream"]) => {
                return self.answer_question(uuid, request.body, answer, Way::Whole, now);
            }
            (_, ["session", _, "message"]) => Err(refusal(405, "Method Not Allowed")),
            ("POST", ["message", uuid, "delete"]) => self.delete_one(uuid, now),
            ("POST", ["messages", "delete"]) => self.delete_several(request.body, now),
            _ => Err(refusal(404, "Not Found")),
        };
        let (status, body) = written.map_or_else(|refused| refused, |body| (200, body));
        Answer::json(status, body.to_string(), now)
    }

    /// An answer in the API's own error format with this status.
    pub fn failure(&self, status: u16, now: Millis) -> Answer {
        let text = if status == 401 { "Invalid API key" } else { "Something went wrong" };
        Answer::json(status, json!({"error": text}).to_string(), now)
    }

    fn chatbot(&self) -> Value {
        json!({
            "uuid": self.account.chatbot, "name": "Sandbox chatbot",
            "created_at": iso(CHATBOT_MADE_AT), "modified_at": iso(CHATBOT_MADE_AT),
            "meta": {
                "rate_limit": [20, 240], "rate_limit_message": RATE_LIMIT_MESSAGE, "show_citations": false,
                "visibility": "private",
            },
        })
    }

    fn create_session(&mut self, body: &[u8], now: Millis) -> Result<Value, (u16, Value)> {
        let input: Value = if body.is_empty() { Value::Null } else { parsed(body)? };
        let initial_variables = match &input["initial_variables"] {
            Value::Null => None,
            Value::Object(variables) if variables.values().any(|value| value.is_object() || value.is_array()) => {
                return Err(unprocessable("initial_variables", "nested values are not permitted", "type_error"));
            }
            variables @ Value::Object(_) => Some(variables.clone()),
            _ => return Err(unprocessable("initial_variables", "value is not a valid dict", "type_error.dict")),
        };
        let session = Session {
            uuid: self.ids.uuid(),
            created_at: now,
            initial_variables,
            messages: Vec::new(),
            most_questions_in_flight: 0,
        };
        let answer = session_json(&session, now);
        self.sessions.push(session);
        Ok(answer)
    }

    fn with_session(&self, uuid: &str, show: impl Fn(&Session) -> Value) -> Result<Value, (u16, Value)> {
        self.session(uuid).map(show).ok_or_else(no_session)
    }

    fn answer_question(&mut self, uuid: &str, body: &[u8], answer: Option<&str>, way: Way, now: Millis) -> Answer {
        let query = match parsed(body).map(|input| input["query"].as_str().map(str::to_owned)) {
            Ok(Some(query)) => query,
            Ok(None) => {
                let (status, body) = unprocessable("query", "field required", "value_error.missing");
                return Answer::json(status, body.to_string(), now);
            }
            Err((status, body)) => return Answer::json(status, body.to_string(), now),
        };
        let Some(message) = self.ask(uuid, &query, answer, now) else {
            let (status, body) = no_session();
            return Answer::json(status, body.to_string(), now);
        };
        match way {
            Way::Whole => Answer::json(200, json!({"response": message.response}).to_string(), message.finished_at),
            Way::Streamed => Answer {
                content_type: "text/plain; charset=utf-8",
                streamed: true,
                ..Answer::json(200, message.response.clone(), message.finished_at)
            },
        }
    }

    fn delete_one(&mut self, uuid: &str, now: Millis) -> Result<Value, (u16, Value)> {
        self.delete(uuid, now).map(|()| json!({"success": true})).ok_or_else(|| refusal(404, "Message not found"))
    }

    fn delete_several(&mut self, body: &[u8], now: Millis) -> Result<Value, (u16, Value)> {
        let input = parsed(body)?;
        let uuids = input["uuids"].as_array();
        let uuids = uuids.ok_or_else(|| unprocessable("uuids", "field required", "value_error.missing"))?;
        let uuids: Vec<&str> = uuids.iter().filter_map(Value::as_str).collect();
        let missing: Vec<Value> = uuids
            .iter()
            .filter(|uuid| self.delete(uuid, now).is_none())
            .map(|uuid| json!({"uuid": uuid, "error": "Message not found"}))
            .collect();
        if missing.is_empty() { Ok(json!({"success": true})) } else { Err((422, Value::Array(missing))) }
    }

    /// Only what is finished can be seen, and so be deleted.
    fn delete(&mut self, uuid: &str, now: Millis) -> Option<()> {
        let is_it = |message: &Message| message.uuid == uuid && message.finished_at <= now;
        let session = self.sessions.iter_mut().find(|session| session.messages.iter().any(is_it))?;
        session.messages.retain(|message| !is_it(message));
        Some(())
    }
}

/// How an answer is given.
#[derive(Clone, Copy)]
enum Way {
    Streamed,
    Whole,
}

fn session_json(session: &Session, now: Millis) -> Value {
    let modified_at = session.finished(now).last().map_or(session.created_at, |message| message.finished_at);
    let mut shown = json!({
        "uuid": session.uuid, "created_at": iso(session.created_at), "modified_at": iso(modified_at), "meta": {},
    });
    if let Some(variables) = &session.initial_variables {
        shown["initial_variables"] = variables.clone();
    }
    shown
}

fn messages_json(session: &Session, now: Millis) -> Value {
    session.finished(now).into_iter().map(message_json).collect()
}

fn message_json(message: &Message) -> Value {
    // A text of JSON, whatever it holds.
    let citations = message.citations.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string);
    json!({
        "uuid": message.uuid, "created_at": iso(message.asked_at), "modified_at": iso(message.finished_at),
        "query": message.query, "response": message.response, "finish_reason": "stop",
        "cite_data_json": citations, "meta_json": "{}", "background_pending_tasks": 0, "detected_frustrations": null,
        "error_message": null, "feedback_json": null, "labels": [], "session_documents": [], "ai_context_json": null,
    })
}

fn parsed(body: &[u8]) -> Result<Value, (u16, Value)> {
    let value: Result<Value, _> = serde_json::from_slice(body);
    value.ok().filter(Value::is_object).ok_or_else(|| refusal(400, "The body is not a JSON object"))
}

fn refusal(status: u16, text: &str) -> (u16, Value) {
    (status, json!({"error": text}))
}

fn no_session() -> (u16, Value) {
    refusal(404, "Session not found")
}

/// 422 has a list, as validation by pydantic gives it.
fn unprocessable(field: &str, message: &str, kind: &str) -> (u16, Value) {
    (422, json!([{"loc": ["body", field], "msg": message, "type": kind}]))
}
