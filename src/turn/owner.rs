//! What is kept of who has a conversation.

use crate::intercom::ids::{AdminId, PartId};
use crate::time::UnixSeconds;
use serde::{Deserialize, Serialize};

/// A sign that a teammate has the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TeammateSign {
    /// When.
    pub at: UnixSeconds,
    /// What it was.
    pub sign: Sign,
    /// The part that shows it, where one is known.
    pub part: Option<PartId>,
}

/// What shows that a teammate has a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// They wrote to the customer.
    Spoke,
    /// A person assigned it to them.
    Assigned,
    /// A rule, a workflow or Intercom itself assigned it to them.
    RuleAssigned,
    /// They stopped the bot by a note (`/bot off`, `TAKEOVER_PHRASE`).
    Stopped,
    /// They closed or snoozed it after it had been handed over.
    ClosedOrSnoozed,
}

/// The conversation was given back to the bot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GivenBack {
    /// When.
    pub at: UnixSeconds,
    /// The part that shows it, where one is known.
    pub part: Option<PartId>,
    /// In which way.
    pub by: GiveBack,
}

/// How a teammate gives a conversation back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveBack {
    /// By a note: `/bot on`, or `RESUME_PHRASE`.
    Note,
    /// By a reply to the customer that holds `RESUME_PHRASE`.
    Reply,
    /// By assigning it to ourselves.
    Assignment,
}

/// An assignee of whose assignment no part tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeenAssignee {
    /// Who.
    pub admin: AdminId,
    /// The time of the newest entry when they were first seen.
    pub at: UnixSeconds,
}
