//! From a command to its request, and from the answer to what was found: what the real object does around `fetch`.

use crate::world::far_side::Response;
use onereply::fault::Fault;
use onereply::gpt_trainer::answers::{parse_done, parse_session};
use onereply::gpt_trainer::exchanges::parse_messages;
use onereply::gpt_trainer::said::{Endpoint, parse_answer};
use onereply::http::HttpRequest;
use onereply::intercom::answers::{Posted, parse_assigned, parse_me, parse_posted, parse_thread};
use onereply::intercom::ids::ConversationId;
use onereply::intercom::requests::AssignTo;
use onereply::settings::Settings;
use onereply::text::{answer_note, answer_to_reply, plain_reply};
use onereply::time::UnixMillis;
use onereply::turn::command::{Command, Once, Repeatable};
use onereply::turn::event::{Event, Finding};
use onereply::turn::state::Delivery;

pub fn request(command: &Command, conversation: &str, settings: &Settings) -> HttpRequest {
    let (account, trainer) = (&settings.intercom, &settings.gpt_trainer);
    let conversation = ConversationId::new(conversation).unwrap();
    match command {
        Command::Announce(_) => unreachable!("nothing is sent for an announcement"),
        Command::Repeatable(_, command) => match command {
            Repeatable::VerifyWorkspace => account.me(),
            Repeatable::ReadConversation => account.read_conversation(&conversation),
            Repeatable::SeekGrant(_) => unreachable!("that is asked of the Workspace object"),
            Repeatable::OpenSession(about) => trainer.create_session(about),
            Repeatable::ReadSession(session) => trainer.messages(session),
            Repeatable::Discard(message) => trainer.delete_message(message),
            Repeatable::Assign => {
                let team = settings.policy.handover_team.clone();
                account.assign(&conversation, &team.map_or(AssignTo::Nobody, AssignTo::Team))
            }
            Repeatable::WriteNote(note) => account.note(&conversation, note),
        },
        Command::Once(_, Once::Ask { session, endpoint: Endpoint::Stream, text, .. }) => {
            trainer.ask_stream(session, text)
        }
        Command::Once(_, Once::Ask { session, endpoint: Endpoint::Whole, text, .. }) => {
            trainer.ask_whole(session, text)
        }
        Command::Once(_, Once::Post { delivery: Delivery::Reply, answer, sources }) => {
            account.reply(&conversation, &answer_to_reply(answer, sources).unwrap())
        }
        Command::Once(_, Once::HandOverMessage(text)) => account.reply(&conversation, &plain_reply(text).unwrap()),
        Command::Once(_, Once::Post { delivery: Delivery::Note, answer, sources }) => {
            account.note(&conversation, &answer_note(answer, sources, "The customer has not seen this answer."))
        }
    }
}

pub fn finding(
    command: &Command,
    response: Response,
    since: UnixMillis,
    conversation: &str,
    settings: &Settings,
) -> Event {
    let response = response.map_err(Fault::Unanswered);
    let admin = &settings.intercom.admin;
    let (attempt, finding) = match command {
        Command::Announce(_) => unreachable!("nothing comes back for an announcement"),
        Command::Repeatable(attempt, command) => (
            *attempt,
            match command {
                Repeatable::VerifyWorkspace => {
                    Finding::Workspace(response.and_then(|it| parse_me(&it)).map(|me| me.app_id))
                }
                Repeatable::ReadConversation => {
                    let id = ConversationId::new(conversation).unwrap();
                    Finding::Conversation(response.and_then(|it| parse_thread(&it, &id, admin)), since)
                }
                Repeatable::SeekGrant(_) => unreachable!("its answer is no response"),
                Repeatable::OpenSession(_) => Finding::SessionOpened(response.and_then(|it| parse_session(&it))),
                Repeatable::ReadSession(_) => Finding::SessionMessages(response.and_then(|it| parse_messages(&it))),
                Repeatable::Discard(_) => Finding::Discarded(response.and_then(|it| parse_done(&it))),
                Repeatable::Assign => Finding::Assigned(response.and_then(|it| parse_assigned(&it))),
                Repeatable::WriteNote(_) => {
                    Finding::NoteWritten(response.and_then(|it| parse_posted(&it, admin, Posted::Note)))
                }
            },
        ),
        Command::Once(attempt, Once::Ask { endpoint, known, .. }) => {
            (*attempt, Finding::Answer(response.and_then(|it| parse_answer(&it, *endpoint, known))))
        }
        Command::Once(attempt, Once::HandOverMessage(_)) => {
            (*attempt, Finding::Posted(response.and_then(|it| parse_posted(&it, admin, Posted::Reply))))
        }
        Command::Once(attempt, Once::Post { delivery, .. }) => {
            let kind = match delivery {
                Delivery::Reply => Posted::Reply,
                Delivery::Note => Posted::Note,
            };
            (*attempt, Finding::Posted(response.and_then(|it| parse_posted(&it, admin, kind))))
        }
    };
    Event::Finished(attempt, finding)
}
