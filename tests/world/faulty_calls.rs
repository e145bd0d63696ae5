//! Calls as broken variants have them: between our own objects, and the responses of the far sides.

use crate::world::World;
use crate::world::calls::{InnerCall, nudge};
use crate::world::far_side::Response;
use crate::world::host::Name;
use crate::world::settings::INTERCOM_URL;
use crate::world::variant::Variant;
use onereply::http::{HttpRequest, HttpResponse, Method, RateLimit};
use onereply::intercom::events::ConversationEvent;
use onereply::objects::calls::conversation::{ConversationCall, TakeEvents};
use onereply::objects::host::Result;
use onereply::time::{Millis, UnixMillis};
use onereply::workspace::watchdog::{ObjectStatus, Receipt};
use onereply_sandbox::call::Call;
use serde_json::{Value, json};

impl Variant {
    /// What the caller hears.
    pub fn answer(self, name: &str, answer: Result<Vec<u8>>) -> Result<Vec<u8>> {
        match (self, name) {
            (Self::ReportOnce, "ReportTurns") => Ok(b"null".to_vec()),
            (Self::GoOnUngranted, "SeekGrant") => {
                Ok(br#"{"grant":"given","mode":"reply","rate_limit_message":null}"#.to_vec())
            }
            _as_built => answer,
        }
    }
}

impl World {
    /// What is answered without the object. The call may also be changed.
    pub fn answer_in_place(&mut self, call: &mut InnerCall) -> Option<String> {
        let soon = || Some(UnixMillis(self.now).after(Millis::from_seconds(10)));
        match (self.variant, call.name) {
            (Variant::NudgeIsDone, "TakeEvents") => {
                let (_, at) = nudge(&call.call)?;
                let status = ObjectStatus { wakes_at: None, seen: Some(at) };
                Some(json!(Receipt { is_new: false, status }).to_string())
            }
            (Variant::OverlookTeammates, "TakeEvents") => {
                call.call = without_teammates_events(&call.call);
                None
            }
            (Variant::WatchNobody, "Look" | "Resume") => {
                Some(json!(ObjectStatus { wakes_at: soon(), seen: None }).to_string())
            }
            _as_built => None,
        }
    }

    /// The response that an object hears.
    pub fn respond_falsely(&mut self, name: &Name, call: Call, response: Response) -> Response {
        match (self.variant, call) {
            (Variant::ResendUnanswered, Call::Reply) | (Variant::AskAgainAtOnce, Call::Stream | Call::NonStream)
                if is_unanswered(&response) =>
            {
                Ok(plain(429, "{}"))
            }
            (Variant::PassFailedPages, Call::Search) if !is_page(&response) => {
                Ok(plain(200, r#"{"type":"conversation.list","conversations":[]}"#))
            }
            (Variant::OverlookTeammates, Call::Read) => response.map(without_teammates),
            (Variant::SkipReread, Call::Read) => {
                if let (Ok(read), Some(disk)) = (&response, self.disks.get_mut(name)) {
                    disk.faulty.first_read.get_or_insert_with(|| read.clone());
                }
                response
            }
            _as_built => response,
        }
    }

    /// The response to the read before the post, where it is left out.
    pub fn remembered_read(&self, name: &Name, request: &HttpRequest) -> Option<Response> {
        let path = request.url.strip_prefix(INTERCOM_URL)?;
        let reads = request.method == Method::Get && path.starts_with("/conversations/");
        let disk = self.disks.get(name).filter(|disk| reads && disk.phase == "rechecking")?;
        disk.faulty.first_read.clone().map(Ok)
    }
}

/// No answer of the application itself.
fn is_unanswered(response: &Response) -> bool {
    response.as_ref().map_or(true, |it| it.status >= 500 && !it.content_type.contains("json"))
}

fn is_page(response: &Response) -> bool {
    response.as_ref().is_ok_and(|it| it.status == 200 && serde_json::from_slice::<Value>(&it.body).is_ok())
}

fn plain(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        content_type: "application/json".to_owned(),
        rate_limit: RateLimit::default(),
        body: body.as_bytes().to_vec(),
    }
}

fn without_teammates_events(call: &str) -> String {
    let ConversationCall::TakeEvents(TakeEvents(mut taken)) = serde_json::from_str(call).unwrap() else {
        unreachable!("that is TakeEvents");
    };
    taken.events.retain(|event| !matches!(event, ConversationEvent::TeammateActed { .. }));
    serde_json::to_string(&ConversationCall::TakeEvents(TakeEvents(taken))).unwrap()
}

/// Who writes as ourselves is left.
fn without_teammates(response: HttpResponse) -> HttpResponse {
    let Ok(mut conversation) = serde_json::from_slice::<Value>(&response.body) else { return response };
    let Some(parts) = conversation["conversation_parts"]["conversation_parts"].as_array_mut() else { return response };
    parts.retain(|part| part["author"]["type"] != "admin" || part["author"]["id"] == "3156780");
    let left = parts.len();
    conversation["conversation_parts"]["total_count"] = json!(left);
    conversation["admin_assignee_id"] = Value::Null;
    HttpResponse { body: conversation.to_string().into_bytes(), ..response }
}
