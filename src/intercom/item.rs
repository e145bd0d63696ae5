//! `data.item` of a notification, and the news in it.

use super::ids::{AdminId, ConversationId, PartId, TeamId};
use super::notice::{Act, AssignedTo, News};
use super::part_type::{Along, PartType};
use super::topic::Topic;
use super::wire::{Part, PartList, Person, Reference, Source, or_default, reference, text, time};
use crate::time::UnixSeconds;
use serde::Deserialize;

/// `data.item`: a conversation; in version 1 with `assignee` and `conversation_message` instead of `source`.
#[derive(Default, Deserialize)]
pub(super) struct Item {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "super::ids::loose")]
    id: Option<String>,
    /// In `conversation.deleted` in place of `id`.
    #[serde(default, deserialize_with = "ConversationId::loose")]
    conversation_id: Option<ConversationId>,
    #[serde(default, deserialize_with = "time")]
    created_at: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "time")]
    pub(super) updated_at: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "or_default")]
    source: Source,
    #[serde(default, deserialize_with = "or_default")]
    conversation_parts: PartList,
    #[serde(default, deserialize_with = "AdminId::loose")]
    admin_assignee_id: Option<AdminId>,
    #[serde(default, deserialize_with = "TeamId::loose")]
    team_assignee_id: Option<TeamId>,
    #[serde(default, deserialize_with = "reference")]
    assignee: Option<Reference>,
}

/// The little that a wake-up needs.
#[derive(Default, Deserialize)]
pub(super) struct BareItem {
    #[serde(default, rename = "type", deserialize_with = "super::ids::loose")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "super::ids::loose")]
    id: Option<String>,
    #[serde(default, deserialize_with = "ConversationId::loose")]
    conversation_id: Option<ConversationId>,
}

impl Item {
    /// What happened. `told_at` is the time of whatever has none of its own.
    pub(super) fn news(&self, topic: &Topic, told_at: UnixSeconds) -> Vec<News> {
        match topic {
            Topic::Ping | Topic::Other(_) => Vec::new(),
            Topic::UserCreated | Topic::UserReplied => customer_news(topic, self, told_at),
            Topic::Deleted => vec![News::Deleted],
            Topic::PartRedacted => redactions(self),
            Topic::OperatorReplied => by_bot(self, told_at),
            Topic::AdminReplied => by_teammate(self, told_at, Act::Spoke),
            Topic::AdminNoted => by_teammate(self, told_at, Act::Noted),
            Topic::AdminAssigned | Topic::AdminOpenAssigned => {
                by_teammate(self, told_at, Act::Assigned { to: self.assigned_to() })
            }
            Topic::AdminClosed => by_teammate(self, told_at, Act::Closed),
            Topic::AdminOpened => by_teammate(self, told_at, Act::Opened),
            Topic::AdminSnoozed => by_teammate(self, told_at, Act::Snoozed),
            Topic::AdminUnsnoozed => by_teammate(self, told_at, Act::Unsnoozed),
        }
    }

    fn parts(&self) -> &[Part] {
        self.conversation_parts.conversation_parts.as_deref().unwrap_or_default()
    }

    /// Which conversation it is about.
    pub(super) fn conversation(&self) -> Option<ConversationId> {
        let own = || self.id.clone().and_then(ConversationId::new);
        match self.kind.as_deref() {
            Some("conversation_part") => self.conversation_id.clone(),
            Some(_) | None => own().or_else(|| self.conversation_id.clone()),
        }
    }

    /// Whom it is assigned to now. `null` and absent look alike, so nobody is not told from not known.
    fn assigned_to(&self) -> AssignedTo {
        match (&self.admin_assignee_id, &self.team_assignee_id, &self.assignee) {
            (Some(id), _, _) => AssignedTo::Admin { id: id.clone() },
            (None, Some(id), _) => AssignedTo::Team { id: Some(id.clone()) },
            (None, None, Some(reference)) => assigned_to(reference),
            (None, None, None) => AssignedTo::Other,
        }
    }
}

impl From<BareItem> for Item {
    fn from(BareItem { kind, id, conversation_id }: BareItem) -> Self {
        Self { kind, id, conversation_id, ..Self::default() }
    }
}

/// `conversation.user.*`: something was written, even if it cannot be seen here what.
fn customer_news(topic: &Topic, item: &Item, told_at: UnixSeconds) -> Vec<News> {
    let mut news = Vec::new();
    // `source` is the first message for ever, so in `user.replied` it is an old one.
    if *topic == Topic::UserCreated && item.source.author.person() == Person::Customer && item.source.says_something() {
        let at = item.created_at.unwrap_or(told_at);
        news.extend(item.source.id.clone().map(|id| News::CustomerWrote { part: Some(id), at }));
    }
    news.extend(item.parts().iter().flat_map(|part| part_news(part, item, told_at, None)));
    if !news.iter().any(|it| matches!(it, News::CustomerWrote { .. })) {
        news.push(News::CustomerWrote { part: None, at: told_at });
    }
    news
}

/// `conversation.admin.*`: the topic tells the act where a part does not.
fn by_teammate(item: &Item, told_at: UnixSeconds, act: Act) -> Vec<News> {
    let news = item.parts().iter().flat_map(|part| part_news(part, item, told_at, Some(&act))).collect();
    if_nobody(item, news, || News::TeammateActed { part: None, at: told_at, admin: None, act: act.clone() })
}

/// `conversation.operator.replied`.
fn by_bot(item: &Item, told_at: UnixSeconds) -> Vec<News> {
    let news = item.parts().iter().flat_map(|part| part_news(part, item, told_at, None)).collect();
    if_nobody(item, news, || News::OtherBotSpoke { part: None, at: told_at })
}

/// Adds what the topic tells where the parts do not show who did it.
fn if_nobody(item: &Item, mut news: Vec<News>, by_topic: impl FnOnce() -> News) -> Vec<News> {
    let shows_who = |part: &Part| match part.author.person() {
        Person::Admin(_) | Person::Bot => true,
        Person::Customer | Person::Other => {
            matches!(part.part_type(), PartType::Automatic | PartType::Merged | PartType::RuleAssignment)
        }
    };
    let told = news.iter().any(|it| matches!(it, News::RuleAssigned { .. }));
    if !told && !item.parts().iter().any(shows_who) {
        news.push(by_topic());
    }
    news
}

/// `conversation_part.redacted`. What its item looks like is not documented: a part, or a conversation with parts.
fn redactions(item: &Item) -> Vec<News> {
    if item.kind.as_deref() == Some("conversation_part") {
        return vec![News::Redacted { part: item.id.clone().and_then(PartId::new) }];
    }
    let parts: Vec<_> = item.parts().iter().map(|part| News::Redacted { part: part.id.clone() }).collect();
    if parts.is_empty() { vec![News::Redacted { part: None }] } else { parts }
}

/// Everything that one part tells: first the words, then what became of the conversation. `by_topic` is what an admin did
/// where the part alone does not show it (no words that we can see, a type that Intercom added later).
fn part_news(part: &Part, item: &Item, told_at: UnixSeconds, by_topic: Option<&Act>) -> Vec<News> {
    let id = || part.id.clone();
    let at = part.created_at.unwrap_or(told_at);
    let to = || part.assigned_to.as_ref().map_or_else(|| item.assigned_to(), assigned_to);
    let part_type = part.part_type();
    let mut news = Vec::new();
    let speaks = match part_type {
        PartType::Automatic => return news,
        PartType::Merged => return vec![News::Merged { part: id(), at }],
        PartType::Note => false,
        PartType::Comment
        | PartType::Open
        | PartType::Close
        | PartType::Snooze
        | PartType::Unsnooze
        | PartType::Assignment(_)
        | PartType::RuleAssignment
        | PartType::Unknown => part.says_something(),
    };
    let person = part.author.person();
    match &person {
        Person::Customer if speaks && !part.redacted => news.push(News::CustomerWrote { part: id(), at }),
        Person::Bot if speaks && part_type != PartType::Unknown => news.push(News::OtherBotSpoke { part: id(), at }),
        Person::Admin(admin) => {
            let mut acts = acts(part_type, speaks, to);
            if acts.is_empty() && part_type != PartType::RuleAssignment {
                acts.extend(by_topic.cloned());
            }
            let acted = |act| News::TeammateActed { part: id(), at, admin: Some(admin.clone()), act };
            news.extend(acts.into_iter().map(acted));
        }
        Person::Customer | Person::Bot | Person::Other => {}
    }
    let by_rule = match (part_type, &person) {
        (PartType::RuleAssignment, _) => true,
        (PartType::Assignment(_), Person::Bot | Person::Other) => true,
        (_, _) => false,
    };
    news.extend(by_rule.then(|| News::RuleAssigned { part: id(), at, to: to() }));
    news
}

/// What an admin did with one part.
fn acts(part_type: PartType, speaks: bool, to: impl Fn() -> AssignedTo) -> Vec<Act> {
    let assigned = || Act::Assigned { to: to() };
    let then = match part_type {
        PartType::Note => vec![Act::Noted],
        PartType::Open => vec![Act::Opened],
        PartType::Close => vec![Act::Closed],
        PartType::Snooze => vec![Act::Snoozed],
        PartType::Unsnooze => vec![Act::Unsnoozed],
        PartType::Assignment(Along::Alone) => vec![assigned()],
        PartType::Assignment(Along::Opens) => vec![assigned(), Act::Opened],
        PartType::Assignment(Along::Wakes) => vec![assigned(), Act::Unsnoozed],
        PartType::Comment | PartType::Unknown | PartType::Merged | PartType::RuleAssignment | PartType::Automatic => {
            vec![]
        }
    };
    speaks.then_some(Act::Spoke).into_iter().chain(then).collect()
}

fn assigned_to(reference: &Reference) -> AssignedTo {
    match (reference.kind.as_deref(), reference.id.clone()) {
        (Some("admin"), Some(id)) => AdminId::new(id).map_or(AssignedTo::Nobody, |id| AssignedTo::Admin { id }),
        (Some("team"), id) => AssignedTo::Team { id: id.and_then(TeamId::new) },
        (Some("admin" | "nobody_admin"), _) => AssignedTo::Nobody,
        (Some(_) | None, _) => AssignedTo::Other,
    }
}
