//! What a conversation announces: into the log, and to the Workspace object where the operator must act.

use super::object::ConversationCore;
use crate::objects::ask::{Ask, TheWorkspace};
use crate::objects::calls::workspace::{Report, ReportMended};
use crate::objects::host::Host;
use crate::turn::call::Service;
use crate::turn::command::{Announcement, Command};
use crate::turn::history::{HistoryLine, Level};
use crate::workspace::trouble::Trouble;
use serde_json::json;

impl<H: Host> ConversationCore<H> {
    /// Writes announcements into the log.
    pub(super) fn log_announcements(&self, commands: &[Command]) {
        let Ok(name) = self.name() else { return };
        for command in commands {
            let Command::Announce(announcement) = command else { continue };
            let HistoryLine { level, event, mut fields } = HistoryLine::of_announcement(announcement);
            fields.insert("conversation".into(), json!(name.conversation));
            self.host.log(level, event, fields.into());
        }
    }

    /// Tells the Workspace object what `/healthz` must show.
    pub(super) async fn report_announcement(&self, announcement: &Announcement) {
        match announcement {
            Announcement::CredentialsRefused(service, _) => {
                if let Some(trouble) = refused(*service) {
                    self.tell_workspace(Report(trouble)).await;
                }
            }
            Announcement::CredentialsAccepted(service) => {
                if let Some(trouble) = refused(*service) {
                    self.tell_workspace(ReportMended(trouble)).await;
                }
            }
            Announcement::AnotherProgramAnswers => self.tell_workspace(Report(Trouble::AnotherProgramAnswers)).await,
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

    /// Tells it something that is told again as long as it lasts: where it is not heard now, only the log says so.
    pub(super) async fn tell_workspace<A: Ask<To = TheWorkspace, Answer = ()>>(&self, report: A) {
        if let Err(error) = self.host.ask(&TheWorkspace, report).await {
            let fields = self.about(json!({ "error": error.to_string() }));
            self.host.log(Level::Warn, "trouble_not_reported", fields);
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
