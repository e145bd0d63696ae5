//! The make-believe Intercom: a workspace with conversations, its REST API and the webhooks that it causes.

mod acts;
mod api;
mod error;
mod fields;
mod index;
mod input;
mod model;
mod plain_text;
mod record;
mod search;
mod shape;
mod transition;
mod version;

pub use acts::{ActError, Acted};
pub use api::Reading;
pub use input::{
    AiAgentAct, AssigneeType, BotWords, Click, ContactDetails, CustomerWords, Start, StartedBy, TeammateAct, Verb,
};
pub use model::{AiAgent, Attachment, AuthorKind, Metadata, QuickReply, Reference, State, Teammate};
pub use plain_text::plain_text;
pub use version::ApiVersion;

use crate::clock::Millis;
use crate::http::Answer;
use crate::ids::Ids;
use crate::webhook::{Topic, Webhook};
use model::{Author, Conversation, Part};
use shape::View;

/// What is fixed about the workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its id code (`app_id` of webhooks, `/me` → `app.id_code`).
    pub app_id: String,
    /// The teammate that the program under test answers as.
    pub admin_id: u64,
    /// Whether that teammate has an Inbox seat.
    pub inbox_seat: bool,
    /// The token of the private app.
    pub access_token: String,
    /// The app's version in the Developer Hub: that of webhooks, and of requests without `Intercom-Version`.
    pub version: ApiVersion,
    /// Whether what is done through the API causes webhooks as well, as it does in Intercom.
    pub api_acts_notify: bool,
    /// Calls per 10 seconds before 429.
    pub rate_limit: u32,
    /// How far the search lags behind, in milliseconds: it finds and shows conversations as they were then.
    pub search_lag: Millis,
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            app_id: "abc123def".to_owned(),
            admin_id: 3_156_780,
            inbox_seat: true,
            access_token: "sandbox-access-token".to_owned(),
            version: ApiVersion::V2_16,
            api_acts_notify: true,
            rate_limit: 1667,
            search_lag: 0,
        }
    }
}

/// The human teammate that acts where nobody is named.
pub const JOHN_DOE: Teammate = Teammate { id: 9_608_799, name: "John Doe", email: "john.doe@example.com" };
/// Another human teammate.
pub const ANA_LIMA: Teammate = Teammate { id: 9_608_801, name: "Ana Lima", email: "ana.lima@example.com" };

/// The bot's own admin id in captured payloads.
const OPERATOR_ID: u64 = 9_608_808;
/// What parts made through this API carry as `app_package_code`. The value of a private app is not documented.
const PACKAGE_CODE: &str = "sandbox-private-app";

/// The make-believe Intercom.
#[derive(Clone, Debug)]
pub struct Intercom {
    /// What is fixed about the workspace; may be changed at any time.
    pub workspace: Workspace,
    ids: Ids,
    conversations: Vec<Conversation>,
    webhooks: Vec<Webhook>,
    rate_window: RateWindow,
}

/// Calls counted per window of 10 seconds.
#[derive(Clone, Copy, Debug, Default)]
struct RateWindow {
    number: u64,
    calls: u32,
}

impl Intercom {
    /// An empty workspace. The same seed gives the same ids.
    pub fn new(workspace: Workspace, seed: u64) -> Self {
        Self {
            workspace,
            ids: Ids::new(seed),
            conversations: Vec::new(),
            webhooks: Vec::new(),
            rate_window: RateWindow::default(),
        }
    }

    /// Forgets everything that was said; ids are not made twice.
    pub fn reset(&mut self) {
        self.conversations.clear();
        self.webhooks.clear();
        self.rate_window = RateWindow::default();
    }

    /// The webhooks since the last call, in the order in which they were caused.
    pub fn take_webhooks(&mut self) -> Vec<Webhook> {
        std::mem::take(&mut self.webhooks)
    }

    /// The workspace's teammates, the program under test first.
    pub fn teammates(&self) -> [Teammate; 3] {
        let ourselves =
            Teammate { id: self.workspace.admin_id, name: "Sandbox Assistant", email: "assistant@example.com" };
        [ourselves, JOHN_DOE, ANA_LIMA]
    }

    fn teammate(&self, id: u64) -> Option<Author> {
        let teammate = self.teammates().into_iter().find(|teammate| teammate.id == id)?;
        Some(Author {
            kind: AuthorKind::Admin,
            id: id.to_string(),
            name: Some(teammate.name.to_owned()),
            email: teammate.email.to_owned(),
            from_ai_agent: false,
            is_ai_answer: false,
        })
    }

    fn find(&self, id: &str) -> Option<&Conversation> {
        self.conversations.iter().find(|conversation| conversation.id == id && !conversation.deleted)
    }

    fn find_mut(&mut self, id: &str) -> Option<&mut Conversation> {
        self.conversations.iter_mut().find(|conversation| conversation.id == id && !conversation.deleted)
    }

    fn part_id(&mut self) -> String {
        self.ids.number(37_358_000_000)
    }

    /// Notes down that a topic's subscribers are told, with the conversation as it is now and the part that did it.
    fn notify(&mut self, topic: Topic, conversation_id: &str, with_newest_part: bool, now: Millis) -> Option<String> {
        let view = View::webhook(self.workspace.version);
        let conversation = self.find(conversation_id)?;
        let newest: &[Part] = match conversation.parts.split_last() {
            Some((newest, _)) if with_newest_part => std::slice::from_ref(newest),
            _ => &[],
        };
        let item = shape::conversation(conversation, Some(newest), view);
        Some(self.notify_of(topic, conversation_id, item, now))
    }

    fn notify_of(&mut self, topic: Topic, conversation_id: &str, item: String, now: Millis) -> String {
        let id = format!("notif_{}", self.ids.uuid_v4());
        self.webhooks.push(Webhook {
            id: Some(id.clone()),
            topic,
            conversation_id: Some(conversation_id.to_owned()),
            app_id: self.workspace.app_id.clone(),
            created_at: now,
            item,
        });
        id
    }

    fn refusal(&mut self, status: u16, code: &str, message: &str, now: Millis) -> Answer {
        let request_id = self.ids.uuid_v4();
        Answer::json(status, error::list(&request_id, code, message), now)
    }

    /// The answer to a cursor that is not taken (any more).
    pub fn bad_cursor(&mut self, now: Millis) -> Answer {
        let (status, code, message) = error::BAD_CURSOR;
        self.refusal(status, code, message, now)
    }

    /// An answer in Intercom's own error format with this status, as its servers give when they fail.
    pub fn failure(&mut self, status: u16, now: Millis) -> Answer {
        let (code, message) = error::of_status(status);
        self.refusal(status, code, message, now)
    }
}
