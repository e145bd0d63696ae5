//! What customers, teammates and bots do in the make-believe Intercom, outside of its API.

use super::model::{AiAgent, Attachment, Author, AuthorKind, Contact, Conversation, Part, Reference, State};
use super::{Intercom, JOHN_DOE, OPERATOR_ID};
use crate::clock::{Millis, seconds};
use crate::notification::Topic;
use serde::{Deserialize, Deserializer, Serialize};

/// What an act left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acted {
    /// The conversation.
    pub conversation_id: String,
    /// The new part; the source where a conversation began.
    pub part_id: String,
    /// The notification that the act caused, if any.
    pub notification_id: Option<String>,
}

/// Why an act was not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActError {
    /// There is no such conversation.
    NoConversation,
    /// There is no such part.
    NoPart,
    /// No teammate has this id.
    NoTeammate,
    /// A reply, a note or a customer's message without a body and without an attachment.
    NoBody,
    /// An id that is not a number.
    BadId,
}

impl ActError {
    /// In plain words.
    pub fn message(self) -> &'static str {
        match self {
            Self::NoConversation => "there is no such conversation",
            Self::NoPart => "there is no such part",
            Self::NoTeammate => "no teammate has this id",
            Self::NoBody => "a body or an attachment is needed",
            Self::BadId => "an id must be a number",
        }
    }
}

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
    /// As HTML.
    pub body: String,
    /// `comment` where nothing is said.
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

/// A part that is about to be added.
pub(super) struct NewPart {
    pub part_type: String,
    pub author: Author,
    pub body: Option<String>,
    pub attachments: Vec<Attachment>,
    pub assigned_to: Option<Reference>,
    pub package_code: Option<&'static str>,
    pub by_api: bool,
}

impl NewPart {
    pub fn new(part_type: &str, author: Author, body: Option<String>) -> Self {
        let part_type = part_type.to_owned();
        Self { part_type, author, body, attachments: Vec::new(), assigned_to: None, package_code: None, by_api: false }
    }
}

impl Intercom {
    /// Begins a conversation.
    pub fn start(&mut self, start: Start, now: Millis) -> Result<Acted, ActError> {
        let contact = self.contact(start.contact);
        let (author, delivered_as) = match start.started_by {
            StartedBy::Customer => (author_of(&contact), "customer_initiated"),
            StartedBy::Teammate => (self.teammate(JOHN_DOE.id).ok_or(ActError::NoTeammate)?, "admin_initiated"),
            StartedBy::Bot => (self.operator(false, false), "operator_initiated"),
        };
        let id = self.ids.number(215_472_000_000_000);
        let mut conversation = Conversation {
            id: id.clone(),
            contact,
            created_at: now,
            updated_at: now,
            waiting_since: None,
            snoozed_until: None,
            state: State::Open,
            admin_assignee: start.assigned_to.filter(|admin| *admin != 0),
            team_assignee: None,
            source_type: start.source_type.unwrap_or_else(|| "conversation".to_owned()),
            delivered_as,
            channel: start.channel.unwrap_or_else(|| Some("messenger".to_owned())),
            parts: Vec::new(),
            ai_agent: AiAgent::default(),
            deleted: false,
        };
        let part_id = self.ids.number(3_381_000_000);
        conversation.add(part_id.clone(), NewPart::new("source", author, Some(start.body)), now);
        self.conversations.push(conversation);
        let notification_id = match start.started_by {
            StartedBy::Customer => self.notify(Topic::UserCreated, &id, false, now),
            StartedBy::Teammate => self.notify(Topic::AdminSingleCreated, &id, false, now),
            StartedBy::Bot => None,
        };
        Ok(Acted { conversation_id: id, part_id, notification_id })
    }

    /// The customer writes. A closed conversation is opened by it (part type `open`), a snoozed one wakes.
    pub fn customer_says(&mut self, id: &str, words: CustomerWords, now: Millis) -> Result<Acted, ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        if words.body.is_none() && words.attachments.is_empty() {
            return Err(ActError::NoBody);
        }
        let part_type = if conversation.state == State::Closed { "open" } else { "comment" };
        let author = author_of(&conversation.contact);
        conversation.wake();
        let part = NewPart { attachments: words.attachments, ..NewPart::new(part_type, author, words.body) };
        self.add(id, part, Some(Topic::UserReplied), now)
    }

    /// A teammate acts in the inbox. The first reply there is a part of type `assignment`, as captured payloads show; a
    /// reply to a closed conversation is one of type `open`.
    pub fn teammate_acts(&mut self, id: &str, act: TeammateAct, now: Millis) -> Result<Acted, ActError> {
        let admin_id = act.admin_id.unwrap_or(JOHN_DOE.id);
        let author = self.teammate(admin_id).ok_or(ActError::NoTeammate)?;
        let ourselves = admin_id == self.workspace.admin_id;
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        if act.body.is_none() && matches!(act.verb, Verb::Reply | Verb::Note) {
            return Err(ActError::NoBody);
        }
        let (mut part, topic) = match act.verb {
            Verb::Reply => (conversation.reply_in_inbox(author, act.body, ourselves), Topic::AdminReplied),
            Verb::Note => (NewPart::new("note", author, act.body), Topic::AdminNoted),
            Verb::Assign => {
                let assignee = act.assignee_id.ok_or(ActError::BadId)?;
                (conversation.assign(author, assignee, act.assignee_type, act.body), Topic::AdminAssigned)
            }
            Verb::Close => (conversation.close(author, act.body), Topic::AdminClosed),
            Verb::Snooze => (conversation.snooze(author, seconds(now) + 3600), Topic::AdminSnoozed),
            Verb::Open => (conversation.open(author), Topic::AdminOpened),
        };
        part.package_code = ourselves.then_some("another-private-app");
        self.add(id, part, Some(topic), now)
    }

    /// Fin, the Operator or a workflow speaks. The customer goes on waiting (captured: `waiting_since` unchanged).
    pub fn bot_says(&mut self, id: &str, words: BotWords, now: Millis) -> Result<Acted, ActError> {
        let author = self.operator(words.from_ai_agent, words.is_ai_answer);
        let topic = if words.as_admin_replied { Topic::AdminReplied } else { Topic::OperatorReplied };
        let part_type = words.part_type.as_deref().unwrap_or("comment");
        self.add(id, NewPart::new(part_type, author, Some(words.body)), Some(topic), now)
    }

    /// Sets what Fin does in the conversation.
    pub fn ai_agent(&mut self, id: &str, ai_agent: AiAgentAct, now: Millis) -> Result<(), ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        conversation.ai_agent = ai_agent;
        conversation.updated_at = now;
        Ok(())
    }

    /// Redacts a part: its body is replaced as captured payloads show.
    pub fn redact(&mut self, id: &str, part_id: &str, now: Millis) -> Result<(), ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        let part = conversation.parts.iter_mut().find(|part| part.id == part_id).ok_or(ActError::NoPart)?;
        part.redacted = true;
        part.body = Some("<p><i>This message was deleted</i></p>".to_owned());
        part.attachments.clear();
        part.updated_at = now;
        conversation.updated_at = now;
        Ok(())
    }

    /// Deletes a conversation: the API answers 404 from now on. The notification names it as `conversation_id`.
    pub fn delete(&mut self, id: &str, now: Millis) -> Result<String, ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        conversation.deleted = true;
        conversation.updated_at = now;
        let item = format!(r#"{{"type":"conversation","conversation_id":"{id}"}}"#);
        Ok(self.notify_of(Topic::Deleted, id, item, now))
    }

    /// Adds a part, and tells of it where there is a topic.
    pub(super) fn add(
        &mut self,
        id: &str,
        part: NewPart,
        topic: Option<Topic>,
        now: Millis,
    ) -> Result<Acted, ActError> {
        let part_id = self.part_id();
        self.find_mut(id).ok_or(ActError::NoConversation)?.add(part_id.clone(), part, now);
        let notification_id = topic.and_then(|topic| self.notify(topic, id, true, now));
        Ok(Acted { conversation_id: id.to_owned(), part_id, notification_id })
    }

    fn contact(&mut self, details: ContactDetails) -> Contact {
        Contact {
            id: details.id.unwrap_or_else(|| self.ids.uuid()[..24].to_owned()),
            external_id: self.ids.uuid_v4(),
            kind: details.kind.filter(|kind| kind.is_customer()).unwrap_or(AuthorKind::User),
            name: details.name,
            email: details.email.unwrap_or_default(),
        }
    }

    fn operator(&self, from_ai_agent: bool, is_ai_answer: bool) -> Author {
        Author {
            kind: AuthorKind::Bot,
            id: OPERATOR_ID.to_string(),
            name: Some("Fin".to_owned()),
            email: format!("operator+{}@intercom.io", self.workspace.app_id),
            from_ai_agent,
            is_ai_answer,
        }
    }
}

impl Conversation {
    fn add(&mut self, id: String, new: NewPart, now: Millis) {
        if new.author.kind.is_customer() {
            self.waiting_since.get_or_insert(now);
        } else if new.author.kind == AuthorKind::Admin && new.body.is_some() && new.part_type != "note" {
            self.waiting_since = None;
        }
        self.updated_at = now;
        self.parts.push(Part {
            id,
            part_type: new.part_type,
            author: new.author,
            body: new.body,
            created_at: now,
            updated_at: now,
            attachments: new.attachments,
            assigned_to: new.assigned_to,
            redacted: false,
            by_api: new.by_api,
            app_package_code: new.package_code.map(str::to_owned),
            state: self.state,
        });
    }

    pub(super) fn wake(&mut self) {
        self.state = State::Open;
        self.snoozed_until = None;
    }

    /// A reply by our own admin here is one of an older system, which works through the API and assigns nothing.
    fn reply_in_inbox(&mut self, author: Author, body: Option<String>, ourselves: bool) -> NewPart {
        let was_closed = self.state == State::Closed;
        let is_human = |part: &Part| part.app_package_code.is_none() && part.body.is_some() && part.part_type != "note";
        let is_first = !self.admin_parts().any(is_human);
        self.wake();
        if was_closed {
            NewPart::new("open", author, body)
        } else if is_first && !ourselves {
            let admin_id = author.id.parse().ok();
            self.admin_assignee = admin_id;
            let assigned_to = Some(Reference { kind: "admin", id: Some(author.id.clone()) });
            NewPart { assigned_to, ..NewPart::new("assignment", author, body) }
        } else {
            NewPart::new("comment", author, body)
        }
    }

    pub(super) fn assign(&mut self, author: Author, to: u64, kind: AssigneeType, body: Option<String>) -> NewPart {
        let part_type = if self.state == State::Closed { "assign_and_reopen" } else { "assignment" };
        self.wake();
        let assignee = Some(to).filter(|id| *id != 0);
        let assigned_to = match (assignee, kind) {
            (None, _) => {
                (self.admin_assignee, self.team_assignee) = (None, None);
                Reference { kind: "nobody_admin", id: None }
            }
            (Some(id), AssigneeType::Admin) => {
                self.admin_assignee = Some(id);
                Reference { kind: "admin", id: Some(id.to_string()) }
            }
            (Some(id), AssigneeType::Team) => {
                (self.admin_assignee, self.team_assignee) = (None, Some(id));
                Reference { kind: "team", id: Some(id.to_string()) }
            }
        };
        NewPart { assigned_to: Some(assigned_to), ..NewPart::new(part_type, author, body) }
    }

    pub(super) fn close(&mut self, author: Author, body: Option<String>) -> NewPart {
        self.wake();
        self.state = State::Closed;
        NewPart::new("close", author, body)
    }

    pub(super) fn snooze(&mut self, author: Author, until: u64) -> NewPart {
        self.state = State::Snoozed;
        self.snoozed_until = Some(until);
        NewPart::new("snoozed", author, None)
    }

    pub(super) fn open(&mut self, author: Author) -> NewPart {
        self.wake();
        NewPart::new("open", author, None)
    }
}

fn author_of(contact: &Contact) -> Author {
    Author {
        kind: contact.kind,
        id: contact.id.clone(),
        name: contact.name.clone(),
        email: contact.email.clone(),
        from_ai_agent: false,
        is_ai_answer: false,
    }
}

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
