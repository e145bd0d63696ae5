//! `GET /conversations/{id}` as a [`Thread`].

use super::decode::{ParseError, decode};
use super::ids::{AdminId, ContactId, ConversationId, PartId};
use super::part_type::PartType;
use super::thread::{
    AiAgent, AiVoice, Assignee, Attachment, Author, Customer, Entry, EntryKind, Redaction, Resolution, Thread,
};
use super::wire::{self, ConversationSource, Part, PartList, Person, Reference, flag, time};
use crate::text::{CustomerHtml, PlainText, customer_html_to_text};
use crate::time::UnixSeconds;
use serde::Deserialize;
use serde_json::Value;

/// Why a body is not the conversation that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConversationError {
    /// It cannot be read.
    #[error("unreadable conversation: {0}")]
    Unreadable(#[from] ParseError),
    /// It is another conversation.
    #[error("another conversation than asked for")]
    Another,
}

/// Reads the body of `GET /conversations/{id}`. What a decision could rest on must be there (`id`, `created_at`, the list of
/// parts): a conversation of which something is missing would be taken for one in which nobody spoke.
pub fn decode_conversation(
    body: &[u8],
    asked_for: &ConversationId,
    ourselves: &AdminId,
) -> Result<Thread, ConversationError> {
    let read: Conversation = decode(body)?;
    let id = read.id.ok_or_else(|| ParseError::missing("id"))?;
    if id != *asked_for {
        return Err(ConversationError::Another);
    }
    let created_at = read.created_at.ok_or_else(|| ParseError::missing("created_at"))?;
    let parts = read.conversation_parts.and_then(|list| list.conversation_parts);
    let parts = parts.ok_or_else(|| ParseError::missing("conversation_parts"))?;
    let source = read.source.unwrap_or_default();
    let authors = || parts.iter().map(|part| &part.author).chain([&source.author]);
    let customers = || authors().filter(|author| author.person() == Person::Customer);
    let contacts = || read.contacts["contacts"].as_array().into_iter().flatten();
    let contact_ids = contacts().filter_map(|contact| ContactId::loose(&contact["id"]).unwrap_or_default());
    let emails = contacts().filter_map(|contact| contact["email"].as_str());
    Ok(Thread {
        created_at,
        channel: channel(&read.channel, &source),
        admin_assignee: read.admin_assignee_id,
        contacts: distinct(
            contact_ids.chain(customers().filter_map(|author| author.id.clone().and_then(ContactId::new))),
        ),
        email_domains: distinct(
            emails.chain(customers().filter_map(|author| author.email.as_deref())).filter_map(domain),
        ),
        customer: customer(&source, &parts, contacts().filter_map(|contact| contact["email"].as_str()).next()),
        ai_agent: ai_agent(&read.ai_agent, read.ai_agent_participated),
        entries: entries(&id, created_at, &source, &parts, ourselves),
        id,
    })
}

fn entries(
    id: &ConversationId,
    created_at: UnixSeconds,
    source: &ConversationSource,
    parts: &[Part],
    ourselves: &AdminId,
) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(parts.len() + 1);
    entries.extend(source_entry(id, created_at, source, ourselves));
    let mut last = created_at;
    for (index, part) in parts.iter().enumerate() {
        // The order of the list is the truth; a time that is not told is that of the entry before.
        last = part.created_at.unwrap_or(last);
        entries.extend(part_entry(part, &parts[..index], last, ourselves));
    }
    entries
}

fn source_entry(
    id: &ConversationId,
    at: UnixSeconds,
    source: &ConversationSource,
    ourselves: &AdminId,
) -> Option<Entry> {
    let author = match author(&source.author, ourselves) {
        // "Bots and campaigns send messages on behalf of Admins" (`conversation_part_author`): nobody spoke here.
        Author::Teammate(_) if source.is_automated() => Author::OtherBot,
        given => given,
    };
    // One without an id still has words that must not be lost; the conversation's own id is as lasting.
    let own = source.says_something().then(|| PartId::new(id.as_str())).flatten();
    Some(Entry {
        id: source.id.clone().or(own)?,
        at,
        author,
        ai: ai_voice(&source.author),
        kind: EntryKind::Comment,
        body: wire::words(source.body.as_deref()).map(|words| CustomerHtml(words.to_owned())),
        attachments: attachments(&source.attachments),
        redaction: redaction(source.redacted),
    })
}

fn part_entry(part: &Part, earlier: &[Part], at: UnixSeconds, ourselves: &AdminId) -> Option<Entry> {
    // Nothing is silenced by one part without an id: its place and time are as lasting, as long as the list keeps its order.
    let unnamed = || PartId::new(format!("unnamed-{}-{}", at.0, earlier.len()));
    Some(Entry {
        id: part.id.clone().or_else(unnamed)?,
        at,
        author: author(&part.author, ourselves),
        ai: ai_voice(&part.author),
        kind: kind(part, ourselves),
        body: part.words().or_else(|| clicked(part, earlier)).map(CustomerHtml),
        attachments: attachments(&part.attachments),
        redaction: redaction(part.redacted),
    })
}

/// The words of the button that a customer has clicked.
fn clicked(part: &Part, earlier: &[Part]) -> Option<String> {
    let choice = part.click()?;
    let offered = earlier.iter().rev().find_map(|offer| offer.offers(choice));
    // It may have fallen out of Intercom's window. The customer who clicked still waits for an answer.
    Some(offered.unwrap_or_else(|| "<p>[a choice without text]</p>".to_owned()))
}

fn author(author: &wire::Author, ourselves: &AdminId) -> Author {
    // Before everything else: whatever the rest says, this is the admin that we write as.
    if author.is_admin() && author.id.as_deref() == Some(ourselves.as_str()) {
        return Author::Ourselves;
    }
    match author.person() {
        Person::Customer => Author::Customer,
        Person::Admin(admin) => Author::Teammate(admin),
        Person::Bot => Author::OtherBot,
        Person::Other => Author::Other,
    }
}

fn ai_voice(author: &wire::Author) -> AiVoice {
    match (author.is_ai_answer, author.from_ai_agent) {
        (true, _) => AiVoice::Answer,
        (false, true) => AiVoice::Sent,
        (false, false) => AiVoice::None,
    }
}

fn kind(part: &Part, ourselves: &AdminId) -> EntryKind {
    match part.part_type() {
        PartType::Comment => EntryKind::Comment,
        PartType::Note => EntryKind::Note,
        PartType::Open | PartType::Unsnooze => EntryKind::Open,
        PartType::Close => EntryKind::Close,
        PartType::Snooze => EntryKind::Snooze,
        PartType::Assignment(_) => EntryKind::Assignment(part.assigned_to.as_ref().map(|to| assignee(to, ourselves))),
        PartType::RuleAssignment => {
            EntryKind::RuleAssignment(part.assigned_to.as_ref().map(|to| assignee(to, ourselves)))
        }
        PartType::Merged | PartType::Automatic => EntryKind::Automatic,
        PartType::Unknown => match part.author.person() {
            Person::Customer | Person::Admin(_) if part.says_something() => EntryKind::Comment,
            Person::Customer | Person::Admin(_) | Person::Bot | Person::Other => EntryKind::Automatic,
        },
    }
}

fn assignee(to: &Reference, ourselves: &AdminId) -> Assignee {
    match (to.kind.as_deref(), to.id.clone().and_then(AdminId::new)) {
        (Some("admin"), Some(admin)) if admin == *ourselves => Assignee::Ourselves,
        (Some("admin"), Some(admin)) => Assignee::Teammate(admin),
        (Some("team"), _) => Assignee::Team,
        (Some(_) | None, _) => Assignee::Other,
    }
}

fn attachments(given: &[wire::Attachment]) -> Vec<Attachment> {
    let attachment = |it: &wire::Attachment| Attachment {
        name: it.name.clone().unwrap_or_default(),
        content_type: it.content_type.clone().filter(|kind| !kind.is_empty()),
    };
    given.iter().map(attachment).collect()
}

fn redaction(redacted: bool) -> Redaction {
    if redacted { Redaction::Redacted } else { Redaction::Shown }
}

fn channel(channel: &Value, source: &ConversationSource) -> String {
    let current = channel["current"].as_str().map(str::trim).filter(|name| !name.is_empty());
    match current.or(source.kind.as_deref()) {
        // Where nothing is told, it is what nearly all are.
        None | Some("") => "messenger".to_owned(),
        Some("conversation") => "messenger".to_owned(),
        Some(name) => name.to_lowercase(),
    }
}

fn ai_agent(given: &Value, participated: bool) -> Option<AiAgent> {
    let resolution = given["resolution_state"].as_str().map(|state| match state {
        "assumed_resolution" => Resolution::Assumed,
        "confirmed_resolution" => Resolution::Confirmed,
        "escalated" => Resolution::Escalated,
        "negative_feedback" => Resolution::NegativeFeedback,
        "procedure_handoff" => Resolution::ProcedureHandoff,
        _ => Resolution::Other,
    });
    (participated || resolution.is_some()).then_some(AiAgent { resolution })
}

/// The first customer who has a name or an address; of a group that is who began the conversation.
fn customer(source: &ConversationSource, parts: &[Part], contact_email: Option<&str>) -> Customer {
    let customers = std::iter::once(&source.author).chain(parts.iter().map(|part| &part.author));
    let mut known = customers.filter(|author| author.person() == Person::Customer).filter_map(|author| {
        let (name, email) = (fact(author.name.as_deref()), fact(author.email.as_deref()));
        (name.is_some() || email.is_some()).then_some((name, email))
    });
    let (name, email) = known.next().unwrap_or_default();
    Customer { name, email: email.or_else(|| fact(contact_email)), page: fact(source.url.as_deref()) }
}

/// Intercom encodes names and addresses as HTML. What is longer than any of them is none.
fn fact(given: Option<&str>) -> Option<PlainText> {
    let given = given.filter(|given| given.len() <= LONGEST_FACT)?;
    // Intercom encodes names as HTML ("HTML encoding"), without a tag that would show it.
    let text = customer_html_to_text(&CustomerHtml(format!("<p>{given}</p>")));
    Some(PlainText(text.0.trim().to_owned())).filter(|text| !text.0.is_empty())
}

const LONGEST_FACT: usize = 2_000;

fn domain(email: &str) -> Option<String> {
    let (name, domain) = email.trim().rsplit_once('@')?;
    let plausible = !name.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace);
    plausible.then(|| domain.to_lowercase())
}

fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.fold(Vec::new(), |mut kept, it| {
        if !kept.contains(&it) {
            kept.push(it);
        }
        kept
    })
}

/// What a decision rests on is typed; the rest may take any shape without making the conversation unreadable.
#[derive(Deserialize)]
struct Conversation {
    #[serde(default, deserialize_with = "ConversationId::loose")]
    id: Option<ConversationId>,
    #[serde(default, deserialize_with = "time")]
    created_at: Option<UnixSeconds>,
    #[serde(default)]
    source: Option<ConversationSource>,
    #[serde(default)]
    conversation_parts: Option<PartList>,
    #[serde(default)]
    contacts: Value,
    #[serde(default, deserialize_with = "AdminId::loose")]
    admin_assignee_id: Option<AdminId>,
    #[serde(default)]
    channel: Value,
    #[serde(default)]
    ai_agent: Value,
    #[serde(default, deserialize_with = "flag")]
    ai_agent_participated: bool,
}

#[cfg(test)]
mod tests;
