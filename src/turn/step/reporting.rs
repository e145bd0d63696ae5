//! What webhooks change. They come twice, late and in any order, so each is compared with what is known already.

use super::Step;
use crate::gpt_trainer::variables::Variables;
use crate::intercom::events::{Act, AssignedTo, ConversationEvent};
use crate::intercom::ids::{AdminId, PartId};
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::outcome::{FailureReason, Outcome, RepliedBy};
use crate::turn::policy::RuleAssignments;
use crate::turn::state::{
    Awaited, Delivery, GiveBack, GivenBack, KnownPart, Open, PartKind, Phase, Progress, Reopening, Sign, Stage,
    TeammateSign, Turn, Waiting,
};

impl Step<'_> {
    pub(super) fn report(&mut self, event: ConversationEvent) {
        if self.state.phase == Phase::Deleted {
            return;
        }
        match event {
            ConversationEvent::CustomerWrote { part, at } => self.customer_reported(part, self.time_of(at)),
            ConversationEvent::CustomerWaits { at } => self.nudge_reported(at),
            // What the other conversation's customer wrote may now wait here.
            ConversationEvent::Merged { part: _, at } => self.customer_reported(None, self.time_of(at)),
            ConversationEvent::TeammateActed { part, at, admin, act } => {
                self.admin_reported(part, self.time_of(at), admin.as_ref(), &act)
            }
            ConversationEvent::RuleAssigned { part, at, to } => match (self.policy.rule_assignments, to) {
                (RuleAssignments::Count, AssignedTo::Admin { id }) if id != self.policy.ourselves => {
                    self.note_sign(TeammateSign { at: self.time_of(at), sign: Sign::RuleAssigned, part }, None);
                }
                (RuleAssignments::Count | RuleAssignments::Ignore, _) => {}
            },
            ConversationEvent::Deleted => self.forget(),
            ConversationEvent::Redacted { part } => {
                self.state.awaited.retain(|awaited| part.is_none() || awaited.part != part)
            }
            // Only a newer version knows what that was, but a read shows what it means.
            ConversationEvent::Other => self.customer_reported(None, seconds(self.now)),
            ConversationEvent::OtherBotSpoke { part, at: _ } => self.other_bot_reported(part),
        }
    }

    fn customer_reported(&mut self, part: Option<PartId>, at: UnixSeconds) {
        let reported_at = self.now;
        let known = match &part {
            Some(part) => self.state.watermark.outdates(part, at) || self.state.awaits(part) || self.is_in_hand(part),
            // One hint is enough, but it must outlast a read that is under way.
            None => self.state.awaited.iter_mut().filter(|hint| hint.part.is_none()).any(|hint| {
                hint.reported_at = reported_at;
                true
            }),
        };
        if known {
            return;
        }
        // What waits is stored in one row, so beyond this a hint stands for the rest.
        let part = part.filter(|_| self.state.awaited.len() < MOST_AWAITED);
        self.state.awaited.push(Awaited { part, at, reported_at });
        let quiet_until = self.now.after(self.policy.quiet);
        match &mut self.state.phase {
            Phase::Idle => self.begin_turn(),
            Phase::Open(Open { progress, stage: Stage::Gathering { cap_at }, .. }) => {
                *progress = Progress::Due(quiet_until.min(*cap_at));
            }
            // The read before the post shows it.
            Phase::Open(_) | Phase::Deleted => {}
        }
    }

    /// Opens the next turn where something waits for a read.
    pub(super) fn begin_turn_if_needed(&mut self) {
        let waits = !self.state.awaited.is_empty()
            || self.state.open_nudge().is_some()
            || self.state.reopening != Reopening::No
            || self.state.note_reported_at.is_some();
        if waits && self.state.phase == Phase::Idle {
            self.begin_turn();
        }
    }

    /// Opens the next turn: the customer may still be writing.
    fn begin_turn(&mut self) {
        let turn = Turn::new(self.now, self.now.after(self.policy.answer_deadline));
        self.state.phase = Phase::Open(self.gather(turn));
    }

    /// Waits until the customer has been quiet for a while.
    pub(super) fn gather(&self, turn: Turn) -> Open {
        let turn = Turn { question: None, about: Variables::default(), ..turn };
        let (quiet_until, cap_at) = (self.now.after(self.policy.quiet), self.now.after(self.policy.quiet_cap));
        Open { turn, progress: Progress::Due(quiet_until.min(cap_at)), stage: Stage::Gathering { cap_at } }
    }

    fn admin_reported(&mut self, part: Option<PartId>, at: UnixSeconds, admin: Option<&AdminId>, act: &Act) {
        let ourselves = admin == Some(&self.policy.ourselves);
        match act {
            Act::Spoke if ourselves => self.ourselves_reported(part),
            // It may have been ourselves: a read tells.
            Act::Spoke if admin.is_none() => self.customer_reported(None, at),
            Act::Spoke => {
                self.note_sign(TeammateSign { at, sign: Sign::Spoke, part: part.clone() }, None);
                if self.policy.resume_phrase.is_some() {
                    self.note_reported(part);
                }
            }
            Act::Assigned { to } => self.assignment_reported(part, at, admin, to),
            Act::Closed | Act::Snoozed if !ourselves => self.note_closed_or_snoozed(at, part),
            Act::Noted if !ourselves => self.note_reported(part),
            Act::Closed | Act::Snoozed | Act::Noted | Act::Unsnoozed | Act::Opened | Act::Other => {}
        }
    }

    /// A teammate's words may be a command. A webhook carries none, so a read must show them.
    fn note_reported(&mut self, part: Option<PartId>) {
        self.state.note_reported_at = Some(self.now);
        let known = &mut self.state.known_parts;
        let new = part.map(|part| KnownPart { kind: PartKind::Note, part }).filter(|note| !known.contains(note));
        known.extend(new.filter(|_| known.len() < MOST_AWAITED));
        self.begin_turn_if_needed();
    }

    /// A read that lacks this part is stale, and a turn that waits for the other bot looks again.
    fn other_bot_reported(&mut self, part: Option<PartId>) {
        if part.is_some() {
            self.state.know_instead(PartKind::OtherBot, part);
        }
        if let Phase::Open(Open { turn, progress: progress @ Progress::Due(_), stage: Stage::Reading }) =
            &mut self.state.phase
            && turn.waiting == Some(Waiting::OtherBot)
        {
            *progress = Progress::Due(self.now.after(self.policy.quiet));
        }
    }

    /// Our own replies come back as webhooks. One of a post whose result is not known yet is its proof, and one of a
    /// post that was given up as unknown corrects the record.
    fn ourselves_reported(&mut self, part: Option<PartId>) {
        let Some(part) = part.filter(|part| !self.state.sent.contains(part)) else { return };
        if let Phase::Open(open) = &self.state.phase
            && let Some((intent, message_of)) = open.stage.intent()
        {
            let delivery = intent.delivery;
            // Where an earlier post may still land, a webhook does not tell which of them it is about.
            if delivery == Delivery::Reply && !self.may_be_an_earlier(intent) && !intent.ours_before.contains(&part) {
                self.move_on(|step, open| step.delivered(open.turn, delivery, message_of, part));
            }
            return;
        }
        if self.state.unknown_post.as_ref().is_some_and(|post| !post.ours_before.contains(&part)) {
            self.correct(part);
        }
    }

    /// The post that was given up as unknown is there after all.
    pub(super) fn correct(&mut self, part: PartId) {
        let Some(post) = self.state.unknown_post.take() else { return };
        if post.is_hand_over_message {
            return self.remember_message(part);
        }
        self.remember_sent(part.clone());
        let Some(key) = post.key else {
            // It may be either's, so nothing is known to have been answered.
            self.state.unknown_post = Some(post);
            return;
        };
        let outcome = Outcome::Replied { part, by: RepliedBy::UsLate };
        if let Some(settled) = self.state.settled.iter_mut().rev().find(|settled| settled.key == key) {
            settled.outcome = outcome;
            settled.at = self.now;
            let corrected = settled.clone();
            return self.announce(Announcement::Corrected(corrected));
        }
        // A teammate is just being told of it, and need not be any more.
        if let Phase::Open(Open { stage: Stage::HandingOver(_), .. }) = &self.state.phase {
            self.move_on(|_, open| open.turn.end(outcome));
        }
    }

    fn assignment_reported(&mut self, part: Option<PartId>, at: UnixSeconds, by: Option<&AdminId>, to: &AssignedTo) {
        let to_ourselves = match to {
            AssignedTo::Admin { id } => *id == self.policy.ourselves,
            AssignedTo::Team { .. } | AssignedTo::Nobody => return,
            // A read shows whose it is now.
            AssignedTo::Other => return self.note_reported(part),
        };
        match by {
            _ if !to_ourselves => self.note_sign(TeammateSign { at, sign: Sign::Assigned, part }, None),
            Some(by) if *by != self.policy.ourselves => {
                self.note_given_back(GivenBack { at, part, by: GiveBack::Assignment }, None);
                self.begin_turn_if_needed();
            }
            Some(_ourselves) => {}
            // Only a person's assignment counts, and a read shows whether it was one.
            None => self.note_reported(part),
        }
    }

    /// The conversation was deleted: nothing can be said in it, and nothing about it may be kept.
    fn forget(&mut self) {
        if let Phase::Open(open) = std::mem::replace(&mut self.state.phase, Phase::Deleted) {
            let covers = open.turn.covers();
            self.record(self.key_of(covers), Outcome::Failed(FailureReason::ConversationGone), covers);
        }
        self.state.awaited.clear();
        self.state.nudged = None;
        self.state.reopening = Reopening::No;
        self.state.forget_notes();
        self.state.session = None;
        self.state.unknown_post = None;
        self.announce(Announcement::Forgotten);
    }

    /// A message that a read shows is known by its id from here on.
    pub(super) fn await_message(&mut self, part: &PartId, at: UnixSeconds) {
        if !self.state.awaits(part) {
            self.state.awaited.push(Awaited { part: Some(part.clone()), at, reported_at: self.now });
        }
    }

    /// Whether the open turn already stands for this message: a read may show it before its webhook comes.
    fn is_in_hand(&self, part: &PartId) -> bool {
        match &self.state.phase {
            Phase::Open(open) => open.turn.covers().is_some_and(|covers| covers.parts.contains(part)),
            Phase::Idle | Phase::Deleted => false,
        }
    }

    /// The time that a webhook told, or the present where it told none.
    fn time_of(&self, at: UnixSeconds) -> UnixSeconds {
        if at.0 == 0 { seconds(self.now) } else { at }
    }
}

/// So many messages are awaited by id. A read shows all of them, whatever their number.
const MOST_AWAITED: usize = 200;

/// The second that a time lies in.
pub(super) fn seconds(at: UnixMillis) -> UnixSeconds {
    UnixSeconds(at.0 / 1_000)
}
