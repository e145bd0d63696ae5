//! What the control of the make-believe Intercom can be asked to do, as JSON.

use super::model::{AiAgent, Attachment, AuthorKind};
use serde::{Deserialize, Deserializer};

/// A new conversation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The first message, as HTML.
    pub body: String,
    /// Who the conversation is with.
    #[serde(default)]
    pub contact: ContactDetails,
    /// `source.type`; `conversation` where nothing is said.
    #[serde(default)]
    pub source_type: Option<String>,
    /// `channel.current`: left out `messenger`, null none.
    #[serde(default, deserialize_with = "present")]
    pub channel: Option<Option<String>>,
    /// Who it is assigned to from the beginning.
    #[serde(default, deserialize_with = "admin_id")]
    pub assigned_to: Option<u64>,
    /// Who spoke first.
    #[serde(default)]
    pub started_by: StartedBy,
}

/// Who a conversation is with; what is left out is made up.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "Intercom's fields of a contact")]
pub struct ContactDetails {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default, rename = "type")]
    pub kind: Option<AuthorKind>,
}

/// Who spoke first in a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartedBy {
    /// The customer; told as `conversation.user.created`.
    #[default]
    Customer,
    /// A teammate's outbound message; told as `conversation.admin.single.created`.
    Teammate,
    /// A workflow's or Fin's message; told by no topic.
    Bot,
}

/// A customer's message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "Intercom's fields of a part")]
pub struct CustomerWords {
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// A customer's click.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Click {
    /// The button, which somebody must have offered in this conversation.
    pub quick_reply_uuid: String,
}

/// What a teammate does in the inbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeammateAct {
    /// What.
    #[serde(rename = "action")]
    pub verb: Verb,
    /// The words, as HTML.
    #[serde(default)]
    pub body: Option<String>,
    /// Who acts; John Doe where nothing is said.
    #[serde(default, deserialize_with = "admin_id")]
    pub admin_id: Option<u64>,
    /// Whom an assignment is to; 0 for nobody.
    #[serde(default, deserialize_with = "admin_id")]
    pub assignee_id: Option<u64>,
    /// `admin` or `team`.
    #[serde(default)]
    pub assignee_type: AssigneeType,
    /// Whether a rule of the inbox does it, and not a person: then Intercom's bot is the author.
    #[serde(default)]
    pub by_rule: bool,
}

/// What a teammate can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Verb {
    Reply,
    Note,
    Assign,
    Close,
    Snooze,
    Open,
}

/// What an assignment is to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum AssigneeType {
    #[default]
    Admin,
    Team,
}

/// Words of Fin, the Operator or a workflow.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotWords {
    /// As HTML; where buttons are offered it may be left out.
    #[serde(default)]
    pub body: Option<String>,
    /// What the customer may click, as texts.
    #[serde(default)]
    pub quick_replies: Vec<String>,
    /// Where nothing is said `comment`, or `quick_reply` where buttons are offered.
    #[serde(default)]
    pub part_type: Option<String>,
    /// `author.is_ai_answer`
    #[serde(default)]
    pub is_ai_answer: bool,
    /// `author.from_ai_agent`
    #[serde(default)]
    pub from_ai_agent: bool,
    /// Told as `conversation.admin.replied` in place of `conversation.operator.replied`: both are seen in the wild.
    #[serde(default)]
    pub as_admin_replied: bool,
}

/// What Fin does, by its fields.
pub type AiAgentAct = AiAgent;

/// Tells a null from what is left out.
fn present<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(json).map(Some)
}

/// An id as a number or as text.
fn admin_id<'de, D: Deserializer<'de>>(json: D) -> Result<Option<u64>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(json)?;
    let id = |value: serde_json::Value| super::api::id(&value).ok_or_else(|| serde::de::Error::custom("no id"));
    value.map(id).transpose()
}
