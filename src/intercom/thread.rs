//! A conversation as one read showed it, in Intercom's order. The turn machine decides on this and on nothing else.

use super::ids::{AdminId, ContactId, ConversationId, PartId};
use crate::text::{CustomerHtml, PlainText};
use crate::time::UnixSeconds;

/// Intercom returns at most this many parts, the most recent ones (`GET /conversations/{id}`).
pub const PARTS_WINDOW: usize = 500;

/// The whole conversation at one moment: `source` first, then the parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Thread {
    /// Which conversation.
    pub id: ConversationId,
    /// When it began.
    pub created_at: UnixSeconds,
    /// `channel.current`; where that is absent `source.type`, with `conversation` read as `messenger`.
    pub channel: String,
    /// The teammate it is assigned to, if any.
    pub admin_assignee: Option<AdminId>,
    /// Who wrote to us: the conversation's contacts and the customers among the authors.
    pub contacts: Vec<ContactId>,
    /// Lower-case domains of the customers' e-mail addresses.
    pub email_domains: Vec<String>,
    /// What the chatbot may be told of the customer.
    pub customer: Customer,
    /// What Intercom's AI agent (Fin) did; `None` where it took no part (`ai_agent_participated`).
    pub ai_agent: Option<AiAgent>,
    /// `source` and parts, in Intercom's order.
    pub entries: Vec<Entry>,
}

/// What is known of the customer; never printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Customer {
    /// `author.name`.
    pub name: Option<PlainText>,
    /// `author.email`.
    pub email: Option<PlainText>,
    /// `source.url`: the page on which the conversation was begun.
    pub page: Option<PlainText>,
}

/// Intercom's AI agent took part in the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AiAgent {
    /// `ai_agent.resolution_state`; `None` while it has delivered no answer.
    pub resolution: Option<Resolution>,
}

/// How far the AI agent came (`ai_agent.resolution_state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// It answered and the customer went away.
    Assumed,
    /// It answered and the customer said so.
    Confirmed,
    /// It gave the conversation to teammates.
    Escalated,
    /// The customer was not content.
    NegativeFeedback,
    /// A procedure gave the conversation on.
    ProcedureHandoff,
    /// A state that Intercom added later.
    Other,
}

/// A `source` or a part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its id.
    pub id: PartId,
    /// `created_at`; the `source` has the conversation's.
    pub at: UnixSeconds,
    /// Who did it.
    pub author: Author,
    /// What Intercom's AI agent had to do with it.
    pub ai: AiVoice,
    /// What it is.
    pub kind: EntryKind,
    /// The words, if it has any that are more than white space, or a picture; for a teammate's quick reply its buttons, for a
    /// customer's click what the button says.
    pub body: Option<CustomerHtml>,
    /// What came with it.
    pub attachments: Vec<Attachment>,
    /// Whether its words were taken back.
    pub redaction: Redaction,
}

/// Who is behind an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Author {
    /// `user`, `lead`, `contact` or `visitor`.
    Customer,
    /// The admin that this worker writes as.
    Ourselves,
    /// Any other admin; one that Intercom names no id of is `unnamed`.
    Teammate(AdminId),
    /// Fin, Operator, a workflow; also a campaign that writes in an admin's name (`source.delivered_as`).
    OtherBot,
    /// A team, or a type that Intercom added later.
    Other,
}

/// What Intercom's AI agent (Fin) had to do with an entry. A greeting of Operator and a workflow's text are [`AiVoice::None`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AiVoice {
    /// Nothing.
    #[default]
    None,
    /// It sent the entry (`author.from_ai_agent`), which is not an answer that it made up.
    Sent,
    /// It made the words up (`author.is_ai_answer`): an answer.
    Answer,
}

/// What an entry is, from `part_type`; Intercom's set is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// `source`, `comment`, `quick_reply`, and a type that is not listed here when a customer or an admin put words into it.
    Comment,
    /// Internal: customers never see it.
    Note,
    /// Reopened or woken, perhaps with words.
    Open,
    /// Closed, perhaps with words.
    Close,
    /// Put to sleep.
    Snooze,
    /// Assigned, perhaps with words: often a teammate's first reply.
    Assignment(Option<Assignee>),
    /// Assigned by Intercom itself, whatever author it shows (`away_mode_assignment`, `balanced_assignment` …).
    RuleAssignment(Option<Assignee>),
    /// Written by Intercom itself (`channel_and_reply_time_expectation`, `attribute_collector`, changes of attributes, tags, ratings …), or a type that is
    /// not known and has no person's words. Never a message.
    Automatic,
}

/// Whom something was assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Assignee {
    /// The admin that this worker writes as.
    Ourselves,
    /// Any other admin.
    Teammate(AdminId),
    /// A team.
    Team,
    /// Nobody, a bot, or a type that Intercom added later.
    Other,
}

/// Something sent along with a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attachment {
    /// Its file name.
    pub name: String,
    /// Its MIME type, if told.
    pub content_type: Option<String>,
}

/// Whether an entry's words were taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redaction {
    /// They stand.
    Shown,
    /// They were taken back; the body is Intercom's place-holder.
    Redacted,
}

impl Thread {
    /// Whether it holds this part.
    pub fn shows(&self, part: &PartId) -> bool {
        self.entries.iter().any(|entry| entry.id == *part)
    }
}

impl Entry {
    /// Whether it is a customer's message.
    pub fn is_customers(&self) -> bool {
        self.author == Author::Customer && self.is_message()
    }

    /// Whether it is a *message*: a customer can see it. It has words or an attachment, is no note, is not redacted.
    pub fn is_message(&self) -> bool {
        let says_something = self.body.is_some() || !self.attachments.is_empty();
        let visible = match self.kind {
            EntryKind::Comment
            | EntryKind::Open
            | EntryKind::Close
            | EntryKind::Snooze
            | EntryKind::Assignment(_)
            | EntryKind::RuleAssignment(_) => true,
            EntryKind::Note | EntryKind::Automatic => false,
        };
        says_something && visible && self.redaction == Redaction::Shown
    }
}
