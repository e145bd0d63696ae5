//! What really happened in a conversation, told to tests: without windows, staleness or versions.

use super::Intercom;
use super::model::{AiAgent, Attachment, AuthorKind, Conversation, Metadata, Part, Reference, State};
use crate::clock::{Millis, seconds};
use serde::Serialize;

/// A conversation with everything in it; the first part is the source, of the type `source`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "Intercom's fields of a conversation")]
pub struct ConversationRecord {
    pub id: String,
    pub state: State,
    pub admin_assignee_id: Option<u64>,
    pub team_assignee_id: Option<u64>,
    /// Whether the API answers 404 for it.
    pub deleted: bool,
    pub ai_agent: AiAgent,
    pub parts: Vec<PartRecord>,
}

/// A part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "Intercom's fields of a part")]
pub struct PartRecord {
    pub id: String,
    pub part_type: String,
    pub author: AuthorRecord,
    pub body: Option<String>,
    pub created_at: u64,
    pub created_ms: Millis,
    pub attachments: Vec<Attachment>,
    pub assigned_to: Option<Reference>,
    pub metadata: Metadata,
    pub redacted: bool,
    /// Whether it was made by a call to the API.
    pub by_api: bool,
}

/// The author of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "Intercom's fields of an author")]
pub struct AuthorRecord {
    #[serde(rename = "type")]
    pub kind: AuthorKind,
    pub id: String,
    pub name: Option<String>,
    pub is_ai_answer: bool,
}

impl Intercom {
    /// Every conversation, oldest first, the deleted ones among them.
    pub fn records(&self) -> Vec<ConversationRecord> {
        self.conversations.iter().map(record).collect()
    }

    /// One conversation, even if it was deleted.
    pub fn record(&self, id: &str) -> Option<ConversationRecord> {
        self.conversations.iter().find(|conversation| conversation.id == id).map(record)
    }
}

fn record(conversation: &Conversation) -> ConversationRecord {
    ConversationRecord {
        id: conversation.id.clone(),
        state: conversation.state,
        admin_assignee_id: conversation.admin_assignee,
        team_assignee_id: conversation.team_assignee,
        deleted: conversation.deleted,
        ai_agent: conversation.ai_agent.clone(),
        parts: conversation.parts.iter().map(part).collect(),
    }
}

fn part(part: &Part) -> PartRecord {
    PartRecord {
        id: part.id.clone(),
        part_type: part.part_type.clone(),
        author: AuthorRecord {
            kind: part.author.kind,
            id: part.author.id.clone(),
            name: part.author.name.clone(),
            is_ai_answer: part.author.is_ai_answer,
        },
        body: part.body.clone(),
        created_at: seconds(part.created_at),
        created_ms: part.created_at,
        attachments: part.attachments.clone(),
        assigned_to: part.assigned_to.clone(),
        metadata: part.metadata.clone(),
        redacted: part.redacted,
        by_api: part.by_api,
    }
}
