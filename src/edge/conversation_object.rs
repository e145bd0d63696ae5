//! The object of one conversation. Its name is `{app_id}:{conversation_id}`: ids are unique only within a workspace.
//!
//! | stored | what |
//! | --- | --- |
//! | `conversation` | one row: the [`State`], in the format of [`stored`], and the [`Trail`] |
//! | `held` | notices that could not be taken in yet, because settings are wrong or the state is a newer version's |
//! | the alarm | the state's [`State::wake_at`] |
//!
//! | call | answer |
//! | --- | --- |
//! | `POST /notice` with a [`Notice`] | 200 once it is on disk |
//! | `GET /record` | 200 with what is kept of the conversation, 404 where nothing is |
//! | `POST /retry`, `POST /retry/may_repeat` | 202 once it is on disk that the last turn is tried again, 409 with the reason why not, 404 |
//!
//! A notice changes the state and the alarm and nothing else. Everything outward happens inside the alarm's handler: the
//! state is persisted, the command carried out, and its result is the next event. Two alarm handlers never run together,
//! and whatever comes in meanwhile finds the state on disk.

use super::carry_out::{Names, carry_out};
use super::log::{Level, line};
use super::reporting::Reporter;
use super::storage::{Column, Openable, Schema, Storage, text};
use super::trouble::Trouble;
use super::{clock, environment, request, workspace_object};
use crate::intercom::ids::{AppId, ConversationId};
use crate::intercom::notice::Notice;
use crate::json;
use crate::settings::{Problem, Settings};
use crate::time::Millis;
use crate::turn::command::Command;
use crate::turn::event::Event;
use crate::turn::record::Record;
use crate::turn::retry::{Confirmation, NotRetried, may_retry};
use crate::turn::state::State;
use crate::turn::step;
use crate::turn::stored::{self, Unreadable};
use crate::turn::trail::{Line, Trail};
use serde_json::json;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::Duration;
use worker::{Delay, DurableObject, Env, Error, Method, Request, Response, Result, durable_object};

/// Hands a notice to its conversation's object. `Ok` means that it is on disk.
pub async fn tell(env: &Env, notice: &Notice) -> Result<()> {
    let name = format!("{}:{}", notice.app_id, notice.conversation);
    let body = serde_json::to_string(notice)?;
    let request = request::make("POST", "https://conversation/notice", &[], Some(&body))?;
    let response = environment::conversations(env)?.get_by_name(&name)?.fetch_with_request(request).await?;
    match response.status_code() {
        200 => Ok(()),
        status => Err(Error::from(format!("the conversation's object answered {status}"))),
    }
}

/// What is kept of a conversation, as its object answers it.
pub async fn record(env: &Env, app: &AppId, conversation: &ConversationId) -> Result<Response> {
    let request = request::make("GET", "https://conversation/record", &[], None)?;
    environment::conversations(env)?.get_by_name(&format!("{app}:{conversation}"))?.fetch_with_request(request).await
}

/// Has the last turn of a conversation tried again, as its object answers it.
pub async fn retry(
    env: &Env,
    app: &AppId,
    conversation: &ConversationId,
    confirmation: Confirmation,
) -> Result<Response> {
    let url = match confirmation {
        Confirmation::None => "https://conversation/retry",
        Confirmation::MayRepeat => "https://conversation/retry/may_repeat",
    };
    let request = request::make("POST", url, &[], None)?;
    environment::conversations(env)?.get_by_name(&format!("{app}:{conversation}"))?.fetch_with_request(request).await
}

/// One conversation.
#[durable_object(alarm)]
pub struct ConversationObject {
    env: Env,
    /// `{app_id}:{conversation_id}`, for the log.
    name: String,
    storage: Openable,
    /// Read once: a change of settings starts new objects.
    settings: OnceCell<std::result::Result<Rc<Settings>, Vec<Problem>>>,
    running: Cell<Running>,
}

// SAFETY of meaning, not of memory: after a panic the cells hold either what they held before or a finished value, and the
// state itself is on disk.
impl std::panic::RefUnwindSafe for ConversationObject {}
impl std::panic::UnwindSafe for ConversationObject {}

/// Whether this instance carries commands out at the moment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    No,
    Yes,
}

/// What became of events.
enum Taken {
    /// The state is on disk; these are to be carried out.
    In(Vec<Command>),
    /// The stored state cannot be used. It is untouched.
    Unreadable(Unreadable),
}

const SCHEMA: Schema = Schema {
    tables: "
        CREATE TABLE IF NOT EXISTS conversation (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS held (n INTEGER PRIMARY KEY AUTOINCREMENT, notice TEXT NOT NULL);
    ",
    later: &[Column { table: "conversation", name: "trail", definition: "TEXT NOT NULL DEFAULT ''" }],
};

/// How soon to look again whether settings or program can go on with what is held.
const HOLD_PAUSE: Millis = Millis::from_seconds(15);

/// How long to wait for storage before it is tried again.
const STORAGE_PAUSE: Duration = Duration::from_secs(5);

/// The runtime calls a handler that failed six times more, within two minutes, and then never again. So this handler waits
/// for storage itself, ten minutes at a time; it may take fifteen.
const MOST_WAITS: u32 = 120;

/// A free plan allows 50 subrequests in one go; the rest is for the next alarm.
const MAX_CALLS: u32 = 40;

impl DurableObject for ConversationObject {
    fn new(state: worker::State, env: Env) -> Self {
        let name = state.id().name().unwrap_or_default();
        let storage = Openable::new(state, SCHEMA);
        Self { env, name, storage, settings: OnceCell::new(), running: Cell::new(Running::No) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        match (request.method(), request.path().as_str()) {
            (Method::Get, "/record") => self.record(),
            (Method::Post, "/retry") => self.retry(Confirmation::None),
            (Method::Post, "/retry/may_repeat") => self.retry(Confirmation::MayRepeat),
            (_, _notice) => {
                let notice = notice_of(&request.bytes().await?)?;
                self.take_notice(notice)?;
                Response::ok("stored")
            }
        }
    }

    /// Fails only where storage does, and for long: see [`MOST_WAITS`].
    async fn alarm(&self) -> Result<Response> {
        let Some(_run) = Run::begin(&self.running) else {
            self.set_alarm_soon()?;
            return Response::empty();
        };
        if let Err(error) = self.wake().await {
            line(Level::Error, "wake_failed", json!({ "object": self.name, "error": error.to_string() }));
            self.look_again().await?;
        }
        Response::empty()
    }
}

/// One run of the alarm's handler. It ends when this is dropped, even by a panic: a conversation that was thought to be
/// running for ever would never be woken again.
struct Run<'a>(&'a Cell<Running>);

impl<'a> Run<'a> {
    fn begin(running: &'a Cell<Running>) -> Option<Self> {
        match running.replace(Running::Yes) {
            Running::Yes => None,
            Running::No => Some(Self(running)),
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.set(Running::No);
    }
}

impl ConversationObject {
    fn take_notice(&self, notice: Notice) -> Result<()> {
        let Ok(settings) = self.settings() else { return self.hold(&notice) };
        match self.take_in(settings, notice_to_events(&notice), Some(notice.clone()))? {
            Taken::In(commands) => {
                let reporter = Reporter::of(&self.env, &notice.conversation);
                commands.iter().for_each(|command| reporter.log(command));
                Ok(())
            }
            Taken::Unreadable(_) => self.hold(&notice),
        }
    }

    /// What a person may read of the conversation: ids, reasons and times.
    fn record(&self) -> Result<Response> {
        let storage = self.storage()?;
        let state = match load(storage)? {
            None => return Response::error("nothing is kept", 404),
            Some(Ok(state)) => state,
            Some(Err(unreadable)) => return Response::error(unreadable.to_string(), 409),
        };
        let Ok(settings) = self.settings() else { return Response::error("settings are wrong", 409) };
        let link = settings.intercom.inbox_link(&state.app, &state.conversation);
        request::json_response(&Record::new(&state, &load_trail(storage)?, link).to_json())
    }

    fn retry(&self, confirmation: Confirmation) -> Result<Response> {
        let Ok(settings) = self.settings() else { return Response::error("settings are wrong", 409) };
        let refusal = match load(self.storage()?)? {
            None => return Response::error("nothing is kept", 404),
            Some(Err(unreadable)) => return Response::error(unreadable.to_string(), 409),
            Some(Ok(state)) => may_retry(&state, confirmation).err(),
        };
        if let Some(refusal) = refusal {
            return Ok(Response::from_json(&of_refusal(refusal))?.with_status(409));
        }
        // Nothing was awaited since the look, so nothing came in between.
        match self.take_in(settings, vec![Event::RetryWanted], None)? {
            Taken::In(_) => Ok(Response::from_json(&json!({ "status": "accepted" }))?.with_status(202)),
            Taken::Unreadable(unreadable) => Response::error(unreadable.to_string(), 409),
        }
    }

    /// Keeps a notice that cannot be taken in yet. It waits for settings or program to be right.
    fn hold(&self, notice: &Notice) -> Result<()> {
        let text = serde_json::to_string(notice)?;
        self.storage()?.atomically(move |storage| {
            storage.run("INSERT INTO held (notice) VALUES (?)", vec![text.into()])?;
            storage.set_alarm(Some(clock::now().after(HOLD_PAUSE)))
        })
    }

    async fn wake(&self) -> Result<()> {
        let settings = match self.settings() {
            Ok(settings) => settings,
            Err(problems) => {
                let names: Vec<_> = problems.iter().map(|problem| problem.variable).collect();
                line(
                    Level::Error,
                    "conversation_held",
                    json!({ "object": self.name, "reason": "settings", "variables": names }),
                );
                return self.set_alarm_soon();
            }
        };
        let mut events = vec![Event::Woken];
        let mut calls = 0;
        while !events.is_empty() {
            let commands = match self.take_in(Rc::clone(&settings), std::mem::take(&mut events), None)? {
                Taken::In(commands) => commands,
                Taken::Unreadable(unreadable) => return self.leave_alone(&unreadable).await,
            };
            let Some(name) = self.names()? else { return Ok(()) };
            let reporter = Reporter::of(&self.env, &name.conversation);
            commands.iter().for_each(|command| reporter.log(command));
            let (announced, wanted): (Vec<_>, Vec<_>) =
                commands.into_iter().partition(|command| matches!(command, Command::Announce(_)));
            for command in wanted {
                if calls >= MAX_CALLS && matches!(command, Command::Repeatable(..)) {
                    // What was promised and is not done is found at the next wake-up, as after a crash.
                    continue;
                }
                if let Some(event) = carry_out(command, &name, &settings, &self.env).await {
                    calls += 1;
                    events.push(event);
                }
            }
            // Only now: a report must not come between the last read and the post.
            for announcement in &announced {
                reporter.report(announcement).await;
            }
        }
        Ok(())
    }

    /// Takes events in, as one transaction: the state and its alarm, with everything that was held before.
    fn take_in(&self, settings: Rc<Settings>, events: Vec<Event>, new: Option<Notice>) -> Result<Taken> {
        let now = clock::now();
        self.storage()?.atomically(move |storage| {
            let held = held(storage)?;
            let about = new.as_ref().or(held.first());
            let state = match (load(storage)?, about) {
                (Some(Ok(state)), _) => state,
                (Some(Err(unreadable)), _) => return Ok(Taken::Unreadable(unreadable)),
                (None, Some(notice)) => State::new(notice.app_id.clone(), notice.conversation.clone()),
                (None, None) => return Ok(Taken::In(vec![])),
            };
            let before = state.clone();
            let held_events = held.iter().flat_map(notice_to_events).collect::<Vec<_>>();
            let mut commands = vec![];
            let mut state = state;
            let mut lines = vec![];
            for event in held_events.into_iter().chain(events) {
                lines.extend(Line::of_event(&event));
                let (next, wanted) = step(state, event, now, &settings.policy);
                state = next;
                lines.extend(wanted.iter().filter_map(announced));
                commands.extend(wanted);
            }
            if state != before || !held.is_empty() {
                let mut trail = load_trail(storage)?;
                lines.into_iter().for_each(|line| trail.add(now, line));
                save(storage, &state, &trail)?;
                storage.run("DELETE FROM held", vec![])?;
            }
            storage.set_alarm(state.wake_at())?;
            Ok(Taken::In(commands))
        })
    }

    /// A state that this program cannot read is another version's business: nothing is changed, and it is looked at again.
    async fn leave_alone(&self, unreadable: &Unreadable) -> Result<()> {
        line(Level::Error, "state_unreadable", json!({ "object": self.name, "reason": unreadable.to_string() }));
        self.set_alarm_soon()?;
        workspace_object::report(&self.env, Trouble::UnreadableState).await;
        Ok(())
    }

    /// After a failure: sets the alarm for another look, as soon as storage takes it.
    async fn look_again(&self) -> Result<()> {
        let mut set = self.set_alarm_if_writable(HOLD_PAUSE);
        for _ in 0..MOST_WAITS {
            if set.is_ok() {
                break;
            }
            Delay::from(STORAGE_PAUSE).await;
            set = self.set_alarm_if_writable(Millis::from_seconds(0));
        }
        set
    }

    fn set_alarm_if_writable(&self, pause: Millis) -> Result<()> {
        self.storage()?.atomically(move |storage| {
            // Setting an alarm never fails at once, but a statement does, even one that changes nothing.
            storage.run("DELETE FROM held WHERE n IS NULL", vec![])?;
            storage.set_alarm(Some(clock::now().after(pause)))
        })
    }

    fn set_alarm_soon(&self) -> Result<()> {
        self.storage()?.set_alarm(Some(clock::now().after(HOLD_PAUSE)))
    }

    fn names(&self) -> Result<Option<Names>> {
        let state = load(self.storage()?)?;
        Ok(state.and_then(std::result::Result::ok).map(|state| Names { conversation: state.conversation }))
    }

    fn settings(&self) -> std::result::Result<Rc<Settings>, &Vec<Problem>> {
        self.settings.get_or_init(|| environment::settings(&self.env).map(Rc::new)).as_ref().map(Rc::clone)
    }

    fn storage(&self) -> Result<&Storage> {
        self.storage.open()
    }
}

fn notice_to_events(notice: &Notice) -> Vec<Event> {
    notice.news.iter().cloned().map(Event::Notified).collect()
}

fn load(storage: &Storage) -> Result<Option<std::result::Result<State, Unreadable>>> {
    let rows = storage.rows("SELECT state FROM conversation", vec![])?;
    rows.into_iter().next().map(|row| text(row).map(|text| stored::read(&text))).transpose()
}

fn load_trail(storage: &Storage) -> Result<Trail> {
    let rows = storage.rows("SELECT trail FROM conversation", vec![])?;
    rows.into_iter().next().map_or(Ok(Trail::default()), |row| text(row).map(|text| Trail::read(&text)))
}

fn save(storage: &Storage, state: &State, trail: &Trail) -> Result<()> {
    let statement = "INSERT INTO conversation (id, state, trail) VALUES (1, ?, ?)
                     ON CONFLICT (id) DO UPDATE SET state = excluded.state, trail = excluded.trail";
    storage.run(statement, vec![stored::write(state).into(), trail.write().into()])
}

fn announced(command: &Command) -> Option<Line> {
    match command {
        Command::Announce(announcement) => Some(Line::of_announcement(announcement)),
        Command::Repeatable(..) | Command::Once(..) => None,
    }
}

fn of_refusal(refusal: NotRetried) -> serde_json::Value {
    json!({ "error": { "code": refusal.name(), "message": refusal.in_words() } })
}

fn held(storage: &Storage) -> Result<Vec<Notice>> {
    let rows = storage.rows("SELECT notice FROM held ORDER BY n", vec![])?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        match notice_of(text(row)?.as_bytes()) {
            Ok(notice) => notices.push(notice),
            // It must not hold up the others for ever.
            Err(error) => line(Level::Error, "held_notice_unreadable", json!({ "error": error.to_string() })),
        }
    }
    Ok(notices)
}

fn notice_of(bytes: &[u8]) -> Result<Notice> {
    json::read(bytes).map_err(|unreadable| Error::from(unreadable.to_string()))
}
