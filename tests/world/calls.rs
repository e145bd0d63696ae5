//! Calls from one object to another, and from outside to an object: JSON that takes a moment, and may be lost.

use crate::world::Happening;
use crate::world::World;
use crate::world::crash::{Alive, Moment};
use crate::world::fate::Inner;
use crate::world::granting::Given;
use crate::world::host::{Name, WORKSPACE};
use crate::world::shared::conversation_of;
use crate::world::sweep::Nudge;
use crate::world::waits::{Wait, WaitResult};
use onereply::intercom::events::ConversationEvent;
use onereply::intercom::ids::{AppId, ConversationId};
use onereply::objects::ask::{Address, Ask, ConversationName};
use onereply::objects::calls::conversation::{ConversationCall, TakeEvents};
use onereply::objects::calls::workspace::WorkspaceCall;
use onereply::objects::host::{Error, Result};
use onereply::time::{Millis, UnixSeconds};
use onereply::turn::grant::{Grant, GrantAnswer};
use std::rc::Rc;

/// A call on its way.
pub struct InnerCall {
    pub to: Name,
    /// As JSON.
    pub call: String,
    /// Which of all calls.
    pub name: &'static str,
    /// The object by whose points its fate is known.
    about: Name,
    pub from: Caller,
    fate: Option<Inner>,
}

/// Who hears the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Object(Wait),
    /// At once.
    Outside,
    Nobody,
}

/// From one object to another.
pub const BETWEEN_OBJECTS: u64 = 5;

/// Every call by its name, as it stands first in its JSON.
pub const NAMES: [&str; 30] = [
    "TakeEvents",
    "Look",
    "Resume",
    "ShowOpenTurn",
    "ShowRecord",
    "RetryTurn",
    "HandOverTurn",
    "Identify",
    "SeekGrant",
    "GetMode",
    "SetMode",
    "PauseTurns",
    "ResumeTurns",
    "Remember",
    "Report",
    "ReportMended",
    "ReportTurns",
    "NoteDelivery",
    "Watch",
    "Tick",
    "BeginAudit",
    "GetAudit",
    "GetHealth",
    "GetFigures",
    "GetMetrics",
    "ListTurns",
    "ShowTrends",
    "ListOpen",
    "JudgeAttempt",
    "GetSalt",
];

fn name_of(call: &str) -> &'static str {
    let named = call.split('"').nth(1).unwrap();
    NAMES.into_iter().find(|name| *name == named).unwrap_or_else(|| panic!("an unknown call: {named}"))
}

/// The make-believe Intercom's conversation by the name of its object.
pub fn object_of(app: &str, conversation: &str) -> ConversationName {
    ConversationName { app: AppId::new(app).unwrap(), conversation: ConversationId::new(conversation).unwrap() }
}

fn name_at(address: &Address) -> Name {
    match address {
        Address::Conversation(name) => name.to_string().into(),
        Address::Workspace => WORKSPACE.into(),
    }
}

impl World {
    /// An object calls another one.
    pub fn call(&mut self, from: &Name, wait: Wait, to: &Address, call: String, limit: Millis) {
        let (to, name) = (name_at(to), name_of(&call));
        let about = if &*to == WORKSPACE { Rc::clone(from) } else { Rc::clone(&to) };
        let fate = self.fate_of_inner(&about, name);
        self.note(|| format!("    {from} calls {to}: {name}, {fate:?}"));
        if fate == Some(Inner::Lost) {
            self.answer_call_at(self.now + 2 * BETWEEN_OBJECTS, wait, name, Err(lost()));
        } else {
            let call = InnerCall { to, call, name, about, from: Caller::Object(wait), fate };
            self.push(self.now + BETWEEN_OBJECTS, Happening::Called(call));
        }
        self.answer_call_at(self.now + limit.0, wait, name, Err(Error::new("no answer in time")));
    }

    /// Somebody outside calls an object, and hears what it says where it can be reached.
    pub fn ask<A: Ask>(&mut self, to: &A::To, ask: A) -> Option<A::Answer> {
        let call = self.outside(to, ask, Caller::Outside);
        let answer = self.answer_outside(call)?;
        answer.ok().map(|answer| serde_json::from_str(&answer).unwrap())
    }

    /// The same, for who does not wait for an answer: it is under way for a moment, and may be lost.
    pub fn tell<A: Ask>(&mut self, about: &str, to: &A::To, ask: A) {
        let mut call = self.outside(to, ask, Caller::Nobody);
        call.about = about.into();
        call.fate = self.fate_of_inner(&call.about, call.name);
        if call.fate != Some(Inner::Lost) {
            self.push(self.now + BETWEEN_OBJECTS, Happening::Called(call));
        }
    }

    fn outside<A: Ask>(&mut self, to: &A::To, ask: A, from: Caller) -> InnerCall {
        let (to, call) = (name_at(&to.clone().into()), serde_json::to_string(&A::Envelope::from(ask)).unwrap());
        let name = name_of(&call);
        InnerCall { about: Rc::clone(&to), to, call, name, from, fate: None }
    }

    /// A call has reached its object.
    pub fn arrive_call(&mut self, mut call: InnerCall) {
        if self.is_silent && &*call.to == WORKSPACE {
            return self.note(|| format!("    {} is not answered", call.name));
        }
        match call.name {
            "Look" => self.tally.count("maintenance", LOOKED_AT),
            "ReportTurns" => self.count_repeated(&call),
            _others => {}
        }
        match self.answer_in_place(&mut call) {
            Some(answer) => self.was_answered(call, Ok(answer)),
            None => self.begin_to_answer(call),
        }
    }

    /// An object has answered.
    pub fn was_answered(&mut self, call: InnerCall, answer: Result<String>) {
        self.note(|| match &answer {
            Ok(answer) => format!("    {} answers {}: {answer}", call.to, call.name),
            Err(error) => format!("    {} FAILS at {}: {error}", call.to, call.name),
        });
        if call.name == "TakeEvents" && answer.is_err() {
            self.tally.count("events", "not stored");
        }
        match call.name {
            "TakeEvents" => self.note_nudge(&call, &answer),
            "SeekGrant" => self.note_grant(&call, &answer),
            _others => {}
        }
        match call.from {
            Caller::Outside => self.answered_outside = Some(answer),
            Caller::Nobody => {}
            Caller::Object(wait) => {
                if self.survives(&call.about, Moment::CallHandled) == Alive::No {
                    return;
                }
                let answer = match call.fate {
                    None => answer.map(String::into_bytes),
                    Some(Inner::AnswerLost) => Err(lost()),
                    Some(Inner::Lost | Inner::Unanswered) => return,
                };
                self.answer_call_at(self.now + BETWEEN_OBJECTS, wait, call.name, answer);
            }
        }
    }

    fn answer_call_at(&mut self, at: u64, wait: Wait, name: &str, answer: Result<Vec<u8>>) {
        let answer = self.variant.answer(name, answer);
        self.push(at, Happening::WaitEnded { wait, result: WaitResult::Answer(answer) });
    }

    fn note_grant(&mut self, call: &InnerCall, answer: &Result<String>) {
        let Ok(answer) = answer else { return };
        let answer: GrantAnswer = serde_json::from_str(answer).expect("an object's answer can be read");
        if answer.grant == Grant::Given {
            self.given.push(Given {
                conversation: conversation_of(&call.about).to_owned(),
                at: self.now,
                tells_refusal: answer.rate_limit_message.is_some(),
            });
        }
    }

    /// A conversation was told that its customer waits.
    fn note_nudge(&mut self, call: &InnerCall, answer: &Result<String>) {
        let Some((conversation, at)) = nudge(&call.call) else { return };
        let stored = answer.is_ok();
        if matches!(call.from, Caller::Object(_)) && stored {
            let nudged_before = self.webhooks.is_nudged(&conversation, at);
            self.tally.count("maintenance", if nudged_before { NUDGED_AGAIN } else { NUDGED });
        }
        self.webhooks.nudges.push(Nudge { conversation, at, stored });
    }

    fn count_repeated(&mut self, call: &InnerCall) {
        let Ok(WorkspaceCall::ReportTurns(report)) = serde_json::from_str(&call.call) else { return };
        let ledger = self.ledger();
        if report.turns.iter().any(|turn| ledger.contains(turn)) {
            self.tally.count("maintenance", REPORT_REPEATED);
        }
    }
}

/// Whom this call tells that its customer waits, and since when.
pub fn nudge(call: &str) -> Option<(String, UnixSeconds)> {
    if !call.contains("customer_waits") {
        return None;
    }
    let ConversationCall::TakeEvents(TakeEvents(taken)) = serde_json::from_str(call).unwrap() else { return None };
    let at = taken.events.iter().find_map(|event| match event {
        ConversationEvent::CustomerWaits { at } => Some(*at),
        _others => None,
    });
    Some((taken.conversation.to_string(), at?))
}

fn lost() -> Error {
    Error::new("the connection was lost")
}

pub const LOOKED_AT: &str = "looked at";
pub const REPORT_REPEATED: &str = "report repeated";
pub const NUDGED: &str = "nudged by the sweep";
pub const NUDGED_AGAIN: &str = "nudged twice";
