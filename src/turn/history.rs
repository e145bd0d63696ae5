//! What happened in a conversation, line by line: the log says it as it happens, and each conversation keeps its own as a
//! record of its decisions. Ids, reasons and names, never words.

use super::command::{Announcement, Command, Once};
use super::event::Event;
use super::outcome::Settled;
use super::state::Service;
use crate::fault::Fault;
use crate::json;
use crate::time::UnixMillis;
use serde_json::{Map, Value, json};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    /// How much it matters to the operator.
    pub level: Level,
    /// A stable name.
    pub event: &'static str,
    /// What belongs to it.
    pub fields: Map<String, Value>,
}

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Info,
    /// Mends itself, or is another service's fault.
    Warn,
    /// The operator must look.
    Error,
}

/// What a conversation keeps of its past, oldest first, at most [`History::MOST`] lines: a JSON text and a line feed each, so that
/// adding one reads none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(String);

impl History {
    /// A turn of one message leaves about ten lines, so that the last ten turns can be read.
    pub const MOST: usize = 100;

    /// As it is stored.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text that is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds a line.
    pub fn add(&mut self, at: UnixMillis, line: HistoryLine) {
        let mut entry = Map::new();
        entry.insert("at".into(), json!(at));
        entry.insert("event".into(), json!(line.event));
        entry.extend(line.fields);
        self.0.push_str(&Value::Object(entry).to_string());
        self.0.push('\n');
        let ends = |(at, _)| at + 1;
        let surplus = self.0.matches('\n').count().checked_sub(Self::MOST + 1);
        if let Some(oldest) = surplus.and_then(|surplus| self.0.match_indices('\n').nth(surplus)) {
            self.0.drain(..ends(oldest));
        }
    }

    /// The lines. One that cannot be read is left out: it decides nothing.
    pub fn entries(&self) -> Vec<Value> {
        self.0.lines().filter_map(|line| json::value(line.as_bytes()).ok()).collect()
    }
}

impl HistoryLine {
    /// What was reported or came back; `None` for a mere wake-up.
    pub fn of_event(event: &Event) -> Option<Self> {
        Some(match event {
            Event::Reported(event) => info("reported", json!({ "report": event })),
            Event::RetryRequested => info("retry_requested", json!({})),
            Event::HandOverRequested => info("hand_over_requested", json!({})),
            Event::Resumed => info("resumed", json!({})),
            Event::Woken(_) => return None,
            Event::Finished(_, finding) => {
                info("called", json!({ "call": finding.call(), "result": finding.result() }))
            }
        })
    }

    /// What is begun, or is to be told; `None` for a call of which its result tells enough. A question may take a minute.
    pub fn of_command(command: &Command) -> Option<Self> {
        match command {
            Command::Announce(announcement) => Some(Self::of_announcement(announcement)),
            Command::Once(_, Once::Ask { .. }) => Some(info("asked", json!({}))),
            Command::Once(_, Once::Post { .. } | Once::HandOverMessage(_)) | Command::Repeatable(..) => None,
        }
    }

    /// What a conversation tells the operator.
    pub fn of_announcement(announcement: &Announcement) -> Self {
        use Level::{Error, Info, Warn};
        let (level, event, fields) = match announcement {
            Announcement::Settled(settled) => (Info, "turn_settled", of_settled(settled)),
            Announcement::TakenOver(sign) => (Info, "taken_over", json!({ "sign": sign })),
            Announcement::GivenBack(by) => (Info, "given_back", json!({ "by": by })),
            Announcement::Reopened(turn) => (Info, "turn_reopened", json!({ "turn": turn })),
            Announcement::Waits(waiting) => (Info, "turn_waits", json!({ "for": waiting })),
            Announcement::HandingOver(reason) => (Info, "hand_over_begun", json!({ "reason": reason })),
            Announcement::Superseded => (Info, "answer_superseded", json!({})),
            Announcement::Corrected(settled) => (Warn, "turn_corrected", of_settled(settled)),
            Announcement::AnotherProgramAnswers => (Error, "another_program_answers", json!({})),
            Announcement::Failed(service, fault) => (Warn, "call_failed", of_fault(*service, fault)),
            Announcement::CredentialsRefused(service, fault) => {
                (Error, "credentials_refused", of_fault(*service, fault))
            }
            Announcement::CredentialsAccepted(service) => (Info, "credentials_accepted", json!({ "service": service })),
            Announcement::WorkspaceMismatch => (Error, "workspace_mismatch", json!({ "variable": "INTERCOM_APP_ID" })),
            Announcement::StaleRead => (Info, "stale_read", json!({})),
            Announcement::NudgeUnfounded(at) => (Warn, "nudge_unfounded", json!({ "written_at": at })),
            Announcement::LateResult(attempt) => (Warn, "late_result", json!({ "attempt": attempt })),
            Announcement::Interrupted => (Warn, "interrupted", json!({})),
            Announcement::Forgotten => (Info, "conversation_forgotten", json!({})),
        };
        Self { level, ..info(event, fields) }
    }
}

fn info(event: &'static str, fields: Value) -> HistoryLine {
    let fields = match fields {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    HistoryLine { level: Level::Info, event, fields }
}

fn of_settled(settled: &Settled) -> Value {
    json!({ "turn": settled.key, "outcome": settled.outcome.name(), "detail": settled.outcome })
}

fn of_fault(service: Service, fault: &Fault) -> Value {
    json!({ "service": service, "fault": fault })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::command::Repeatable;
    use super::super::state::Attempt;
    use super::*;
    use crate::gpt_trainer::ids::SessionUuid;
    use crate::gpt_trainer::said::{Endpoint, KnownTexts};
    use crate::intercom::events::ConversationEvent;
    use crate::intercom::ids::PartId;
    use crate::text::PlainText;
    use crate::time::UnixSeconds;

    #[test]
    fn a_line_names_ids_and_reasons() {
        let wrote = ConversationEvent::CustomerWrote { part: PartId::new("7"), at: UnixSeconds(9) };
        let mut history = History::default();
        history.add(UnixMillis(9_500), HistoryLine::of_event(&Event::Reported(wrote)).unwrap());
        history.add(UnixMillis(9_900), HistoryLine::of_announcement(&Announcement::Superseded));
        let expected = json!([
            {"at": 9_500, "event": "reported", "report": {"customer_wrote": {"part": "7", "at": 9}}},
            {"at": 9_900, "event": "answer_superseded"},
        ]);
        assert_eq!(json!(history.entries()), expected);
    }

    #[test]
    fn a_question_is_told_of_when_it_is_put_and_never_in_its_words() {
        let session = SessionUuid("14fb60fa7c6c44638d8c01abc90336e2".to_owned());
        let (text, known) = (PlainText("Hi".to_owned()), KnownTexts::default());
        let ask = Once::Ask { session, endpoint: Endpoint::Stream, text, known };
        let line = HistoryLine::of_command(&Command::Once(Attempt(1), ask)).unwrap();
        assert_eq!((line.event, line.fields), ("asked", Map::new()));
        assert_eq!(HistoryLine::of_command(&Command::Repeatable(Attempt(1), Repeatable::Assign)), None);
    }

    #[test]
    fn the_oldest_lines_leave_first() {
        let mut history = History::default();
        for at in 0..250 {
            history.add(UnixMillis(at), HistoryLine::of_announcement(&Announcement::StaleRead));
        }
        assert_eq!(history.entries().len(), History::MOST);
        assert_eq!(history.entries()[0]["at"], 150);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_left_out() {
        assert_eq!(
            History::new("{\"at\":1}\n{\n{\"at\":2}\n".to_owned()).entries(),
            [json!({"at": 1}), json!({"at": 2})]
        );
    }
}
