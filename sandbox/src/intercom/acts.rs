//! What customers, teammates and bots do in the make-believe Intercom, outside of its API.

use super::input::{AiAgentAct, BotWords, Click, ContactDetails, CustomerWords, Start, StartedBy, TeammateAct, Verb};
use super::model::{AiAgent, Author, AuthorKind, Contact, Conversation, Metadata, QuickReply, State};
use super::transition::NewPart;
use super::{Intercom, JOHN_DOE, OPERATOR_ID};
use crate::clock::{Millis, seconds};
use crate::webhook::Topic;
use serde::Serialize;

/// What an act left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acted {
    /// The conversation.
    pub conversation_id: String,
    /// The new part; the source where a conversation began.
    pub part_id: String,
    /// The webhook that the act caused, if any.
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
    /// A click on a button that nobody offers in this conversation.
    NoQuickReply,
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
            Self::NoQuickReply => "no message offers this quick reply",
            Self::BadId => "an id must be a number",
        }
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
            entries: Vec::new(),
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
        let part = conversation.customers_part(words.body);
        self.add(id, NewPart { attachments: words.attachments, ..part }, Some(Topic::UserReplied), now)
    }

    /// The customer clicks a button. The part names it, and holds no words of its own.
    pub fn customer_clicks(&mut self, id: &str, click: Click, now: Millis) -> Result<Acted, ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        let mut offered = conversation.parts.iter().flat_map(|part| &part.metadata.quick_reply_options);
        if !offered.any(|option| option.uuid == click.quick_reply_uuid) {
            return Err(ActError::NoQuickReply);
        }
        let metadata = Metadata { quick_reply_options: Vec::new(), quick_reply_uuid: Some(click.quick_reply_uuid) };
        let part = NewPart { metadata, ..conversation.customers_part(None) };
        self.add(id, part, Some(Topic::UserReplied), now)
    }

    /// A teammate acts in the inbox. The first reply there is a part of type `assignment`, as captured payloads show; a
    /// reply to a closed conversation is one of type `open`.
    pub fn teammate_acts(&mut self, id: &str, act: TeammateAct, now: Millis) -> Result<Acted, ActError> {
        let admin_id = act.admin_id.unwrap_or(JOHN_DOE.id);
        let person = self.teammate(admin_id).ok_or(ActError::NoTeammate)?;
        let author = if act.by_rule { self.operator(false, false) } else { person };
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
        if words.body.is_none() && words.quick_replies.is_empty() {
            return Err(ActError::NoBody);
        }
        let usual_type = if words.quick_replies.is_empty() { "comment" } else { "quick_reply" };
        let part_type = words.part_type.as_deref().unwrap_or(usual_type);
        let offered = words.quick_replies.into_iter().map(|text| QuickReply { text, uuid: self.ids.uuid_v4() });
        let metadata = Metadata { quick_reply_options: offered.collect(), quick_reply_uuid: None };
        let part = NewPart { metadata, ..NewPart::new(part_type, author, words.body) };
        self.add(id, part, Some(topic), now)
    }

    /// Sets what Fin does in the conversation.
    pub fn ai_agent(&mut self, id: &str, ai_agent: AiAgentAct, now: Millis) -> Result<(), ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        conversation.ai_agent = ai_agent;
        conversation.updated_at = now;
        conversation.enter(now);
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
        conversation.enter(now);
        Ok(())
    }

    /// Deletes a conversation: the API answers 404 from now on. The webhook names it as `conversation_id`.
    pub fn delete(&mut self, id: &str, now: Millis) -> Result<String, ActError> {
        let conversation = self.find_mut(id).ok_or(ActError::NoConversation)?;
        conversation.deleted = true;
        conversation.updated_at = now;
        conversation.enter(now);
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
    fn customers_part(&mut self, body: Option<String>) -> NewPart {
        let part_type = if self.state == State::Closed { "open" } else { "comment" };
        self.wake();
        NewPart::new(part_type, author_of(&self.contact), body)
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
