//! Why a message may be silent, if it is. Each excuse has a name, and is counted.

use crate::world::World;
use crate::world::accounts::nobody_knows_of_its_lost_alarm;
use crate::world::acts::Scope;
use crate::world::audit::{Conversation, is_refusal};
use crate::world::far_side::CallRecord;
use crate::world::record::{Fin, Part, Record};
use crate::world::sweep::Nudge;
use crate::world::webhook::Reaction;
use onereply::settings::Ingest;
use onereply::turn::policy::ReplyMode;
use onereply_sandbox::call::Call;

/// Why a message may stay without an answer and without a teammate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excuse {
    /// `INGEST` is `webhook`, and no attempt to deliver its webhook was answered 200.
    WebhookLost,
    /// It was written before the sweep's first run, and no webhook of it was answered 200.
    BeforeFirstRun,
    /// `INGEST` is `webhook`, its object's alarm was lost, and so was what would have put it on the list.
    AlarmLost,
    /// The operator does not want it answered.
    NotAllowed,
    /// Fin takes part, and what it said of itself at the time is not on record.
    Fin,
    /// Intercom refused both the assignment and the note.
    NobodyCouldBeNotified,
    /// Intercom said that there is no such conversation.
    SaidToBeGone,
    /// The chatbot spoke of too many questions, and what it says then could not be learnt.
    RefusalUnknown,
}

impl Excuse {
    pub fn name(self) -> &'static str {
        match self {
            Self::WebhookLost => "webhook lost",
            Self::BeforeFirstRun => "before the first run",
            Self::AlarmLost => "alarm lost",
            Self::NotAllowed => "not wanted",
            Self::Fin => "fin",
            Self::NobodyCouldBeNotified => "nobody could be told",
            Self::SaidToBeGone => "said to be gone",
            Self::RefusalUnknown => "refusal unknown",
        }
    }
}

/// Why this message may be silent, if it is.
pub fn excuse_of(world: &World, record: &Record, message: &Part) -> Option<Excuse> {
    Conversation { world, policy: &world.settings.policy, record }.excuse(message)
}

impl Conversation<'_> {
    pub fn excuse(&self, message: &Part) -> Option<Excuse> {
        let refuses = |call: &CallRecord, kind| call.target.call == kind && call.status.is_some_and(is_refusal);
        if self.record.scope != Scope::Ours || self.policy.mode == ReplyMode::Off {
            Some(Excuse::NotAllowed)
        } else if let Some(excuse) = self.was_never_reported(message) {
            Some(excuse)
        } else if self.record.fin == Fin::Present {
            Some(Excuse::Fin)
        } else if self.calls().any(|call| refuses(call, Call::Parts))
            && self.calls_answered_since(message).any(|call| refuses(call, Call::Note))
        {
            Some(Excuse::NobodyCouldBeNotified)
        } else if self
            .calls_answered_since(message)
            .any(|call| call.target.call == Call::Read && call.status == Some(404))
        {
            Some(Excuse::SaidToBeGone)
        } else if self.record.parts.iter().any(|part| part.at >= message.at && self.is_unknown_refusal(part)) {
            Some(Excuse::RefusalUnknown)
        } else {
            None
        }
    }

    /// Why nobody had to find it, whoever lost its webhook.
    fn was_never_reported(&self, message: &Part) -> Option<Excuse> {
        match self.world.settings.ingest {
            Ingest::Webhook if !self.is_acknowledged(message) => Some(Excuse::WebhookLost),
            Ingest::Webhook => nobody_knows_of_its_lost_alarm(self.world, &self.record.id).then_some(Excuse::AlarmLost),
            Ingest::Polling | Ingest::Both => {
                let is_older = self.world.swept_from().is_none_or(|from| message.at / 1_000 < from.0);
                (is_older && !self.is_acknowledged(message)).then_some(Excuse::BeforeFirstRun)
            }
        }
    }

    fn is_acknowledged(&self, message: &Part) -> bool {
        let webhooks = &self.world.webhooks;
        let tells_of_it = |id: &String| webhooks.message_of.get(id) == Some(&message.id);
        let nudged = |nudge: &Nudge| nudge.conversation == self.record.id && nudge.at.0 >= message.at / 1_000;
        webhooks.deliveries.iter().any(|(id, reaction)| *reaction == Reaction::Acknowledged && tells_of_it(id))
            || webhooks.nudges.iter().any(|nudge| nudge.stored && nudged(nudge))
    }

    /// Whether this says that there are too many questions, and the object could not know that this is no answer: the chatbot's
    /// settings tell it, and they, or the Workspace object that reads them, could not be reached.
    pub fn is_unknown_refusal(&self, part: &Part) -> bool {
        let Some(post) = self.calls().find(|call| part.is_refusal() && call.made.as_ref() == Some(&part.id)) else {
            return false;
        };
        let asked = self.questions().filter(|call| call.sent_at <= post.sent_at).map(|call| call.sent_at).max();
        let given = self.world.given.iter().filter(|given| given.conversation == self.record.id);
        // What it was told last before it asked, and whatever it was told until it posted.
        let leave = given.clone().filter(|given| Some(given.at) <= asked).map(|given| given.at).max();
        given.filter(|given| Some(given.at) >= leave && given.at <= post.sent_at).any(|given| !given.tells_refusal)
    }

    /// The questions of this conversation.
    fn questions(&self) -> impl Iterator<Item = &CallRecord> {
        let asks = |call: &&CallRecord| matches!(call.target.call, Call::Stream | Call::NonStream);
        self.world.far_side.calls.iter().filter(asks).filter(|call| call.conversation == self.record.id)
    }

    /// Those whose answers came after the message was written.
    fn calls_answered_since(&self, message: &Part) -> impl Iterator<Item = &CallRecord> {
        let (skew, written) = (self.world.skew, message.at);
        let heard = move |call: &CallRecord| call.answered_at.map(|at| at.saturating_add_signed(skew));
        self.calls().filter(move |call| heard(call).is_some_and(|at| at >= written))
    }
}
