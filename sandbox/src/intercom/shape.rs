//! Conversations as JSON, their fields in the order of captured webhooks.
//!
//! Webhooks and REST answers differ: times of `statistics` are ISO texts in webhooks and Unix seconds in answers, bodies
//! are plain text in webhooks since 2.15, and only answers know `channel`.

use super::fields::{
    AdminReference, AiAgent, Channel, ContactShape, Contacts, Empty, FirstReply, Linked, Moment, PartAuthor, PartShape,
    Parts, Shape, Source, SourceAuthor, Statistics, Tags, Teammates, Topics, Upload,
};
use super::model::{Attachment, Author, AuthorKind, Conversation, Part, State};
use super::plain_text::plain_text;
use super::version::ApiVersion;
use crate::clock::{Millis, iso, seconds};

/// Where a conversation is shown.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub version: ApiVersion,
    pub in_webhook: bool,
    pub plain_text: bool,
}

impl View {
    pub(super) fn webhook(version: ApiVersion) -> Self {
        Self { version, in_webhook: true, plain_text: version.has_plain_text_webhooks() }
    }

    pub(super) fn rest(version: ApiVersion, plain_text: bool) -> Self {
        Self { version, in_webhook: false, plain_text }
    }

    fn body(self, body: Option<&String>) -> Option<String> {
        body.map(|html| if self.plain_text { plain_text(html) } else { html.clone() })
    }

    fn assignee(self, id: Option<u64>) -> Option<u64> {
        id.or(self.version.is_2_16_or_later().then_some(0))
    }

    fn moment(self, at: Option<Millis>) -> Option<Moment> {
        at.map(|at| if self.in_webhook { Moment::Iso(iso(at / 1000 * 1000)) } else { Moment::Seconds(seconds(at)) })
    }
}

/// A conversation as JSON, with these parts (search shows none at all).
pub(crate) fn conversation(conversation: &Conversation, parts: Option<&[Part]>, view: View) -> String {
    serde_json::to_string(&shape(conversation, parts, view)).expect("plain data is written without failing")
}

const PAGE_URL: &str = "https://shop.example.com/help";

fn shape<'a>(conversation: &'a Conversation, parts: Option<&'a [Part]>, view: View) -> Shape<'a> {
    let source = conversation.source();
    let first_reply = conversation.customer_messages().next();
    let admins = if view.in_webhook { Vec::new() } else { admin_references(conversation) };
    let has_attachments = conversation.parts.iter().any(|part| !part.attachments.is_empty());
    Shape {
        r#type: "conversation",
        id: &conversation.id,
        created_at: seconds(conversation.created_at),
        updated_at: seconds(conversation.updated_at),
        waiting_since: conversation.waiting_since.map(seconds),
        snoozed_until: conversation.snoozed_until,
        source: Source {
            r#type: &conversation.source_type,
            id: &source.id,
            delivered_as: conversation.delivered_as,
            subject: "",
            body: view.body(source.body.as_ref()),
            author: source_author(&source.author),
            attachments: uploads(&source.attachments),
            url: Some(PAGE_URL),
            redacted: source.redacted,
        },
        contacts: Contacts {
            r#type: "contact.list",
            contacts: [ContactShape {
                r#type: "contact",
                id: &conversation.contact.id,
                external_id: &conversation.contact.external_id,
            }],
        },
        first_contact_reply: first_reply.map(|part| FirstReply {
            created_at: seconds(part.created_at),
            r#type: &conversation.source_type,
            url: Some(PAGE_URL),
        }),
        admin_assignee_id: view.assignee(conversation.admin_assignee),
        team_assignee_id: view.assignee(conversation.team_assignee),
        open: conversation.state != State::Closed,
        state: conversation.state,
        read: false,
        tags: Tags { r#type: "tag.list", tags: [] },
        priority: if view.version.is_2_16_or_later() { "none" } else { "not_priority" },
        sla_applied: (),
        statistics: statistics(conversation, view),
        conversation_rating: (),
        teammates: Teammates { r#type: "admin.list", admins },
        title: "",
        custom_attributes: serde_json::json!({"Has attachments": has_attachments}),
        topics: Topics { r#type: "topic.list", topics: [], total_count: 0 },
        ticket: (),
        linked_objects: Linked { r#type: "list", data: [], total_count: 0, has_more: false },
        ai_agent: ai_agent(conversation),
        ai_agent_participated: conversation.ai_agent.participated,
        channel: channel(conversation, view),
        conversation_parts: parts.map(|parts| Parts {
            r#type: "conversation_part.list",
            total_count: parts.len(),
            conversation_parts: parts.iter().map(|part| part_shape(part, view)).collect(),
        }),
    }
}

fn part_shape(part: &Part, view: View) -> PartShape<'_> {
    PartShape {
        r#type: "conversation_part",
        id: &part.id,
        part_type: &part.part_type,
        body: view.body(part.body.as_ref()),
        created_at: seconds(part.created_at),
        updated_at: seconds(part.updated_at),
        notified_at: seconds(part.created_at),
        assigned_to: part.assigned_to.as_ref(),
        author: part_author(&part.author),
        attachments: uploads(&part.attachments),
        external_id: (),
        redacted: part.redacted,
        metadata: &part.metadata,
        email_message_metadata: (),
        state: part.state,
        tags: [],
        event_details: Empty {},
        app_package_code: part.app_package_code.as_deref(),
    }
}

fn source_author(author: &Author) -> SourceAuthor<'_> {
    SourceAuthor {
        r#type: author.kind,
        id: &author.id,
        name: author.name.as_deref().map(html_encoded),
        email: html_encoded(&author.email),
    }
}

/// A lead's parts were captured with the author type `user`, while the source said `lead`.
fn part_author(author: &Author) -> PartAuthor<'_> {
    PartAuthor {
        id: &author.id,
        r#type: if author.kind == AuthorKind::Lead { AuthorKind::User } else { author.kind },
        name: author.name.as_deref().map(html_encoded),
        email: html_encoded(&author.email),
        from_ai_agent: author.from_ai_agent,
        is_ai_answer: author.is_ai_answer,
    }
}

/// Names and e-mail addresses come back encoded (Intercom's page "HTML encoding").
fn html_encoded(text: &str) -> String {
    let encoded = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    encoded.replace('"', "&quot;").replace('\'', "&#39;")
}

fn uploads(attachments: &[Attachment]) -> Vec<Upload<'_>> {
    attachments.iter().map(upload).collect()
}

fn upload(attachment: &Attachment) -> Upload<'_> {
    let Attachment { name, url, content_type } = attachment;
    let size = content_type.starts_with("image/").then_some(100);
    Upload { r#type: "upload", name, url, content_type, filesize: 100, width: size, height: size }
}

fn statistics(conversation: &Conversation, view: View) -> Statistics {
    let spoken = |part: &&Part| part.body.is_some() && part.part_type != "note";
    let closed = |part: &&Part| part.part_type == "close";
    Statistics {
        r#type: "conversation_statistics",
        first_contact_reply_at: view.moment(conversation.customer_messages().next().map(|part| part.created_at)),
        last_contact_reply_at: view.moment(conversation.customer_messages().last().map(|part| part.created_at)),
        last_admin_reply_at: view.moment(conversation.admin_parts().filter(spoken).last().map(|part| part.created_at)),
        last_closed_by_id: conversation.admin_parts().filter(closed).last().map(|part| part.author.id.clone()),
        count_reopens: conversation.parts.iter().filter(|part| part.part_type == "open").count(),
        count_assignments: conversation.parts.iter().filter(|part| part.assigned_to.is_some()).count(),
        count_conversation_parts: conversation.parts.len(),
    }
}

fn admin_references(conversation: &Conversation) -> Vec<AdminReference> {
    let mut ids: Vec<&str> = conversation.admin_parts().map(|part| part.author.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(|id| AdminReference { r#type: "admin", id: id.to_owned() }).collect()
}

fn ai_agent(conversation: &Conversation) -> Option<AiAgent<'_>> {
    conversation.ai_agent.participated.then_some(AiAgent {
        source_type: "profile",
        source_title: None,
        last_answer_type: "ai_answer",
        resolution_state: conversation.ai_agent.resolution_state.as_deref(),
        rating: (),
        rating_remark: (),
    })
}

fn channel(conversation: &Conversation, view: View) -> Option<Option<Channel<'_>>> {
    let shown = !view.in_webhook && view.version.is_2_16_or_later();
    shown.then(|| conversation.channel.as_deref().map(|name| Channel { initial: name, current: name }))
}
