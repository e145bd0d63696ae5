//! Storage as broken variants have it: what only they remember of a disk, and what they make of its rows.

use crate::world::program::Program;
use crate::world::shared::Running;
use crate::world::sqlite;
use crate::world::variant::Variant;
use onereply::http::HttpResponse;
use onereply::objects::host::{Row, Value};
use onereply::turn::state::{Phase, State};
use onereply::turn::stored;
use rusqlite::Connection;
use serde::Deserialize;
use std::borrow::Cow;

/// What was on disk: the alarm and when it was lost, and the phase.
pub type Before = ((Option<u64>, Option<u64>), &'static str);

#[derive(Default)]
pub struct Faulty {
    /// The alarm and the phase from before a commit that is not durable yet: [`Variant::ActBeforePersisting`].
    withheld: Option<Before>,
    /// The row that this run wrote last: [`Variant::KeepStateInMemory`].
    memory: Option<Row>,
    /// The last state without a post that was begun: [`Variant::ForgetIntent`].
    before_intent: Option<String>,
    /// Whether this run has written a state: [`Variant::ForgetIntent`].
    has_written: bool,
    /// The first read of this run: [`Variant::SkipReread`].
    pub first_read: Option<HttpResponse>,
}

/// What an object writes of a conversation, as it reaches the disk.
pub struct Written<'a> {
    pub arguments: Cow<'a, [Value]>,
    /// Where the state is among it.
    pub phase: Option<&'static str>,
}

impl Faulty {
    /// A row of the conversation was read.
    pub fn read(&self, rows: &mut [Row], phase: &str, program: Program, variant: Variant, running: Running) {
        let Some([Value::Text(state), ..]) = rows.first_mut().map(Vec::as_mut_slice) else { return };
        *state = program.reads(std::mem::take(state));
        if running != Running::Alarm {
            return;
        }
        match (variant, &self.memory, &self.before_intent) {
            (Variant::KeepStateInMemory, Some(memory), _) => rows[0].clone_from(memory),
            (Variant::ForgetIntent, _, Some(before)) if phase == "posting" && !self.has_written => {
                state.clone_from(before);
            }
            _others => {}
        }
    }

    /// Either a whole row, or the outbox alone.
    pub fn to_be_written(arguments: &[Value], program: Program, variant: Variant) -> Written<'_> {
        let [Value::Text(state), _trail, _books] = arguments else {
            return Written { arguments: arguments.into(), phase: None };
        };
        let phase = Some(phase_of(state));
        let forgotten =
            (variant == Variant::ForgetWatermark && phase == Some("idle")).then(|| without_watermark(state));
        if forgotten.is_none() && program == Program::AsBuilt {
            return Written { arguments: arguments.into(), phase };
        }
        let mut arguments = arguments.to_vec();
        arguments[0] = Value::Text(program.writes(forgotten.as_ref().unwrap_or(state)));
        Written { arguments: arguments.into(), phase }
    }

    pub fn wrote(&mut self, written: &Written<'_>, variant: Variant, running: Running) {
        let arguments = &written.arguments;
        match variant {
            Variant::KeepStateInMemory if running == Running::Alarm => match &**arguments {
                [outbox] => {
                    if let Some(memory) = &mut self.memory {
                        memory[2].clone_from(outbox);
                    }
                }
                row => self.memory = Some(row.to_vec()),
            },
            Variant::ForgetIntent => {
                self.has_written |= written.phase.is_some();
                if let (Some(phase), Value::Text(state)) = (written.phase, &arguments[0])
                    && phase != "posting"
                {
                    self.before_intent = Some(state.clone());
                }
            }
            _others => {}
        }
    }

    /// The last commit is not durable yet.
    pub fn withhold(&mut self, alarm_before: (Option<u64>, Option<u64>), phase_before: &'static str) {
        self.withheld = Some((alarm_before, phase_before));
    }

    /// What was withheld is durable from here on.
    pub fn make_durable(&mut self, connection: &Connection) {
        if self.withheld.take().is_some() {
            sqlite::run(connection, "COMMIT");
        }
    }

    /// The process has ended: what was withheld is lost, and comes back as it was before.
    pub fn lose(&mut self, connection: &Connection) -> Option<Before> {
        let withheld = self.withheld.take();
        if withheld.is_some() {
            sqlite::run(connection, "ROLLBACK");
        }
        self.forget();
        withheld
    }

    /// A run has ended.
    pub fn forget(&mut self) {
        (self.memory, self.has_written, self.first_read) = (None, false, None);
    }
}

/// In which phase a conversation is, as its stored state tells.
fn phase_of(stored: &str) -> &'static str {
    #[derive(Deserialize)]
    struct Stored {
        state: OnlyPhase,
    }
    #[derive(Deserialize)]
    struct OnlyPhase {
        phase: Phase,
    }
    serde_json::from_str::<Stored>(stored).unwrap().state.phase.name()
}

fn without_watermark(stored: &str) -> String {
    let mut state = stored::read(stored).unwrap();
    state.watermark = State::new(state.app.clone(), state.conversation.clone()).watermark;
    stored::write(&state)
}
