//! The conversation's object: state and alarm in one transaction, then the command, then its result as the next event.

use crate::calls::{Call, Flight, Leg, Posted, Response};
use crate::intercom::{Parts, Shown};
use crate::play::Play;
use crate::properties::{last_of, teammate_stands};
use crate::trainer::Put;
use crate::variant::{Variant, without_reread};
use crate::world::{Breach, Disk, Freshness, Readable};
use onereply::fault::Fault;
use onereply::intercom::events::ConversationEvent;
use onereply::intercom::ids::PartId;
use onereply::intercom::requests::LIMIT;
use onereply::time::UnixMillis;
use onereply::turn::command::{Command, Once, Repeatable};
use onereply::turn::event::Event;
use onereply::turn::outcome::TurnKey;
use onereply::turn::state::{Covers, Delivery, Phase, Stage, State};
use std::sync::Arc;

/// The read on whose result something is begun.
struct Read {
    shown: Shown,
    since: UnixMillis,
}

impl Play<'_> {
    pub fn report(&mut self, event: ConversationEvent) {
        self.take_in_quietly(Event::Reported(event));
    }

    pub fn want_retry(&mut self) {
        self.take_in_quietly(Event::RetryRequested);
    }

    pub fn want_hand_over(&mut self) {
        self.take_in_quietly(Event::HandOverRequested);
    }

    /// What comes from outside changes the state and the alarm, and nothing else.
    fn take_in_quietly(&mut self, event: Event) {
        let commands = self.take_in(event);
        assert_eq!(outward(commands), None, "what comes from outside causes no command");
        self.save();
    }

    pub fn wake(&mut self) {
        self.go_on(Event::Woken(Some(self.circumstances.policy.mode)), None);
    }

    pub fn return_to_handler(&mut self) {
        self.save();
        let Flight { attempt, call, since, leg } = self.world.handler.take().unwrap();
        let Leg::Back(response) = leg else { unreachable!("only what was dealt with returns") };
        self.note_return(&call, &response);
        let read = match &response {
            Response::Shown(shown) => Some(Read { shown: shown.clone(), since }),
            _other => None,
        };
        let finding = response.finding(&call, since, self.circumstances);
        self.go_on(Event::Finished(attempt, finding), read);
    }

    fn go_on(&mut self, event: Event, read: Option<Read>) {
        match outward(self.take_in(event)) {
            Some(command) => self.begin(&command, read.as_ref()),
            None => self.save(),
        }
        if self.variant != Variant::ActBeforePersisting {
            self.save();
        }
    }

    /// The next state, and its alarm, are ready for the disk.
    fn take_in(&mut self, event: Event) -> Vec<Command> {
        let state = State::clone(&self.world.disk.state);
        let (state, commands) = self.variant.step(state, event, self.world.now, &self.circumstances.policy);
        let alarm = self.variant.alarm(&state);
        self.world.memory.unsaved = Some(Disk { state: Arc::new(state), alarm });
        commands
    }

    /// The transaction.
    fn save(&mut self) {
        if let Some(disk) = self.world.memory.unsaved.take() {
            self.world.disk = disk;
        }
    }

    fn begin(&mut self, command: &Command, read: Option<&Read>) {
        let promised = self.world.memory.unsaved.as_ref().unwrap().state.clone();
        let (attempt, call) = match command {
            Command::Repeatable(attempt, command) => (*attempt, repeatable(command, &promised)),
            Command::Once(attempt, command) => (*attempt, once(command, &promised)),
            Command::Announce(_) => unreachable!("it is not outward"),
        };
        self.judge(&call, read);
        let leg = match self.remembered_read(&promised, &call) {
            Some(shown) => Leg::Back(Response::Shown(shown)),
            None => Leg::Out,
        };
        self.world.handler = Some(Flight { attempt, call, since: self.world.now, leg });
    }

    /// Notes what must not be begun.
    fn judge(&mut self, call: &Call, read: Option<&Read>) {
        let breach = match call {
            Call::Post { posted: Posted::Reply | Posted::HandOverMessage, covers, .. } => {
                self.breach_of_post(*covers, read)
            }
            Call::Ask { key, covers, .. } => self.breach_of_question(key, *covers),
            _harmless => None,
        };
        self.world.seen.breach = self.world.seen.breach.or(breach);
    }

    fn breach_of_post(&self, covers: Parts, read: Option<&Read>) -> Option<Breach> {
        if self.world.seen.unanswered.meets(covers) {
            return Some(Breach::AfterUnanswered);
        }
        let Some(read) = read else { return Some(Breach::WithoutReread) };
        if self.world.seen.read_since_answer == Freshness::NotRead || self.world.now.since(read.since) > LIMIT {
            return Some(Breach::WithoutReread);
        }
        let all = &self.world.intercom.parts;
        teammate_stands(&read.shown.parts, all, covers, self.circumstances).then_some(Breach::OverTeammate)
    }

    /// A turn that was opened again is asked again.
    fn breach_of_question(&self, key: &TurnKey, covers: Parts) -> Option<Breach> {
        let alike = |put: &&Put| put.key == *key && put.covers == covers;
        let answered = self.world.trainer.exchanges.iter().filter(alike).any(Put::is_answered);
        let readable = self.world.seen.session == Readable::Yes;
        (readable && (answered || self.world.questions_in_flight() > 0)).then_some(Breach::AskedTwice)
    }

    fn note_return(&mut self, call: &Call, response: &Response) {
        let seen = &mut self.world.seen;
        match (call, response) {
            // What follows a hand-over's note in public is its message.
            (Call::Ask { .. } | Call::WriteNote { .. }, _) => seen.read_since_answer = Freshness::NotRead,
            (Call::ReadSession(_), response) => {
                seen.read_since_answer = Freshness::NotRead;
                if let Response::Fault(Fault::NotFound | Fault::Refused { .. }) = response {
                    seen.session = Readable::No;
                }
            }
            (Call::Discard(_), Response::Fault(_)) => seen.session = Readable::No,
            (Call::Post { posted: Posted::Reply, covers, .. }, Response::Fault(Fault::Unanswered(_))) => {
                seen.unanswered = seen.unanswered.with(*covers);
            }
            (Call::Post { posted: Posted::Reply, covers, .. }, Response::Fault(Fault::Failed { .. })) => {
                seen.failed = seen.failed.with(*covers);
            }
            (Call::Read, Response::Shown(shown)) if self.variant == Variant::SkipReread => {
                self.world.memory.first_read = Some(shown.clone());
            }
            _nothing_to_note => {}
        }
    }

    fn remembered_read(&self, promised: &State, call: &Call) -> Option<Shown> {
        let skipped = self.variant == Variant::SkipReread && *call == Call::Read && without_reread(promised);
        self.world.memory.first_read.clone().filter(|_| skipped)
    }
}

/// The command that leaves the object. There is one at a time.
fn outward(commands: Vec<Command>) -> Option<Command> {
    let mut outward = commands.into_iter().filter(|command| !matches!(command, Command::Announce(_)));
    let (command, more) = (outward.next(), outward.next());
    assert_eq!(more, None, "one call at a time");
    command
}

fn repeatable(command: &Repeatable, state: &State) -> Call {
    match command {
        Repeatable::VerifyWorkspace => Call::Verify,
        Repeatable::ReadConversation => Call::Read,
        Repeatable::SeekGrant(_) => Call::SeekGrant,
        Repeatable::OpenSession(_) => Call::OpenSession,
        Repeatable::ReadSession(session) => Call::ReadSession(session.clone()),
        Repeatable::Discard(message) => Call::Discard(message.clone()),
        Repeatable::Assign => Call::Assign,
        Repeatable::WriteNote(_) => Call::WriteNote { key: key(state) },
    }
}

fn once(command: &Once, state: &State) -> Call {
    match command {
        Once::Ask { session, text, .. } => {
            let text = text.0.as_str().into();
            Call::Ask { session: session.clone(), text, key: key(state), covers: covers(state) }
        }
        Once::Post { delivery, answer, .. } => {
            let posted = match delivery {
                Delivery::Reply => Posted::Reply,
                Delivery::Note => Posted::Note,
            };
            Call::Post { posted, text: answer.words().0.as_str().into(), key: key(state), covers: covers(state) }
        }
        Once::HandOverMessage(text) => {
            let (posted, text) = (Posted::HandOverMessage, text.to_html().as_str().into());
            Call::Post { posted, text, key: key(state), covers: covers(state) }
        }
    }
}

/// What a call is for, as the state on disk names it: the open turn, or the one that has just ended.
fn covers(state: &State) -> Parts {
    match asked(state) {
        Some(covers) => Parts::of(&covers.parts),
        None => state.settled.last().and_then(last_of).map(Parts::only).unwrap_or_default(),
    }
}

fn key(state: &State) -> TurnKey {
    match (asked(state), state.settled.last()) {
        (None, Some(settled)) => settled.key.clone(),
        (covers, _) => {
            let last = covers.and_then(|covers| covers.parts.last());
            TurnKey::new(&state.conversation, last).again(times_reopened(state, last))
        }
    }
}

/// How often a turn that ended with this message was opened again.
fn times_reopened(state: &State, last: Option<&PartId>) -> usize {
    let reopened = state.settled.iter().filter(|turn| turn.reopened_at.is_some());
    reopened.filter(|turn| last.is_some() && turn.parts.last() == last).count()
}

fn asked(state: &State) -> Option<&Covers> {
    let Phase::Open(open) = &state.phase else { return None };
    match &open.stage {
        Stage::Asking(_) | Stage::Posting(..) | Stage::HandingOver(_) => open.turn.covers(),
        _these_write_nothing => None,
    }
}
