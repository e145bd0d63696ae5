//! What the make-believe Intercom remembers.

use super::index::Entry;
use crate::clock::Millis;
use serde::{Deserialize, Serialize};

/// A conversation with everything that was said and done in it.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    pub id: String,
    pub contact: Contact,
    pub created_at: Millis,
    pub updated_at: Millis,
    /// Since when the customer waits for an admin.
    pub waiting_since: Option<Millis>,
    /// In Unix seconds.
    pub snoozed_until: Option<u64>,
    pub state: State,
    pub admin_assignee: Option<u64>,
    pub team_assignee: Option<u64>,
    pub source_type: String,
    pub delivered_as: &'static str,
    pub channel: Option<String>,
    /// The first is the source, which the API shows apart from the others.
    pub parts: Vec<Part>,
    pub ai_agent: AiAgent,
    pub deleted: bool,
    /// Everything that changed, for the search.
    pub entries: Vec<Entry>,
}

impl Conversation {
    /// The message that the conversation began with.
    pub(super) fn source(&self) -> &Part {
        self.parts.first().expect("a conversation begins with its source")
    }

    /// The visible words of a customer, newest last.
    pub(super) fn customer_messages(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.author.kind.is_customer())
    }

    /// The words and acts of admins, newest last.
    pub(super) fn admin_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.author.kind == AuthorKind::Admin)
    }
}

/// Open, closed or asleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum State {
    Open,
    Closed,
    Snoozed,
}

/// Who the conversation is with.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub id: String,
    pub external_id: String,
    pub kind: AuthorKind,
    pub name: Option<String>,
    pub email: String,
}

/// A part of a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub id: String,
    pub part_type: String,
    pub author: Author,
    pub body: Option<String>,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub attachments: Vec<Attachment>,
    pub assigned_to: Option<Reference>,
    pub metadata: Metadata,
    pub redacted: bool,
    /// Whether it was made by a call to this API.
    pub by_api: bool,
    pub app_package_code: Option<String>,
    /// The conversation's state after it.
    pub state: State,
}

/// The kind of an author, by Intercom's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "Intercom's names")]
pub enum AuthorKind {
    User,
    Lead,
    Contact,
    Visitor,
    Admin,
    Bot,
}

impl AuthorKind {
    /// Whether this is the customer's side.
    pub fn is_customer(self) -> bool {
        match self {
            Self::User | Self::Lead | Self::Contact | Self::Visitor => true,
            Self::Admin | Self::Bot => false,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Author {
    pub kind: AuthorKind,
    pub id: String,
    pub name: Option<String>,
    pub email: String,
    pub from_ai_agent: bool,
    pub is_ai_answer: bool,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Where it lies.
    pub url: String,
    /// Its MIME type.
    pub content_type: String,
}

/// What a part offers to click, or what a customer has clicked (`metadata`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// What a bot or an admin offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quick_reply_options: Vec<QuickReply>,
    /// The one that a customer has clicked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply_uuid: Option<String>,
}

/// A button in the messenger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    /// What it says.
    pub text: String,
    /// What a click names it by.
    pub uuid: String,
}

/// Whom an assignment is to: `admin`, `team` or `nobody_admin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The kind.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The id, where there is one.
    pub id: Option<String>,
}

/// What Fin does in a conversation (`ai_agent_participated`, `ai_agent.resolution_state`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiAgent {
    /// Whether Fin took part.
    pub participated: bool,
    /// `assumed_resolution`, `confirmed_resolution`, `escalated`, `negative_feedback`, `procedure_handoff` or nothing.
    #[serde(default)]
    pub resolution_state: Option<String>,
}

/// A teammate of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teammate {
    /// The admin's id.
    pub id: u64,
    /// The name.
    pub name: &'static str,
    /// The e-mail address.
    pub email: &'static str,
}
