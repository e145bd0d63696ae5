//! A conversation's object: its disk, and the loop that runs inside its alarm's handler. The order is that of the real one:
//! state and alarm in one transaction, then the command, then its result as the next event.

use crate::world::calling::{finding, request};
use crate::world::crash::{Alive, Moment};
use crate::world::far_side::Response;
use crate::world::variant::{Variant, without_reread};
use crate::world::{Happening, World};
use onereply::http::HttpResponse;
use onereply::intercom::notice::Notice;
use onereply::time::UnixMillis;
use onereply::turn::command::{Command, Repeatable};
use onereply::turn::event::Event;
use onereply::turn::state::State;
use onereply::turn::stored;
use std::collections::BTreeSet;

#[derive(Default)]
pub struct Object {
    pub disk: Disk,
    /// The handler of its alarm, while it runs.
    pub run: Option<Run>,
}

/// What outlives the process.
#[derive(Clone, Default)]
pub struct Disk {
    pub state: Option<String>,
    pub alarm: Option<u64>,
    /// Only for [`Variant::DropSeenNotifications`].
    pub seen: BTreeSet<String>,
}

/// What does not.
#[derive(Default)]
pub struct Run {
    calls: u32,
    pub waiting: Option<Waiting>,
    /// Only for [`Variant::SkipReread`].
    pub first_read: Option<HttpResponse>,
    /// Only for [`Variant::ActBeforePersisting`].
    unsaved: Option<(State, Option<u64>)>,
    /// Only for [`Variant::KeepStateInMemory`].
    memory: Option<State>,
}

pub struct Waiting {
    pub call: usize,
    pub command: Command,
    pub since: UnixMillis,
}

/// As the real object: the rest is for the next alarm.
const MAX_CALLS: u32 = 40;

impl Disk {
    pub fn load(&self) -> Option<State> {
        self.state.as_deref().map(|text| stored::read(text).unwrap())
    }

    fn save(&mut self, state: &State) {
        self.state = Some(stored::write(state));
    }
}

impl World {
    /// The alarm goes off.
    pub fn wake(&mut self, conversation: &str) {
        let object = self.objects.get_mut(conversation).unwrap();
        object.disk.alarm = None;
        object.run = Some(Run::default());
        self.go_on(conversation, Event::Woken);
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
        if let Some(record) = self.far_side.calls.get_mut(call) {
            record.answered_at = Some(self.now);
        }
        if self.survives(Moment::Returned) == Alive::No {
            return;
        }
        self.save_what_was_left(&conversation);
        let finding = finding(&command, response, since, &conversation, &self.settings);
        self.go_on(&conversation, finding);
    }

    /// Takes one event in, and begins what it causes. Nothing more to do ends the handler.
    fn go_on(&mut self, conversation: &str, event: Event) {
        if self.survives(Moment::BeforeCommit) == Alive::No {
            return;
        }
        let commands = self.take_in(conversation, vec![event], None);
        if self.survives(Moment::Committed) == Alive::No {
            return;
        }
        let mut outward = commands.into_iter().filter(|command| !matches!(command, Command::Announce(_)));
        let (command, more) = (outward.next(), outward.next());
        assert_eq!(more, None, "one call at a time");
        let run = self.objects.get_mut(conversation).unwrap().run.as_mut().unwrap();
        match command {
            Some(Command::Repeatable(..)) if run.calls >= MAX_CALLS => self.end(conversation),
            Some(command) => {
                run.calls += 1;
                self.carry_out(conversation, command);
            }
            None => self.end(conversation),
        }
    }

    fn end(&mut self, conversation: &str) {
        self.save_what_was_left(conversation);
        self.objects.get_mut(conversation).unwrap().run = None;
    }

    fn carry_out(&mut self, conversation: &str, command: Command) {
        let since = UnixMillis(self.now);
        let call = match self.remembered_read(conversation, &command) {
            Some(response) => {
                let call = usize::MAX;
                self.push(self.now, Happening::Return { call, response: Ok(response) });
                call
            }
            None => self.send(request(&command, conversation, &self.settings)),
        };
        let run = self.objects.get_mut(conversation).unwrap().run.as_mut().unwrap();
        run.waiting = Some(Waiting { call, command, since });
        self.survives(Moment::Sent);
    }

    fn remembered_read(&self, conversation: &str, command: &Command) -> Option<HttpResponse> {
        let object = &self.objects[conversation];
        let applies = self.variant == Variant::SkipReread && without_reread(&object.disk.load()?, command);
        object.run.as_ref()?.first_read.clone().filter(|_| applies)
    }

    /// One transaction: the state and its alarm.
    pub fn take_in(&mut self, conversation: &str, events: Vec<Event>, about: Option<&Notice>) -> Vec<Command> {
        let Self { objects, variant, now, settings, announced, .. } = self;
        let object = objects.entry(conversation.to_owned()).or_default();
        let remembered = object.run.as_mut().filter(|_| about.is_none()).and_then(|run| run.memory.take());
        let fresh = || about.map(|notice| State::new(notice.app_id.clone(), notice.conversation.clone()));
        let Some(mut state) = remembered.or_else(|| object.disk.load()).or_else(fresh) else { return vec![] };
        let mut commands = vec![];
        for event in events {
            let (next, wanted) = variant.step(state, event, UnixMillis(*now), &settings.policy);
            state = next;
            commands.extend(wanted);
        }
        announced.extend(commands.iter().filter_map(|command| match command {
            Command::Announce(announcement) => Some(announcement.clone()),
            Command::Repeatable(..) | Command::Once(..) => None,
        }));
        let alarm = variant.alarm(&state);
        match &mut object.run {
            Some(run) if about.is_none() && *variant == Variant::ActBeforePersisting => {
                run.unsaved = Some((state, alarm));
            }
            run => {
                if let Some(run) = run.as_mut().filter(|_| about.is_none() && *variant == Variant::KeepStateInMemory) {
                    run.memory = Some(state.clone());
                }
                object.disk.save(&state);
                object.disk.alarm = alarm;
            }
        }
        commands
    }

    fn save_what_was_left(&mut self, conversation: &str) {
        let object = self.objects.get_mut(conversation).unwrap();
        if let Some((state, alarm)) = object.run.as_mut().and_then(|run| run.unsaved.take()) {
            object.disk.save(&state);
            object.disk.alarm = alarm;
        }
    }
}
