//! The make-believe GPT Trainer: one chatbot, its sessions, and answers that take their time.

mod api;
mod record;
mod script;

pub use record::{MessageRecord, SessionRecord};
pub use script::ScriptRule;

use crate::clock::Millis;
use crate::ids::Ids;
use script::Script;
use serde_json::Value;

/// What is fixed about the account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The API key.
    pub api_key: String,
    /// The uuid of its one chatbot.
    pub chatbot: String,
    /// How long an answer takes where no rule of the script says otherwise, in milliseconds.
    pub answer_delay: Millis,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            api_key: "sandbox-gpt-key".to_owned(),
            chatbot: "14fb60fa7c6c44638d8c01abc90336e2".to_owned(),
            answer_delay: 1200,
        }
    }
}

/// What the chatbot says instead of an answer when it is asked too often (`meta.rate_limit_message`).
pub const RATE_LIMIT_MESSAGE: &str = "Too many messages, please slow down.";

/// The make-believe GPT Trainer.
#[derive(Clone, Debug)]
pub struct GptTrainer {
    /// What is fixed about the account; may be changed at any time.
    pub account: Account,
    ids: Ids,
    script: Script,
    sessions: Vec<Session>,
}

#[derive(Clone, Debug)]
struct Session {
    uuid: String,
    created_at: Millis,
    initial_variables: Option<Value>,
    /// In the order in which they were asked.
    messages: Vec<Message>,
    most_questions_in_flight: usize,
}

/// A question and its answer, which is not there before `finished_at`.
#[derive(Clone, Debug)]
struct Message {
    uuid: String,
    query: String,
    response: String,
    citations: Option<Value>,
    asked_at: Millis,
    finished_at: Millis,
}

impl GptTrainer {
    /// An account without sessions. The same seed gives the same ids, which are not those of an Intercom of this seed.
    pub fn new(account: Account, seed: u64) -> Self {
        Self { account, ids: Ids::new(!seed), script: Script::default(), sessions: Vec::new() }
    }

    /// Forgets sessions and script; ids are not made twice.
    pub fn reset(&mut self) {
        self.script = Script::default();
        self.sessions.clear();
    }

    /// Adds a rule that decides on answers; of those that match, the newest wins.
    pub fn add_rule(&mut self, rule: ScriptRule) {
        self.script.add(rule);
    }

    /// Forgets a session, as if somebody had deleted it in GPT Trainer. Tells whether there was one.
    pub fn forget(&mut self, uuid: &str) -> Option<()> {
        let position = self.sessions.iter().position(|session| session.uuid == uuid)?;
        self.sessions.remove(position);
        Some(())
    }

    fn session(&self, uuid: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.uuid == uuid)
    }

    /// Asks: the answer is decided on now and there after its delay, whether or not anybody waits for it.
    fn ask(&mut self, uuid: &str, query: &str, answer: Option<&str>, now: Millis) -> Option<&Message> {
        let delay = self.account.answer_delay;
        let session = self.sessions.iter_mut().find(|session| session.uuid == uuid)?;
        let scripted = self.script.answer(query, delay);
        session.messages.push(Message {
            uuid: self.ids.uuid(),
            query: query.to_owned(),
            citations: scripted.citations,
            response: answer.map_or(scripted.text, str::to_owned),
            asked_at: now,
            finished_at: now + scripted.delay,
        });
        session.most_questions_in_flight = session.most_questions_in_flight.max(session.in_flight(now));
        session.messages.last()
    }
}

impl Session {
    /// The finished messages, in the order in which they were finished.
    fn finished(&self, now: Millis) -> Vec<&Message> {
        let mut finished: Vec<&Message> = self.messages.iter().filter(|message| message.finished_at <= now).collect();
        finished.sort_by_key(|message| message.finished_at);
        finished
    }

    fn in_flight(&self, now: Millis) -> usize {
        self.messages.iter().filter(|message| message.asked_at <= now && now < message.finished_at).count()
    }
}
