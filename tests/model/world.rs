//! One world: what is on disk, what is in flight, and what the far sides hold.

use crate::budget::Budget;
use crate::calls::{Adrift, Call, Flight, Leg};
use crate::intercom::{Intercom, Parts, Shown};
use crate::trainer::Trainer;
use onereply::time::UnixMillis;
use onereply::turn::state::State;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// Which of the model's circumstances.
    pub circumstances: usize,
    pub now: UnixMillis,
    pub disk: Disk,
    /// The handler of the alarm, while it lives, and the call that it waits for.
    pub handler: Option<Flight>,
    pub adrift: Vec<Adrift>,
    pub webhooks: Vec<Webhook>,
    pub intercom: Intercom,
    pub trainer: Trainer,
    pub left: Budget,
    pub seen: Seen,
    pub memory: Memory,
}

/// What outlives the process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Disk {
    pub state: Arc<State>,
    pub alarm: Option<UnixMillis>,
}

/// A webhook that Intercom has not been told is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Webhook {
    pub about: About,
    pub attempt: Delivery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    Part(usize),
    Redaction(usize),
    Deletion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    First,
    /// After a minute, and the last.
    Second,
}

/// What the judge keeps in mind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// Whether Intercom has been read since the answer was there.
    pub read_since_answer: Freshness,
    /// Whether an answer in the session could always be found.
    pub session: Readable,
    /// Messages for which a public post was made that was never answered.
    pub unanswered: Parts,
    /// Messages for which a public post failed.
    pub failed: Parts,
    /// The first thing that was done and must not be.
    pub breach: Option<Breach>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Freshness {
    #[default]
    NotRead,
    Read,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Readable {
    #[default]
    Yes,
    /// Its messages could not be read once; or whether an exchange was taken out of it is not known, so that what stands
    /// behind it cannot be told from what stood before.
    No,
}

/// What must not be done, seen in the moment when it is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// A reply is begun although the read directly before shows a teammate, or a webhook told of one.
    OverTeammate,
    /// A reply is begun without a read directly before.
    WithoutReread,
    /// Something public is begun after an unanswered post for the same messages.
    AfterUnanswered,
    /// A question is put while another may be on its way in the same session, or has an answer there that could be read.
    AskedTwice,
}

/// What the process holds in memory and loses with its life. As built nothing is there between two events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Memory {
    /// What is still to be written.
    pub unsaved: Option<Disk>,
    /// Only for [`Variant::SkipReread`](crate::variant::Variant::SkipReread).
    pub first_read: Option<Shown>,
}

impl World {
    /// The stage's name.
    pub fn stage(&self) -> &'static str {
        self.disk.state.phase.name()
    }

    /// Nothing is going on, and nothing will by itself.
    pub fn is_at_rest(&self) -> bool {
        self.handler.is_none() && self.disk.alarm.is_none()
    }

    /// The questions that have no answer yet, and whose answer may still come.
    pub fn questions_in_flight(&self) -> usize {
        let waited = self.handler.iter().map(|flight| (&flight.call, &flight.leg));
        let adrift = self.adrift.iter().map(|adrift| (&adrift.call, &adrift.leg));
        let unanswered = |(call, leg): &(&Call, &Leg)| match call {
            Call::Ask { session, .. } => self.trainer.has(session) && !matches!(leg, Leg::Back(_)),
            _other_calls => false,
        };
        waited.chain(adrift).filter(unanswered).count()
    }
}
