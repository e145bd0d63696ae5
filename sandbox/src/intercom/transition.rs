//! How acts change a conversation.

use super::input::AssigneeType;
use super::model::{Attachment, Author, AuthorKind, Conversation, Metadata, Part, Reference, State};
use crate::clock::Millis;

/// A part that is about to be added.
pub(super) struct NewPart {
    pub part_type: String,
    pub author: Author,
    pub body: Option<String>,
    pub attachments: Vec<Attachment>,
    pub assigned_to: Option<Reference>,
    pub metadata: Metadata,
    pub package_code: Option<&'static str>,
    pub by_api: bool,
}

impl NewPart {
    pub(super) fn new(part_type: &str, author: Author, body: Option<String>) -> Self {
        let part_type = part_type.to_owned();
        let (attachments, metadata) = (Vec::new(), Metadata::default());
        Self { part_type, author, body, attachments, assigned_to: None, metadata, package_code: None, by_api: false }
    }
}

impl Conversation {
    pub(super) fn add(&mut self, id: String, new: NewPart, now: Millis) {
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
            metadata: new.metadata,
            redacted: false,
            by_api: new.by_api,
            app_package_code: new.package_code.map(str::to_owned),
            state: self.state,
        });
        self.enter(now);
    }

    pub(super) fn wake(&mut self) {
        self.state = State::Open;
        self.snoozed_until = None;
    }

    /// A reply by our own admin here is one of another program, which works through the API and assigns nothing.
    pub(super) fn reply_in_inbox(&mut self, author: Author, body: Option<String>, ourselves: bool) -> NewPart {
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
