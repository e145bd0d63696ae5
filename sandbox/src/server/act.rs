//! One call of the program under test: its request, its place in the log, and its effect.

use super::delivery::{Way, dispatch};
use super::log::CallRecord;
use super::shared::{Shared, now};
use crate::call::{Api, Target, target};
use crate::fault::Kind;
use crate::http::{Answer, Request};
use crate::intercom::Reading;
use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::json;
use std::sync::Arc;

/// A call that has come in.
#[derive(Clone)]
pub(super) struct Arrived {
    pub shared: Arc<Shared>,
    pub api: Api,
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub target: Target,
    /// Its place in the log.
    n: usize,
    /// What is forgotten is not to be written to.
    resets: u64,
}

/// What is different about an effect.
#[derive(Clone, Copy, Default)]
pub(super) struct Twist<'a> {
    pub answer: Option<&'a str>,
    pub behind: usize,
    pub shift: isize,
}

impl Arrived {
    /// Notes a call down, and tells what goes wrong with it.
    pub(super) fn new(
        shared: Arc<Shared>,
        api: Api,
        (method, path, query): (String, String, String),
        headers: HeaderMap,
        body: Bytes,
    ) -> (Self, Option<Kind>) {
        let request = Request { method: &method, path: &path, body: &body, ..Request::default() };
        let target = target(api, &request);
        let mut world = shared.world();
        let fault = world.faults.strike(&target);
        let n = world.calls.len() + 1;
        world.calls.push(CallRecord {
            n,
            at_ms: now(),
            api,
            call: target.call,
            conversation_id: target.conversation_id.clone(),
            session: target.session.clone(),
            status: None,
            acted: false,
            fault: fault.as_ref().map(Kind::name),
            body: serde_json::from_slice(&body).ok(),
        });
        let resets = world.resets;
        drop(world);
        if fault.is_some() {
            shared.tell(&json!({"kind": "faults"}));
        }
        let arrived = Self { shared, api, method, path, query, headers, body, target, n, resets };
        arrived.tell();
        (arrived, fault)
    }

    /// Carries the call out, with all that follows from it.
    pub(super) fn act(&self, twist: Twist<'_>) -> Answer {
        let request = self.request();
        let now = now();
        let mut world = self.shared.world();
        let answer = match self.api {
            Api::Intercom => {
                let reading = Reading { behind: twist.behind, shift: twist.shift };
                world.intercom.handle_read(&request, reading, now)
            }
            Api::GptTrainer => world.gpt_trainer.handle_with(&request, twist.answer, now),
        };
        let caused = world.caused();
        drop(world);
        if answer.status < 400 {
            self.change(|record| record.acted = true);
        }
        dispatch(&self.shared, caused, Way::Send);
        match self.api {
            Api::Intercom if self.method != "GET" => {
                self.shared.tell(&json!({"kind": "conversation", "id": self.target.conversation_id}));
            }
            Api::GptTrainer => self.shared.tell(&json!({"kind": "session", "id": self.target.session})),
            Api::Intercom => {}
        }
        answer
    }

    /// An error in the API's own format, without any effect.
    pub(super) fn failure(&self, status: u16) -> Answer {
        let mut world = self.shared.world();
        match self.api {
            Api::Intercom => world.intercom.failure(status, now()),
            Api::GptTrainer => world.gpt_trainer.failure(status, now()),
        }
    }

    /// The refusal of a cursor, without any effect.
    pub(super) fn bad_cursor(&self) -> Answer {
        self.shared.world().intercom.bad_cursor(now())
    }

    /// Notes down what the call was answered.
    pub(super) fn answered(&self, status: u16) {
        self.change(|record| record.status = Some(status));
        self.tell();
    }

    fn change(&self, change: impl FnOnce(&mut CallRecord)) {
        let mut world = self.shared.world();
        if world.resets == self.resets
            && let Some(record) = world.calls.get_mut(self.n - 1)
        {
            change(record);
        }
    }

    fn tell(&self) {
        let (id, session) = (&self.target.conversation_id, &self.target.session);
        self.shared.tell(&json!({"kind": "call", "n": self.n, "conversation_id": id, "session": session}));
    }

    fn request(&self) -> Request<'_> {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            authorization: header("authorization"),
            intercom_version: header("intercom-version"),
            body: &self.body,
        }
    }
}
