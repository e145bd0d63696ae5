//! Carries commands out and brings back what they found.

use super::object::ConversationCore;
use crate::fault::{Fault, Silence};
use crate::gpt_trainer::answers::{parse_done, parse_session};
use crate::gpt_trainer::exchanges::parse_messages;
use crate::gpt_trainer::said::{Endpoint, parse_answer};
use crate::http::{HttpRequest, HttpResponse};
use crate::intercom::answers::{Posted, parse_assigned, parse_posted, parse_thread};
use crate::intercom::ids::{ConversationId, PartId};
use crate::intercom::pace::Caller;
use crate::intercom::requests::AssignTo;
use crate::objects::ask::TheWorkspace;
use crate::objects::calls::workspace::{Identify, SeekGrant};
use crate::objects::host::Host;
use crate::objects::outbound::{to_gpt_trainer, to_intercom};
use crate::settings::Settings;
use crate::text::{Reply, Source, answer_note};
use crate::time::UnixMillis;
use crate::turn::command::{Once, Repeatable};
use crate::turn::event::CommandResult;
use crate::turn::history::Level;
use crate::turn::state::Delivery;
use serde_json::json;

impl<H: Host> ConversationCore<H> {
    /// Makes a call that does no harm when it is made twice.
    pub(super) async fn repeat(
        &self,
        command: Repeatable,
        about: &ConversationId,
        settings: &Settings,
    ) -> CommandResult {
        let began = self.host.now();
        let (account, trainer) = (&settings.intercom, &settings.gpt_trainer);
        let finding = match command {
            Repeatable::VerifyWorkspace => {
                CommandResult::Workspace(match self.host.ask(&TheWorkspace, Identify).await {
                    Ok(identity) => identity,
                    Err(_) => Err(Fault::Unanswered(Silence::ConnectionLost)),
                })
            }
            Repeatable::ReadConversation => {
                let response = self.to_intercom(account.read_conversation(about)).await;
                CommandResult::Conversation(
                    response.and_then(|response| parse_thread(&response, about, &account.admin)),
                    began,
                )
            }
            Repeatable::SeekGrant(key) => {
                CommandResult::Grant(match self.host.ask(&TheWorkspace, SeekGrant(key)).await {
                    Ok(answer) => Ok(answer),
                    Err(_) => Err(Fault::Unanswered(Silence::ConnectionLost)),
                })
            }
            Repeatable::Assign => {
                let to = settings.policy.handover_team.clone().map_or(AssignTo::Nobody, AssignTo::Team);
                let response = self.to_intercom(account.assign(about, &to)).await;
                CommandResult::Assigned(response.and_then(|response| parse_assigned(&response)))
            }
            Repeatable::WriteNote(note) => {
                let response = self.to_intercom(account.note(about, &note)).await;
                CommandResult::NoteWritten(
                    response.and_then(|response| parse_posted(&response, &account.admin, Posted::Note)),
                )
            }
            Repeatable::OpenSession(variables) => {
                let response = to_gpt_trainer(&self.host, &trainer.create_session(&variables)).await;
                CommandResult::SessionOpened(response.and_then(|response| parse_session(&response)))
            }
            Repeatable::ReadSession(session) => {
                let response = to_gpt_trainer(&self.host, &trainer.messages(&session)).await;
                CommandResult::SessionMessages(response.and_then(|response| parse_messages(&response)))
            }
            Repeatable::Discard(message) => {
                let response = to_gpt_trainer(&self.host, &trainer.delete_message(&message)).await;
                CommandResult::Discarded(response.and_then(|response| parse_done(&response)))
            }
        };
        self.log_call(about, &finding, began);
        finding
    }

    /// Makes a call that must never be made again before its fate is known.
    pub(super) async fn once(&self, command: Once, about: &ConversationId, settings: &Settings) -> CommandResult {
        let began = self.host.now();
        let finding = match command {
            Once::Ask { session, endpoint, text, known } => {
                let trainer = &settings.gpt_trainer;
                let request = match endpoint {
                    Endpoint::Stream => trainer.ask_stream(&session, &text),
                    Endpoint::Whole => trainer.ask_whole(&session, &text),
                };
                let response = to_gpt_trainer(&self.host, &request).await;
                CommandResult::Answer(response.and_then(|response| parse_answer(&response, endpoint, &known)))
            }
            Once::HandOverMessage(words) => {
                let account = &settings.intercom;
                let response = self.to_intercom(account.reply(about, &words.to_html())).await;
                CommandResult::Posted(
                    response.and_then(|response| parse_posted(&response, &account.admin, Posted::Reply)),
                )
            }
            Once::Post { delivery, answer, sources } => {
                CommandResult::Posted(self.post(delivery, &answer, &sources, about, settings).await)
            }
        };
        self.log_call(about, &finding, began);
        finding
    }

    async fn post(
        &self,
        delivery: Delivery,
        answer: &Reply,
        sources: &[Source],
        about: &ConversationId,
        settings: &Settings,
    ) -> Result<PartId, Fault> {
        let account = &settings.intercom;
        let (request, kind) = match delivery {
            Delivery::Reply => (account.reply(about, &answer.to_html(sources)), Posted::Reply),
            Delivery::Note => (account.note(about, &answer_note(answer, sources, NOTE_REASON)), Posted::Note),
        };
        let response = self.to_intercom(request).await?;
        parse_posted(&response, &account.admin, kind)
    }

    async fn to_intercom(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        to_intercom(&self.host, &request, Caller::Turn).await
    }

    fn log_call(&self, about: &ConversationId, finding: &CommandResult, began: UnixMillis) {
        let fields = json!({
            "conversation": about,
            "call": finding.call(),
            "result": finding.result(),
            "ms": self.host.now().since(began).0,
        });
        self.host.log(Level::Info, "call", fields);
    }
}

/// Stands above an answer in a note.
const NOTE_REASON: &str = "The customer has not seen this answer.";
