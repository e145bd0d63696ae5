//! Takes events in, as one transaction: the state and its alarm, with everything that was held before.

use super::object::Conversation;
use super::rows::{self, Row, held, load, save, save_books};
use crate::intercom::notice::Notice;
use crate::objects::host::{Host, Result, Storage};
use crate::settings::Settings;
use crate::time::UnixMillis;
use crate::turn::command::Command;
use crate::turn::event::Event;
use crate::turn::step;
use crate::turn::stored::Unreadable;
use crate::turn::trail::Line;
use crate::workspace::watch::{self, Standing, Stored};

/// What became of events.
pub(super) enum Taken {
    /// The state is on disk; these are to be carried out.
    In(Vec<Command>, Stored),
    /// The stored state cannot be used. It is untouched.
    Unreadable(Unreadable),
}

impl<H: Host> Conversation<H> {
    /// `new` says whose conversation this is where nothing is stored of it yet.
    pub(super) fn take_in(&self, settings: &Settings, events: Vec<Event>, new: Option<&Notice>) -> Result<Taken> {
        // Should this fail, nobody knows what is set.
        let (now, set) = (self.host.now(), self.alarm.replace(None));
        let (taken, alarm) = self.host.storage()?.transact(|storage| {
            let held = held(&self.host, storage)?;
            let row = load(storage, now)?;
            let is_new = row.is_none();
            let Row { state, mut trail, mut books } = match (row, new.or(held.first())) {
                (Some(row), _) => row,
                (None, Some(notice)) => Row::new(notice),
                (None, None) => return Ok((Taken::In(vec![], NOTHING), None)),
            };
            let mut state = match state {
                Ok(state) => state,
                Err(unreadable) => return Ok((Taken::Unreadable(unreadable), set)),
            };
            let (before, books_before) = (state.clone(), books.clone());
            let (mut commands, mut lines) = (vec![], vec![]);
            for event in held.iter().flat_map(events_of).chain(events) {
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
                    rows::delete_held(storage)?;
                }
            } else if is_new {
                // Nothing of it is kept, so there is nothing to be woken for.
                return Ok((Taken::In(commands, NOTHING), set));
            } else if books != books_before {
                save_books(storage, &books)?;
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
}

/// What a notice tells the machine.
pub(super) fn events_of(notice: &Notice) -> impl Iterator<Item = Event> {
    notice.news.iter().cloned().map(Event::Notified)
}

const NOTHING: Stored = Stored { notice: watch::Notice::Known, standing: Standing { wakes_at: None, seen: None } };

/// Whether the alarm that is set may stay. While a command runs an alarm is only there in case that the process ends, and one that
/// is sooner than needed is as good.
fn keeps_alarm(set: Option<UnixMillis>, wanted: UnixMillis, now: UnixMillis, commands: &[Command]) -> bool {
    let is_running = commands.iter().any(|command| !matches!(command, Command::Announce(_)));
    set.is_some_and(|set| set == wanted || is_running && now < set && set < wanted)
}
