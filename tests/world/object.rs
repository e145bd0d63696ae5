//! A conversation's object: the loop that runs inside its alarm's handler. The order is that of the real one: state and alarm
//! in one transaction, then the command, then its result as the next event.

use crate::world::calling::{finding, request};
use crate::world::crash::{Alive, Moment};
use crate::world::far_side::Response;
use crate::world::program::Configured;
use crate::world::storage::{Broken, Disk, Step, Steps, StorageFailed};
use crate::world::variant::{Variant, without_reread};
use crate::world::{Happening, World};
use onereply::http::HttpResponse;
use onereply::intercom::notice::Notice;
use onereply::time::UnixMillis;
use onereply::turn::command::{Announcement, Command, Repeatable};
use onereply::turn::event::Event;
use onereply::turn::state::State;
use onereply::workspace::watch::{self, Standing, Stored};

#[derive(Default)]
pub struct Object {
    pub disk: Disk,
    /// The handler of its alarm, while it runs.
    pub run: Option<Run>,
    /// The alarm as far as this instance has set it: one that is set already is not set again.
    pub believed_alarm: Option<u64>,
    /// Since when its alarm is lost, by no fault of the program.
    pub alarm_lost_at: Option<u64>,
}

/// What ends with the process.
#[derive(Default)]
pub struct Run {
    calls: u32,
    pub waiting: Option<Waiting>,
    /// The report whose answer it waits for.
    pub report: Option<usize>,
    /// Only for [`Variant::SkipReread`].
    pub first_read: Option<HttpResponse>,
    /// Only for [`Variant::ActBeforePersisting`].
    unsaved: Option<(State, String, Option<u64>)>,
    /// Only for [`Variant::KeepStateInMemory`].
    memory: Option<State>,
}

pub struct Waiting {
    pub call: usize,
    pub command: Command,
    pub since: UnixMillis,
}

/// What became of events, where storage did not fail.
pub enum Taken {
    /// The state is on disk; these are to be carried out.
    In(Vec<Command>, Stored),
    /// The stored state is a newer program's. It is untouched.
    Unreadable,
}

/// What is asked of our own Workspace object is no call to a far side.
const NO_CALL: usize = usize::MAX - 1;
/// Only for [`Variant::SkipReread`].
const REMEMBERED: usize = usize::MAX;
/// As the real object: the rest is for the next alarm.
const MAX_CALLS: u32 = 40;
/// As the real object: how soon it looks again where it cannot go on.
pub const HOLD_PAUSE: u64 = 15_000;
/// How soon the runtime repeats an alarm whose handler failed or died.
pub const RUNTIME_REPEATS_AFTER: u64 = 2_000;

impl World {
    /// The alarm goes off.
    pub fn wake(&mut self, conversation: &str) {
        let object = self.objects.get_mut(conversation).unwrap();
        (object.disk.alarm, object.believed_alarm, object.alarm_lost_at) = (None, None, None);
        object.run = Some(Run::default());
        self.note(|| format!("alarm of {conversation}"));
        if self.configured == Configured::Wrong {
            return self.look_again(conversation);
        }
        self.go_on(conversation, Event::Woken(Some(self.settings.policy.mode)));
    }

    /// Every alarm goes off that can be heard.
    pub fn wake_all(&mut self) {
        let idle = self.objects.iter().filter(|(_, object)| object.run.is_none());
        for conversation in idle.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.wake(&conversation);
        }
    }

    /// An answer comes back to whoever still waits for it.
    pub fn return_to_object(&mut self, call: usize, response: Response) {
        let waits = |object: &Object| object.run.as_ref()?.waiting.as_ref().map(|waiting| waiting.call);
        let found = self.objects.iter_mut().find(|(_, object)| waits(object) == Some(call));
        let Some((conversation, object)) = found else { return };
        let conversation = conversation.clone();
        let run = object.run.as_mut().unwrap();
        let Waiting { command, since, .. } = run.waiting.take().unwrap();
        if let (Command::Repeatable(_, Repeatable::ReadConversation), Ok(response)) = (&command, &response) {
            run.first_read.get_or_insert_with(|| response.clone());
        }
        self.hears(call, &response);
        if self.survives(&conversation, Moment::Returned) == Alive::No {
            return;
        }
        self.save_what_was_left(&conversation);
        let finding = finding(&command, response, since, &conversation, &self.settings);
        self.go_on(&conversation, finding);
    }

    /// Takes one event in, and begins what it causes. Nothing more to do ends the handler.
    pub fn go_on(&mut self, conversation: &str, event: Event) {
        if self.survives(conversation, Moment::BeforeCommit) == Alive::No {
            return;
        }
        let commands = match self.take_in(conversation, vec![event], None) {
            Ok(Taken::In(commands, _)) => commands,
            Ok(Taken::Unreadable) => return self.look_again(conversation),
            Err(StorageFailed) => return self.wake_failed(conversation),
        };
        if self.survives(conversation, Moment::Committed) == Alive::No {
            return;
        }
        if self.steps(conversation).pass(Step::ReadName) == Err(StorageFailed) {
            return self.wake_failed(conversation);
        }
        let mut outward = commands.into_iter().filter(|command| !matches!(command, Command::Announce(_)));
        let (command, more) = (outward.next(), outward.next());
        assert_eq!(more, None, "one call at a time");
        let run = self.objects.get_mut(conversation).unwrap().run.as_mut().unwrap();
        match command {
            Some(Command::Repeatable(..)) if run.calls >= MAX_CALLS => self.keep_books(conversation),
            Some(command) => {
                run.calls += 1;
                self.carry_out(conversation, command);
            }
            None => self.keep_books(conversation),
        }
    }

    pub fn end(&mut self, conversation: &str) {
        self.save_what_was_left(conversation);
        self.objects.get_mut(conversation).unwrap().run = None;
    }

    pub fn wake_failed(&mut self, conversation: &str) {
        self.note(|| format!("  storage of {conversation} failed"));
        self.look_again(conversation);
    }

    /// It cannot go on now. Where even that cannot be written, the handler fails, and the runtime calls it again.
    fn look_again(&mut self, conversation: &str) {
        let at = self.now + HOLD_PAUSE;
        let failure = self.steps(conversation).fails(Step::SetAlarmAlone);
        let object = self.objects.get_mut(conversation).unwrap();
        if failure != Some(Broken::Unwritten) {
            (object.disk.alarm, object.alarm_lost_at) = (Some(at), None);
        }
        if failure.is_some() {
            object.disk.alarm.get_or_insert(self.now + RUNTIME_REPEATS_AFTER);
        }
        self.end(conversation);
    }

    fn carry_out(&mut self, conversation: &str, command: Command) {
        let since = UnixMillis(self.now);
        let call = match (&command, self.remembered_read(conversation, &command)) {
            (Command::Repeatable(attempt, Repeatable::SeekGrant(turn)), _) => {
                self.seek_grant(conversation, *attempt, turn);
                NO_CALL
            }
            (_, Some(response)) => {
                self.push(self.now, Happening::Return { call: REMEMBERED, response: Ok(response) });
                REMEMBERED
            }
            (_, None) => self.send(conversation, request(&command, conversation, &self.settings)),
        };
        let run = self.objects.get_mut(conversation).unwrap().run.as_mut().unwrap();
        run.waiting = Some(Waiting { call, command, since });
        self.survives(conversation, Moment::Sent);
    }

    fn remembered_read(&self, conversation: &str, command: &Command) -> Option<HttpResponse> {
        if self.variant != Variant::SkipReread {
            return None;
        }
        let object = &self.objects[conversation];
        let state = object.disk.load(self.program)?.unwrap();
        object.run.as_ref()?.first_read.clone().filter(|_| without_reread(&state, command))
    }

    /// One transaction: the state and its alarm, with everything that was held before.
    pub fn take_in(
        &mut self,
        conversation: &str,
        events: Vec<Event>,
        about: Option<&Notice>,
    ) -> Result<Taken, StorageFailed> {
        let number = self.number(conversation);
        let Self { objects, variant, program, now, settings, announced, .. } = self;
        let (variant, program, now) = (*variant, *program, *now);
        let mut steps = Steps {
            fate: self.fate.as_mut(),
            points: &mut self.points,
            conversation: number,
            passed: &mut self.storage_steps,
            tally: &mut self.tally,
            now,
        };
        let object = objects.entry(conversation.to_owned()).or_default();
        // Should this fail, nobody knows what is set.
        let set = object.believed_alarm.take();
        let run = object.run.as_mut().filter(|_| about.is_none());

        let mut disk = object.disk.clone();
        steps.pass(Step::ReadHeld)?;
        let held = std::mem::take(&mut disk.held);
        steps.pass(Step::ReadState)?;
        let stored = match disk.load(program) {
            Some(Ok(state)) => Some(state),
            Some(Err(_unreadable)) => return Ok(Taken::Unreadable),
            None => None,
        };
        let mut books = disk.books(now);
        let remembered = run.and_then(|run| run.memory.take());
        let fresh = about.or(held.first()).map(|notice| State::new(notice.app_id.clone(), notice.conversation.clone()));
        let Some(before) = remembered.or(stored).or(fresh) else {
            return Ok(Taken::In(vec![], NOTHING));
        };

        let mut state = before.clone();
        let mut commands = vec![];
        for event in held.iter().flat_map(events_of).chain(events) {
            books.hear(&event);
            let (next, wanted) = variant.step(state, event, UnixMillis(now), &settings.policy);
            state = next;
            commands.extend(wanted);
        }
        let mut told = watch::Notice::Known;
        if state != before || !held.is_empty() {
            told = watch::Notice::New;
            books.note(&before, &state, UnixMillis(now));
            steps.pass(Step::WriteState)?;
            disk.save(program, &state);
            disk.books = books.write();
            steps.pass(Step::DeleteHeld)?;
        }
        let alarm = variant.alarm(&state, books.wake_at(&state, settings.retention));
        if alarm != set {
            steps.pass(Step::SetAlarm)?;
            disk.alarm = alarm;
        }
        let committed = match &mut object.run {
            Some(run) if about.is_none() && variant == Variant::ActBeforePersisting => {
                run.unsaved = Some((state.clone(), disk.books, disk.alarm));
                Ok(())
            }
            run => {
                if let Some(run) = run.as_mut().filter(|_| about.is_none() && variant == Variant::KeepStateInMemory) {
                    run.memory = Some(state.clone());
                }
                steps.write(Step::Commit, || object.disk = disk)
            }
        };
        steps.were(if about.is_some() { NOTICE } else { state.phase.name() });
        committed?;
        object.believed_alarm = alarm;
        if alarm != set {
            object.alarm_lost_at = None;
        }

        let news = commands.iter().filter_map(|command| match command {
            Command::Announce(announcement) => Some(announcement.clone()),
            Command::Repeatable(..) | Command::Once(..) => None,
        });
        let news: Vec<Announcement> = news.collect();
        announced.extend(news.iter().cloned());
        self.tally.count("stages", state.phase.name());
        self.note_state(conversation, before.phase.name(), &state);
        for announcement in news {
            self.note(|| format!("    {announcement:?}"));
        }
        if told == watch::Notice::New {
            self.stir();
        }
        if alarm != set {
            self.perhaps_lose_alarm(conversation);
        }
        Ok(Taken::In(commands, Stored { notice: told, standing: books.standing(&state) }))
    }

    /// Keeps a notice that cannot be taken in yet.
    pub fn hold(&mut self, notice: &Notice) -> Result<(), StorageFailed> {
        let number = self.number(notice.conversation.as_str());
        let Self { objects, now, .. } = self;
        let mut steps = Steps {
            fate: self.fate.as_mut(),
            points: &mut self.points,
            conversation: number,
            passed: &mut self.storage_steps,
            tally: &mut self.tally,
            now: *now,
        };
        let object = objects.entry(notice.conversation.to_string()).or_default();
        let mut disk = object.disk.clone();
        steps.pass(Step::InsertHeld)?;
        disk.held.push(notice.clone());
        steps.pass(Step::SetAlarm)?;
        disk.alarm = Some(*now + HOLD_PAUSE);
        (object.believed_alarm, object.alarm_lost_at) = (disk.alarm, None);
        let committed = steps.write(Step::Commit, || object.disk = disk);
        steps.were(HELD);
        self.tally.count("notices", "held");
        self.note(|| format!("  held for {}", notice.conversation));
        self.stir();
        committed
    }

    pub fn steps(&mut self, conversation: &str) -> Steps<'_> {
        Steps {
            conversation: self.number(conversation),
            fate: self.fate.as_mut(),
            points: &mut self.points,
            passed: &mut self.storage_steps,
            tally: &mut self.tally,
            now: self.now,
        }
    }

    pub fn save_what_was_left(&mut self, conversation: &str) {
        let program = self.program;
        let object = self.objects.get_mut(conversation).unwrap();
        if let Some((state, books, alarm)) = object.run.as_mut().and_then(|run| run.unsaved.take()) {
            object.disk.save(program, &state);
            (object.disk.books, object.disk.alarm) = (books, alarm);
        }
    }

    /// What is stored of a conversation, where this program can read it.
    pub fn state_of(&self, conversation: &str) -> Option<State> {
        self.objects.get(conversation)?.disk.load(self.program)?.ok()
    }
}

/// The occasions of storage steps that are no stage.
pub const NOTICE: &str = "notice";
pub const HELD: &str = "held";

const NOTHING: Stored = Stored { notice: watch::Notice::Known, standing: Standing { wakes_at: None, seen: None } };

pub fn events_of(notice: &Notice) -> Vec<Event> {
    notice.news.iter().cloned().map(Event::Notified).collect()
}
