//! `POST /conversations/search`: filters, sorting and pages, as its description says.

use super::Intercom;
use super::error::BAD_CURSOR;
use super::model::Conversation;
use super::shape::{self, View};
use super::version::ApiVersion;
use crate::clock::{Millis, seconds};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::cmp::Ordering;

type Refusal = (u16, &'static str, String);

/// "max 2 nested filters", "max 15 filters for each AND or OR group".
const MAX_DEPTH: usize = 2;
const MAX_FILTERS: usize = 15;

impl Intercom {
    pub(super) fn search(
        &self,
        body: &[u8],
        version: ApiVersion,
        shift: isize,
        now: Millis,
    ) -> Result<String, Refusal> {
        let input: Value = serde_json::from_slice(body).map_err(|_| invalid("The body is not a JSON object"))?;
        let mut found = Vec::new();
        let indexed = now.saturating_sub(self.workspace.search_lag);
        let known = self.conversations.iter().filter_map(|conversation| match self.workspace.search_lag {
            0 => Some(Cow::Borrowed(conversation)),
            _ => conversation.as_of(indexed),
        });
        for conversation in known.filter(|conversation| !conversation.deleted) {
            if fits(&conversation, &input["query"], 0)? {
                found.push(conversation);
            }
        }
        // A query is wrong or right whether or not there is a conversation to try it on.
        check(&input["query"], 0)?;
        let order = Order::read(&input["sort"])?;
        found.sort_by(|a, b| order.compare(&order.position(a), &order.position(b)));
        page(&found, &input["pagination"], &order, shift, version)
    }
}

fn page(
    found: &[Cow<'_, Conversation>],
    input: &Value,
    order: &Order,
    shift: isize,
    version: ApiVersion,
) -> Result<String, Refusal> {
    let per_page = match &input["per_page"] {
        Value::Null => 20,
        number => number.as_u64().filter(|count| (1..=150).contains(count)).ok_or_else(too_big)? as usize,
    };
    let start = match &input["starting_after"] {
        Value::Null => 0,
        cursor => {
            let after = cursor.as_str().and_then(Position::read).ok_or_else(bad_cursor)?;
            let start = found.partition_point(|found| order.compare(&order.position(found), &after).is_le());
            start.saturating_add_signed(shift).min(found.len())
        }
    };
    let end = found.len().min(start + per_page);
    let shown = &found[start..end];
    let next = shown
        .last()
        .filter(|_| end < found.len())
        .map(|last| json!({"per_page": per_page, "starting_after": order.position(last).write()}));
    let mut pages = json!({
        "type": "pages", "page": start / per_page + 1, "per_page": per_page,
        "total_pages": found.len().div_ceil(per_page),
    });
    if let Some(next) = next {
        pages["next"] = next;
    }
    let view = View::rest(version, false);
    let conversations: Vec<String> =
        shown.iter().map(|conversation| shape::conversation(conversation, None, view)).collect();
    Ok(format!(
        r#"{{"type":"conversation.list","pages":{pages},"total_count":{},"conversations":[{}]}}"#,
        found.len(),
        conversations.join(",")
    ))
}

/// Where a conversation stands in the order: a cursor names it, so that pages need no memory.
#[derive(Debug, PartialEq, Eq)]
struct Position {
    value: Option<u64>,
    id: String,
}

impl Position {
    fn write(&self) -> String {
        let value = self.value.map_or(String::new(), |value| value.to_string());
        hex::encode(format!("{value}:{}", self.id))
    }

    fn read(cursor: &str) -> Option<Self> {
        let text = String::from_utf8(hex::decode(cursor).ok()?).ok()?;
        let (value, id) = text.split_once(':')?;
        let value = if value.is_empty() { None } else { Some(value.parse().ok()?) };
        Some(Self { value, id: id.to_owned() })
    }
}

/// Which fields can be sorted by is not described: these are what a search for conversations that wait may need.
const SORTABLE: [&str; 5] =
    ["last_request_at", "statistics.last_contact_reply_at", "created_at", "updated_at", "waiting_since"];

/// The order of results; `last_request_at` descending unless told otherwise.
struct Order {
    field: String,
    descending: bool,
}

impl Order {
    fn read(input: &Value) -> Result<Self, Refusal> {
        if input.is_null() {
            return Ok(Self { field: "last_request_at".to_owned(), descending: true });
        }
        let field = input["field"].as_str().ok_or_else(|| invalid("sort.field not specified"))?;
        let descending = match input["order"].as_str() {
            Some("descending" | "desc") | None => true,
            Some("ascending" | "asc") => false,
            Some(_) => return Err(invalid("sort.order must be ascending or descending")),
        };
        let known = SORTABLE.contains(&field).then(|| field.to_owned());
        Ok(Self { field: known.ok_or_else(|| invalid("sort.field cannot be sorted by"))?, descending })
    }

    fn position(&self, conversation: &Conversation) -> Position {
        let value = match self.field.as_str() {
            "created_at" => Some(seconds(conversation.created_at)),
            "updated_at" => Some(seconds(conversation.updated_at)),
            "waiting_since" => conversation.waiting_since.map(seconds),
            _ => conversation.customer_messages().last().map(|part| seconds(part.created_at)),
        };
        Position { value, id: conversation.id.clone() }
    }

    fn compare(&self, a: &Position, b: &Position) -> Ordering {
        let ascending = (a.value, &a.id).cmp(&(b.value, &b.id));
        if self.descending { ascending.reverse() } else { ascending }
    }
}

/// What a conversation has in a field.
enum Field {
    Text(Option<String>),
    Texts(Vec<String>),
    Number(Option<u64>),
    Flag(bool),
}

fn check(query: &Value, depth: usize) -> Result<(), Refusal> {
    if let Some(filters) = group(query, depth)? {
        return filters.iter().try_for_each(|filter| check(filter, depth + 1));
    }
    let known = query["field"].as_str().is_some_and(|field| FIELDS.contains(&field));
    if known { Ok(()) } else { Err(invalid("query.field is not a searchable field")) }
}

fn fits(conversation: &Conversation, query: &Value, depth: usize) -> Result<bool, Refusal> {
    let Some(filters) = group(query, depth)? else {
        let name = query["field"].as_str().unwrap_or_default();
        let operator = query["operator"].as_str().ok_or_else(|| invalid("query.operator not specified"))?;
        return compare(&field(conversation, name)?, operator, &query["value"]);
    };
    let all = query["operator"] == "AND";
    for filter in filters {
        if fits(conversation, filter, depth + 1)? != all {
            return Ok(!all);
        }
    }
    Ok(all)
}

/// The filters of an AND or OR; nothing for a single filter.
fn group(query: &Value, depth: usize) -> Result<Option<&Vec<Value>>, Refusal> {
    if !matches!(query["operator"].as_str(), Some("AND" | "OR")) {
        return Ok(None);
    }
    let filters = query["value"].as_array().ok_or_else(|| invalid("query.value must be a list of filters"))?;
    if depth >= MAX_DEPTH {
        return Err(invalid("Filters are nested too deeply"));
    }
    if filters.is_empty() || filters.len() > MAX_FILTERS {
        return Err(invalid("A group has between 1 and 15 filters"));
    }
    Ok(Some(filters))
}

const FIELDS: [&str; 23] = [
    "id",
    "created_at",
    "updated_at",
    "source.type",
    "source.id",
    "source.delivered_as",
    "source.author.id",
    "source.author.type",
    "source.author.name",
    "source.author.email",
    "contact_ids",
    "teammate_ids",
    "admin_assignee_id",
    "team_assignee_id",
    "channel_initiated",
    "open",
    "read",
    "state",
    "waiting_since",
    "snoozed_until",
    "statistics.last_contact_reply_at",
    "statistics.last_admin_reply_at",
    "ai_agent_participated",
];

fn field(conversation: &Conversation, name: &str) -> Result<Field, Refusal> {
    let source = conversation.source();
    let text = |text: &str| Ok(Field::Text(Some(text.to_owned())));
    let number = |number: Option<u64>| Ok(Field::Number(number));
    match name {
        "id" => text(&conversation.id),
        "created_at" => number(Some(seconds(conversation.created_at))),
        "updated_at" => number(Some(seconds(conversation.updated_at))),
        "source.type" => text(&conversation.source_type),
        "source.id" => text(&source.id),
        "source.delivered_as" => text(conversation.delivered_as),
        "source.author.id" => text(&source.author.id),
        "source.author.type" => text(word(&json!(source.author.kind))),
        "source.author.name" => Ok(Field::Text(source.author.name.clone())),
        "source.author.email" => text(&source.author.email),
        "contact_ids" => Ok(Field::Texts(vec![conversation.contact.id.clone()])),
        "teammate_ids" => Ok(Field::Texts(conversation.admin_parts().map(|part| part.author.id.clone()).collect())),
        "admin_assignee_id" => number(Some(conversation.admin_assignee.unwrap_or(0))),
        "team_assignee_id" => number(Some(conversation.team_assignee.unwrap_or(0))),
        "channel_initiated" => Ok(Field::Text(conversation.channel.clone())),
        "open" => Ok(Field::Flag(conversation.state != super::State::Closed)),
        "read" => Ok(Field::Flag(false)),
        "state" => text(word(&json!(conversation.state))),
        "waiting_since" => number(conversation.waiting_since.map(seconds)),
        "snoozed_until" => number(conversation.snoozed_until),
        "statistics.last_contact_reply_at" => {
            number(conversation.customer_messages().last().map(|part| seconds(part.created_at)))
        }
        "statistics.last_admin_reply_at" => {
            let spoken = conversation.admin_parts().filter(|part| part.body.is_some() && part.part_type != "note");
            number(spoken.last().map(|part| seconds(part.created_at)))
        }
        "ai_agent_participated" => Ok(Field::Flag(conversation.ai_agent.participated)),
        _ => Err(invalid("query.field is not a searchable field")),
    }
}

fn word(name: &Value) -> &str {
    name.as_str().unwrap_or_default()
}

fn compare(field: &Field, operator: &str, wanted: &Value) -> Result<bool, Refusal> {
    match operator {
        "IN" | "NIN" => {
            let wanted = wanted.as_array().ok_or_else(|| mismatch("IN and NIN take a list"))?;
            let mut found = false;
            for value in wanted {
                found |= equals(field, value)?;
            }
            Ok(found == (operator == "IN"))
        }
        "=" => equals(field, wanted),
        "!=" => equals(field, wanted).map(|equal| !equal),
        ">" | "<" => {
            let Field::Number(have) = field else { return Err(mismatch("> and < take numbers and dates")) };
            let wanted = number(wanted)?;
            Ok(have.is_some_and(|have| if operator == ">" { have >= wanted } else { have <= wanted }))
        }
        "~" => contains(field, wanted, |have, part| have.contains(part)),
        "!~" => contains(field, wanted, |have, part| have.contains(part)).map(|found| !found),
        "^" => contains(field, wanted, |have, part| have.starts_with(part)),
        "$" => contains(field, wanted, |have, part| have.ends_with(part)),
        _ => Err(invalid("query.operator is not one of the possible ones")),
    }
}

fn equals(field: &Field, wanted: &Value) -> Result<bool, Refusal> {
    match field {
        Field::Text(have) => {
            Ok(wanted.is_null() && have.is_none() || have.as_deref() == wanted.as_str() && have.is_some())
        }
        Field::Texts(have) => Ok(have.iter().any(|text| Some(text.as_str()) == wanted.as_str())),
        Field::Number(have) if wanted.is_null() => Ok(have.is_none()),
        Field::Number(have) => Ok(*have == Some(number(wanted)?)),
        Field::Flag(have) => wanted.as_bool().map(|wanted| wanted == *have).ok_or_else(|| mismatch("true or false")),
    }
}

fn contains(field: &Field, wanted: &Value, holds: impl Fn(&str, &str) -> bool) -> Result<bool, Refusal> {
    let wanted = wanted.as_str().ok_or_else(|| mismatch("The operator takes text"))?;
    match field {
        Field::Text(have) => Ok(have.as_deref().is_some_and(|have| holds(have, wanted))),
        Field::Texts(have) => Ok(have.iter().any(|have| holds(have, wanted))),
        Field::Number(_) | Field::Flag(_) => Err(mismatch("The operator takes fields of text")),
    }
}

fn number(value: &Value) -> Result<u64, Refusal> {
    super::api::id(value).ok_or_else(|| mismatch("The value must be a number"))
}

fn invalid(message: &str) -> Refusal {
    (400, "parameter_invalid", message.to_owned())
}

fn bad_cursor() -> Refusal {
    let (status, code, message) = BAD_CURSOR;
    (status, code, message.to_owned())
}

fn mismatch(message: &str) -> Refusal {
    (400, "type_mismatch", message.to_owned())
}

fn too_big() -> Refusal {
    invalid("Per Page is too big")
}
