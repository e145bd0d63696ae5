//! `POST /conversations/search`: which conversations wait, as Intercom's search index knows it.

use super::ids::ConversationId;
use super::wire::{or_default, text, time};
use crate::json;
use crate::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is searched for. Times are compared in whole seconds, and ">" of the search means "or equal".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Which conversations.
    pub query: Query,
    /// Where a page before this one ended.
    pub after: Option<Cursor>,
}

/// Which conversations are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// Open ones in which a customer wrote, or waits, since then.
    Waiting(UnixSeconds),
    /// All in which a customer wrote, or waits, since then.
    Written(UnixSeconds),
}

/// Where a page ended (`pages.next.starting_after`). Opaque.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// One page of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// The conversations on it; those without an id are left out.
    pub found: Vec<FoundConversation>,
    /// How to get the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

/// A conversation that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundConversation {
    /// Which.
    pub conversation: ConversationId,
    /// When a customer wrote last: the later of `statistics.last_contact_reply_at` and `waiting_since`. The first is the time of
    /// the last *part*, so it is absent while there is only the `source`; the second is absent after an admin's reply.
    pub at: Option<UnixSeconds>,
}

/// Well below the 150 that are allowed: each result carries the words of its `source`, and a free plan has little time to read.
const PER_PAGE: u32 = 50;

impl Search {
    /// The body of the request.
    pub fn body(&self) -> String {
        let (since, open) = match self.query {
            Query::Waiting(since) => (since, Some(json!({"field": "state", "operator": "=", "value": "open"}))),
            Query::Written(since) => (since, None),
        };
        let from = |field: &str| json!({"field": field, "operator": ">", "value": since});
        let written = json!({
            "operator": "OR",
            "value": [from("statistics.last_contact_reply_at"), from("waiting_since")],
        });
        let query = match open {
            Some(open) => json!({"operator": "AND", "value": [open, written]}),
            None => written,
        };
        let mut pagination = json!({"per_page": PER_PAGE});
        if let Some(Cursor(after)) = &self.after {
            pagination["starting_after"] = json!(after);
        }
        json!({"query": query, "pagination": pagination}).to_string()
    }
}

impl SearchPage {
    /// Reads the body of an answer. `None` where it is no list of conversations: nothing found must be told from nothing understood.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let list: ConversationList = json::read(body).ok()?;
        let found = list.conversations?.into_iter().filter_map(found).collect();
        let next = list.pages.next.starting_after.filter(|cursor| !cursor.is_empty()).map(Cursor);
        Some(Self { found, next })
    }
}

fn found(conversation: Value) -> Option<FoundConversation> {
    let read: Conversation = json::shape(conversation).ok()?;
    Some(FoundConversation {
        conversation: read.id?,
        at: read.statistics.last_contact_reply_at.max(read.waiting_since),
    })
}

#[derive(Deserialize)]
struct ConversationList {
    #[serde(default)]
    conversations: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "or_default")]
    pages: Pages,
}

#[derive(Default, Deserialize)]
struct Pages {
    #[serde(default, deserialize_with = "or_default")]
    next: NextPage,
}

#[derive(Default, Deserialize)]
struct NextPage {
    #[serde(default, deserialize_with = "text")]
    starting_after: Option<String>,
}

#[derive(Deserialize)]
struct Conversation {
    #[serde(default, deserialize_with = "ConversationId::loose")]
    id: Option<ConversationId>,
    #[serde(default, deserialize_with = "time")]
    waiting_since: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "or_default")]
    statistics: Statistics,
}

#[derive(Default, Deserialize)]
struct Statistics {
    #[serde(default, deserialize_with = "time")]
    last_contact_reply_at: Option<UnixSeconds>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(id: &str, at: Option<u64>) -> FoundConversation {
        FoundConversation { conversation: ConversationId::new(id).unwrap(), at: at.map(UnixSeconds) }
    }

    #[test]
    fn open_conversations_are_asked_for_in_seconds_and_two_levels() {
        let search = Search { query: Query::Waiting(UnixSeconds(1_768_030_000)), after: None };
        let expected = json!({
            "query": {"operator": "AND", "value": [
                {"field": "state", "operator": "=", "value": "open"},
                {"operator": "OR", "value": [
                    {"field": "statistics.last_contact_reply_at", "operator": ">", "value": 1_768_030_000},
                    {"field": "waiting_since", "operator": ">", "value": 1_768_030_000},
                ]},
            ]},
            "pagination": {"per_page": 50},
        });
        assert_eq!(serde_json::from_str::<Value>(&search.body()).unwrap(), expected);
    }

    #[test]
    fn the_next_page_is_asked_for_by_its_cursor() {
        let search =
            Search { query: Query::Written(UnixSeconds(1)), after: Some(Cursor("WzE3NjgsMjE1LDJd".to_owned())) };
        let body: Value = serde_json::from_str(&search.body()).unwrap();
        assert_eq!(body["pagination"], json!({"per_page": 50, "starting_after": "WzE3NjgsMjE1LDJd"}));
        assert_eq!(body["query"]["operator"], "OR");
    }

    #[test]
    fn a_page_tells_who_wrote_when_and_where_it_goes_on() {
        let body = json!({
            "type": "conversation.list",
            "pages": {"type": "pages", "page": 1, "per_page": 2, "total_pages": 2, "next": {"per_page": 2, "starting_after": "c1"}},
            "total_count": 5,
            "conversations": [
                {"id": "1", "waiting_since": 100, "statistics": {"last_contact_reply_at": 105}},
                {"id": 2, "waiting_since": 100, "statistics": {"last_contact_reply_at": null}},
                {"id": "3", "waiting_since": null, "statistics": {"last_contact_reply_at": "2026-01-10T07:56:29.000Z"}},
                {"id": "4", "waiting_since": null, "statistics": null},
                {"id": null},
                "no conversation",
            ],
        });
        let page = SearchPage::read(body.to_string().as_bytes()).unwrap();
        let expected =
            [found("1", Some(105)), found("2", Some(100)), found("3", Some(1_768_031_789)), found("4", None)];
        assert_eq!(page.found, expected);
        assert_eq!(page.next, Some(Cursor("c1".to_owned())));
    }

    #[test]
    fn the_last_page_has_no_next() {
        for pages in ["null", "{}", r#"{"next":null}"#, r#"{"next":{}}"#, r#"{"next":{"starting_after":""}}"#] {
            let page = SearchPage::read(format!(r#"{{"conversations":[],"pages":{pages}}}"#).as_bytes()).unwrap();
            assert_eq!(page, SearchPage { found: vec![], next: None });
        }
    }

    #[test]
    fn an_answer_without_a_list_is_no_page() {
        for body in ["", "{}", r#"{"conversations":null}"#, r#"{"type":"error.list","errors":[]}"#, "[]", "<html>"] {
            assert_eq!(SearchPage::read(body.as_bytes()), None, "{body}");
        }
    }
}
