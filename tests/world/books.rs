//! What a conversation's object does beside its turns, in the order of the real one: it tells the workspace how they ended,
//! forgets what nobody needs any more, and answers who asks whether all is well.

use crate::world::crash::{Alive, Moment};
use crate::world::fate::Inner;
use crate::world::program::Configured;
use crate::world::storage::{BOOKS, Disk, Step, StorageFailed};
use crate::world::variant::Variant;
use crate::world::workspace::BETWEEN_OBJECTS;
use crate::world::{Happening, World};
use onereply::time::UnixMillis;
use onereply::turn::state::State;
use onereply::workspace::books::{self, Books, Keeping};
use onereply::workspace::ledger::Entry;
use onereply::workspace::watch::Standing;

/// As the real object: an alarm that is so late does not come any more.
const ALARM_LATE: u64 = 15_000;

impl World {
    /// The handler has nothing left to carry out.
    pub fn keep_books(&mut self, conversation: &str) {
        self.save_what_was_left(conversation);
        if self.steps(conversation).pass(Step::ReadBooks) == Err(StorageFailed) {
            return self.wake_failed(conversation);
        }
        let now = UnixMillis(self.now);
        let Some((state, books)) = self.row_of(conversation) else { return self.end(conversation) };
        let told = books.report(now).to_vec();
        if told.is_empty() {
            return self.forget_if_over(conversation, &state, &books);
        }
        if self.survives(conversation, Moment::Reporting) == Alive::No {
            return;
        }
        let standing = Standing { wakes_at: state.wake_at(), seen: books::seen(&state) };
        self.make_report(conversation, told, standing);
    }

    fn make_report(&mut self, conversation: &str, turns: Vec<Entry>, standing: Standing) {
        self.reports += 1;
        let (report, conversation) = (self.reports, conversation.to_owned());
        self.objects.get_mut(&conversation).unwrap().run.as_mut().unwrap().report = Some(report);
        let number = self.number(&conversation);
        let fate = self.fate.inner(self.points.next(number, "report"), self.now);
        if let Some(fate) = fate {
            self.tally.count("calls between objects", fate.name());
        }
        self.note(|| format!("  {conversation} reports {} turns: {fate:?}", turns.len()));
        if fate != Some(Inner::Lost) {
            let (conversation, turns) = (conversation.clone(), turns.clone());
            self.push(self.now + BETWEEN_OBJECTS, Happening::Report { report, conversation, turns, standing });
        }
        if fate.is_some() {
            let at = self.now + 2 * BETWEEN_OBJECTS;
            self.push(at, Happening::ReportAnswered { report, conversation, turns, taken: false });
        }
    }

    /// Notices may have come while the workspace was told, so the books are read again.
    pub fn return_report(&mut self, report: usize, conversation: &str, told: &[Entry], taken: bool) {
        let waits = |run: &super::object::Run| run.report == Some(report);
        let run = self.objects.get_mut(conversation).and_then(|object| object.run.as_mut());
        let Some(run) = run.filter(|run| waits(run)) else { return };
        run.report = None;
        // What is decided below is decided by the state as it was before the report was made.
        let before = self.row_of(conversation);
        if self.survives(conversation, Moment::Reported) == Alive::No {
            return;
        }
        match self.note_report(conversation, told, taken) {
            Ok(Some((state, books))) => {
                let state = before.map_or(state, |(before, _)| before);
                self.forget_if_over(conversation, &state, &books);
            }
            Ok(None) => self.end(conversation),
            Err(StorageFailed) => self.wake_failed(conversation),
        }
    }

    fn note_report(
        &mut self,
        conversation: &str,
        told: &[Entry],
        taken: bool,
    ) -> Result<Option<(State, Books)>, StorageFailed> {
        let now = UnixMillis(self.now);
        let is_dropped = self.variant == Variant::ReportOnce;
        let (retention, variant) = (self.settings.retention, self.variant);
        let Some((state, mut books)) = self.row_of(conversation) else { return Ok(None) };
        if taken || is_dropped {
            books.reported(told);
        } else {
            books.not_reported(now);
        }
        let alarm = variant.alarm(&state, books.wake_at(&state, retention));
        let mut disk = self.objects[conversation].disk.clone();
        (disk.books, disk.alarm) = (books.write(), alarm);
        let mut written = None;
        let mut steps = self.steps(conversation);
        let committed = steps
            .pass(Step::ReadState)
            .and_then(|()| steps.pass(Step::WriteBooks))
            .and_then(|()| steps.pass(Step::SetAlarm))
            .and_then(|()| steps.write(Step::Commit, || written = Some(disk)));
        steps.were(BOOKS);
        let object = self.objects.get_mut(conversation).unwrap();
        object.believed_alarm = None;
        if let Some(disk) = written {
            (object.disk, object.alarm_lost_at) = (disk, None);
        }
        committed?;
        object.believed_alarm = alarm;
        self.perhaps_lose_alarm(conversation);
        Ok(Some((state, books)))
    }

    fn forget_if_over(&mut self, conversation: &str, state: &State, books: &Books) {
        let keeping = books.keeping(state, UnixMillis(self.now), self.settings.retention);
        let object = self.objects.get_mut(conversation).unwrap();
        if keeping == Keeping::Over && object.disk.held.is_empty() {
            (object.disk, object.believed_alarm, object.alarm_lost_at) = (Disk::default(), None, None);
            self.tally.count("rounds", FORGOTTEN);
            self.note(|| format!("  {conversation} is forgotten"));
        }
        self.end(conversation);
    }

    /// Somebody asks whether all is well. What is open and has no alarm, or one that does not go off, gets one.
    pub fn look(&mut self, conversation: &str) -> Standing {
        let (now, row) = (self.now, self.row_of(conversation));
        let object = self.objects.entry(conversation.to_owned()).or_default();
        let (standing, wakes_at) = match row {
            Some((state, books)) if object.disk.held.is_empty() && self.configured == Configured::Right => {
                (books.standing(&state), books.wake_at(&state, self.settings.retention).0)
            }
            None if object.disk.held.is_empty() && object.disk.state.is_none() => return Standing::default(),
            _held => (self.standing_held(), now),
        };
        let object = self.objects.get_mut(conversation).unwrap();
        let is_alive = object.run.is_some() || object.disk.alarm.is_some_and(|at| now < at + ALARM_LATE);
        self.tally.count("rounds", LOOKED_AT);
        if !is_alive {
            match object.alarm_lost_at.take() {
                Some(_) => self.tally.count("rounds", WOKEN),
                None => self.alarms_never_set.push(conversation.to_owned()),
            }
            let alarm = Some(wakes_at.max(now));
            (object.disk.alarm, object.believed_alarm) = (alarm, alarm);
            self.note(|| format!("  {conversation} has its alarm again"));
        }
        standing
    }

    /// An alarm that was just set may be lost, by no fault of the program.
    pub fn perhaps_lose_alarm(&mut self, conversation: &str) {
        let number = self.number(conversation);
        if self.fate.loses_alarm(self.points.next(number, "alarm"), self.now) {
            self.lose_alarm(conversation);
        }
    }

    /// The alarm of an object is lost. The object does not know.
    pub fn lose_alarm(&mut self, conversation: &str) {
        let now = self.now;
        let Some(object) = self.objects.get_mut(conversation).filter(|object| object.disk.alarm.is_some()) else {
            return;
        };
        (object.disk.alarm, object.alarm_lost_at) = (None, Some(now));
        self.tally.count("rounds", ALARM_LOST);
        self.note(|| format!("the alarm of {conversation} is LOST"));
    }

    /// What is stored of a conversation, where this program can read it.
    fn row_of(&self, conversation: &str) -> Option<(State, Books)> {
        let disk = &self.objects.get(conversation)?.disk;
        Some((disk.load(self.program)?.ok()?, disk.books(self.now)))
    }
}

pub const ALARM_LOST: &str = "alarm lost";
pub const LOOKED_AT: &str = "looked at";
pub const WOKEN: &str = "woken";
pub const FORGOTTEN: &str = "forgotten";
