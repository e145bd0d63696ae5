//! `data.item` of a webhook, and the events in it.

use super::events::{Act, AssignedTo, ConversationEvent};
use super::ids::{AdminId, ConversationId, PartId, TeamId};
use super::part_type::{Along, PartType};
use super::topic::Topic;
use super::wire::{ConversationSource, Part, PartList, Person, Reference, or_default, reference, text, time};
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
    source: ConversationSource,
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
    /// What happened. `reported_at` is the time of whatever has none of its own.
    pub(super) fn events(&self, topic: &Topic, reported_at: UnixSeconds) -> Vec<ConversationEvent> {
        match topic {
            Topic::Ping | Topic::Other(_) => Vec::new(),
            Topic::UserCreated | Topic::UserReplied => customer_events(topic, self, reported_at),
            Topic::Deleted => vec![ConversationEvent::Deleted],
            Topic::PartRedacted => redactions(self),
            Topic::OperatorReplied => by_bot(self, reported_at),
            Topic::AdminReplied => by_teammate(self, reported_at, Act::Spoke),
            Topic::AdminNoted => by_teammate(self, reported_at, Act::Noted),
            Topic::AdminAssigned | Topic::AdminOpenAssigned => {
                by_teammate(self, reported_at, Act::Assigned { to: self.assigned_to() })
            }
            Topic::AdminClosed => by_teammate(self, reported_at, Act::Closed),
            Topic::AdminOpened => by_teammate(self, reported_at, Act::Opened),
            Topic::AdminSnoozed => by_teammate(self, reported_at, Act::Snoozed),
            Topic::AdminUnsnoozed => by_teammate(self, reported_at, Act::Unsnoozed),
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
fn customer_events(topic: &Topic, item: &Item, reported_at: UnixSeconds) -> Vec<ConversationEvent> {
    let mut events = Vec::new();
    // `source` is the first message for ever, so in `user.replied` it is an old one.
    if *topic == Topic::UserCreated && item.source.author.person() == Person::Customer && item.source.says_something() {
        let at = item.created_at.unwrap_or(reported_at);
        events.extend(item.source.id.clone().map(|id| ConversationEvent::CustomerWrote { part: Some(id), at }));
    }
    events.extend(item.parts().iter().flat_map(|part| part_events(part, item, reported_at, None)));
    if !events.iter().any(|it| matches!(it, ConversationEvent::CustomerWrote { .. })) {
        events.push(ConversationEvent::CustomerWrote { part: None, at: reported_at });
    }
    events
}

/// `conversation.admin.*`: the topic tells the act where a part does not.
fn by_teammate(item: &Item, reported_at: UnixSeconds, act: Act) -> Vec<ConversationEvent> {
    let events = item.parts().iter().flat_map(|part| part_events(part, item, reported_at, Some(&act))).collect();
    if_nobody(item, events, || ConversationEvent::TeammateActed {
        part: None,
        at: reported_at,
        admin: None,
        act: act.clone(),
    })
}

/// `conversation.operator.replied`.
fn by_bot(item: &Item, reported_at: UnixSeconds) -> Vec<ConversationEvent> {
    let events = item.parts().iter().flat_map(|part| part_events(part, item, reported_at, None)).collect();
    if_nobody(item, events, || ConversationEvent::OtherBotSpoke { part: None, at: reported_at })
}

/// Adds what the topic tells where the parts do not show who did it.
fn if_nobody(
    item: &Item,
    mut events: Vec<ConversationEvent>,
    by_topic: impl FnOnce() -> ConversationEvent,
) -> Vec<ConversationEvent> {
    let shows_who = |part: &Part| match part.author.person() {
        Person::Admin(_) | Person::Bot => true,
        Person::Customer | Person::Other => {
            matches!(part.part_type(), PartType::Automatic | PartType::Merged | PartType::RuleAssignment)
        }
    };
    let assigned_by_rule = events.iter().any(|it| matches!(it, ConversationEvent::RuleAssigned { .. }));
    if !assigned_by_rule && !item.parts().iter().any(shows_who) {
        events.push(by_topic());
    }
    events
}

/// `conversation_part.redacted`. What its item looks like is not documented: a part, or a conversation with parts.
fn redactions(item: &Item) -> Vec<ConversationEvent> {
    if item.kind.as_deref() == Some("conversation_part") {
        return vec![ConversationEvent::Redacted { part: item.id.clone().and_then(PartId::new) }];
    }
    let parts: Vec<_> = item.parts().iter().map(|part| ConversationEvent::Redacted { part: part.id.clone() }).collect();
    if parts.is_empty() { vec![ConversationEvent::Redacted { part: None }] } else { parts }
}

/// Everything that one part tells: first the words, then what became of the conversation. `by_topic` is what an admin did
/// where the part alone does not show it (no words that we can see, a type that Intercom added later).
fn part_events(part: &Part, item: &Item, reported_at: UnixSeconds, by_topic: Option<&Act>) -> Vec<ConversationEvent> {
    let id = || part.id.clone();
    let at = part.created_at.unwrap_or(reported_at);
    let to = || part.assigned_to.as_ref().map_or_else(|| item.assigned_to(), assigned_to);
    let part_type = part.part_type();
    let mut events = Vec::new();
    if part_type == PartType::Automatic {
        return events;
    }
    if part_type == PartType::Merged {
        return vec![ConversationEvent::Merged { part: id(), at }];
    }
    let speaks = part_type.is_public() && part.says_something();
    let person = part.author.person();
    match &person {
        Person::Customer if speaks && !part.redacted => {
            events.push(ConversationEvent::CustomerWrote { part: id(), at })
        }
        Person::Bot if speaks && part_type != PartType::Unknown => {
            events.push(ConversationEvent::OtherBotSpoke { part: id(), at })
        }
        Person::Admin(admin) => {
            let mut acts = acts(part_type, speaks, to);
            if acts.is_empty() && part_type != PartType::RuleAssignment {
                acts.extend(by_topic.cloned());
            }
            let acted = |act| ConversationEvent::TeammateActed { part: id(), at, admin: Some(admin.clone()), act };
            events.extend(acts.into_iter().map(acted));
        }
        Person::Customer | Person::Bot | Person::Other => {}
    }
    let by_rule = match (part_type, &person) {
        (PartType::RuleAssignment, _) => true,
        (PartType::Assignment(_), Person::Bot | Person::Other) => true,
        (_, _) => false,
    };
    events.extend(by_rule.then(|| ConversationEvent::RuleAssigned { part: id(), at, to: to() }));
    events
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{Value, json};

    const REPORTED_AT: UnixSeconds = UnixSeconds(900);

    fn events(topic: &str, item: Value) -> Vec<ConversationEvent> {
        serde_json::from_value::<Item>(item).unwrap().events(&Topic::from(topic), REPORTED_AT)
    }

    fn with_parts(parts: Value) -> Value {
        json!({"type": "conversation", "id": "1", "conversation_parts": {"conversation_parts": parts}})
    }

    fn part(part_type: &str, body: Value, author: &str) -> Value {
        json!({"id": "7", "part_type": part_type, "body": body, "created_at": 800, "author": {"type": author, "id": "9"}})
    }

    fn wrote(part: Option<&str>, at: u64) -> ConversationEvent {
        ConversationEvent::CustomerWrote { part: part.and_then(PartId::new), at: UnixSeconds(at) }
    }

    fn acted(act: Act) -> ConversationEvent {
        ConversationEvent::TeammateActed { part: PartId::new("7"), at: UnixSeconds(800), admin: AdminId::new("9"), act }
    }

    fn by_topic_alone(act: Act) -> ConversationEvent {
        ConversationEvent::TeammateActed { part: None, at: REPORTED_AT, admin: None, act }
    }

    fn to_admin() -> AssignedTo {
        AssignedTo::Admin { id: AdminId::new("5").unwrap() }
    }

    #[test]
    fn every_type_with_words_of_a_customer_counts() {
        for part_type in ["comment", "open", "close", "quick_reply", "a_type_of_next_year", ""] {
            let parts = with_parts(json!([part(part_type, json!("<p>Hi</p>"), "lead")]));
            assert_eq!(events("conversation.user.replied", parts), [wrote(Some("7"), 800)], "{part_type}");
        }
    }

    #[test]
    fn a_customers_click_counts() {
        for part_type in ["comment", "a_type_of_next_year"] {
            let mut click = part(part_type, json!(null), "user");
            click["metadata"] = json!({"quick_reply_uuid": "7a1b"});
            let parts = with_parts(json!([click]));
            assert_eq!(events("conversation.user.replied", parts), [wrote(Some("7"), 800)], "{part_type}");
        }
    }

    #[test]
    fn a_customers_topic_always_wakes_even_where_nothing_is_recognised() {
        let blank = json!({"id": "7", "part_type": "comment", "body": "<p>Hi</p>", "author": null});
        let redacted =
            json!({"id": "7", "part_type": "comment", "body": "x", "redacted": true, "author": {"type": "user"}});
        for parts in [
            json!([]),
            json!(null),
            json!([{}]),
            json!([blank]),
            json!([redacted]),
            json!([part("comment", json!("<p>&nbsp;</p>"), "user")]),
            json!([part("comment", json!(null), "user")]),
            json!([part("note", json!("x"), "user")]),
            json!([part("conversation_rating_remark_added", json!("Great"), "user")]),
        ] {
            assert_eq!(events("conversation.user.replied", with_parts(parts.clone())), [wrote(None, 900)], "{parts}");
        }
        assert_eq!(events("conversation.user.created", json!({})), [wrote(None, 900)]);
    }

    #[test]
    fn a_conversation_that_somebody_else_began_is_the_customers_first_part() {
        let mut item = with_parts(json!([part("comment", json!("Yes please"), "user")]));
        item["source"] = json!({"id": "3", "body": "<p>Need help?</p>", "author": {"type": "admin", "id": "9"}});
        assert_eq!(events("conversation.user.created", item.clone()), [wrote(Some("7"), 800)]);
        item["conversation_parts"] = json!(null);
        assert_eq!(events("conversation.user.created", item), [wrote(None, 900)]);
    }

    #[test]
    fn a_source_is_told_with_the_conversations_time() {
        let source = |source: Value| {
            events("conversation.user.created", json!({"id": "1", "created_at": 700, "source": source}))
        };
        let author = json!({"type": "visitor", "id": "6a"});
        assert_eq!(source(json!({"id": 3, "body": "Hi", "author": author})), [wrote(Some("3"), 700)]);
        let attached = json!({"id": 3, "body": null, "attachments": [{"name": "a.png"}], "author": author});
        assert_eq!(source(attached), [wrote(Some("3"), 700)]);
        assert_eq!(source(json!({"id": null, "body": "Hi", "author": author})), [wrote(None, 900)]);
        assert_eq!(source(json!({"id": 3, "body": "", "author": author})), [wrote(None, 900)]);
    }

    #[test]
    fn a_part_without_a_time_has_the_webhooks() {
        let mut timeless = part("comment", json!("Hi"), "user");
        timeless["created_at"] = json!(null);
        assert_eq!(events("conversation.user.replied", with_parts(json!([timeless]))), [wrote(Some("7"), 900)]);
    }

    #[test]
    fn a_teammates_part_tells_words_first_and_then_the_change() {
        let acts = |part_type: &str, body: Value| {
            let mut part = part(part_type, body, "admin");
            part["assigned_to"] = json!({"type": "admin", "id": 5});
            events("conversation.admin.replied", with_parts(json!([part])))
        };
        let assigned = || acted(Act::Assigned { to: to_admin() });
        assert_eq!(acts("comment", json!("Hi")), [acted(Act::Spoke)]);
        assert_eq!(acts("note", json!("Hi")), [acted(Act::Noted)]);
        assert_eq!(acts("note_and_reopen", json!("Hi")), [acted(Act::Noted)]);
        assert_eq!(acts("close", json!("Bye")), [acted(Act::Spoke), acted(Act::Closed)]);
        assert_eq!(acts("close", json!(null)), [acted(Act::Closed)]);
        assert_eq!(acts("open", json!("Hi")), [acted(Act::Spoke), acted(Act::Opened)]);
        assert_eq!(acts("snoozed", json!(null)), [acted(Act::Snoozed)]);
        assert_eq!(acts("unsnoozed", json!(null)), [acted(Act::Unsnoozed)]);
        assert_eq!(acts("assignment", json!("Hi")), [acted(Act::Spoke), assigned()]);
        assert_eq!(acts("assign_and_reopen", json!(null)), [assigned(), acted(Act::Opened)]);
        assert_eq!(acts("assign_and_unsnooze", json!(null)), [assigned(), acted(Act::Unsnoozed)]);
        assert_eq!(acts("a_type_of_next_year", json!("Hi")), [acted(Act::Spoke)]);
    }

    #[test]
    fn a_teammates_words_that_cannot_be_seen_still_are_words() {
        let unseen = with_parts(json!([part("comment", json!(null), "admin")]));
        assert_eq!(events("conversation.admin.replied", unseen), [acted(Act::Spoke)]);
        let next_year = with_parts(json!([part("a_type_of_next_year", json!(null), "admin")]));
        assert_eq!(events("conversation.admin.closed", next_year), [acted(Act::Closed)]);
    }

    #[test]
    fn a_topic_without_parts_tells_the_act() {
        let by_topic_only = |topic: &str| events(topic, json!({"id": "1", "admin_assignee_id": 5}));
        assert_eq!(by_topic_only("conversation.admin.replied"), [by_topic_alone(Act::Spoke)]);
        assert_eq!(by_topic_only("conversation.admin.noted"), [by_topic_alone(Act::Noted)]);
        assert_eq!(by_topic_only("conversation.admin.closed"), [by_topic_alone(Act::Closed)]);
        assert_eq!(by_topic_only("conversation.admin.opened"), [by_topic_alone(Act::Opened)]);
        assert_eq!(by_topic_only("conversation.admin.snoozed"), [by_topic_alone(Act::Snoozed)]);
        assert_eq!(by_topic_only("conversation.admin.unsnoozed"), [by_topic_alone(Act::Unsnoozed)]);
        for topic in ["conversation.admin.assigned", "conversation.admin.open.assigned"] {
            assert_eq!(by_topic_only(topic), [by_topic_alone(Act::Assigned { to: to_admin() })]);
        }
        assert_eq!(
            by_topic_only("conversation.operator.replied"),
            [ConversationEvent::OtherBotSpoke { part: None, at: REPORTED_AT }]
        );
    }

    #[test]
    fn a_customers_part_under_an_admin_topic_does_not_hide_the_act() {
        let item = with_parts(json!([part("comment", json!("Hi"), "user")]));
        assert_eq!(events("conversation.admin.closed", item), [wrote(Some("7"), 800), by_topic_alone(Act::Closed)]);
    }

    #[test]
    fn what_a_bot_or_intercom_does_is_no_act_of_a_teammate() {
        let under = |topic: &str, part: Value| events(topic, with_parts(json!([part])));
        assert_eq!(under("conversation.admin.closed", part("close", json!(null), "bot")), []);
        assert_eq!(under("conversation.admin.unsnoozed", part("timer_unsnooze", json!(null), "admin")), []);
        assert_eq!(
            under("conversation.admin.replied", part("ticket_state_updated_by_admin", json!(null), "admin")),
            []
        );
        let spoke = ConversationEvent::OtherBotSpoke { part: PartId::new("7"), at: UnixSeconds(800) };
        assert_eq!(under("conversation.admin.replied", part("comment", json!("Hi"), "bot")), [spoke]);
    }

    #[test]
    fn an_assignment_that_nobody_made_is_a_rules() {
        let by = |part_type: &str, author: &str, to: Value| {
            let mut part = part(part_type, json!(null), author);
            part["assigned_to"] = to;
            events("conversation.admin.assigned", with_parts(json!([part])))
        };
        let rule =
            |to: AssignedTo| [ConversationEvent::RuleAssigned { part: PartId::new("7"), at: UnixSeconds(800), to }];
        assert_eq!(by("assignment", "bot", json!({"type": "admin", "id": "5"})), rule(to_admin()));
        assert_eq!(by("assignment", "team", json!({"type": "admin", "id": "5"})), rule(to_admin()));
        assert_eq!(by("away_mode_assignment", "admin", json!({"type": "admin", "id": "5"})), rule(to_admin()));
        let team = AssignedTo::Team { id: TeamId::new("8") };
        assert_eq!(by("default_assignment", "bot", json!({"type": "team", "id": 8})), rule(team));
    }

    #[test]
    fn nobody_is_told_from_not_told() {
        let to = |to: Value| {
            let mut part = part("assignment", json!(null), "admin");
            part["assigned_to"] = to;
            events("conversation.admin.assigned", with_parts(json!([part])))
        };
        let assigned = |to: AssignedTo| [acted(Act::Assigned { to })];
        assert_eq!(to(json!({"type": "nobody_admin", "id": null})), assigned(AssignedTo::Nobody));
        assert_eq!(to(json!({"type": "admin", "id": "0"})), assigned(AssignedTo::Nobody));
        assert_eq!(to(json!(null)), assigned(AssignedTo::Other));
        assert_eq!(to(json!({"type": "bot", "id": "3"})), assigned(AssignedTo::Other));
        assert_eq!(to(json!("5")), assigned(AssignedTo::Other));
    }

    #[test]
    fn a_merge_wakes_the_survivor() {
        let merged = ConversationEvent::Merged { part: PartId::new("7"), at: UnixSeconds(800) };
        let item = with_parts(json!([part("merged_primary_conversation", json!(null), "admin")]));
        assert_eq!(events("conversation.admin.replied", item), [merged]);
    }

    #[test]
    fn a_redaction_may_be_a_part_or_a_conversation() {
        let redacted = |item: Value| {
            let item: Item = serde_json::from_value(item).unwrap();
            (item.conversation(), item.events(&Topic::PartRedacted, REPORTED_AT))
        };
        let one = |part: Option<&str>| vec![ConversationEvent::Redacted { part: part.and_then(PartId::new) }];
        let conversation = ConversationId::new("1");
        let part = json!({"type": "conversation_part", "id": 7, "conversation_id": "1"});
        assert_eq!(redacted(part), (conversation.clone(), one(Some("7"))));
        assert_eq!(redacted(with_parts(json!([{"id": "7"}]))), (conversation.clone(), one(Some("7"))));
        assert_eq!(redacted(json!({"type": "conversation", "id": 1})), (conversation, one(None)));
        assert_eq!(redacted(json!({"type": "conversation_part", "id": 7})), (None, one(Some("7"))));
    }
}
