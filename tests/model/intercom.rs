//! What Intercom really holds, and what a read shows of it.

use crate::action::Index;
use crate::circumstances::{conversation, ourselves, teammate};
use onereply::intercom::events::{Act, AssignedTo, ConversationEvent};
use onereply::intercom::ids::PartId;
use onereply::intercom::thread::{AiAgent, AiVoice, Assignee, Author, Entry, EntryKind, Redaction, Resolution, Thread};
use onereply::text::CustomerHtml;
use onereply::time::UnixSeconds;
use onereply::turn::outcome::TurnKey;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Intercom {
    /// In their order; the first is the `source`. A part that disappeared keeps its place.
    pub parts: Vec<Part>,
    pub assignee: Holder,
    pub existence: Existence,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub at: UnixSeconds,
    pub what: What,
    pub words: Standing,
    pub report: Report,
}

/// What a part really is. What we wrote keeps what it was written for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What {
    Customer {
        body: Arc<str>,
    },
    Reply {
        key: TurnKey,
        covers: Parts,
        body: Arc<str>,
    },
    AnswerNote {
        key: TurnKey,
        covers: Parts,
    },
    HandOverNote {
        key: TurnKey,
    },
    /// What the customer is told of a hand-over.
    Message {
        key: TurnKey,
        covers: Parts,
    },
    AssignedByUs,
    Teammate(Deed),
    AssignedByRule,
    /// A greeting, say, which answers nothing.
    OtherBot,
    Fin(FinDid),
    /// Another program that writes as the same teammate.
    AnotherProgram,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    Spoke,
    Assigned,
    Closed,
    Snoozed,
    /// Assigned it to the bot.
    GaveBack,
    /// `/bot on`, in a note.
    TurnedOn,
    /// `/bot off`, in a note.
    TurnedOff,
}

/// What Fin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinDid {
    /// Said something that is no answer.
    Ask,
    Answer,
    /// Gave the conversation on, which nobody is told of.
    HandOff,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    Shown,
    Redacted,
    Removed,
}

/// Whether a webhook of a part was answered with 200, or the sweep told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Report {
    Missing,
    Received,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Nobody,
    Teammate,
    Ourselves,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Existence {
    There,
    Deleted,
}

/// What the customer is told of a hand-over, where anything is.
pub const MESSAGE: &str = "A person takes over.";

/// A set of parts, by their places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Parts(u32);

impl Parts {
    pub fn of(ids: &[PartId]) -> Self {
        Self(ids.iter().map(|id| 1 << place(id)).sum())
    }

    pub fn only(place: usize) -> Self {
        Self(1 << place)
    }

    pub fn contains(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }

    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn last(self) -> Option<usize> {
        self.0.checked_ilog2().map(|place| place as usize)
    }
}

/// The id of the part at a place.
pub fn id(place: usize) -> PartId {
    PartId::new(format!("p{place}")).unwrap()
}

/// The place of the part with an id.
pub fn place(id: &PartId) -> usize {
    id.as_str()[1..].parse().unwrap()
}

impl Intercom {
    pub fn new() -> Self {
        Self { parts: vec![], assignee: Holder::Nobody, existence: Existence::There }
    }

    pub fn add(&mut self, at: UnixSeconds, what: What) -> usize {
        match &what {
            What::Teammate(Deed::Assigned) | What::AssignedByRule => self.assignee = Holder::Teammate,
            What::Teammate(Deed::GaveBack) => self.assignee = Holder::Ourselves,
            What::AssignedByUs => self.assignee = Holder::Nobody,
            _no_assignment => {}
        }
        self.parts.push(Part { at, what, words: Standing::Shown, report: Report::Missing });
        self.parts.len() - 1
    }

    /// When a customer wrote last, by Intercom's search; it knows also what has been taken back.
    pub fn searched(&self, index: Index) -> Option<UnixSeconds> {
        let mut newest_first = self.parts.iter().rev().filter(|part| part.is_customers()).map(|part| part.at);
        match index {
            Index::Fresh => newest_first.next(),
            Index::Lagging => newest_first.nth(1),
        }
    }

    /// The sweep told of all that customers wrote up to then.
    pub fn nudged(&mut self, at: UnixSeconds) {
        for part in self.parts.iter_mut().filter(|part| part.is_customers() && part.at <= at) {
            part.report = Report::Received;
        }
    }

    /// What a read shows; one that lags shows nothing as young as `younger_than`.
    pub fn shown(&self, younger_than: Option<UnixSeconds>) -> Shown {
        let young = |part: &Part| younger_than.is_some_and(|limit| part.at > limit);
        // The `source` came with the conversation.
        let old = self.parts.iter().enumerate().take_while(|(place, part)| *place == 0 || !young(part)).count();
        Shown { parts: self.parts[..old].into(), assignee: self.assignee }
    }
}

/// What one read showed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    pub parts: Arc<[Part]>,
    assignee: Holder,
}

impl Shown {
    /// As the machine reads it.
    pub fn thread(&self, channel: &str) -> Thread {
        let entries = self.parts.iter().enumerate().filter(|(_, part)| part.words != Standing::Removed);
        Thread {
            id: conversation(),
            created_at: self.parts[0].at,
            channel: channel.to_owned(),
            admin_assignee: match self.assignee {
                Holder::Nobody => None,
                Holder::Teammate => Some(teammate()),
                Holder::Ourselves => Some(ourselves()),
            },
            contacts: vec![],
            email_domains: vec![],
            customer: Default::default(),
            ai_agent: self.fin(),
            entries: entries.map(|(place, part)| part.entry(place)).collect(),
        }
    }
}

impl Shown {
    fn fin(&self) -> Option<AiAgent> {
        self.parts.iter().rev().find_map(|part| match &part.what {
            What::Fin(FinDid::Ask | FinDid::Answer) => Some(AiAgent { resolution: None }),
            What::Fin(FinDid::HandOff) => Some(AiAgent { resolution: Some(Resolution::Escalated) }),
            _not_fins => None,
        })
    }
}

impl Part {
    pub fn is_customers(&self) -> bool {
        matches!(self.what, What::Customer { .. })
    }

    /// What it is a webhook of; `None` where nothing is told.
    pub fn event(&self, place: usize) -> Option<ConversationEvent> {
        let (part, at) = (Some(id(place)), self.at);
        let acted = |admin, act| ConversationEvent::TeammateActed { part: part.clone(), at, admin: Some(admin), act };
        let to = |id| AssignedTo::Admin { id };
        match &self.what {
            What::Customer { .. } => Some(ConversationEvent::CustomerWrote { part, at }),
            What::Reply { .. } | What::Message { .. } | What::AnotherProgram => Some(acted(ourselves(), Act::Spoke)),
            What::Teammate(Deed::Spoke) => Some(acted(teammate(), Act::Spoke)),
            What::Teammate(Deed::Assigned) => Some(acted(teammate(), Act::Assigned { to: to(teammate()) })),
            What::Teammate(Deed::GaveBack) => Some(acted(teammate(), Act::Assigned { to: to(ourselves()) })),
            What::Teammate(Deed::TurnedOn | Deed::TurnedOff) => Some(acted(teammate(), Act::Noted)),
            What::Teammate(Deed::Closed) => Some(acted(teammate(), Act::Closed)),
            What::Teammate(Deed::Snoozed) => Some(acted(teammate(), Act::Snoozed)),
            What::AssignedByRule => Some(ConversationEvent::RuleAssigned { part, at, to: to(teammate()) }),
            What::OtherBot | What::Fin(FinDid::Ask | FinDid::Answer) => {
                Some(ConversationEvent::OtherBotSpoke { part, at })
            }
            What::AnswerNote { .. } | What::HandOverNote { .. } | What::AssignedByUs | What::Fin(FinDid::HandOff) => {
                None
            }
        }
    }

    fn ai(&self) -> AiVoice {
        match &self.what {
            What::Fin(FinDid::Ask) => AiVoice::Sent,
            What::Fin(FinDid::Answer) => AiVoice::Answer,
            _not_fins => AiVoice::None,
        }
    }

    fn entry(&self, place: usize) -> Entry {
        let to_teammate = || EntryKind::Assignment(Some(Assignee::Teammate(teammate())));
        let words = |words: &str| Some(words.to_owned());
        let (author, kind, body) = match &self.what {
            What::Customer { body } => (Author::Customer, EntryKind::Comment, Some(body.to_string())),
            What::Reply { body, .. } => (Author::Ourselves, EntryKind::Comment, Some(body.to_string())),
            What::Message { .. } => (Author::Ourselves, EntryKind::Comment, words(MESSAGE)),
            What::AnswerNote { .. } => (Author::Ourselves, EntryKind::Note, words("A note.")),
            What::HandOverNote { key } => {
                (Author::Ourselves, EntryKind::Note, Some(format!("Over to you. [OneReply turn {key}]")))
            }
            What::AssignedByUs => (Author::Ourselves, EntryKind::Assignment(Some(Assignee::Other)), None),
            What::Teammate(Deed::Spoke) => (Author::Teammate(teammate()), EntryKind::Comment, words("I am here.")),
            What::Teammate(Deed::Assigned) => (Author::Teammate(teammate()), to_teammate(), None),
            What::Teammate(Deed::GaveBack) => {
                (Author::Teammate(teammate()), EntryKind::Assignment(Some(Assignee::Ourselves)), None)
            }
            What::Teammate(Deed::TurnedOn) => (Author::Teammate(teammate()), EntryKind::Note, words("/bot on")),
            What::Teammate(Deed::TurnedOff) => (Author::Teammate(teammate()), EntryKind::Note, words("/bot off")),
            What::Teammate(Deed::Closed) => (Author::Teammate(teammate()), EntryKind::Close, None),
            What::Teammate(Deed::Snoozed) => (Author::Teammate(teammate()), EntryKind::Snooze, None),
            What::AssignedByRule => (Author::Other, to_teammate(), None),
            What::OtherBot => (Author::OtherBot, EntryKind::Comment, words("I am a bot.")),
            What::Fin(FinDid::Ask) => (Author::OtherBot, EntryKind::Comment, words("Which one?")),
            What::Fin(FinDid::Answer) => (Author::OtherBot, EntryKind::Comment, words("That one.")),
            What::Fin(FinDid::HandOff) => (Author::OtherBot, EntryKind::Automatic, None),
            What::AnotherProgram => (Author::Ourselves, EntryKind::Comment, words("I am older.")),
        };
        let redaction = match self.words {
            Standing::Shown | Standing::Removed => Redaction::Shown,
            Standing::Redacted => Redaction::Redacted,
        };
        Entry {
            id: id(place),
            at: self.at,
            author,
            ai: self.ai(),
            kind,
            body: body.map(|body| CustomerHtml(format!("<p>{body}</p>"))),
            attachments: vec![],
            redaction,
        }
    }
}
