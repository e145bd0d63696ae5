//! Runs the objects. Each object is there from its first call or alarm until the process ends; its handlers are tasks, which are polled
//! when what they wait for has come about.

use crate::world::Happening;
use crate::world::World;
use crate::world::calls::{Caller, InnerCall};
use crate::world::crash::{Alive, Moment};
use crate::world::disk::Disk;
use crate::world::host::{Name, WORKSPACE, WorldHost};
use crate::world::shared::Running;
use crate::world::waits::{Request, StorageWait, Wait, WaitResult};
use onereply::objects::calls::conversation::ConversationCall;
use onereply::objects::calls::workspace::WorkspaceCall;
use onereply::objects::conversation::ConversationCore;
use onereply::objects::host::Result;
use onereply::objects::workspace::WorkspaceCore;
use std::collections::BTreeMap;
use std::mem::{swap, take};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Everything that ends with the process.
#[derive(Default)]
pub struct Executor {
    objects: BTreeMap<Name, Object>,
    pub tasks: BTreeMap<TaskId, Task>,
    /// Who waits for what.
    pub waiting: BTreeMap<Wait, TaskId>,
    begun: TaskId,
}

pub type TaskId = u64;

#[derive(Clone)]
enum Object {
    Conversation(Rc<ConversationCore<WorldHost>>),
    Workspace(Rc<WorkspaceCore<WorldHost>>),
}

pub struct Task {
    pub object: Name,
    pub kind: Kind,
    future: Future,
}

type Future = Pin<Box<dyn std::future::Future<Output = Result<String>>>>;

pub enum Kind {
    /// The handler of its alarm.
    Alarm,
    Answer(InnerCall),
}

/// How soon the runtime repeats an alarm whose handler failed or died.
pub const RUNTIME_REPEATS_AFTER: u64 = 2_000;

impl Object {
    fn alarm(&self) -> Future {
        match self.clone() {
            Self::Conversation(object) => Box::pin(async move { object.alarm().await.map(|()| String::new()) }),
            Self::Workspace(object) => Box::pin(async move {
                object.alarm().await;
                Ok(String::new())
            }),
        }
    }

    fn answer(&self, call: String) -> Future {
        match self.clone() {
            Self::Conversation(object) => {
                Box::pin(async move { ConversationCall::answer_by(&*object, call.as_bytes()).await })
            }
            Self::Workspace(object) => {
                Box::pin(async move { WorkspaceCall::answer_by(&*object, call.as_bytes()).await })
            }
        }
    }
}

impl Executor {
    /// Whether the handler of this object's alarm runs. The next alarm is not heard then.
    pub fn is_awake(&self, name: &Name) -> bool {
        self.tasks.values().any(|task| task.object == *name && matches!(task.kind, Kind::Alarm))
    }
}

impl World {
    /// The alarm of an object goes off.
    pub fn wake(&mut self, name: &Name) {
        self.note(|| format!("alarm of {name}"));
        let disk = self.disk(name);
        (disk.alarm, disk.alarm_lost_at) = (None, None);
        disk.faulty.forget();
        let future = self.object(name).alarm();
        let task = self.begin(name, Kind::Alarm, future);
        if self.survives(name, Moment::AlarmRang) == Alive::Yes {
            self.go_on(task);
        }
    }

    /// Every alarm goes off that can be heard.
    pub fn wake_all(&mut self) {
        let asleep = |name: &&Name| &***name != WORKSPACE && !self.executor.is_awake(name);
        let asleep: Vec<_> = self.disks.keys().filter(asleep).cloned().collect();
        asleep.iter().for_each(|name| self.wake(name));
    }

    /// An object begins to answer a call.
    pub fn begin_to_answer(&mut self, call: InnerCall) {
        let future = self.object(&call.to).answer(call.call.clone());
        let name = Rc::clone(&call.to);
        let task = self.begin(&name, Kind::Answer(call), future);
        self.go_on(task);
    }

    fn begin(&mut self, name: &Name, kind: Kind, future: Future) -> TaskId {
        self.executor.begun += 1;
        self.executor.tasks.insert(self.executor.begun, Task { object: Rc::clone(name), kind, future });
        self.executor.begun
    }

    fn object(&mut self, name: &Name) -> Object {
        self.disk(name);
        let (process, lent) = (&self.process, &self.lent);
        let host = || WorldHost::new(Rc::clone(name), Rc::clone(process), Rc::clone(lent));
        let object = self.executor.objects.entry(Rc::clone(name)).or_insert_with(|| match &**name {
            WORKSPACE => Object::Workspace(Rc::new(WorkspaceCore::new(host()))),
            _conversation => Object::Conversation(Rc::new(ConversationCore::new(host()))),
        });
        object.clone()
    }

    fn disk(&mut self, name: &Name) -> &mut Disk {
        self.disks.entry(Rc::clone(name)).or_insert_with(|| Disk::new(name))
    }

    /// Somebody hears what they have waited for, if they still do.
    pub fn end_wait(&mut self, wait: Wait, result: WaitResult, moment: Option<Moment>) {
        let Some(task) = self.executor.waiting.remove(&wait) else { return };
        let name = Rc::clone(&self.executor.tasks[&task].object);
        if moment.is_none_or(|moment| self.survives(&name, moment) == Alive::Yes) {
            self.waits.results.insert(wait, result);
            self.go_on(task);
        }
    }

    /// Polls a task, and sees to what it wants.
    fn go_on(&mut self, id: TaskId) {
        let mut task = self.executor.tasks.remove(&id).unwrap();
        self.running = match &task.kind {
            Kind::Alarm => Running::Alarm,
            Kind::Answer(call) => Running::Answer(call.name),
        };
        swap(&mut self.shared, &mut *self.lent.borrow_mut());
        let polled =
            catch_unwind(AssertUnwindSafe(|| task.future.as_mut().poll(&mut Context::from_waker(Waker::noop()))));
        swap(&mut self.shared, &mut *self.lent.borrow_mut());
        let polled = polled.unwrap_or_else(|panic| resume_unwind(panic));
        if take(&mut self.stirred) {
            self.stir();
        }
        match polled {
            Poll::Ready(done) => self.has_ended(task, done),
            Poll::Pending => {
                let name = Rc::clone(&task.object);
                self.executor.tasks.insert(id, task);
                for (wait, request) in take(&mut self.waits.requests) {
                    self.executor.waiting.insert(wait, id);
                    self.start_wait(&name, wait, request);
                }
            }
        }
    }

    fn start_wait(&mut self, name: &Name, wait: Wait, request: Request) {
        match request {
            Request::Send(request) => {
                if let Some(response) = self.remembered_read(name, &request) {
                    return self.push(self.now, Happening::WaitEnded { wait, result: WaitResult::Response(response) });
                }
                if self.survives(name, Moment::RequestLeaves) == Alive::Yes {
                    self.send(name, wait, request);
                    self.survives(name, Moment::RequestSent);
                }
            }
            Request::Call { to, call, limit } => {
                if self.survives(name, Moment::CallLeaves) == Alive::Yes {
                    self.call(name, wait, &to, call, limit);
                    self.survives(name, Moment::CallMade);
                }
            }
            Request::Sleep(length) => {
                self.push(self.now + length.0, Happening::WaitEnded { wait, result: WaitResult::Time })
            }
            Request::Storage(what) => {
                let moment = match what {
                    StorageWait::ReadAlarm => Moment::AlarmRead,
                    StorageWait::Wipe => Moment::Wiped,
                };
                if self.survives(name, moment) == Alive::Yes {
                    self.push(self.now, Happening::WaitEnded { wait, result: WaitResult::Time });
                }
            }
        }
    }

    fn has_ended(&mut self, task: Task, done: Result<String>) {
        match task.kind {
            Kind::Answer(call) => self.was_answered(call, done),
            Kind::Alarm => {
                let now = self.now;
                let disk = self.disk(&task.object);
                disk.faulty.make_durable(&disk.database);
                disk.faulty.forget();
                if done.is_err() {
                    disk.alarm.get_or_insert(now + RUNTIME_REPEATS_AFTER);
                }
            }
        }
    }

    /// The process ends, and everything in it. An object whose alarm handler ran comes back, for the runtime to call it again.
    pub fn end_process(&mut self) -> Vec<Name> {
        let ended = take(&mut self.executor);
        self.executor.begun = ended.begun;
        self.process = Rc::default();
        self.waits.results.clear();
        let awake = ended.tasks.values().filter(|task| matches!(task.kind, Kind::Alarm));
        awake.map(|task| Rc::clone(&task.object)).collect()
    }

    /// An operator's or Intercom's call, which the object answers without a wait.
    pub fn answer_outside(&mut self, call: InnerCall) -> Option<Result<String>> {
        debug_assert!(matches!(call.from, Caller::Outside));
        let name = Rc::clone(&call.to);
        self.answered_outside = None;
        if self.survives(&name, Moment::CallReceived) == Alive::No {
            return None;
        }
        self.arrive_call(call);
        let answer = self.answered_outside.take()?;
        (self.survives(&name, Moment::CallHandled) == Alive::Yes).then_some(answer)
    }
}
