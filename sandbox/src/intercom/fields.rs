//! The fields of a conversation in JSON, in the order of captured webhooks.

use super::model::{AuthorKind, Metadata, Reference, State};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct Shape<'a> {
    pub r#type: &'static str,
    pub id: &'a str,
    pub created_at: u64,
    pub updated_at: u64,
    pub waiting_since: Option<u64>,
    pub snoozed_until: Option<u64>,
    pub source: Source<'a>,
    pub contacts: Contacts<'a>,
    pub first_contact_reply: Option<FirstReply<'a>>,
    pub admin_assignee_id: Option<u64>,
    pub team_assignee_id: Option<u64>,
    pub open: bool,
    pub state: State,
    pub read: bool,
    pub tags: Tags,
    pub priority: &'static str,
    pub sla_applied: (),
    pub statistics: Statistics,
    pub conversation_rating: (),
    pub teammates: Teammates,
    pub title: &'static str,
    pub custom_attributes: Value,
    pub topics: Topics,
    pub ticket: (),
    pub linked_objects: Linked,
    pub ai_agent: Option<AiAgent<'a>>,
    pub ai_agent_participated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Option<Channel<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_parts: Option<Parts<'a>>,
}

#[derive(Serialize)]
pub(super) struct Source<'a> {
    pub r#type: &'a str,
    pub id: &'a str,
    pub delivered_as: &'static str,
    pub subject: &'static str,
    pub body: Option<String>,
    pub author: SourceAuthor<'a>,
    pub attachments: Vec<Upload<'a>>,
    pub url: Option<&'static str>,
    pub redacted: bool,
}

#[derive(Serialize)]
pub(super) struct SourceAuthor<'a> {
    pub r#type: AuthorKind,
    pub id: &'a str,
    pub name: Option<String>,
    pub email: String,
}

#[derive(Serialize)]
pub(super) struct Upload<'a> {
    pub r#type: &'static str,
    pub name: &'a str,
    pub url: &'a str,
    pub content_type: &'a str,
    pub filesize: u32,
    pub width: Option<u32>,
    pub height: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Contacts<'a> {
    pub r#type: &'static str,
    pub contacts: [ContactShape<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct ContactShape<'a> {
    pub r#type: &'static str,
    pub id: &'a str,
    pub external_id: &'a str,
}

#[derive(Serialize)]
pub(super) struct FirstReply<'a> {
    pub created_at: u64,
    pub r#type: &'a str,
    pub url: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Moment {
    Seconds(u64),
    Iso(String),
}

#[derive(Serialize)]
pub(super) struct Tags {
    pub r#type: &'static str,
    pub tags: [(); 0],
}

#[derive(Serialize)]
pub(super) struct Statistics {
    pub r#type: &'static str,
    pub first_contact_reply_at: Option<Moment>,
    pub last_contact_reply_at: Option<Moment>,
    pub last_admin_reply_at: Option<Moment>,
    pub last_closed_by_id: Option<String>,
    pub count_reopens: usize,
    pub count_assignments: usize,
    pub count_conversation_parts: usize,
}

#[derive(Serialize)]
pub(super) struct Teammates {
    pub r#type: &'static str,
    pub admins: Vec<AdminReference>,
}

#[derive(Serialize)]
pub(super) struct AdminReference {
    pub r#type: &'static str,
    pub id: String,
}

#[derive(Serialize)]
pub(super) struct Topics {
    pub r#type: &'static str,
    pub topics: [(); 0],
    pub total_count: u32,
}

#[derive(Serialize)]
pub(super) struct Linked {
    pub r#type: &'static str,
    pub data: [(); 0],
    pub total_count: u32,
    pub has_more: bool,
}

#[derive(Serialize)]
pub(super) struct AiAgent<'a> {
    pub source_type: &'static str,
    pub source_title: Option<&'static str>,
    pub last_answer_type: &'static str,
    pub resolution_state: Option<&'a str>,
    pub rating: (),
    pub rating_remark: (),
}

#[derive(Serialize)]
pub(super) struct Channel<'a> {
    pub initial: &'a str,
    pub current: &'a str,
}

#[derive(Serialize)]
pub(super) struct Parts<'a> {
    pub r#type: &'static str,
    pub conversation_parts: Vec<PartShape<'a>>,
    pub total_count: usize,
}

#[derive(Serialize)]
pub(super) struct PartShape<'a> {
    pub r#type: &'static str,
    pub id: &'a str,
    pub part_type: &'a str,
    pub body: Option<String>,
    pub created_at: u64,
    pub updated_at: u64,
    pub notified_at: u64,
    pub assigned_to: Option<&'a Reference>,
    pub author: PartAuthor<'a>,
    pub attachments: Vec<Upload<'a>>,
    pub external_id: (),
    pub redacted: bool,
    pub metadata: &'a Metadata,
    pub email_message_metadata: (),
    pub state: State,
    pub tags: [(); 0],
    pub event_details: Empty,
    pub app_package_code: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct PartAuthor<'a> {
    pub id: &'a str,
    pub r#type: AuthorKind,
    pub name: Option<String>,
    pub email: String,
    pub from_ai_agent: bool,
    pub is_ai_answer: bool,
}

#[derive(Serialize)]
pub(super) struct Empty {}
