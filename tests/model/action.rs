//! What can happen next.

use crate::budget::Kind;
use crate::calls::{Break, Call, Effect, Fate, Leg, NoAnswer, Refusal};
use crate::intercom::{Deed, Existence, FinDid, Standing, id};
use crate::model::Model;
use crate::world::{About, World};
use onereply::turn::hand_over::{HandOverIs, may_hand_over};
use onereply::turn::retry::{Confirmation, may_retry};
use std::fmt;

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    CustomerWrites,
    Somebody(Act),
    Redacted(usize),
    Removed(usize),
    Deleted,
    /// Long enough for every hold to end.
    TimePasses,
    Delivered(usize),
    Duplicated(usize),
    Lost(usize),
    /// The sweep nudges the object.
    Swept(Index),
    /// The operator wants the last turn tried again.
    Retried,
    /// The operator hands the conversation over.
    HandedOver,
    Alarm(Punctuality),
    Crash,
    /// The handler's call reaches the far side.
    Arrives(Fate),
    /// The AI has written its answer.
    Finishes,
    /// The answer reaches the handler.
    Returns(Pace),
    /// The handler stops waiting.
    Breaks(Break),
    /// A call that nobody waits for takes effect.
    Lands(usize),
    Forgotten,
}

/// What others than the customer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Teammate(Deed),
    Rule,
    OtherBot,
    Fin(FinDid),
    AnotherProgram,
}

/// How far Intercom's search knows what customers wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    Fresh,
    /// It lacks the newest message.
    Lagging,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Punctuality {
    OnTime,
    Late,
    /// Before its time, once more, or with nothing to wake for.
    Early,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    AtOnce,
    Slow,
}

/// What may go wrong with a call, at the cost of one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Fate(Fate),
    Break(Break),
}

/// Everything that can happen next in a world, in a fixed order.
pub fn next(model: &Model, world: &World, actions: &mut Vec<Action>) {
    people(model, world, actions);
    webhooks(world, actions);
    alarms(world, actions);
    if let Some(flight) = &world.handler {
        call(model, world, &flight.call, &flight.leg, actions);
        if world.left.allows(Kind::Crash) {
            actions.push(Action::Crash);
        }
    }
    actions.extend((0..world.adrift.len()).map(Action::Lands));
    if world.left.allows(Kind::Forgetting) && world.trainer.session.is_some() {
        actions.push(Action::Forgotten);
    }
}

fn people(model: &Model, world: &World, actions: &mut Vec<Action>) {
    if world.intercom.existence == Existence::Deleted {
        return;
    }
    if world.left.messages > 0 {
        actions.push(Action::CustomerWrites);
    }
    if world.intercom.parts.is_empty() {
        return;
    }
    if world.left.allows(Kind::Act) {
        actions.extend(model.bounds.acts.iter().copied().map(Action::Somebody));
    }
    let parts = world.intercom.parts.iter().enumerate().filter(|(_, part)| part.words == Standing::Shown);
    for (place, part) in parts {
        if part.is_customers() && world.left.allows(Kind::Redaction) {
            actions.push(Action::Redacted(place));
        }
        // The `source` cannot be removed alone. A reply that is gone before its post is looked for cannot be told from one
        // that never came.
        let known = part.is_customers() || world.disk.state.sent.contains(&id(place));
        if place > 0 && known && world.left.allows(Kind::Removal) {
            actions.push(Action::Removed(place));
        }
    }
    if world.left.allows(Kind::Deletion) {
        actions.push(Action::Deleted);
    }
    if world.left.allows(Kind::Silence) && world.is_at_rest() {
        actions.push(Action::TimePasses);
    }
}

fn webhooks(world: &World, actions: &mut Vec<Action>) {
    for (place, webhook) in world.webhooks.iter().enumerate() {
        actions.push(Action::Delivered(place));
        if world.left.allows(Kind::Duplicate) {
            actions.push(Action::Duplicated(place));
        }
        // A webhook that matters only when it comes is lost by not coming.
        let wakes = matches!(webhook.about, About::Part(part) if world.intercom.parts[part].is_customers());
        if wakes && world.left.allows(Kind::Loss) {
            actions.push(Action::Lost(place));
        }
    }
    if world.left.allows(Kind::Sweep) {
        let (fresh, lagging) = (world.intercom.searched(Index::Fresh), world.intercom.searched(Index::Lagging));
        actions.extend(fresh.map(|_| Action::Swept(Index::Fresh)));
        actions.extend(lagging.filter(|_| lagging != fresh).map(|_| Action::Swept(Index::Lagging)));
    }
    if world.left.allows(Kind::Retry) && may_retry(&world.disk.state, Confirmation::None).is_ok() {
        actions.push(Action::Retried);
    }
    if world.left.allows(Kind::HandOver) && may_hand_over(&world.disk.state) == Ok(HandOverIs::ToBegin) {
        actions.push(Action::HandedOver);
    }
}

/// The runtime never runs two handlers of one object together.
fn alarms(world: &World, actions: &mut Vec<Action>) {
    if world.handler.is_some() {
        return;
    }
    if world.disk.alarm.is_some() {
        actions.push(Action::Alarm(Punctuality::OnTime));
        if world.left.allows(Kind::LateAlarm) {
            actions.push(Action::Alarm(Punctuality::Late));
        }
    }
    if world.left.allows(Kind::EarlyWake) {
        actions.push(Action::Alarm(Punctuality::Early));
    }
}

fn call(model: &Model, world: &World, call: &Call, leg: &Leg, actions: &mut Vec<Action>) {
    let troubles = || (model.bounds.troubles)(call).iter().copied().filter(|_| world.left.allows(Kind::Fault));
    let breaks = || troubles().filter(|trouble| matches!(trouble, Trouble::Break(_)));
    match leg {
        Leg::Out => {
            actions.push(Action::Arrives(Fate::Done));
            actions.extend(troubles().map(Trouble::action));
        }
        Leg::Working(_) => {
            actions.push(Action::Finishes);
            actions.extend(breaks().map(Trouble::action));
        }
        Leg::Back(_) => {
            actions.push(Action::Returns(Pace::AtOnce));
            if world.left.allows(Kind::Slow) {
                actions.push(Action::Returns(Pace::Slow));
            }
            // A call without an effect that breaks here has broken on its way there.
            if call.has_effect() {
                actions.extend(breaks().map(Trouble::action));
            }
        }
    }
}

impl Trouble {
    fn action(self) -> Action {
        match self {
            Self::Fate(fate) => Action::Arrives(fate),
            Self::Break(how) => Action::Breaks(how),
        }
    }
}

/// An action, and the world in which it happens, as a line of a trace.
pub struct Described<'a>(pub &'a Action, pub &'a World);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(action, world) = self;
        let call = || world.handler.as_ref().map_or("nothing", |flight| flight.call.name());
        let webhook = |at: usize| match world.webhooks[at].about {
            About::Part(part) => format!("the webhook of p{part}"),
            About::Redaction(part) => format!("the webhook that p{part} was taken back"),
            About::Deletion => "the webhook of the deletion".to_owned(),
        };
        match action {
            Action::CustomerWrites => write!(f, "the customer writes p{}", world.intercom.parts.len()),
            Action::Somebody(act) => write!(f, "{}, p{}", act.in_words(), world.intercom.parts.len()),
            Action::Redacted(part) => write!(f, "p{part} is taken back"),
            Action::Removed(part) => write!(f, "p{part} disappears"),
            Action::Deleted => write!(f, "the conversation is deleted"),
            Action::TimePasses => write!(f, "nothing happens for a long time"),
            Action::Delivered(at) => write!(f, "{} is stored and answered with 200", webhook(*at)),
            Action::Duplicated(at) => write!(f, "{} is stored, and will come again", webhook(*at)),
            Action::Lost(at) => write!(f, "{} is lost", webhook(*at)),
            Action::Swept(Index::Fresh) => write!(f, "the sweep nudges the object"),
            Action::Swept(Index::Lagging) => write!(f, "the sweep nudges the object, by a search that lags behind"),
            Action::Retried => write!(f, "the operator wants the last turn tried again"),
            Action::HandedOver => write!(f, "the operator hands the conversation over"),
            Action::Alarm(Punctuality::OnTime) => write!(f, "the alarm goes off"),
            Action::Alarm(Punctuality::Late) => write!(f, "the alarm goes off, far too late"),
            Action::Alarm(Punctuality::Early) => write!(f, "the object is woken out of turn"),
            Action::Crash => write!(f, "the process dies, waiting for {}", call()),
            Action::Arrives(fate) => write!(f, "{} arrives{}", call(), fate.in_words()),
            Action::Finishes => write!(f, "the AI has written its answer"),
            Action::Returns(Pace::AtOnce) => write!(f, "the answer to {} comes back", call()),
            Action::Returns(Pace::Slow) => write!(f, "the answer to {} comes back, slowly", call()),
            Action::Breaks(Break::AtOnce) => write!(f, "the connection of {} breaks", call()),
            Action::Breaks(Break::AtTheLimit) => write!(f, "{} is given up at its time limit", call()),
            Action::Lands(at) => write!(f, "{}, waited for by nobody, takes effect", world.adrift[*at].call.name()),
            Action::Forgotten => write!(f, "GPT Trainer loses the session"),
        }
    }
}

impl Act {
    fn in_words(self) -> &'static str {
        match self {
            Self::Teammate(Deed::Spoke) => "a teammate speaks",
            Self::Teammate(Deed::Assigned) => "a teammate takes the conversation",
            Self::Teammate(Deed::Closed) => "a teammate closes",
            Self::Teammate(Deed::Snoozed) => "a teammate snoozes",
            Self::Teammate(Deed::GaveBack) => "a teammate assigns it to the bot",
            Self::Teammate(Deed::TurnedOn) => "a teammate notes /bot on",
            Self::Teammate(Deed::TurnedOff) => "a teammate notes /bot off",
            Self::Fin(FinDid::Ask) => "Fin asks back",
            Self::Fin(FinDid::Answer) => "Fin answers",
            Self::Fin(FinDid::HandOff) => "Fin hands off",
            Self::Rule => "a rule assigns a teammate",
            Self::OtherBot => "another bot speaks",
            Self::AnotherProgram => "another program speaks under our name",
        }
    }
}

impl Fate {
    fn in_words(self) -> &'static str {
        match self {
            Self::Done => "",
            Self::Stale => " where Intercom lags behind",
            Self::Working => ", and the AI begins to write",
            Self::Refused(Refusal::Unauthorised) => ": 401",
            Self::Refused(Refusal::NotFound) => ": 404",
            Self::Refused(Refusal::RateLimited) => ": 429",
            Self::Refused(Refusal::Unacceptable) => ": 422",
            Self::Refused(Refusal::MethodNotAllowed) => ": 405",
            Self::Paused => ": the workspace is paused",
            Self::Failed(Effect::None) => ": 5xx, without effect",
            Self::Failed(Effect::Done) => ": 5xx, with its effect",
            Self::Failed(Effect::Later) => ": 5xx, and the effect shows later",
            Self::Garbled => " and is done, with an answer that cannot be read",
            Self::NoAnswer(NoAnswer::Nothing) => ": an empty answer",
            Self::NoAnswer(NoAnswer::AnError) => ": an error in the answer's place",
        }
    }
}
