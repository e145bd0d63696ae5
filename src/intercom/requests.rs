//! The calls that we make. Each is built once and carried out as it stands.

use super::ids::{AdminId, AppId, ConversationId, TeamId};
use super::search::Search;
use crate::http::{HttpRequest, Method, path_segment};
use crate::secret::Secret;
use crate::text::{NoteHtml, ReplyHtml};
use crate::time::Millis;
use serde::Serialize;

/// After this long a call is given up. Intercom documents no time after which it has certainly ended a request (its error
/// code `request_timeout` comes without one, its own SDK waits 60 s), so this is our choice: well above its usual answers,
/// and well below the 30 s of `SETTLE_SECONDS`, in which a post that was given up here must have landed or failed.
pub const LIMIT: Millis = Millis::from_seconds(10);

/// With what and as whom we speak to Intercom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `INTERCOM_API_URL`.
    pub api_url: String,
    /// `INTERCOM_VERSION`; it beats the app's own setting for calls, not for webhooks.
    pub version: String,
    /// `INTERCOM_ACCESS_TOKEN`.
    pub token: Secret,
    /// `INTERCOM_ADMIN_ID`: the author of everything that we write.
    pub admin: AdminId,
}

/// To whom a conversation is assigned by us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignTo {
    /// A team.
    Team(TeamId),
    /// Nobody: it goes back to the unassigned ones.
    Nobody,
}

impl Account {
    /// `GET /me`: whose token this is. Answer: [`parse_me`](super::answers::parse_me).
    pub fn me(&self) -> HttpRequest {
        self.request(Method::Get, "/me".to_owned(), None)
    }

    /// `GET /conversations/{id}`. Answer: [`parse_thread`](super::answers::parse_thread).
    pub fn read_conversation(&self, id: &ConversationId) -> HttpRequest {
        self.request(Method::Get, format!("/conversations/{}", path_segment(id.as_str())), None)
    }

    /// `POST /conversations/search`. Answer: [`parse_page`](super::answers::parse_page).
    pub fn search(&self, search: &Search) -> HttpRequest {
        self.request(Method::Post, "/conversations/search".to_owned(), Some(search.body()))
    }

    /// `POST /conversations/{id}/reply`: a public reply. It has no idempotency key, and `skip_webhooks` is never set,
    /// since it would keep the customer from being told. Answer: [`parse_posted`](super::answers::parse_posted).
    pub fn reply(&self, id: &ConversationId, html: &ReplyHtml) -> HttpRequest {
        self.post(id, ReplyText::Public(html))
    }

    /// `POST /conversations/{id}/reply`: an internal note. Answer: [`parse_posted`](super::answers::parse_posted).
    pub fn note(&self, id: &ConversationId, html: &NoteHtml) -> HttpRequest {
        self.post(id, ReplyText::Internal(html))
    }

    /// `POST /conversations/{id}/parts`: assigns. Answer: [`parse_assigned`](super::answers::parse_assigned).
    pub fn assign(&self, id: &ConversationId, to: &AssignTo) -> HttpRequest {
        let (kind, assignee_id) = match to {
            AssignTo::Team(team) => ("team", team.as_str()),
            AssignTo::Nobody => ("admin", "0"),
        };
        let body = AssignmentBody { message_type: "assignment", kind, admin_id: self.admin.as_str(), assignee_id };
        self.request(Method::Post, format!("/conversations/{}/parts", path_segment(id.as_str())), Some(json(&body)))
    }

    /// Where a person finds a conversation in the inbox. Each region has its own host, as its API has.
    pub fn inbox_link(&self, app: &AppId, id: &ConversationId) -> String {
        let host = match self.api_url.as_str() {
            "https://api.eu.intercom.io" => "app.eu.intercom.com",
            "https://api.au.intercom.io" => "app.au.intercom.com",
            _us_or_a_stand_in => "app.intercom.com",
        };
        let (app, id) = (path_segment(app.as_str()), path_segment(id.as_str()));
        format!("https://{host}/a/inbox/{app}/inbox/conversation/{id}")
    }

    fn post(&self, id: &ConversationId, words: ReplyText<'_>) -> HttpRequest {
        let (message_type, body) = match words {
            ReplyText::Public(html) => ("comment", html.as_str()),
            ReplyText::Internal(html) => ("note", html.as_str()),
        };
        let body = ReplyBody { message_type, kind: "admin", admin_id: self.admin.as_str(), body };
        self.request(Method::Post, format!("/conversations/{}/reply", path_segment(id.as_str())), Some(json(&body)))
    }

    fn request(&self, method: Method, path: String, body: Option<String>) -> HttpRequest {
        let mut headers = vec![
            ("authorization", format!("Bearer {}", self.token.expose())),
            ("accept", "application/json".to_owned()),
            ("intercom-version", self.version.clone()),
        ];
        headers.extend(body.is_some().then(|| ("content-type", "application/json".to_owned())));
        HttpRequest {
            method,
            url: format!("{}{path}", self.api_url.trim_end_matches('/')),
            headers,
            body,
            limit: LIMIT,
        }
    }
}

/// What may be posted, and so who reads it: a note's words cannot become a reply.
enum ReplyText<'a> {
    Public(&'a ReplyHtml),
    Internal(&'a NoteHtml),
}

#[derive(Serialize)]
struct ReplyBody<'a> {
    message_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    admin_id: &'a str,
    body: &'a str,
}

#[derive(Serialize)]
struct AssignmentBody<'a> {
    message_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    admin_id: &'a str,
    assignee_id: &'a str,
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("a struct of texts is always JSON")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::text::{handover_note, plain_reply};
    use serde_json::{Value, json};

    fn account() -> Account {
        Account {
            api_url: "https://api.eu.intercom.io".to_owned(),
            version: "2.16".to_owned(),
            token: Secret::new("made-up-token").unwrap(),
            admin: AdminId::new("3156780").unwrap(),
        }
    }

    fn conversation() -> ConversationId {
        ConversationId::new("2154").unwrap()
    }

    fn body(request: &HttpRequest) -> Value {
        serde_json::from_str(request.body.as_ref().unwrap()).unwrap()
    }

    fn head() -> Vec<(&'static str, String)> {
        vec![
            ("authorization", "Bearer made-up-token".to_owned()),
            ("accept", "application/json".to_owned()),
            ("intercom-version", "2.16".to_owned()),
        ]
    }

    #[test]
    fn reads_are_gets_without_a_body() {
        let read = |path: &str| HttpRequest {
            method: Method::Get,
            url: format!("https://api.eu.intercom.io{path}"),
            headers: head(),
            body: None,
            limit: Millis(10_000),
        };
        assert!(account().me() == read("/me"));
        assert!(account().read_conversation(&conversation()) == read("/conversations/2154"));
    }

    #[test]
    fn a_reply_is_a_comment_of_our_admin() {
        let reply = plain_reply("\"Hi\" é").unwrap();
        let request = account().reply(&conversation(), &reply);
        assert_eq!((request.method, request.limit), (Method::Post, LIMIT));
        assert_eq!(request.url, "https://api.eu.intercom.io/conversations/2154/reply");
        assert_eq!(
            body(&request),
            json!({"message_type": "comment", "type": "admin", "admin_id": "3156780", "body": reply.as_str()})
        );
        let mut expected = head();
        expected.push(("content-type", "application/json".to_owned()));
        assert_eq!(request.headers, expected);
    }

    #[test]
    fn a_note_is_a_note_of_our_admin() {
        let note = handover_note("reason", None, None, "turn 1");
        let request = account().note(&conversation(), &note);
        assert_eq!(request.url, "https://api.eu.intercom.io/conversations/2154/reply");
        assert_eq!(
            body(&request),
            json!({"message_type": "note", "type": "admin", "admin_id": "3156780", "body": note.as_str()})
        );
    }

    #[test]
    fn a_conversation_is_assigned_to_a_team_or_to_nobody() {
        let to_team = account().assign(&conversation(), &AssignTo::Team(TeamId::new("5017691").unwrap()));
        assert_eq!(to_team.url, "https://api.eu.intercom.io/conversations/2154/parts");
        assert_eq!(
            body(&to_team),
            json!({"message_type": "assignment", "type": "team", "admin_id": "3156780", "assignee_id": "5017691"})
        );
        assert_eq!(
            body(&account().assign(&conversation(), &AssignTo::Nobody)),
            json!({"message_type": "assignment", "type": "admin", "admin_id": "3156780", "assignee_id": "0"})
        );
    }

    #[test]
    fn a_person_is_led_to_the_inbox_of_the_region() {
        let link = |api_url: &str| {
            let account = Account { api_url: api_url.to_owned(), ..account() };
            account.inbox_link(&AppId::new("abc123").unwrap(), &conversation())
        };
        assert_eq!(link("https://api.intercom.io"), "https://app.intercom.com/a/inbox/abc123/inbox/conversation/2154");
        assert_eq!(
            link("https://api.eu.intercom.io"),
            "https://app.eu.intercom.com/a/inbox/abc123/inbox/conversation/2154"
        );
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let id = ConversationId::new("../a b/é?x#%").unwrap();
        assert_eq!(
            account().read_conversation(&id).url,
            "https://api.eu.intercom.io/conversations/%2E%2E%2Fa%20b%2F%C3%A9%3Fx%23%25"
        );
    }

    #[test]
    fn a_slash_at_the_end_of_the_address_is_no_matter() {
        let account = Account { api_url: "http://127.0.0.1:8010/intercom/".to_owned(), ..account() };
        assert_eq!(account.me().url, "http://127.0.0.1:8010/intercom/me");
    }

    #[test]
    fn debug_shows_no_token() {
        assert!(!format!("{:?} {:?}", account(), account().me()).contains("made-up"));
    }
}
