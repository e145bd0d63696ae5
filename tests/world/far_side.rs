//! The make-believe Intercom and GPT Trainer as the worker meets them: every call on record, some of them going wrong.

use crate::world::crash::Moment;
use crate::world::host::Name;
use crate::world::settings::{GPT_TRAINER_URL, INTERCOM_URL};
use crate::world::shared::conversation_of;
use crate::world::waits::{Wait, WaitResult};
use crate::world::{Happening, World};
use onereply::fault::Silence;
use onereply::http::{HttpRequest, HttpResponse, Method, RateLimit};
use onereply_sandbox::call::{Api, Call, Target, target};
use onereply_sandbox::clock::Millis;
use onereply_sandbox::fault::{Calls, Faults, Kind, Rule};
use onereply_sandbox::gpt_trainer::{Account, GptTrainer};
use onereply_sandbox::http::{Answer, Request};
use onereply_sandbox::intercom::{Intercom, Reading, Workspace};
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

pub type Response = Result<HttpResponse, Silence>;

pub struct FarSide {
    pub intercom: Intercom,
    pub gpt_trainer: GptTrainer,
    pub faults: Faults,
    pub calls: Vec<CallRecord>,
    /// One way through the network, in milliseconds.
    pub latency: Millis,
    /// What every usual answer of the AI cites at its end.
    pub marker: &'static str,
    /// How many conversations Intercom's search puts on a page, where that is fewer than it is asked for.
    pub page_size: Option<u32>,
}

/// One call of the worker.
pub struct CallRecord {
    /// The object that made the call.
    pub conversation: String,
    pub target: Target,
    pub sent_at: Millis,
    pub arrived: bool,
    /// When its answer, or that there is none, reached whoever waited for it.
    pub answered_at: Option<Millis>,
    /// The status of that answer.
    pub status: Option<u16>,
    /// For a read whose answer could be read: how many of the conversation's parts it showed, the source among them.
    pub shown: Option<usize>,
    /// For a write: the part that it made.
    pub made: Option<String>,
    /// The object that made it, and its wait.
    object: Name,
    pub wait: Wait,
    api: Api,
    request: HttpRequest,
}

const LATENCY: Millis = 100;
/// Longer than the time for which a read may be posted on, so that an answer posted on the first read shows.
const ANSWER_DELAY: Millis = 8_000;

impl FarSide {
    pub fn new() -> Self {
        let account = Account { answer_delay: ANSWER_DELAY, ..Account::default() };
        Self {
            intercom: Intercom::new(Workspace::default(), 1),
            gpt_trainer: GptTrainer::new(account, 1),
            faults: Faults::default(),
            calls: Vec::new(),
            latency: LATENCY,
            marker: "",
            page_size: None,
        }
    }

    /// How many calls of this kind have arrived.
    pub fn arrived(&self, kind: Call) -> usize {
        self.calls.iter().filter(|call| call.target.call == kind && call.arrived).count()
    }

    /// Has the effect, and gives the right answer.
    fn act(&mut self, call: usize, twist: Twist<'_>, now: Millis, intercom_now: Millis) -> Answer {
        let Self { intercom, gpt_trainer, calls, marker, .. } = self;
        let record = &mut calls[call];
        let answer = {
            let request = plain(&record.request, record.api);
            match record.api {
                Api::Intercom => {
                    let reading = Reading { behind: twist.behind, shift: twist.shift };
                    Answer { ready_at: now, ..intercom.handle_read(&request, reading, intercom_now) }
                }
                Api::GptTrainer => {
                    let usual = about(&request, marker);
                    gpt_trainer.handle_with(&request, Some(twist.answer.unwrap_or(&usual)), now)
                }
            }
        };
        if answer.status == 200 && record.api == Api::Intercom {
            let parts = record.target.conversation_id.as_ref().and_then(|id| intercom.record(id)).map(|it| it.parts);
            match (record.target.call, parts) {
                (Call::Read, Some(parts)) => record.shown = Some(parts.len().saturating_sub(twist.behind).max(1)),
                (Call::Reply | Call::Note | Call::Parts, Some(parts)) => {
                    record.made = parts.last().map(|part| part.id.clone());
                }
                _others_leave_nothing => {}
            }
        }
        answer
    }

    fn failure(&mut self, call: usize, status: u16, now: Millis) -> Answer {
        match self.calls[call].api {
            Api::Intercom => self.intercom.failure(status, now),
            Api::GptTrainer => self.gpt_trainer.failure(status, now),
        }
    }
}

#[derive(Default)]
struct Twist<'a> {
    behind: usize,
    shift: isize,
    answer: Option<&'a str>,
}

impl World {
    /// Makes calls of this name (`intercom.reply`, `gpt_trainer.*`) go wrong so many times; 0 for ever.
    pub fn fault(&mut self, call: &str, times: u32, kind: Kind) {
        self.fault_after(0, call, times, kind);
    }

    /// The same, after so many calls that go well.
    pub fn fault_after(&mut self, skip: u32, call: &str, times: u32, kind: Kind) {
        let calls = Calls::parse(call).unwrap();
        self.far_side.faults.add(Rule { calls, conversation_id: None, times, skip, kind });
    }

    /// Sends a request off. Its answer comes back as a [`Happening::Return`], at the latest when its time is over.
    pub fn send(&mut self, object: &Name, wait: Wait, mut request: HttpRequest) {
        if let Some(size) = self.far_side.page_size {
            with_page_size(&mut request, size);
        }
        let api = if request.url.starts_with(INTERCOM_URL) { Api::Intercom } else { Api::GptTrainer };
        let call = self.far_side.calls.len();
        self.push(self.now + self.far_side.latency, Happening::Arrival { call });
        self.push(self.now + request.limit.0, Happening::Return { call, response: Err(Silence::Timeout) });
        self.far_side.calls.push(CallRecord {
            conversation: conversation_of(object).to_owned(),
            target: target(api, &plain(&request, api)),
            sent_at: self.now,
            arrived: false,
            answered_at: None,
            status: None,
            shown: None,
            made: None,
            object: Rc::clone(object),
            wait,
            api,
            request,
        });
    }

    /// A request is at its far side, where it may go wrong in every way.
    pub fn arrive(&mut self, call: usize) {
        self.far_side.calls[call].arrived = true;
        let now = self.now;
        let target = self.far_side.calls[call].target.clone();
        let fault = self.far_side.faults.strike(&target).or_else(|| self.fate_of_call(call, &target));
        if let Some(fault) = &fault {
            self.tally.count("faults", fault.name());
        }
        self.note(|| {
            let about = target.conversation_id.as_deref().unwrap_or_default();
            let wrong = fault.as_ref().map_or("goes well".to_owned(), |fault| format!("{fault:?}"));
            format!("  call {} ({}) {about}: {wrong}", call + 1, target.call.name())
        });
        let shift = fault.as_ref().map_or(0, Kind::shift);
        match fault {
            None => self.act_and_answer(call, Twist::default()),
            Some(Kind::StaleRead { behind }) => self.act_and_answer(call, Twist { behind, ..Twist::default() }),
            Some(Kind::SkipItems { .. } | Kind::RepeatItems { .. }) => {
                self.act_and_answer(call, Twist { shift, ..Twist::default() });
            }
            Some(Kind::BadCursor {}) => {
                let answer = self.far_side.intercom.bad_cursor(now);
                self.answer(call, &answer);
            }
            Some(Kind::AnswerText { text }) => {
                self.act_and_answer(call, Twist { answer: Some(&text), ..Twist::default() });
            }
            Some(Kind::Empty {}) => self.act_and_answer(call, Twist { answer: Some(""), ..Twist::default() }),
            Some(Kind::FailBefore { status, json }) => {
                let answer = if json { self.far_side.failure(call, status, now) } else { page(status, now) };
                self.answer(call, &answer);
            }
            Some(Kind::CutBefore {}) => self.answer_at(call, now, Err(Silence::ConnectionLost)),
            Some(Kind::RateLimited { reset_in_s }) => {
                let mut answer = self.far_side.failure(call, 429, now);
                let reset = self.intercom_now() / 1_000 + reset_in_s;
                answer.headers = vec![("X-RateLimit-Reset", reset.to_string())];
                self.answer(call, &answer);
            }
            Some(Kind::ActThenCut {}) => {
                self.act(call, Twist::default());
                self.answer_at(call, now, Err(Silence::ConnectionLost));
            }
            Some(Kind::ActThen500 { json }) => {
                let ready_at = self.act(call, Twist::default()).ready_at;
                let answer = if json { self.far_side.failure(call, 500, ready_at) } else { page(500, ready_at) };
                self.answer(call, &answer);
            }
            Some(Kind::ActThen502 {}) => {
                self.act(call, Twist::default());
                self.answer(call, &page(502, now));
            }
            Some(Kind::NeverAnswer { acts: true }) => drop(self.act(call, Twist::default())),
            Some(Kind::NeverAnswer { acts: false }) => {}
            Some(Kind::Late { ms, acts_first: true }) => {
                let mut answer = self.act(call, Twist::default());
                answer.ready_at = answer.ready_at.max(now + ms);
                self.answer(call, &answer);
            }
            Some(Kind::Late { ms, acts_first: false }) => self.push(now + ms, Happening::Landing { call }),
            Some(Kind::Malformed {}) => {
                let mut answer = self.act(call, Twist::default());
                let half = answer.body.len() / 2;
                if answer.streamed {
                    // 0xff is in no UTF-8 text.
                    answer.body.insert(half, 0xff);
                } else {
                    answer.body.truncate(half);
                }
                self.far_side.calls[call].shown = None;
                self.answer(call, &answer);
            }
            Some(Kind::HalfBody {}) => {
                let ready_at = self.act(call, Twist::default()).ready_at;
                self.answer_at(call, ready_at, Err(Silence::ConnectionLost));
            }
            Some(Kind::Html200 {}) => {
                let ready_at = self.act(call, Twist::default()).ready_at;
                self.far_side.calls[call].shown = None;
                self.answer(call, &page(200, ready_at));
            }
        }
        let CallRecord { object, wait, .. } = &self.far_side.calls[call];
        if self.executor.waiting.contains_key(wait) {
            let object = Rc::clone(object);
            self.survives(&object, Moment::RequestActed);
        }
    }

    fn fate_of_call(&mut self, call: usize, target: &Target) -> Option<Kind> {
        let object = Rc::clone(&self.far_side.calls[call].object);
        let (at, now) = (self.point(&object, target.call.name()), self.now);
        let fault = self.fate.call(at, target, now)?;
        let Kind::StaleRead { behind } = fault else { return Some(fault) };
        // A read after the settle time shows everything: that is what the promise assumes.
        let behind = behind.min(self.parts_since(target, self.settings.policy.settle.0));
        (behind > 0).then_some(Kind::StaleRead { behind })
    }

    /// How many parts of a conversation are not as old as that.
    fn parts_since(&self, target: &Target, age: u64) -> usize {
        let record = target.conversation_id.as_ref().and_then(|id| self.far_side.intercom.record(id));
        let since = self.intercom_now().saturating_sub(age);
        record.map_or(0, |record| record.parts.iter().skip(1).filter(|part| part.created_ms > since).count())
    }

    /// A request that was held up takes effect, whether or not anybody still waits.
    pub fn land(&mut self, call: usize) {
        let name = self.far_side.calls[call].target.call.name();
        self.note(|| format!("  call {} ({name}) takes effect only now", call + 1));
        self.act_and_answer(call, Twist::default());
    }

    /// The answer, or the time limit, reaches whoever waits for it, if anybody does.
    pub fn returns(&mut self, call: usize, response: Response) {
        let CallRecord { object, wait, target, .. } = &self.far_side.calls[call];
        let (object, wait, kind) = (Rc::clone(object), *wait, target.call);
        if self.executor.waiting.contains_key(&wait) {
            self.note_response(call, &response);
            let response = self.respond_falsely(&object, kind, response);
            self.end_wait(wait, WaitResult::Response(response), Some(Moment::RequestAnswered));
        }
    }

    fn note_response(&mut self, call: usize, response: &Response) {
        let now = self.now;
        let record = &mut self.far_side.calls[call];
        record.answered_at = Some(now);
        record.status = response.as_ref().ok().map(|response| response.status);
        record.shown = record.shown.filter(|_| record.status == Some(200));
        let name = record.target.call.name();
        self.note(|| match response {
            Ok(response) => format!("  call {} ({name}) is answered: {}", call + 1, response.status),
            Err(silence) => format!("  call {} ({name}) is not answered: {silence:?}", call + 1),
        });
    }

    fn act_and_answer(&mut self, call: usize, twist: Twist<'_>) {
        let answer = self.act(call, twist);
        self.answer(call, &answer);
    }

    fn act(&mut self, call: usize, twist: Twist<'_>) -> Answer {
        let (now, intercom_now) = (self.now, self.intercom_now());
        let mut answer = self.far_side.act(call, twist, now, intercom_now);
        if self.far_side.calls[call].target.call == Call::Search && answer.status == 200 {
            let pages = only_ours(&mut answer, &self.webhooks.foreign);
            self.tally.count("maintenance", pages);
        }
        answer
    }

    fn answer(&mut self, call: usize, answer: &Answer) {
        let header = |name| answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        let response = HttpResponse {
            status: answer.status,
            content_type: answer.content_type.split(';').next().unwrap_or_default().to_owned(),
            rate_limit: RateLimit {
                limit: header("X-RateLimit-Limit"),
                remaining: header("X-RateLimit-Remaining"),
                reset: header("X-RateLimit-Reset"),
            },
            body: answer.body.clone(),
        };
        self.answer_at(call, answer.ready_at, Ok(response));
    }

    fn answer_at(&mut self, call: usize, ready_at: Millis, response: Response) {
        self.push(ready_at.max(self.now) + self.far_side.latency, Happening::Return { call, response });
    }
}

fn plain(request: &HttpRequest, api: Api) -> Request<'_> {
    let base = match api {
        Api::Intercom => INTERCOM_URL,
        Api::GptTrainer => GPT_TRAINER_URL,
    };
    let header = |name| request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    Request {
        method: match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        },
        path: request.url.strip_prefix(base).unwrap(),
        query: "",
        authorization: header("authorization"),
        intercom_version: header("intercom-version"),
        body: request.body.as_deref().unwrap_or_default().as_bytes(),
    }
}

fn with_page_size(request: &mut HttpRequest, size: u32) {
    let Some(body) = request.body.as_deref().filter(|body| body.contains("per_page")) else { return };
    let mut search: serde_json::Value = serde_json::from_str(body).unwrap();
    search["pagination"]["per_page"] = size.into();
    request.body = Some(search.to_string());
}

/// Conversations of another workspace are in this make-believe Intercom, and in no page of ours.
fn only_ours(answer: &mut Answer, foreign: &BTreeSet<String>) -> &'static str {
    if !foreign.is_empty() {
        let mut page: Value = serde_json::from_slice(&answer.body).unwrap();
        let found = page["conversations"].as_array_mut().unwrap();
        found.retain(|conversation| !foreign.contains(conversation["id"].as_str().unwrap()));
        answer.body = page.to_string().into_bytes();
    }
    let goes_on = b"\"starting_after\"";
    if answer.body.windows(goes_on.len()).any(|some| some == goes_on) { MORE_PAGES } else { LAST_PAGE }
}

/// What the AI says: every word of what the customer now writes, so that a reply shows which messages it answers.
fn about(request: &Request<'_>, marker: &str) -> String {
    let question: serde_json::Value = serde_json::from_slice(request.body).unwrap_or_default();
    let query = question["query"].as_str().unwrap_or_default();
    let now_writes = query.rsplit("The customer now writes:").next().unwrap_or_default();
    format!("About {}{marker}.", now_writes.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn page(status: u16, ready_at: Millis) -> Answer {
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    Answer { content_type: "text/html", ..Answer::json(status, page, ready_at) }
}

pub const MORE_PAGES: &str = "page with another after it";
pub const LAST_PAGE: &str = "last page";
