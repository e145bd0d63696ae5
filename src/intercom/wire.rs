//! Intercom's JSON, from version 1 to 2.17, as loosely as it may be read: unknown fields everywhere, ids as strings or
//! numbers, times as numbers or texts, `null` wherever something is empty.

use super::html;
use super::ids::{AdminId, PartId};
use super::part_type::PartType;
use crate::html::escaped;
use crate::time::UnixSeconds;
use chrono::DateTime;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// `conversation_parts`: a list in an object.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PartList {
    #[serde(default)]
    pub(super) conversation_parts: Option<Vec<Part>>,
}

/// An entry of `conversation_parts`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    #[serde(default, deserialize_with = "PartId::loose")]
    pub(super) id: Option<PartId>,
    #[serde(default, deserialize_with = "text")]
    pub(super) part_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) body: Option<String>,
    #[serde(default, deserialize_with = "time")]
    pub(super) created_at: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "reference")]
    pub(super) assigned_to: Option<Reference>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) author: Author,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) redacted: bool,
    #[serde(default, rename = "metadata", deserialize_with = "clicking")]
    pub(super) clicking: Clicking,
}

/// What `metadata` tells of quick replies; whatever else is there is no matter.
#[derive(Debug, Default)]
pub(super) struct Clicking {
    /// What an admin or a bot offers to click (`quick_reply_options`).
    offered: Vec<Choice>,
    /// What a customer has clicked (`quick_reply_option_uuid`, `quick_reply_uuid`).
    clicked: Option<String>,
}

/// One button.
#[derive(Debug)]
struct Choice {
    text: String,
    uuid: Option<String>,
}

/// `source`: the message that began the conversation.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ConversationSource {
    #[serde(default, deserialize_with = "PartId::loose")]
    pub(super) id: Option<PartId>,
    #[serde(default, rename = "type", deserialize_with = "text")]
    pub(super) kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) delivered_as: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) url: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) body: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) author: Author,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) redacted: bool,
}

/// `author`; all empty where Intercom leaves it blank (Twitter).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Author {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "super::ids::loose")]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) from_ai_agent: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(super) is_ai_answer: bool,
}

/// An entry of `attachments`. Its address is signed and expires, so it is not kept.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Attachment {
    #[serde(default, deserialize_with = "text")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) content_type: Option<String>,
}

/// `assigned_to`, and version 1's `assignee`.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) kind: Option<String>,
    pub(super) id: Option<String>,
}

/// Who an author is, as far as that can be told without knowing which admin we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Person {
    /// `user`, `lead`, `contact`, `visitor`.
    Customer,
    /// A human, or ourselves.
    Admin(AdminId),
    /// Fin, Operator, a workflow.
    Bot,
    /// A team, nobody, or a type that Intercom added later.
    Other,
}

impl Author {
    pub(super) fn person(&self) -> Person {
        match self.kind.as_deref().unwrap_or_default() {
            "user" | "lead" | "contact" | "visitor" => Person::Customer,
            "admin" if self.is_operator() => Person::Bot,
            // An admin without an id (a teammate who left) still is a human to stand down for.
            "admin" => self.id.clone().and_then(AdminId::new).map_or_else(unnamed_admin, Person::Admin),
            "bot" | "workflow" => Person::Bot,
            _ => Person::Other,
        }
    }

    pub(super) fn is_admin(&self) -> bool {
        self.kind.as_deref() == Some("admin")
    }

    /// Intercom's own bot is an admin in some answers (the description's example of `GET /conversations/{id}`); this address is its own.
    fn is_operator(&self) -> bool {
        let email = self.email.as_deref().unwrap_or_default();
        email.starts_with("operator+") && email.ends_with("@intercom.io")
    }
}

fn unnamed_admin() -> Person {
    AdminId::new("unnamed").map_or(Person::Other, Person::Admin)
}

impl Part {
    pub(super) fn part_type(&self) -> PartType {
        PartType::of(self.part_type.as_deref().unwrap_or_default())
    }

    /// The words, if there are any; of a quick reply, whose body is `null`, its buttons: a customer sees them.
    pub(super) fn words(&self) -> Option<String> {
        words(self.body.as_deref()).map(str::to_owned).or_else(|| self.buttons())
    }

    /// Whether there are words, buttons, attachments, or a customer's click.
    pub(super) fn says_something(&self) -> bool {
        !self.attachments.is_empty() || self.words().is_some() || self.click().is_some()
    }

    /// Which button a customer has clicked.
    pub(super) fn click(&self) -> Option<&str> {
        self.clicking.clicked.as_deref().filter(|_| self.author.person() == Person::Customer)
    }

    /// The words of a button that this part offers. A customer offers none.
    pub(super) fn offers(&self, uuid: &str) -> Option<String> {
        let mut offered = self.clicking.offered.iter().filter(|_| self.author.person() != Person::Customer);
        offered.find(|choice| choice.uuid.as_deref() == Some(uuid)).map(Choice::to_html)
    }

    fn buttons(&self) -> Option<String> {
        let buttons: String = self.clicking.offered.iter().map(Choice::to_html).collect();
        (!buttons.is_empty()).then_some(buttons)
    }
}

impl Choice {
    fn to_html(&self) -> String {
        format!("<p>{}</p>", escaped(&self.text))
    }
}

impl ConversationSource {
    /// Whether there are words or attachments.
    pub(super) fn says_something(&self) -> bool {
        !self.attachments.is_empty() || words(self.body.as_deref()).is_some()
    }

    /// Whether a campaign or a workflow began the conversation; it writes in an admin's name.
    pub(super) fn is_automated(&self) -> bool {
        matches!(self.delivered_as.as_deref(), Some("automated" | "campaigns_initiated" | "operator_initiated"))
    }
}

/// A body that says something.
pub(super) fn words(body: Option<&str>) -> Option<&str> {
    body.filter(|body| html::says_something(body))
}

/// Reads `null` as empty.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Reads a truth value; everything that is not plainly true is not.
pub(super) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(matches!(Value::deserialize(from)?, Value::Bool(true)))
}

/// Reads Unix seconds, or version 2's ISO 8601 texts.
pub(super) fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<UnixSeconds>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64)),
        Value::String(text) => text.parse().ok().or_else(|| iso_8601(&text)),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
    .map(UnixSeconds))
}

/// Reads `{"type","id"}`, or an id alone.
pub(super) fn reference<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Reference>, D::Error> {
    let id = |value: Value| super::ids::loose(value).unwrap_or_default();
    Ok(match Value::deserialize(from)? {
        Value::Object(mut fields) => Some(Reference {
            kind: fields.get("type").and_then(Value::as_str).map(str::to_owned),
            id: fields.remove("id").and_then(id),
        }),
        alone @ (Value::String(_) | Value::Number(_)) => Some(Reference { kind: None, id: id(alone) }),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    })
}

fn clicking<'de, D: Deserializer<'de>>(from: D) -> Result<Clicking, D::Error> {
    let metadata = Value::deserialize(from)?;
    let text_of = |from: &Value, name: &str| from.get(name).and_then(Value::as_str).map(str::to_owned);
    let shown = |text: &String| !text.trim().is_empty();
    let options = metadata.get("quick_reply_options").and_then(Value::as_array).into_iter().flatten();
    let choices = options.filter_map(|option| {
        Some(Choice { text: text_of(option, "text").filter(shown)?, uuid: text_of(option, "uuid") })
    });
    let clicked =
        ["quick_reply_option_uuid", "quick_reply_uuid"].iter().find_map(|name| text_of(&metadata, name).filter(shown));
    Ok(Clicking { offered: choices.collect(), clicked })
}

/// Reads a text; anything else is none.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

fn iso_8601(text: &str) -> Option<u64> {
    u64::try_from(DateTime::parse_from_rfc3339(text).ok()?.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn part(json: &[u8]) -> Part {
        crate::json::read(json).unwrap()
    }

    #[test]
    fn times_are_read_as_numbers_and_as_texts() {
        let read = |time: &str| part(format!(r#"{{"created_at":{time}}}"#).as_bytes()).created_at.map(|at| at.0);
        assert_eq!(read("1768031789"), Some(1_768_031_789));
        assert_eq!(read("1768031789.9"), Some(1_768_031_789));
        assert_eq!(read(r#""1768031789""#), Some(1_768_031_789));
        assert_eq!(read(r#""2026-01-10T07:56:29.000Z""#), Some(1_768_031_789));
        assert_eq!(read(r#""2026-01-10T07:56:29Z""#), Some(1_768_031_789));
        assert_eq!(read(r#""2026-01-10T09:26:29.123+01:30""#), Some(1_768_031_789));
        assert_eq!(read(r#""2026-01-10T02:56:29-05:00""#), Some(1_768_031_789));
        assert_eq!(read(r#""2024-02-29T00:00:00Z""#), Some(1_709_164_800));
        assert_eq!(read(r#""1970-01-01T00:00:00Z""#), Some(0));
        for none in [
            "null",
            "-5",
            "true",
            "{}",
            "[]",
            r#""""#,
            r#""yesterday""#,
            r#""2026-01-10""#,
            r#""2026-13-10T07:56:29Z""#,
            r#""2026-01-10T07:56:29""#,
            r#""2026-01-10T07:56:29+1:30""#,
            r#""1969-12-31T23:59:59Z""#,
            r#""2026-01-10T07:56:29é+0""#,
            r#""éééééééééééééééééééé""#,
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn a_body_that_is_no_unicode_is_still_read() {
        assert_eq!(part(br#"{"body":"half \ud83d"}"#).body.as_deref(), Some("half \u{fffd}"));
        assert_eq!(part(b"{\"body\":\"stray \xff\"}").body.as_deref(), Some("stray \u{fffd}"));
        assert_eq!(part(r#"{"body":"whole \ud83d\ude00 é"}"#.as_bytes()).body.as_deref(), Some("whole 😀 é"));
        assert_eq!(part(br#"{"body":null}"#).body, None);
        assert_eq!(part(b"{}").body, None);
    }

    #[test]
    fn null_is_read_as_empty_everywhere() {
        let nulls = br#"{"id":null,"part_type":null,"body":null,"created_at":null,"assigned_to":null,"author":null,
            "attachments":null,"redacted":null,"metadata":null}"#;
        assert!(!part(nulls).says_something());
        assert_eq!(part(nulls).author.person(), Person::Other);
    }

    #[test]
    fn a_quick_reply_says_what_its_buttons_say() {
        let buttons = br#"{"part_type":"quick_reply","body":null,
            "metadata":{"quick_reply_options":[{"text":"Yes & no","uuid":"1"},{"text":"","uuid":"2"},{"text":"<b>"}]}}"#;
        assert_eq!(part(buttons).words().as_deref(), Some("<p>Yes &amp; no</p><p>&lt;b&gt;</p>"));
        assert_eq!(part(br#"{"part_type":"quick_reply","body":null,"metadata":{}}"#).words(), None);
    }

    #[test]
    fn only_a_customer_clicks() {
        let click = |author: &str, metadata: &str| {
            let json = format!(
                r#"{{"part_type":"comment","body":null,"author":{{"type":"{author}","id":"9"}},"metadata":{metadata}}}"#
            );
            let part = part(json.as_bytes());
            (part.click().map(str::to_owned), part.says_something())
        };
        let clicked = (Some("u-1".to_owned()), true);
        assert_eq!(click("user", r#"{"quick_reply_uuid":"u-1"}"#), clicked);
        assert_eq!(click("lead", r#"{"quick_reply_option_uuid":"u-1","quick_reply_uuid":"u-2"}"#), clicked);
        for (author, metadata) in [
            ("admin", r#"{"quick_reply_uuid":"u-1"}"#),
            ("bot", r#"{"quick_reply_uuid":"u-1"}"#),
            ("user", r#"{"quick_reply_uuid":null}"#),
            ("user", r#"{"quick_reply_uuid":7}"#),
            ("user", r#"{"quick_reply_uuid":" "}"#),
            ("user", "[]"),
        ] {
            assert_eq!(click(author, metadata), (None, false), "{author} {metadata}");
        }
    }

    #[test]
    fn authors_are_told_apart_by_type() {
        let person = |author: &str| part(format!(r#"{{"author":{author}}}"#).as_bytes()).author.person();
        for customer in ["user", "lead", "contact", "visitor"] {
            assert_eq!(person(&format!(r#"{{"type":"{customer}","id":"1"}}"#)), Person::Customer);
        }
        assert_eq!(person(r#"{"type":"admin","id":9}"#), Person::Admin(AdminId::new("9").unwrap()));
        assert_eq!(person(r#"{"type":"admin","id":null}"#), Person::Admin(AdminId::new("unnamed").unwrap()));
        assert_eq!(person(r#"{"type":"admin","id":"9","email":"operator+abc@intercom.io"}"#), Person::Bot);
        assert_eq!(person(r#"{"type":"bot","id":"9"}"#), Person::Bot);
        assert_eq!(person(r#"{"type":"team","id":"9"}"#), Person::Other);
        assert_eq!(person(r#"{"type":"parrot","id":"9"}"#), Person::Other);
    }
}
