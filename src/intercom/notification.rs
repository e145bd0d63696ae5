//! From a verified delivery to what one conversation needs of it.

use super::decode::{ParseError, decode};
use super::ids::{AdminId, AppId, ConversationId, PartId, TeamId};
use super::notice::{Act, AssignedTo, News, Notice};
use super::part_type::{Along, PartType};
use super::signature::VerifiedNotification;
use super::wire::{Part, PartList, Person, Reference, Source, or_default, reference, text, time};
use crate::time::UnixSeconds;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::fmt;

/// One delivery ("Notification object"), reduced to what is acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The workspace.
    pub app_id: Option<AppId>,
    /// Its id, the same for a retry as far as is known; a `ping` has none.
    pub id: Option<NotificationId>,
    /// What it is about.
    pub topic: Topic,
    /// When Intercom made it.
    pub created_at: Option<UnixSeconds>,
    /// Which attempt this is, from 1.
    pub delivery_attempts: u32,
    /// What is to be done.
    pub about: About,
}

/// The `id` of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NotificationId(String);

impl NotificationId {
    /// The id as Intercom writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a notification asks of us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Tell the conversation's object.
    Conversation(Notice),
    /// Nothing: answer 200.
    Nothing(Nothing),
}

/// Why there is nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// Intercom looked whether we are there.
    Ping,
    /// A topic that was ticked in the Developer Hub although nothing here needs it.
    UnwantedTopic,
    /// A wanted topic in which nothing happened but what Intercom does itself, as Operator's "the team will reply".
    OnlyAutomatic,
    /// A wanted topic without a conversation's id. It should not exist and is worth a look.
    NoConversation,
    /// A wanted topic without `app_id`. It should not exist and is worth a look.
    NoWorkspace,
}

impl Nothing {
    /// A stable name for logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::UnwantedTopic => "unwanted_topic",
            Self::OnlyAutomatic => "only_automatic",
            Self::NoConversation => "no_conversation",
            Self::NoWorkspace => "no_workspace",
        }
    }
}

/// `topic` ("Webhook topics"). Intercom adds topics without a new version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// `conversation.user.created`
    UserCreated,
    /// `conversation.user.replied`
    UserReplied,
    /// `conversation.admin.replied`; bots' replies come under it too.
    AdminReplied,
    /// `conversation.admin.noted`
    AdminNoted,
    /// `conversation.admin.assigned`
    AdminAssigned,
    /// `conversation.admin.open.assigned`
    AdminOpenAssigned,
    /// `conversation.admin.closed`
    AdminClosed,
    /// `conversation.admin.opened`
    AdminOpened,
    /// `conversation.admin.snoozed`
    AdminSnoozed,
    /// `conversation.admin.unsnoozed`
    AdminUnsnoozed,
    /// `conversation.operator.replied`, from 2.14 on
    OperatorReplied,
    /// `conversation.deleted`
    Deleted,
    /// `conversation_part.redacted`
    PartRedacted,
    /// `ping`
    Ping,
    /// Any other.
    Other(String),
}

static TOPICS: [(&str, Topic); 14] = [
    ("conversation.user.created", Topic::UserCreated),
    ("conversation.user.replied", Topic::UserReplied),
    ("conversation.admin.replied", Topic::AdminReplied),
    ("conversation.admin.noted", Topic::AdminNoted),
    ("conversation.admin.assigned", Topic::AdminAssigned),
    ("conversation.admin.open.assigned", Topic::AdminOpenAssigned),
    ("conversation.admin.closed", Topic::AdminClosed),
    ("conversation.admin.opened", Topic::AdminOpened),
    ("conversation.admin.snoozed", Topic::AdminSnoozed),
    ("conversation.admin.unsnoozed", Topic::AdminUnsnoozed),
    ("conversation.operator.replied", Topic::OperatorReplied),
    ("conversation.deleted", Topic::Deleted),
    ("conversation_part.redacted", Topic::PartRedacted),
    ("ping", Topic::Ping),
];

impl From<&str> for Topic {
    fn from(name: &str) -> Self {
        let known = TOPICS.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, topic)| topic.clone())
    }
}

impl fmt::Display for Topic {
    /// Intercom's name of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = TOPICS.iter().find(|(_, topic)| topic == self).map(|(name, _)| *name);
        f.write_str(match self {
            Self::Other(name) => name,
            _known => known.unwrap_or("unnamed"),
        })
    }
}

impl VerifiedNotification {
    /// Reads the envelope and what is needed of `data.item`. An error means bytes that Intercom signed and nobody understands:
    /// answer non-2xx, so that Intercom tries once more and the operator sees it.
    pub fn parse(&self) -> Result<Notification, ParseError> {
        // Should Intercom change the shape of something inside, a wake-up with the conversation's id is still worth having.
        let whole = parse_item::<Item>(self.bytes());
        whole.or_else(|error| parse_item::<BareItem>(self.bytes()).map_err(|_| error))
    }
}

fn parse_item<I: DeserializeOwned + Default + Into<Item>>(bytes: &[u8]) -> Result<Notification, ParseError> {
    let envelope: Envelope<I> = decode(bytes)?;
    let topic = Topic::from(envelope.topic.as_str());
    let item = envelope.data.item.into();
    Ok(Notification {
        about: about(&topic, &item, envelope.app_id.as_ref(), envelope.created_at),
        app_id: envelope.app_id,
        id: envelope.id.map(NotificationId),
        topic,
        created_at: envelope.created_at,
        delivery_attempts: envelope.delivery_attempts.unwrap_or(1),
    })
}

fn about(topic: &Topic, item: &Item, app_id: Option<&AppId>, created_at: Option<UnixSeconds>) -> About {
    let told_at = created_at.or(item.updated_at).unwrap_or(UnixSeconds(0));
    let news = match topic {
        Topic::Ping => return About::Nothing(Nothing::Ping),
        Topic::Other(_) => return About::Nothing(Nothing::UnwantedTopic),
        Topic::UserCreated | Topic::UserReplied => customer_news(topic, item, told_at),
        Topic::Deleted => vec![News::Deleted],
        Topic::PartRedacted => redactions(item),
        Topic::OperatorReplied => or_told_by_topic(item, told_at, || News::OtherBotSpoke { part: None, at: told_at }),
        Topic::AdminReplied => by_teammate(item, told_at, Act::Spoke),
        Topic::AdminNoted => by_teammate(item, told_at, Act::Noted),
        Topic::AdminAssigned | Topic::AdminOpenAssigned => {
            by_teammate(item, told_at, Act::Assigned { to: item.assigned_to() })
        }
        Topic::AdminClosed => by_teammate(item, told_at, Act::Closed),
        Topic::AdminOpened => by_teammate(item, told_at, Act::Opened),
        Topic::AdminSnoozed => by_teammate(item, told_at, Act::Snoozed),
        Topic::AdminUnsnoozed => by_teammate(item, told_at, Act::Unsnoozed),
    };
    match (app_id, item.conversation()) {
        (None, _) => About::Nothing(Nothing::NoWorkspace),
        (_, None) => About::Nothing(Nothing::NoConversation),
        _ if news.is_empty() => About::Nothing(Nothing::OnlyAutomatic),
        (Some(app_id), Some(conversation)) => {
            About::Conversation(Notice { app_id: app_id.clone(), conversation, news })
        }
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
    news.extend(item.parts().iter().flat_map(|part| part_news(part, item, told_at)));
    if !news.iter().any(|it| matches!(it, News::CustomerWrote { .. })) {
        news.push(News::CustomerWrote { part: None, at: told_at });
    }
    news
}

fn by_teammate(item: &Item, told_at: UnixSeconds, act: Act) -> Vec<News> {
    or_told_by_topic(item, told_at, || News::TeammateActed { part: None, at: told_at, admin: None, act })
}

/// What the parts say; where none of them tells who did something, the topic has to do.
fn or_told_by_topic(item: &Item, told_at: UnixSeconds, by_topic: impl FnOnce() -> News) -> Vec<News> {
    let says_nothing = |part: &Part| part.author.person() == Person::Other && part.part_type() != PartType::Automatic;
    let news: Vec<_> = item.parts().iter().flat_map(|part| part_news(part, item, told_at)).collect();
    if news.is_empty() && item.parts().iter().all(says_nothing) { vec![by_topic()] } else { news }
}

/// `conversation_part.redacted`. What its item looks like is not documented: a part, or a conversation with parts.
fn redactions(item: &Item) -> Vec<News> {
    if item.kind.as_deref() == Some("conversation_part") {
        return vec![News::Redacted { part: item.id.clone().and_then(PartId::new) }];
    }
    let parts: Vec<_> = item.parts().iter().map(|part| News::Redacted { part: part.id.clone() }).collect();
    if parts.is_empty() { vec![News::Redacted { part: None }] } else { parts }
}

/// Everything that one part tells.
fn part_news(part: &Part, item: &Item, told_at: UnixSeconds) -> Vec<News> {
    let id = || part.id.clone();
    let at = part.created_at.unwrap_or(told_at);
    let to = || part.assigned_to.as_ref().map_or_else(|| item.assigned_to(), assigned_to);
    let part_type = part.part_type();
    match part_type {
        PartType::Automatic => return Vec::new(),
        PartType::Merged => return vec![News::Merged { part: id(), at }],
        PartType::RuleAssignment => return vec![News::RuleAssigned { part: id(), at, to: to() }],
        PartType::Comment
        | PartType::Note
        | PartType::Open
        | PartType::Close
        | PartType::Snooze
        | PartType::Unsnooze
        | PartType::Assignment(_)
        | PartType::Unknown => {}
    }
    let is_note = part_type == PartType::Note;
    let speaks = !is_note && part.says_something();
    match part.author.person() {
        Person::Customer if speaks && !part.redacted => vec![News::CustomerWrote { part: id(), at }],
        Person::Customer => Vec::new(),
        Person::Admin(admin) => acts(part_type, speaks, to)
            .into_iter()
            .map(|act| News::TeammateActed { part: id(), at, admin: Some(admin.clone()), act })
            .collect(),
        Person::Bot | Person::Other => {
            let assigned = matches!(part_type, PartType::Assignment(_));
            let spoke = speaks && part_type != PartType::Unknown && part.author.person() == Person::Bot;
            let spoke = spoke.then(|| News::OtherBotSpoke { part: id(), at });
            spoke.into_iter().chain(assigned.then(|| News::RuleAssigned { part: id(), at, to: to() })).collect()
        }
    }
}

/// What an admin did with one part: first the words, then what became of the conversation.
fn acts(part_type: PartType, speaks: bool, to: impl Fn() -> AssignedTo) -> Vec<Act> {
    let mut acts = if speaks { vec![Act::Spoke] } else { Vec::new() };
    match part_type {
        PartType::Note => acts.push(Act::Noted),
        PartType::Open => acts.push(Act::Opened),
        PartType::Close => acts.push(Act::Closed),
        PartType::Snooze => acts.push(Act::Snoozed),
        PartType::Unsnooze => acts.push(Act::Unsnoozed),
        PartType::Assignment(along) => {
            acts.push(Act::Assigned { to: to() });
            match along {
                Along::Alone => {}
                Along::Opens => acts.push(Act::Opened),
                Along::Wakes => acts.push(Act::Unsnoozed),
            }
        }
        PartType::Comment | PartType::Unknown | PartType::Merged | PartType::RuleAssignment | PartType::Automatic => {}
    }
    acts
}

fn assigned_to(reference: &Reference) -> AssignedTo {
    match (reference.kind.as_deref(), reference.id.clone()) {
        (Some("admin"), Some(id)) => AdminId::new(id).map_or(AssignedTo::Nobody, |id| AssignedTo::Admin { id }),
        (Some("team"), id) => AssignedTo::Team { id: id.and_then(TeamId::new) },
        (Some("admin" | "nobody_admin"), _) => AssignedTo::Nobody,
        (Some(_) | None, _) => AssignedTo::Other,
    }
}

impl Item {
    fn parts(&self) -> &[Part] {
        self.conversation_parts.conversation_parts.as_deref().unwrap_or_default()
    }

    fn conversation(&self) -> Option<ConversationId> {
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

#[derive(Deserialize)]
#[serde(bound = "I: DeserializeOwned + Default")]
struct Envelope<I> {
    #[serde(default, deserialize_with = "AppId::loose")]
    app_id: Option<AppId>,
    #[serde(default, deserialize_with = "super::ids::loose")]
    id: Option<String>,
    topic: String,
    #[serde(default, deserialize_with = "time")]
    created_at: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "count")]
    delivery_attempts: Option<u32>,
    #[serde(default, deserialize_with = "or_default")]
    data: Data<I>,
}

#[derive(Default, Deserialize)]
#[serde(bound = "I: DeserializeOwned + Default")]
struct Data<I> {
    #[serde(default, deserialize_with = "or_default")]
    item: I,
}

/// `data.item`: a conversation; in version 1 with `assignee` and `conversation_message` instead of `source`.
#[derive(Default, Deserialize)]
struct Item {
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
    updated_at: Option<UnixSeconds>,
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
struct BareItem {
    #[serde(default, rename = "type", deserialize_with = "super::ids::loose")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "super::ids::loose")]
    id: Option<String>,
    #[serde(default, deserialize_with = "ConversationId::loose")]
    conversation_id: Option<ConversationId>,
}

fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    Ok(Value::deserialize(from)?.as_u64().map(|n| u32::try_from(n).unwrap_or(u32::MAX)))
}
