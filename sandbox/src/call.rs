//! What a request wants, by name: for the log of calls and for the rules of faults.

use crate::http::Request;
use serde::Serialize;
use serde_json::Value;

/// Which of the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// The make-believe Intercom.
    Intercom,
    /// The make-believe GPT Trainer.
    GptTrainer,
}

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each is the request of its name in `Call::name`")]
#[serde(into = "&'static str")]
pub enum Call {
    Read,
    Reply,
    Note,
    Parts,
    Search,
    Me,
    Admins,
    IntercomOther,
    CreateSession,
    Session,
    Messages,
    Stream,
    NonStream,
    DeleteMessage,
    Chatbot,
    GptTrainerOther,
}

impl Call {
    /// Every call.
    pub const ALL: [Self; 16] = [
        Self::Read,
        Self::Reply,
        Self::Note,
        Self::Parts,
        Self::Search,
        Self::Me,
        Self::Admins,
        Self::IntercomOther,
        Self::CreateSession,
        Self::Session,
        Self::Messages,
        Self::Stream,
        Self::NonStream,
        Self::DeleteMessage,
        Self::Chatbot,
        Self::GptTrainerOther,
    ];

    /// The name, for example `intercom.read`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "intercom.read",
            Self::Reply => "intercom.reply",
            Self::Note => "intercom.note",
            Self::Parts => "intercom.parts",
            Self::Search => "intercom.search",
            Self::Me => "intercom.me",
            Self::Admins => "intercom.admins",
            Self::IntercomOther => "intercom.other",
            Self::CreateSession => "gpt_trainer.create_session",
            Self::Session => "gpt_trainer.session",
            Self::Messages => "gpt_trainer.messages",
            Self::Stream => "gpt_trainer.stream",
            Self::NonStream => "gpt_trainer.non_stream",
            Self::DeleteMessage => "gpt_trainer.delete_message",
            Self::Chatbot => "gpt_trainer.chatbot",
            Self::GptTrainerOther => "gpt_trainer.other",
        }
    }
}

impl From<Call> for &'static str {
    fn from(call: Call) -> Self {
        call.name()
    }
}

/// A call and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What the request wants.
    pub call: Call,
    /// The conversation in its path.
    pub conversation_id: Option<String>,
    /// The GPT Trainer session in its path.
    pub session: Option<String>,
    /// Whether it goes on with a list, by a cursor from the page before.
    pub continues: bool,
}

/// Reads off a request what it wants.
pub fn target(api: Api, request: &Request<'_>) -> Target {
    match api {
        Api::Intercom => intercom(request),
        Api::GptTrainer => gpt_trainer(request),
    }
}

fn intercom(request: &Request<'_>) -> Target {
    let (call, conversation) = match (request.method, request.segments().as_slice()) {
        ("POST", ["conversations", "search"]) => (Call::Search, None),
        ("GET", ["conversations", id]) => (Call::Read, Some(*id)),
        ("POST", ["conversations", id, "reply"]) if is_note(request.body) => (Call::Note, Some(*id)),
        ("POST", ["conversations", id, "reply"]) => (Call::Reply, Some(*id)),
        ("POST", ["conversations", id, "parts"]) => (Call::Parts, Some(*id)),
        ("GET", ["me"]) => (Call::Me, None),
        ("GET", ["admins"]) => (Call::Admins, None),
        (_, ["conversations", id, ..]) => (Call::IntercomOther, Some(*id)),
        _ => (Call::IntercomOther, None),
    };
    let continues = call == Call::Search && has_cursor(request.body);
    Target { call, conversation_id: conversation.map(str::to_owned), session: None, continues }
}

fn is_note(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|value| value["message_type"] == "note")
}

fn has_cursor(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|value| !value["pagination"]["starting_after"].is_null())
}

fn gpt_trainer(request: &Request<'_>) -> Target {
    let (call, session) = match (request.method, request.segments().as_slice()) {
        ("POST", ["chatbot", _, "session", "create"]) => (Call::CreateSession, None),
        ("GET", ["chatbot", _]) => (Call::Chatbot, None),
        ("GET", ["session", id]) => (Call::Session, Some(*id)),
        ("GET", ["session", id, "messages"]) => (Call::Messages, Some(*id)),
        ("POST", ["session", id, "message", "stream"]) => (Call::Stream, Some(*id)),
        ("POST", ["session", id, "message", "non-stream"]) => (Call::NonStream, Some(*id)),
        ("POST", ["message", _, "delete"] | ["messages", "delete"]) => (Call::DeleteMessage, None),
        (_, ["session", id, ..]) => (Call::GptTrainerOther, Some(*id)),
        _ => (Call::GptTrainerOther, None),
    };
    Target { call, conversation_id: None, session: session.map(str::to_owned), continues: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(api: Api, method: &str, path: &str, body: &[u8]) -> (&'static str, Option<String>, Option<String>) {
        let target = target(api, &Request { method, path, body, ..Request::default() });
        (target.call.name(), target.conversation_id, target.session)
    }

    #[test]
    fn a_note_and_a_reply_are_told_apart_by_their_message_type() {
        let name = |body: &[u8]| call(Api::Intercom, "POST", "/conversations/12/reply", body);
        assert_eq!(name(br#"{"message_type":"note"}"#), ("intercom.note", Some("12".into()), None));
        assert_eq!(name(br#"{"message_type":"comment"}"#), ("intercom.reply", Some("12".into()), None));
        assert_eq!(name(b"not json"), ("intercom.reply", Some("12".into()), None));
    }

    #[test]
    fn a_session_is_read_off_the_path() {
        let stream = call(Api::GptTrainer, "POST", "/session/ab/message/stream", b"");
        assert_eq!(stream, ("gpt_trainer.stream", None, Some("ab".into())));
        let bare = call(Api::GptTrainer, "POST", "/session/ab/message", b"");
        assert_eq!(bare, ("gpt_trainer.other", None, Some("ab".into())));
    }
}
