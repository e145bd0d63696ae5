//! Where an open turn goes. A handler that forgets to say so does not compile.

use crate::text::{Reply, Source};
use crate::time::UnixMillis;
use crate::turn::outcome::Outcome;
use crate::turn::state::{Covers, Draft, HandOver, HandOverStep, Open, Progress, Stage, Turn};

/// Where an open turn goes.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and only for a moment")]
#[must_use]
pub(super) enum Next {
    /// On, like this.
    Open(Open),
    /// To its outcome. These are its messages; without them, all that is known.
    End(Outcome, Option<Covers>),
    /// Away: nothing was said that needs an outcome.
    Rest,
}

impl Turn {
    /// On to a stage, whose command is due at this time.
    pub(super) fn due(self, stage: Stage, at: UnixMillis) -> Next {
        Next::Open(Open { turn: self, progress: Progress::Due(at), stage })
    }

    /// On to the first read, or back to it. What is asked is decided anew.
    pub(super) fn read_at(self, at: UnixMillis) -> Next {
        Self { question: None, ..self }.due(Stage::Reading, at)
    }

    /// On to the next step of a hand-over.
    pub(super) fn hand_over_at(self, hand_over: HandOver, step: HandOverStep, at: UnixMillis) -> Next {
        self.due(Stage::HandingOver(HandOver { step, ..hand_over }), at)
    }

    /// On with an answer to the customer.
    pub(super) fn send(self, answer: Reply, sources: Vec<Source>, now: UnixMillis) -> Next {
        self.due(Stage::RenewingGrant(Draft { answer, sources }), now)
    }

    /// To the outcome of its messages.
    pub(super) fn end(self, outcome: Outcome) -> Next {
        Next::End(outcome, self.question.map(|question| question.covers))
    }
}
