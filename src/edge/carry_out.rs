//! Carries commands out and brings their results back as events.

use super::log::{Level, line};
use super::{clock, outbound, pacing, workspace};
use crate::fault::Fault;
use crate::gpt_trainer::answers::{parse_done, parse_session};
use crate::gpt_trainer::exchanges::parse_messages;
use crate::gpt_trainer::said::{Endpoint, parse_answer};
use crate::http::{HttpRequest, HttpResponse};
use crate::intercom::answers::{Posted, parse_assigned, parse_posted, parse_thread};
use crate::intercom::ids::{ConversationId, PartId};
use crate::intercom::pace::Caller;
use crate::intercom::requests::AssignTo;
use crate::settings::Settings;
use crate::text::{AnswerText, Source, answer_note, answer_to_reply, plain_reply};
use crate::turn::command::{Command, Once, Repeatable};
use crate::turn::event::{Event, Finding};
use crate::turn::state::Delivery;
use serde_json::json;
use worker::Env;

/// Whose command it is.
pub struct Names {
    /// The conversation.
    pub conversation: ConversationId,
}

/// Carries a command out. An announcement brings nothing back.
pub async fn carry_out(command: Command, names: &Names, settings: &Settings, env: &Env) -> Option<Event> {
    let began = clock::now();
    let (attempt, finding) = match command {
        Command::Announce(_) => return None,
        Command::Repeatable(attempt, command) => (attempt, repeat(command, names, settings, env).await),
        Command::Once(attempt, command) => (attempt, once(command, names, settings).await),
    };
    let fields = json!({
        "conversation": names.conversation.as_str(),
        "call": finding.call(),
        "result": finding.result(),
        "ms": clock::now().since(began).0,
    });
    line(Level::Info, "call", fields);
    Some(Event::Finished(attempt, finding))
}

async fn repeat(command: Repeatable, names: &Names, settings: &Settings, env: &Env) -> Finding {
    let (account, trainer) = (&settings.intercom, &settings.gpt_trainer);
    let conversation = &names.conversation;
    match command {
        Repeatable::VerifyWorkspace => Finding::Workspace(workspace::identify(env).await),
        Repeatable::ReadConversation => {
            let requested_at = clock::now();
            let response = to_intercom(account.read_conversation(conversation)).await;
            let thread = response.and_then(|response| parse_thread(&response, conversation, &account.admin));
            Finding::Conversation(thread, requested_at)
        }
        Repeatable::SeekGrant(key) => Finding::Grant(workspace::seek_grant(env, key).await),
        Repeatable::Assign => {
            let to = settings.policy.handover_team.clone().map_or(AssignTo::Nobody, AssignTo::Team);
            let response = to_intercom(account.assign(conversation, &to)).await;
            Finding::Assigned(response.and_then(|response| parse_assigned(&response)))
        }
        Repeatable::WriteNote(note) => {
            let response = to_intercom(account.note(conversation, &note)).await;
            Finding::NoteWritten(response.and_then(|response| parse_posted(&response, &account.admin, Posted::Note)))
        }
        Repeatable::OpenSession(about) => {
            let response = send(trainer.create_session(&about)).await;
            Finding::SessionOpened(response.and_then(|response| parse_session(&response)))
        }
        Repeatable::ReadSession(session) => {
            let response = send(trainer.messages(&session)).await;
            Finding::SessionMessages(response.and_then(|response| parse_messages(&response)))
        }
        Repeatable::Discard(message) => {
            let response = send(trainer.delete_message(&message)).await;
            Finding::Discarded(response.and_then(|response| parse_done(&response)))
        }
    }
}

async fn once(command: Once, names: &Names, settings: &Settings) -> Finding {
    match command {
        Once::Ask { session, endpoint, text, known } => {
            let trainer = &settings.gpt_trainer;
            let request = match endpoint {
                Endpoint::Stream => trainer.ask_stream(&session, &text),
                Endpoint::Whole => trainer.ask_whole(&session, &text),
            };
            let response = send(request).await;
            Finding::Answer(response.and_then(|response| parse_answer(&response, endpoint, &known)))
        }
        Once::HandOverMessage(text) => {
            let account = &settings.intercom;
            let message = plain_reply(&text).expect("a message without words is not said");
            let response = to_intercom(account.reply(&names.conversation, &message)).await;
            Finding::Posted(response.and_then(|response| parse_posted(&response, &account.admin, Posted::Reply)))
        }
        Once::Post { delivery, answer, sources } => {
            Finding::Posted(post(delivery, &answer, &sources, names, settings).await)
        }
    }
}

async fn post(
    delivery: Delivery,
    answer: &AnswerText,
    sources: &[Source],
    names: &Names,
    settings: &Settings,
) -> Result<PartId, Fault> {
    let account = &settings.intercom;
    let (request, kind) = match delivery {
        Delivery::Reply => {
            let reply = answer_to_reply(answer, sources).expect("an answer without words is handed over, not posted");
            (account.reply(&names.conversation, &reply), Posted::Reply)
        }
        Delivery::Note => (account.note(&names.conversation, &answer_note(answer, sources, NOTE_REASON)), Posted::Note),
    };
    let response = to_intercom(request).await?;
    parse_posted(&response, &account.admin, kind)
}

/// Stands above an answer in a note.
const NOTE_REASON: &str = "The customer has not seen this answer.";

async fn to_intercom(request: HttpRequest) -> Result<HttpResponse, Fault> {
    pacing::send(&request, Caller::Turn).await
}

async fn send(request: HttpRequest) -> Result<HttpResponse, Fault> {
    outbound::send(&request).await.map_err(Fault::Unanswered)
}
