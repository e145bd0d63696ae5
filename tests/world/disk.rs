//! What outlives the process: the storage of one object. It is SQLite, so that the real statements run. Each step can fail, and one that
//! writes by itself can fail after it was made.

use crate::world::faulty::Faulty;
use crate::world::host::{Name, WORKSPACE, wait};
use crate::world::shared::{Lent, Running, Shared};
use crate::world::sqlite::{self, Database, Schema};
use crate::world::variant::Variant;
use crate::world::waits::{Request, StorageWait};
use onereply::objects::host::{Error, Result, Row, Storage, Value};
use onereply::time::UnixMillis;
use std::rc::Rc;

pub struct Disk {
    pub database: Database,
    /// Whether an object has seen to its tables since there was nothing.
    has_tables: bool,
    pub alarm: Option<u64>,
    /// Since when its alarm is lost, by no fault of the program.
    pub alarm_lost_at: Option<u64>,
    /// In which phase its conversation is, as it was stored last.
    pub phase: &'static str,
    transaction: Option<Transaction>,
    pub faulty: Faulty,
}

/// What has to be known while one is under way.
#[derive(Clone, Copy)]
struct Transaction {
    alarm_before: (Option<u64>, Option<u64>),
    phase_before: &'static str,
    sets_alarm: bool,
    /// What it is about, as far as its statements tell.
    occasion: Option<&'static str>,
}

/// What an object asks of its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Open,
    /// Of this table.
    Read(&'static str),
    Write(&'static str),
    SetAlarm,
    ReadAlarm,
    Commit,
    Wipe,
}

impl Step {
    /// The names of all kinds.
    pub const NAMES: [&'static str; 7] = ["open", "read", "write", "set alarm", "read alarm", "commit", "wipe"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Read(_) => "read",
            Self::Write(_) => "write",
            Self::SetAlarm => "set alarm",
            Self::ReadAlarm => "read alarm",
            Self::Commit => "commit",
            Self::Wipe => "wipe",
        }
    }

    /// Reads off a statement what it does.
    fn of(statement: &str) -> Self {
        let mut words = statement.split_ascii_whitespace();
        let reads = words.next() == Some("SELECT");
        let mut before = "";
        let table = words.find_map(|word| {
            let named = matches!(before, "FROM" | "INTO" | "UPDATE") || before.is_empty();
            before = word;
            TABLES.into_iter().find(|table| named && *table == word)
        });
        let table = table.unwrap_or_else(|| panic!("no known table in {statement}"));
        if reads { Self::Read(table) } else { Self::Write(table) }
    }
}

const TABLES: [&str; 10] =
    ["conversation", "held", "identity", "chatbot", "trouble", "granted", "pause", "kept", "open", "ledger"];

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Nothing was written.
    Unwritten,
    /// It was written, and nobody heard that it was.
    Written,
}

/// A step that was passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub object: Name,
    pub step: Step,
    /// What it was part of: the phase that its transaction led to, [`EVENTS`], [`HELD`], [`OUTBOX`], or [`ALONE`].
    pub occasion: &'static str,
}

/// The occasions that are no phase.
pub const EVENTS: &str = "events";
pub const HELD: &str = "held";
pub const OUTBOX: &str = "outbox";
pub const ALONE: &str = "alone";
const UNKNOWN: &str = "";

/// Counts steps that failed after they were written.
pub const THOUGH_WRITTEN: &str = "though written";

impl Disk {
    pub fn new(name: &str) -> Self {
        Self {
            database: Database::new(if name == WORKSPACE { Schema::Workspace } else { Schema::Conversation }),
            has_tables: false,
            alarm: None,
            alarm_lost_at: None,
            phase: "idle",
            transaction: None,
            faulty: Faulty::default(),
        }
    }

    /// What a query finds, for whoever judges. Nothing goes wrong with that.
    pub fn look(&self, query: &str) -> Vec<Row> {
        sqlite::rows(&self.database, query, &[]).unwrap()
    }

    fn rows(&self, query: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        if self.has_tables { sqlite::rows(&self.database, query, arguments) } else { Err(Error::new("no such table")) }
    }
}

/// The object's way to it.
#[derive(Clone)]
pub struct WorldStorage {
    name: Name,
    lent: Lent,
}

impl WorldStorage {
    pub fn new(name: Name, lent: Lent) -> Self {
        Self { name, lent }
    }

    /// Sees to its tables.
    pub fn open(&self) -> Result<()> {
        self.lent.borrow_mut().step(&self.name, Step::Open, |disk| {
            disk.has_tables = true;
            Ok(())
        })
    }

    /// Deletes everything, the alarm too.
    pub fn wipe(&self) -> Result<()> {
        let mut shared = self.lent.borrow_mut();
        shared.step(&self.name, Step::Wipe, |disk| {
            disk.faulty.make_durable(&disk.database);
            disk.database.empty();
            disk.has_tables = false;
            (disk.alarm, disk.alarm_lost_at, disk.phase) = (None, None, "idle");
            disk.faulty.forget();
            Ok(())
        })
    }
}

impl Storage for WorldStorage {
    fn rows(&self, query: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        let mut shared = self.lent.borrow_mut();
        let shared = &mut **shared;
        let step = Step::of(query);
        let (program, variant, running) = (shared.program, shared.variant, shared.running);
        match step {
            Step::Read("conversation") => shared.step(&self.name, step, |disk| {
                let mut rows = disk.rows(query, arguments)?;
                disk.faulty.read(&mut rows, disk.phase, program, variant, running);
                Ok(rows)
            }),
            Step::Write("conversation") => {
                let written = Faulty::to_be_written(arguments, program, variant);
                shared.stirred |= written.phase.is_some();
                shared.step(&self.name, step, |disk| {
                    let rows = disk.rows(query, &written.arguments)?;
                    disk.faulty.wrote(&written, variant, running);
                    if let Some(phase) = written.phase {
                        disk.phase = phase;
                    }
                    if let Some(transaction) = &mut disk.transaction {
                        transaction.occasion = Some(written.phase.unwrap_or(OUTBOX));
                    }
                    Ok(rows)
                })
            }
            Step::Write("held") => {
                shared.stirred |= query.starts_with("INSERT");
                shared.step(&self.name, step, |disk| {
                    if let Some(transaction) = disk.transaction.as_mut().filter(|_| query.starts_with("INSERT")) {
                        transaction.occasion = Some(HELD);
                    }
                    disk.rows(query, arguments)
                })
            }
            _of_another_table => shared.step(&self.name, step, |disk| disk.rows(query, arguments)),
        }
    }

    fn set_alarm(&self, at: Option<UnixMillis>) -> Result<()> {
        let mut shared = self.lent.borrow_mut();
        let variant = shared.variant;
        let alone = shared.step(&self.name, Step::SetAlarm, |disk| {
            let at = at.filter(|_| !variant.forgets_alarm(disk.phase));
            (disk.alarm, disk.alarm_lost_at) = (at.map(|at| at.0), None);
            if let Some(transaction) = &mut disk.transaction {
                transaction.sets_alarm = true;
            }
            Ok(disk.transaction.is_none())
        })?;
        if alone {
            shared.perhaps_lose_alarm(&self.name);
        }
        Ok(())
    }

    async fn alarm(&self) -> Result<Option<UnixMillis>> {
        let alarm = {
            let mut shared = self.lent.borrow_mut();
            shared.step(&self.name, Step::ReadAlarm, |disk| Ok(disk.alarm.map(UnixMillis)))
        };
        wait(&self.lent, Request::Storage(StorageWait::ReadAlarm)).await;
        alarm
    }

    fn transact<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.lent.borrow_mut().begin_transaction(&self.name);
        let done = work(self);
        let mut shared = self.lent.borrow_mut();
        match done {
            Ok(done) => shared.commit(&self.name).map(|()| done),
            Err(error) => {
                shared.roll_back(&self.name);
                Err(error)
            }
        }
    }
}

/// What storage says when it fails.
fn failed() -> Error {
    Error::new("storage failed")
}

impl Shared {
    /// A step, unless it fails. Inside a transaction nothing is written that fails: whatever was written is rolled back.
    fn step<T>(&mut self, name: &Name, step: Step, act: impl FnOnce(&mut Disk) -> Result<T>) -> Result<T> {
        let broken = self.breaks(name, step);
        let disk = self.disks.get_mut(name).expect("an object's disk is there before the object");
        match broken {
            None => act(disk),
            Some(Broken::Written) if disk.transaction.is_none() && !matches!(step, Step::Read(_) | Step::ReadAlarm) => {
                act(disk)?;
                self.tally.count(group_of(name), THOUGH_WRITTEN);
                Err(failed())
            }
            Some(Broken::Unwritten | Broken::Written) => Err(failed()),
        }
    }

    fn breaks(&mut self, name: &Name, step: Step) -> Option<Broken> {
        let is_part = self.disks[name].transaction.is_some();
        let occasion = if is_part { UNKNOWN } else { ALONE };
        self.storage_steps.push(Passed { object: Rc::clone(name), step, occasion });
        let at = self.point(name, "storage");
        let broken = self.fate.storage(at, step, self.now)?;
        self.tally.count(group_of(name), step.name());
        self.note(|| format!("    {name}: {step:?} FAILS, {broken:?}"));
        Some(broken)
    }

    fn begin_transaction(&mut self, name: &Name) {
        let disk = self.disks.get_mut(name).expect("an object's disk is there before the object");
        disk.faulty.make_durable(&disk.database);
        sqlite::run(&disk.database, "BEGIN");
        disk.transaction = Some(Transaction {
            alarm_before: (disk.alarm, disk.alarm_lost_at),
            phase_before: disk.phase,
            sets_alarm: false,
            occasion: None,
        });
    }

    fn commit(&mut self, name: &Name) -> Result<()> {
        let broken = self.breaks(name, Step::Commit);
        if broken == Some(Broken::Unwritten) {
            self.roll_back(name);
            return Err(failed());
        }
        let (variant, running) = (self.variant, self.running);
        let disk = self.disks.get_mut(name).expect("an object's disk is there before the object");
        let transaction = disk.transaction.take().expect("it was begun");
        let withholds = variant == Variant::ActBeforePersisting && running == Running::Alarm;
        if withholds && **name != *WORKSPACE {
            disk.faulty.withhold(transaction.alarm_before, transaction.phase_before);
        } else {
            sqlite::run(&disk.database, "COMMIT");
        }
        let (phase, alarm) = (disk.phase, disk.alarm);
        self.name_occasion(transaction);
        match transaction.occasion {
            None | Some(OUTBOX) => {}
            Some(HELD) => self.tally.count("events", "held"),
            Some(_phase) => {
                self.tally.count("stages", phase);
                self.note_state(name, transaction.phase_before, phase, alarm);
            }
        }
        if transaction.sets_alarm {
            self.perhaps_lose_alarm(name);
        }
        match broken {
            None => Ok(()),
            Some(_) => {
                self.tally.count(group_of(name), THOUGH_WRITTEN);
                Err(failed())
            }
        }
    }

    fn roll_back(&mut self, name: &Name) {
        let disk = self.disks.get_mut(name).expect("an object's disk is there before the object");
        sqlite::run(&disk.database, "ROLLBACK");
        let transaction = disk.transaction.take().expect("it was begun");
        ((disk.alarm, disk.alarm_lost_at), disk.phase) = (transaction.alarm_before, transaction.phase_before);
        self.name_occasion(transaction);
    }

    /// Says what all steps of a transaction were part of.
    fn name_occasion(&mut self, transaction: Transaction) {
        let occasion = match (transaction.occasion, self.running) {
            (Some(occasion @ (HELD | OUTBOX)), _) => occasion,
            (_, Running::Answer("TakeEvents")) => EVENTS,
            (Some(phase), _) => phase,
            (None, _) => ALONE,
        };
        for passed in self.storage_steps.iter_mut().rev().take_while(|passed| passed.occasion == UNKNOWN) {
            passed.occasion = occasion;
        }
    }
}

fn group_of(name: &str) -> &'static str {
    if name == WORKSPACE { OF_THE_WORKSPACE } else { OF_A_CONVERSATION }
}

pub const OF_A_CONVERSATION: &str = "storage steps failed";
pub const OF_THE_WORKSPACE: &str = "storage steps of the workspace failed";
