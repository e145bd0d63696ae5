//! What a conversation announces: into the log, and to the Workspace object where the operator must act.

use super::log::line;
use super::trouble::Trouble;
use super::workspace;
use crate::intercom::ids::ConversationId;
use crate::turn::command::{Announcement, Command};
use crate::turn::state::Service;
use crate::turn::trail::Line;
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
        let Line { level, event, mut fields } = Line::of_announcement(announcement);
        fields.insert("conversation".into(), json!(self.conversation.as_str()));
        line(level, event, fields.into());
    }

    /// Tells the Workspace object what `/healthz` must show.
    pub async fn report(&self, command: &Command) {
        let Command::Announce(announcement) = command else { return };
        match announcement {
            Announcement::CredentialsRefused(service, _) => {
                if let Some(trouble) = refused(*service) {
                    workspace::report(self.env, trouble).await;
                }
            }
            Announcement::CredentialsAccepted(service) => {
                if let Some(trouble) = refused(*service) {
                    workspace::mended(self.env, trouble).await;
                }
            }
            Announcement::OlderSystemAnswers => {
                workspace::report(self.env, Trouble::OlderSystemAnswers).await;
            }
            Announcement::Settled(_)
            | Announcement::Corrected(_)
            | Announcement::TakenOver(_)
            | Announcement::GivenBack(_)
            | Announcement::Reopened(_)
            | Announcement::Waits(_)
            | Announcement::HandingOver(_)
            | Announcement::Superseded
            | Announcement::Failed(..)
            // The Workspace object knows of the mismatch: it is the one that asked Intercom.
            | Announcement::WorkspaceMismatch
            | Announcement::StaleRead
            | Announcement::NudgeUnfounded(_)
            | Announcement::LateResult(_)
            | Announcement::Interrupted
            | Announcement::Forgotten => {}
        }
    }
}

/// What is wrong where a service refuses its credentials; our own object has none.
fn refused(service: Service) -> Option<Trouble> {
    match service {
        Service::Intercom => Some(Trouble::IntercomRefusesCredentials),
        Service::GptTrainer => Some(Trouble::GptTrainerRefusesCredentials),
        Service::Workspace => None,
    }
}
