//! What a conversation announces: into the log, and to the Workspace object where the operator must act.

use super::log::{Level, line};
use super::workspace_object::{self, Trouble};
use crate::fault::Fault;
use crate::intercom::ids::ConversationId;
use crate::turn::command::{Announcement, Command};
use crate::turn::outcome::Settled;
use crate::turn::state::Service;
use serde_json::json;
use worker::Env;

/// Speaks for one conversation.
pub struct Reporter<'a> {
    env: &'a Env,
    conversation: &'a ConversationId,
}

impl<'a> Reporter<'a> {
    /// For this conversation.
    pub fn of(env: &'a Env, conversation: &'a ConversationId) -> Self {
        Self { env, conversation }
    }

    /// Writes an announcement down; commands are logged when they are done.
    pub fn log(&self, command: &Command) {
        let Command::Announce(announcement) = command else { return };
        let (level, event, mut fields) = match announcement {
            Announcement::Settled(settled) => (Level::Info, "turn_settled", of_settled(settled)),
            Announcement::Corrected(settled) => (Level::Warn, "turn_corrected", of_settled(settled)),
            Announcement::OlderSystemAnswers => (Level::Error, "older_system_answers", json!({})),
            Announcement::Failed(service, fault) => (Level::Warn, "call_failed", of_fault(*service, fault)),
            Announcement::CredentialsRefused(service, fault) => {
                (Level::Error, "credentials_refused", of_fault(*service, fault))
            }
            Announcement::CredentialsAccepted(service) => {
                (Level::Info, "credentials_accepted", json!({ "service": name(*service) }))
            }
            Announcement::WorkspaceMismatch => {
                (Level::Error, "workspace_mismatch", json!({ "variable": "INTERCOM_APP_ID" }))
            }
            Announcement::StaleRead => (Level::Info, "stale_read", json!({})),
            Announcement::LateResult(attempt) => (Level::Warn, "late_result", json!({ "attempt": attempt.0 })),
            Announcement::Interrupted => (Level::Warn, "interrupted", json!({})),
            Announcement::Forgotten => (Level::Info, "conversation_forgotten", json!({})),
        };
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("conversation".into(), json!(self.conversation.as_str()));
        }
        line(level, event, fields);
    }

    /// Tells the Workspace object what `/healthz` must show.
    pub async fn report(&self, command: &Command) {
        let Command::Announce(announcement) = command else { return };
        match announcement {
            Announcement::CredentialsRefused(service, _) => {
                workspace_object::report(self.env, refused(*service)).await;
            }
            Announcement::CredentialsAccepted(service) => {
                workspace_object::mended(self.env, refused(*service)).await;
            }
            Announcement::OlderSystemAnswers => {
                workspace_object::report(self.env, Trouble::OlderSystemAnswers).await;
            }
            Announcement::Settled(_)
            | Announcement::Corrected(_)
            | Announcement::Failed(..)
            // The Workspace object knows of the mismatch: it is the one that asked Intercom.
            | Announcement::WorkspaceMismatch
            | Announcement::StaleRead
            | Announcement::LateResult(_)
            | Announcement::Interrupted
            | Announcement::Forgotten => {}
        }
    }
}

fn refused(service: Service) -> Trouble {
    match service {
        Service::Intercom => Trouble::IntercomRefusesCredentials,
        Service::GptTrainer => Trouble::GptTrainerRefusesCredentials,
    }
}

fn name(service: Service) -> &'static str {
    match service {
        Service::Intercom => "intercom",
        Service::GptTrainer => "gpt_trainer",
    }
}

fn of_settled(settled: &Settled) -> serde_json::Value {
    json!({ "turn": settled.key.as_str(), "outcome": settled.outcome.name(), "detail": settled.outcome })
}

fn of_fault(service: Service, fault: &Fault) -> serde_json::Value {
    json!({ "service": name(service), "fault": fault })
}
