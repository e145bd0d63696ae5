//! Takes events in, as one transaction: the state and its alarm, with everything that was held before.

use super::object::ConversationCore;
use super::rows::{self, StoredRow, held, load, save, save_outbox};
use crate::intercom::events::ConversationEvents;
use crate::objects::host::{Host, Result, Storage};
use crate::settings::Settings;
use crate::time::UnixMillis;
use crate::turn::command::Command;
use crate::turn::event::Event;
use crate::turn::history::HistoryLine;
use crate::turn::step;
use crate::turn::stored::UnreadableState;
use crate::workspace::watchdog::{ObjectStatus, Receipt};

/// What became of events.
pub(super) enum Taken {
    /// The state is on disk; these are to be carried out.
    In(Vec<Command>, Receipt),
    /// The stored state cannot be used. It is untouched.
    Unreadable(UnreadableState),
}

impl<H: Host> ConversationCore<H> {
    /// `new` says whose conversation this is where nothing is stored of it yet.
    pub(super) fn take_in(
        &self,
        settings: &Settings,
        events: Vec<Event>,
        new: Option<&ConversationEvents>,
    ) -> Result<Taken> {
        // Should this fail, nobody knows what is set.
        let (now, set) = (self.host.now(), self.alarm.replace(None));
        let (taken, alarm) = self.host.storage()?.transact(|storage| {
            let held = held(&self.host, storage)?;
            let row = load(storage, now)?;
            let is_unknown = row.is_none();
            let StoredRow { state, mut history, mut outbox } = match (row, new.or(held.first())) {
                (Some(row), _) => row,
                (None, Some(notice)) => StoredRow::new(notice),
                (None, None) => return Ok((Taken::In(vec![], NOTHING), None)),
            };
            let mut state = match state {
                Ok(state) => state,
                Err(unreadable) => return Ok((Taken::Unreadable(unreadable), set)),
            };
            let (before, outbox_before) = (state.clone(), outbox.clone());
            let (mut commands, mut lines) = (vec![], vec![]);
            for event in held.iter().flat_map(events_of).chain(events) {
                lines.extend(HistoryLine::of_event(&event));
                outbox.note_event(&event);
                let (next, new) = step(state, event, now, &settings.policy);
                state = next;
                lines.extend(new.iter().filter_map(HistoryLine::of_command));
                commands.extend(new);
            }
            let mut is_new = false;
            if state != before || !held.is_empty() {
                is_new = true;
                lines.into_iter().for_each(|line| history.add(now, line));
                outbox.note(&before, &state, now);
                save(storage, &state, &history, &outbox)?;
                if !held.is_empty() {
                    rows::delete_held(storage)?;
                }
            } else if is_unknown {
                // Nothing of it is kept, so there is nothing to be woken for.
                return Ok((Taken::In(commands, NOTHING), set));
            } else if outbox != outbox_before {
                save_outbox(storage, &outbox)?;
            }
            let wakes_at = outbox.wake_at(&state, settings.retention);
            let alarm = if keeps_alarm(set, wakes_at, now, &commands) { set } else { Some(wakes_at) };
            if alarm != set {
                storage.set_alarm(alarm)?;
            }
            Ok((Taken::In(commands, Receipt { is_new, status: outbox.status(&state) }), alarm))
        })?;
        self.alarm.set(alarm);
        Ok(taken)
    }
}

/// The events, as the machine takes them.
pub(super) fn events_of(events: &ConversationEvents) -> impl Iterator<Item = Event> {
    events.events.iter().cloned().map(Event::Reported)
}

const NOTHING: Receipt = Receipt { is_new: false, status: ObjectStatus { wakes_at: None, seen: None } };

/// Whether the alarm that is set may stay. While a command runs an alarm is only there in case that the process ends, and one that
/// is sooner than needed is as good.
fn keeps_alarm(set: Option<UnixMillis>, needed: UnixMillis, now: UnixMillis, commands: &[Command]) -> bool {
    let is_running = commands.iter().any(|command| !matches!(command, Command::Announce(_)));
    set.is_some_and(|set| set == needed || is_running && now < set && set < needed)
}
