//! The object of one conversation. Its name is `{app_id}:{conversation_id}`: ids are unique only within a workspace.
//!
//! | stored | what |
//! | --- | --- |
//! | `conversation` | one row: the [`State`], in the format of [`stored`](crate::turn::stored), the trail, and the [books](crate::workspace::books) |
//! | `held` | notices that could not be taken in yet, because settings are wrong or the state is a newer version's |
//! | the alarm | the least of what is due: the turn's next step, a report to the workspace, the day on which all this is deleted |
//!
//! | call | answer |
//! | --- | --- |
//! | `POST /notice` with a [`Notice`] | 200 with a [`Stored`] once it is on disk |
//! | `POST /look` | 200 with a [`Standing`]; an alarm that was lost is set again |
//! | `POST /resumed` | the same; a turn that waits for the end of a pause asks again now |
//! | `GET /standing` | 200 with what its [open turn](crate::turn::open) waits for, or `null` |
//! | `GET /record` | 200 with what is kept of the conversation, 404 where nothing is |
//! | `POST /hand_over` | 202 once it is on disk that people are to see to it, 409 with the reason why not, 404 |
//! | `POST /retry`, `POST /retry/may_repeat` | 202 once it is on disk that the last turn is tried again, 409 with the reason why not, 404 |
//!
//! A notice changes the state and the alarm and nothing else. Everything outward happens inside the alarm's handler: the
//! state is persisted, the command carried out, and its result is the next event. Two alarm handlers never run together,
//! and whatever comes in meanwhile finds the state on disk.

mod client;
mod keeping;
mod mode;
mod rows;
mod steering;

pub use client::{Wanted, look, name_of, record, resumed, standings, steer, tell};

use self::rows::{Row, SCHEMA, held, load, save};
use super::carry_out::{Names, carry_out};
use super::log::{Level, line};
use super::reporting::Reporter;
use super::running::{Run, Running};
use super::storage::{Openable, Storage};
use super::trouble::Trouble;
use super::{clock, environment, request, workspace};
use crate::intercom::notice::Notice;
use crate::json;
use crate::settings::{Problem, Settings};
use crate::time::{Millis, UnixMillis};
use crate::turn::command::Command;
use crate::turn::event::Event;
use crate::turn::record::Record;
use crate::turn::retry::Confirmation;
use crate::turn::state::State;
use crate::turn::step;
use crate::turn::stored::Unreadable;
use crate::turn::trail::{Line, Trail};
use crate::workspace::books::Books;
use crate::workspace::watch::{self, Standing, Stored};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::Duration;
use worker::{Delay, DurableObject, Env, Error, Method, Request, Response, Result, durable_object};

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
    /// The alarm, as far as this instance has set it. Setting one costs as much as writing a row.
    alarm: Cell<Option<UnixMillis>>,
}

// SAFETY of meaning, not of memory: after a panic the cells hold either what they held before or a finished value, and the
// state itself is on disk.
impl std::panic::RefUnwindSafe for ConversationObject {}
impl std::panic::UnwindSafe for ConversationObject {}

/// What became of events.
enum Taken {
    /// The state is on disk; these are to be carried out.
    In(Vec<Command>, Stored),
    /// The stored state cannot be used. It is untouched.
    Unreadable(Unreadable),
}

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
        let (running, alarm) = (Cell::new(Running::No), Cell::new(None));
        Self { env, name, storage, settings: OnceCell::new(), running, alarm }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        match (request.method(), request.path().as_str()) {
            (Method::Get, "/record") => self.record().await,
            (Method::Get, "/standing") => request::json_response(&self.standing().await?),
            (Method::Post, "/retry") => self.retry(Confirmation::None),
            (Method::Post, "/retry/may_repeat") => self.retry(Confirmation::MayRepeat),
            (Method::Post, "/hand_over") => self.hand_over(),
            (Method::Post, "/look") => Response::from_json(&self.look().await?),
            (Method::Post, "/resumed") => {
                if let Ok(settings) = self.settings() {
                    self.take_in(settings, vec![Event::Resumed], None)?;
                }
                Response::from_json(&self.look().await?)
            }
            (_, _notice) => {
                let notice: Notice = understood(&request.bytes().await?)?;
                Response::from_json(&self.take_notice(notice)?)
            }
        }
    }

    /// Fails only where storage does, and for long: see [`MOST_WAITS`].
    async fn alarm(&self) -> Result<Response> {
        let Some(_run) = Run::begin(&self.running) else {
            self.set_alarm_soon()?;
            return Response::empty();
        };
        self.alarm.set(None);
        if let Err(error) = self.wake().await {
            line(Level::Error, "wake_failed", json!({ "object": self.name, "error": error.to_string() }));
            self.look_again().await?;
        }
        Response::empty()
    }
}

impl ConversationObject {
    fn take_notice(&self, notice: Notice) -> Result<Stored> {
        let Ok(settings) = self.settings() else { return self.hold(&notice) };
        match self.take_in(settings, notice_to_events(&notice), Some(notice.clone()))? {
            Taken::In(commands, stored) => {
                let reporter = Reporter::of(&self.env, &notice.conversation);
                commands.iter().for_each(|command| reporter.log(command));
                Ok(stored)
            }
            Taken::Unreadable(_) => self.hold(&notice),
        }
    }

    /// What a person may read of the conversation: ids, reasons and times.
    async fn record(&self) -> Result<Response> {
        let (state, trail) = match load(&self.storage()?, clock::now())? {
            None if held(&self.storage()?)?.is_empty() => {
                self.leave_nothing().await?;
                return Response::error("nothing is kept", 404);
            }
            None => return Response::error("nothing is kept yet", 404),
            Some(Row { state: Ok(state), trail, .. }) => (state, trail),
            Some(Row { state: Err(unreadable), .. }) => return Response::error(unreadable.to_string(), 409),
        };
        let Ok(settings) = self.settings() else { return Response::error("settings are wrong", 409) };
        let link = settings.intercom.inbox_link(&state.app, &state.conversation);
        request::json_response(&Record::new(&state, &trail, link).to_json())
    }

    /// Keeps a notice that cannot be taken in yet. It waits for settings or program to be right.
    fn hold(&self, notice: &Notice) -> Result<Stored> {
        let text = serde_json::to_string(notice)?;
        let at = clock::now().after(HOLD_PAUSE);
        self.storage()?.atomically(move |storage| {
            rows::hold(storage, &text)?;
            storage.set_alarm(Some(at))
        })?;
        self.alarm.set(Some(at));
        Ok(Stored { notice: watch::Notice::New, standing: self.standing_held() })
    }

    fn standing_held(&self) -> Standing {
        Standing { wakes_at: Some(clock::now().after(HOLD_PAUSE)), seen: None }
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
        let mut events = vec![Event::Woken(self.ask_mode().await?)];
        let mut calls = 0;
        while !events.is_empty() {
            let commands = match self.take_in(Rc::clone(&settings), std::mem::take(&mut events), None)? {
                Taken::In(commands, _) => commands,
                Taken::Unreadable(unreadable) => return self.leave_alone(&unreadable).await,
            };
            let Some(name) = self.names()? else { break };
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
        self.keep_books(&settings).await
    }

    /// Takes events in, as one transaction: the state and its alarm, with everything that was held before.
    fn take_in(&self, settings: Rc<Settings>, events: Vec<Event>, new: Option<Notice>) -> Result<Taken> {
        // Should this fail, nobody knows what is set.
        let (now, set) = (clock::now(), self.alarm.replace(None));
        let (taken, alarm) = self.storage()?.atomically(move |storage| {
            let held = held(storage)?;
            let about = new.as_ref().or(held.first());
            let row = load(storage, now)?;
            let is_new = row.is_none();
            let Row { state, mut trail, mut books } = match (row, about) {
                (Some(row), _) => row,
                (None, Some(notice)) => new_row(notice),
                (None, None) => return Ok((Taken::In(vec![], NOTHING), None)),
            };
            let mut state = match state {
                Ok(state) => state,
                Err(unreadable) => return Ok((Taken::Unreadable(unreadable), set)),
            };
            let (before, books_before) = (state.clone(), books.clone());
            let held_events = held.iter().flat_map(notice_to_events).collect::<Vec<_>>();
            let mut commands = vec![];
            let mut lines = vec![];
            for event in held_events.into_iter().chain(events) {
                lines.extend(Line::of_event(&event));
                books.hear(&event);
                let (next, wanted) = step(state, event, now, &settings.policy);
                state = next;
                lines.extend(wanted.iter().filter_map(Line::of_command));
                commands.extend(wanted);
            }
            let mut notice = watch::Notice::Known;
            if state != before || !held.is_empty() {
                notice = watch::Notice::New;
                lines.into_iter().for_each(|line| trail.add(now, line));
                books.note(&before, &state, now);
                save(storage, &state, &trail, &books)?;
                if !held.is_empty() {
                    storage.run("DELETE FROM held", vec![])?;
                }
            }
            if notice == watch::Notice::Known && books != books_before {
                rows::save_books(storage, &books)?;
            }
            if notice == watch::Notice::Known && is_new {
                // Nothing of it is kept, so there is nothing to be woken for.
                return Ok((Taken::In(commands, NOTHING), set));
            }
            let wakes_at = books.wake_at(&state, settings.retention);
            let alarm = if keeps_alarm(set, wakes_at, now, &commands) { set } else { Some(wakes_at) };
            if alarm != set {
                storage.set_alarm(alarm)?;
            }
            Ok((Taken::In(commands, Stored { notice, standing: books.standing(&state) }), alarm))
        })?;
        self.alarm.set(alarm);
        Ok(taken)
    }

    /// A state that this program cannot read is another version's business: nothing is changed, and it is looked at again.
    async fn leave_alone(&self, unreadable: &Unreadable) -> Result<()> {
        line(Level::Error, "state_unreadable", json!({ "object": self.name, "reason": unreadable.to_string() }));
        self.set_alarm_soon()?;
        workspace::report(&self.env, Trouble::UnreadableState).await;
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
        let at = clock::now().after(pause);
        self.storage()?.atomically(move |storage| {
            // Setting an alarm never fails at once, but a statement does, even one that changes nothing.
            storage.run("DELETE FROM held WHERE n IS NULL", vec![])?;
            storage.set_alarm(Some(at))
        })?;
        self.alarm.set(Some(at));
        Ok(())
    }

    fn set_alarm_soon(&self) -> Result<()> {
        self.set_alarm(clock::now().after(HOLD_PAUSE))
    }

    fn set_alarm(&self, at: UnixMillis) -> Result<()> {
        self.storage()?.set_alarm(Some(at))?;
        self.alarm.set(Some(at));
        Ok(())
    }

    fn names(&self) -> Result<Option<Names>> {
        let row = load(&self.storage()?, clock::now())?;
        Ok(row.and_then(|row| row.state.ok()).map(|state| Names { conversation: state.conversation }))
    }

    fn settings(&self) -> std::result::Result<Rc<Settings>, &Vec<Problem>> {
        self.settings.get_or_init(|| environment::settings(&self.env).map(Rc::new)).as_ref().map(Rc::clone)
    }

    fn storage(&self) -> Result<Storage> {
        self.storage.open()
    }
}

fn notice_to_events(notice: &Notice) -> Vec<Event> {
    notice.news.iter().cloned().map(Event::Notified).collect()
}

const NOTHING: Stored = Stored { notice: watch::Notice::Known, standing: Standing { wakes_at: None, seen: None } };

fn new_row(notice: &Notice) -> Row {
    Row {
        state: Ok(State::new(notice.app_id.clone(), notice.conversation.clone())),
        trail: Trail::default(),
        books: Books::default(),
    }
}

/// Whether the alarm that is set may stay. While a command runs an alarm is only there in case that the process ends, and one that
/// is sooner than needed is as good.
fn keeps_alarm(set: Option<UnixMillis>, wanted: UnixMillis, now: UnixMillis, commands: &[Command]) -> bool {
    let is_running = commands.iter().any(|command| !matches!(command, Command::Announce(_)));
    set.is_some_and(|set| set == wanted || is_running && now < set && set < wanted)
}

fn understood<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    json::read(bytes).map_err(|unreadable| Error::from(unreadable.to_string()))
}
