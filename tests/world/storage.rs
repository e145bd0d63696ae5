//! What outlives the process: the storage of one object. Each step can fail, and a commit can fail after it was made.

use crate::world::fate::{Fate, Points};
use crate::world::program::Program;
use crate::world::tally::Tally;
use onereply::intercom::notice::Notice;
use onereply::time::UnixMillis;
use onereply::turn::state::{Phase, State};
use onereply::turn::stored::Unreadable;
use onereply::workspace::books::Books;
use std::collections::BTreeSet;

/// As the real object stores it: one row with state and books, the notices that are held, and the alarm.
#[derive(Clone, Default)]
pub struct Disk {
    pub state: Option<String>,
    pub books: String,
    pub held: Vec<Notice>,
    pub alarm: Option<u64>,
    /// Only for [`DropSeenNotifications`](crate::world::variant::Variant::DropSeenNotifications).
    pub seen: BTreeSet<String>,
}

impl Disk {
    pub fn load(&self, program: Program) -> Option<Result<State, Unreadable>> {
        self.state.as_deref().map(|text| program.read(text))
    }

    /// Of a conversation that was deleted nothing is kept but what the workspace must still be told.
    pub fn save(&mut self, program: Program, state: &State) {
        self.state = Some(match state.phase {
            Phase::Deleted => {
                let nothing = State::new(state.app.clone(), state.conversation.clone());
                program.write(&State { phase: Phase::Deleted, ..nothing })
            }
            Phase::Idle | Phase::Open(_) => program.write(state),
        });
    }

    pub fn books(&self, now: u64) -> Books {
        Books::read(&self.books, UnixMillis(now))
    }
}

/// What the object asks of its storage, in the words of the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    ReadHeld,
    ReadState,
    WriteState,
    DeleteHeld,
    InsertHeld,
    /// Inside a transaction.
    SetAlarm,
    Commit,
    /// The row again, after the commit and outside of it: whose conversation this is.
    ReadName,
    /// Alone: where the object can only look again later.
    SetAlarmAlone,
    /// Once nothing is left to be carried out: what the workspace was not told yet.
    ReadBooks,
    WriteBooks,
}

impl Step {
    pub const ALL: [Self; 11] = [
        Self::ReadHeld,
        Self::ReadState,
        Self::WriteState,
        Self::DeleteHeld,
        Self::InsertHeld,
        Self::SetAlarm,
        Self::Commit,
        Self::ReadName,
        Self::SetAlarmAlone,
        Self::ReadBooks,
        Self::WriteBooks,
    ];

    /// Whether "written, and reported as failed" differs from "not written". Inside a transaction it does not: whatever
    /// was written is rolled back.
    pub fn can_be_written_and_fail(self) -> bool {
        matches!(self, Self::Commit | Self::SetAlarmAlone)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::ReadHeld => "read of held",
            Self::ReadState => "read of the state",
            Self::WriteState => "write of the state",
            Self::DeleteHeld => "delete of held",
            Self::InsertHeld => "insert of held",
            Self::SetAlarm => "set alarm",
            Self::Commit => "commit",
            Self::ReadName => "read of the name",
            Self::SetAlarmAlone => "set alarm alone",
            Self::ReadBooks => "read of the books",
            Self::WriteBooks => "write of the books",
        }
    }
}

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Nothing was written.
    Unwritten,
    /// It was written, and nobody heard that it was.
    Written,
}

/// The one error of storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageFailed;

/// A step that was passed, and what it was part of: the stage that its transaction led to, `notice`, `held`, `alone` or
/// `books`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    pub step: Step,
    pub occasion: &'static str,
}

/// Asks at every step whether it fails.
pub struct Steps<'a> {
    pub fate: &'a mut dyn Fate,
    pub points: &'a mut Points,
    /// The conversation's number.
    pub conversation: usize,
    pub passed: &'a mut Vec<Passed>,
    pub tally: &'a mut Tally,
    pub now: u64,
}

impl Steps<'_> {
    /// A step that reads, or writes inside a transaction.
    pub fn pass(&mut self, step: Step) -> Result<(), StorageFailed> {
        match self.fails(step) {
            None => Ok(()),
            Some(Broken::Unwritten | Broken::Written) => Err(StorageFailed),
        }
    }

    /// A step that stands alone: `write` is its effect.
    pub fn write(&mut self, step: Step, write: impl FnOnce()) -> Result<(), StorageFailed> {
        match self.fails(step) {
            None => {
                write();
                Ok(())
            }
            Some(Broken::Unwritten) => Err(StorageFailed),
            Some(Broken::Written) => {
                write();
                Err(StorageFailed)
            }
        }
    }

    pub fn fails(&mut self, step: Step) -> Option<Broken> {
        let occasion = match step {
            Step::ReadName => self.passed.last().map_or(UNKNOWN, |before| before.occasion),
            Step::SetAlarmAlone => ALONE,
            Step::ReadBooks => BOOKS,
            _of_a_transaction => UNKNOWN,
        };
        self.passed.push(Passed { step, occasion });
        let broken = self.fate.storage(self.points.next(self.conversation, "storage"), step, self.now)?;
        self.tally.count("storage steps failed", step.name());
        if broken == Broken::Written && step.can_be_written_and_fail() {
            self.tally.count("storage steps failed", THOUGH_WRITTEN);
        }
        Some(broken)
    }

    /// Says what all steps since the last call were part of.
    pub fn were(&mut self, occasion: &'static str) {
        for passed in self.passed.iter_mut().rev().take_while(|passed| passed.occasion == UNKNOWN) {
            passed.occasion = occasion;
        }
    }
}

/// Counts steps that failed after they were written.
pub const THOUGH_WRITTEN: &str = "though written";

const UNKNOWN: &str = "";
const ALONE: &str = "alone";
pub const BOOKS: &str = "books";
