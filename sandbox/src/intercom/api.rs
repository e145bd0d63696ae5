//! The make-believe REST API, answered in the words of Intercom's OpenAPI description.

use super::input::AssigneeType;
use super::model::{Author, AuthorKind, Conversation, Metadata, QuickReply, State};
use super::shape::{self, View};
use super::transition::NewPart;
use super::version::ApiVersion;
use super::{Intercom, PACKAGE_CODE, RateWindow};
use crate::clock::{Millis, seconds};
use crate::http::{Answer, Request};
use crate::webhook::Topic;
use serde_json::{Value, json};

/// How what is read differs from what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many of the newest parts of a conversation are missing.
    pub behind: usize,
    /// How many conversations further on than it should a following page of the search begins: those are missed, or
    /// (below zero) come again, as when conversations change while pages are walked.
    pub shift: isize,
}

/// At most so many parts are returned, the most recent ones ("Hard limit of 500 parts").
const PARTS_WINDOW: usize = 500;

/// A status, an error code and a message.
type Refusal = (u16, &'static str, &'static str);

const NO_CONVERSATION: Refusal = (404, "not_found", "Resource Not Found");
const NO_ADMIN: Refusal = (404, "admin_not_found", "Admin not found");

impl Intercom {
    /// Answers a request.
    pub fn handle(&mut self, request: &Request<'_>, now: Millis) -> Answer {
        self.handle_read(request, Reading::default(), now)
    }

    /// Answers a request; what is read differs from what there is.
    pub fn handle_read(&mut self, request: &Request<'_>, reading: Reading, now: Millis) -> Answer {
        if !request.bears(&self.workspace.access_token) {
            return self.failure(401, now);
        }
        let remaining = self.count_call(now);
        let mut answer = match remaining {
            Some(_) => self.route(request, reading, now),
            None => {
                let message = format!("Exceeded rate limit of {} in 10_seconds", self.workspace.rate_limit);
                Err((429, "rate_limit_exceeded", message))
            }
        }
        .map_or_else(
            |(status, code, message)| self.refusal(status, code, &message, now),
            |body| Answer::json(200, body, now),
        );
        answer.headers = vec![
            ("X-RateLimit-Limit", self.workspace.rate_limit.to_string()),
            ("X-RateLimit-Remaining", remaining.unwrap_or(0).to_string()),
            ("X-RateLimit-Reset", ((self.rate_window.number + 1) * 10).to_string()),
        ];
        answer
    }

    /// How many calls are left in this window of 10 seconds; nothing when there was none left for this one.
    fn count_call(&mut self, now: Millis) -> Option<u32> {
        let number = seconds(now) / 10;
        if self.rate_window.number != number {
            self.rate_window = RateWindow { number, calls: 0 };
        }
        self.rate_window.calls += 1;
        self.workspace.rate_limit.checked_sub(self.rate_window.calls)
    }

    fn route(
        &mut self,
        request: &Request<'_>,
        reading: Reading,
        now: Millis,
    ) -> Result<String, (u16, &'static str, String)> {
        let version = self.version(request).map_err(in_words)?;
        let written = match (request.method, request.segments().as_slice()) {
            ("GET", ["me"]) => Ok(self.me()),
            ("GET", ["admins"]) => Ok(self.admins()),
            ("GET", ["admins", id]) => self.admin(id),
            ("POST", ["tickets", "search"]) => no_tickets(request.body),
            ("POST", ["conversations", "search"]) => return self.search(request.body, version, reading.shift, now),
            ("GET", ["conversations", id]) => self.read(id, request, version, reading),
            ("POST", ["conversations", id, "reply"]) => self.reply(id, request.body, version, now),
            ("POST", ["conversations", id, "parts"]) => self.manage(id, request.body, version, now),
            _ => Err((404, "not_found", "The requested resource was not found")),
        };
        written.map_err(in_words)
    }

    fn version(&self, request: &Request<'_>) -> Result<ApiVersion, Refusal> {
        let unknown = (400, "intercom_version_invalid", "The requested version could not be found");
        request.intercom_version.map_or(Ok(self.workspace.version), |text| ApiVersion::parse(text).ok_or(unknown))
    }

    fn me(&self) -> String {
        let [super::Teammate { id, name, email }, ..] = self.teammates();
        json!({
            "type": "admin", "id": id.to_string(), "email": email, "name": name, "email_verified": true,
            "app": {
                "type": "app", "id_code": self.workspace.app_id, "name": "Sandbox", "created_at": 1_734_537_243,
                "secure": false, "identity_verification": false, "timezone": "Europe/Berlin", "region": "US",
            },
            "avatar": {"type": "avatar", "image_url": null}, "has_inbox_seat": self.has_seat(id),
        })
        .to_string()
    }

    fn admins(&self) -> String {
        let admins: Vec<Value> = self.teammates().iter().map(|teammate| self.admin_json(teammate)).collect();
        json!({"type": "admin.list", "admins": admins}).to_string()
    }

    fn admin(&self, id: &str) -> Result<String, Refusal> {
        let teammates = self.teammates();
        let found = teammates.iter().find(|teammate| teammate.id.to_string() == id);
        found.map(|teammate| self.admin_json(teammate).to_string()).ok_or(NO_ADMIN)
    }

    fn admin_json(&self, teammate: &super::Teammate) -> Value {
        json!({
            "type": AuthorKind::Admin, "email": teammate.email, "id": teammate.id.to_string(), "name": teammate.name,
            "away_mode_enabled": false, "away_mode_reassign": false, "has_inbox_seat": self.has_seat(teammate.id),
            "team_ids": [],
        })
    }

    /// People have a seat; whether the teammate that answers has one can be changed.
    fn has_seat(&self, id: u64) -> bool {
        id != self.workspace.admin_id || self.workspace.inbox_seat
    }

    fn read(&self, id: &str, request: &Request<'_>, version: ApiVersion, reading: Reading) -> Result<String, Refusal> {
        let conversation = self.find(id).ok_or(NO_CONVERSATION)?;
        let parts = conversation.parts.get(1..).unwrap_or_default();
        let seen = &parts[..parts.len().saturating_sub(reading.behind)];
        let window = &seen[seen.len().saturating_sub(PARTS_WINDOW)..];
        let plain_text = request.parameter("display_as") == Some("plaintext");
        Ok(shape::conversation(conversation, Some(window), View::rest(version, plain_text)))
    }

    /// `POST /conversations/{id}/reply`. A snoozed conversation wakes (as the preview's `skip_unsnooze` implies); what
    /// happens to a closed one is not documented, and here it stays closed. Nobody is assigned.
    fn reply(&mut self, id: &str, body: &[u8], version: ApiVersion, now: Millis) -> Result<String, Refusal> {
        let input: Value = parsed(body)?;
        let conversation = self.find(id).ok_or(NO_CONVERSATION)?;
        if matches!(input["type"].as_str(), Some("user")) {
            return self.reply_as_contact(id, &input, version, now);
        }
        let (part_type, topic) = match input["message_type"].as_str() {
            Some("comment") => ("comment", Topic::AdminReplied),
            Some("note") => ("note", Topic::AdminNoted),
            Some("quick_reply") => ("quick_reply", Topic::AdminReplied),
            Some(_) => return Err((400, "parameter_invalid", "message_type must be comment, note or quick_reply")),
            None => return Err((400, "parameter_not_found", "message_type not specified")),
        };
        let text = words(&input);
        let offered = if part_type == "quick_reply" { offered(&input)? } else { Vec::new() };
        if part_type != "quick_reply" && text.is_none() && !has_attachments(&input) {
            return Err((400, "parameter_not_found", "body not specified"));
        }
        let was_snoozed = conversation.state == State::Snoozed;
        let author = self.acting_admin(&input)?;
        if was_snoozed && part_type != "note" {
            self.find_mut(id).ok_or(NO_CONVERSATION)?.wake();
        }
        let metadata = Metadata { quick_reply_options: offered, quick_reply_uuid: None };
        let part = NewPart { metadata, ..NewPart::new(part_type, author, text) };
        self.add_by_api(id, part, topic, version, now)
    }

    fn reply_as_contact(
        &mut self,
        id: &str,
        input: &Value,
        version: ApiVersion,
        now: Millis,
    ) -> Result<String, Refusal> {
        let body = words(input).ok_or((400, "parameter_not_found", "body not specified"))?;
        let words = super::CustomerWords { body: Some(body), attachments: Vec::new() };
        self.customer_says(id, words, now).map_err(|_| NO_CONVERSATION)?;
        self.newest(id, version)
    }

    /// `POST /conversations/{id}/parts`
    fn manage(&mut self, id: &str, body: &[u8], version: ApiVersion, now: Millis) -> Result<String, Refusal> {
        let input: Value = parsed(body)?;
        self.find(id).ok_or(NO_CONVERSATION)?;
        let author = self.acting_admin(&input)?;
        let message_type = input["message_type"].as_str();
        if matches!(message_type, Some("close" | "assignment")) && input["type"].as_str().is_none() {
            return Err((400, "parameter_not_found", "type not specified"));
        }
        let text = words(&input);
        let (part, topic) = match message_type {
            Some("close") => (self.conversation(id)?.close(author, text), Topic::AdminClosed),
            Some("open") => (self.conversation(id)?.open(author), Topic::AdminOpened),
            Some("snoozed") => {
                let until = input["snoozed_until"].as_u64();
                let until = until.ok_or((400, "parameter_not_found", "snoozed_until not specified"))?;
                (self.conversation(id)?.snooze(author, until), Topic::AdminSnoozed)
            }
            Some("assignment") => {
                let (to, kind) = self.assignee(&input)?;
                (self.conversation(id)?.assign(author, to, kind, text), Topic::AdminAssigned)
            }
            Some(_) => return Err((400, "parameter_invalid", "message_type is not one of the possible ones")),
            None => return Err((400, "parameter_not_found", "message_type not specified")),
        };
        self.add_by_api(id, part, topic, version, now)
    }

    fn assignee(&self, input: &Value) -> Result<(u64, AssigneeType), Refusal> {
        let to = id(&input["assignee_id"]).ok_or((400, "parameter_not_found", "assignee_id not specified"))?;
        match input["type"].as_str() {
            Some("team") => Ok((to, AssigneeType::Team)),
            Some("admin") if to == 0 || self.teammate(to).is_some() => Ok((to, AssigneeType::Admin)),
            Some("admin") => Err((404, "admin_not_found", "Assignee not found")),
            Some(_) | None => Err((400, "parameter_invalid", "type must be admin or team")),
        }
    }

    fn acting_admin(&self, input: &Value) -> Result<Author, Refusal> {
        let admin_id = id(&input["admin_id"]).ok_or((400, "parameter_not_found", "admin_id not specified"))?;
        self.teammate(admin_id).ok_or(NO_ADMIN)
    }

    fn conversation(&mut self, id: &str) -> Result<&mut Conversation, Refusal> {
        self.find_mut(id).ok_or(NO_CONVERSATION)
    }

    fn add_by_api(
        &mut self,
        id: &str,
        part: NewPart,
        topic: Topic,
        version: ApiVersion,
        now: Millis,
    ) -> Result<String, Refusal> {
        let part = NewPart { by_api: true, package_code: Some(PACKAGE_CODE), ..part };
        let topic = self.workspace.api_acts_notify.then_some(topic);
        self.add(id, part, topic, now).map_err(|_| NO_CONVERSATION)?;
        self.newest(id, version)
    }

    /// The answer to a write: the conversation with the new part alone, as the description's examples show.
    fn newest(&self, id: &str, version: ApiVersion) -> Result<String, Refusal> {
        let conversation = self.find(id).ok_or(NO_CONVERSATION)?;
        let newest = conversation.parts.last().map(std::slice::from_ref).unwrap_or_default();
        Ok(shape::conversation(conversation, Some(newest), View::rest(version, false)))
    }
}

fn in_words((status, code, message): Refusal) -> (u16, &'static str, String) {
    (status, code, message.to_owned())
}

fn parsed(body: &[u8]) -> Result<Value, Refusal> {
    let value: Result<Value, _> = serde_json::from_slice(body);
    value.ok().filter(Value::is_object).ok_or((400, "bad_request", "The body is not a JSON object"))
}

/// Ids come as numbers and as texts.
pub(super) fn id(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn offered(input: &Value) -> Result<Vec<QuickReply>, Refusal> {
    let options: Option<Vec<QuickReply>> = serde_json::from_value(input["reply_options"].clone()).ok();
    options.filter(|all| !all.is_empty()).ok_or((400, "parameter_not_found", "reply_options not specified"))
}

fn words(input: &Value) -> Option<String> {
    input["body"].as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn has_attachments(input: &Value) -> bool {
    ["attachment_urls", "attachment_files"]
        .iter()
        .any(|field| input[field].as_array().is_some_and(|all| !all.is_empty()))
}

/// `POST /tickets/search`: there are none.
fn no_tickets(body: &[u8]) -> Result<String, Refusal> {
    parsed(body)?;
    let pages = json!({"type": "pages", "page": 1, "per_page": 20, "total_pages": 0});
    Ok(json!({"type": "ticket.list", "tickets": [], "total_count": 0, "pages": pages}).to_string())
}
