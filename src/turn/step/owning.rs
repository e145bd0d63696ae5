//! Who has the conversation: what reads and webhooks show is kept, and the later of two events counts.

use super::Step;
use crate::intercom::ids::{AdminId, PartId};
use crate::intercom::thread::{Assignee, EntryKind, Thread};
use crate::time::UnixSeconds;
use crate::turn::command::Announcement;
use crate::turn::outcome::Outcome;
use crate::turn::ownership::{ends, last_given_back, last_taken};
use crate::turn::policy::RuleAssignments;
use crate::turn::state::{GivenBack, PartKind, Reopening, SeenAssignee, Sign, TeammateSign};
use crate::turn::view::CLOCKS_DIFFER;

impl Step<'_> {
    /// What any read shows of teammates, and of a post that was given up, is kept.
    pub(super) fn learn(&mut self, thread: &Thread) {
        let given_back = last_given_back(thread, self.policy);
        self.learn_unexplained_assignee(thread, given_back.as_ref());
        if let Some(given) = given_back {
            self.note_given_back(given, Some(thread));
        }
        if let Some(sign) = last_taken(thread, self.policy) {
            self.note_sign(sign, Some(thread));
        }
        self.end_sign_given_back(Some(thread));
        let view = self.view(thread);
        let (closed_or_snoozed, last_closed_or_snoozed, landed) =
            (view.closed_or_snoozed(), view.last_closed_or_snoozed(), view.landed());
        if let Some(at) = closed_or_snoozed
            && self.state.handed_over_at.is_some()
        {
            self.note_closed_or_snoozed(at, None);
        }
        // A webhook of it that comes late changes nothing any more.
        if last_closed_or_snoozed > self.state.closed_or_snoozed {
            self.state.closed_or_snoozed = last_closed_or_snoozed;
            self.state.closed_or_snoozed_by.clear();
        }
        if let Some(part) = landed {
            self.correct(part);
        }
    }

    /// Keeps a sign of a teammate that is newer than what is known.
    pub(super) fn note_sign(&mut self, sign: TeammateSign, thread: Option<&Thread>) {
        let known = self.state.teammate.as_ref();
        // A read's last sign is the later one of two in the same second, if it shows the other too.
        let shown = |part: &PartId| thread.is_some_and(|thread| thread.shows(part));
        let is_new = known.is_none_or(|known| {
            known.at < sign.at
                || known.at == sign.at && known.part != sign.part && known.part.as_ref().is_none_or(shown)
        });
        let ended = self.state.given_back.as_ref().is_some_and(|given| ends(given, &sign, thread));
        if !is_new || ended {
            return;
        }
        self.announce(Announcement::TakenOver(sign.sign));
        match sign.sign {
            // A teammate has attended to it: from now on their word counts, and runs out.
            Sign::Spoke | Sign::ClosedOrSnoozed if !self.is_handed_over_since(sign.at, thread) => {
                self.state.handed_over_at = None;
            }
            Sign::Spoke | Sign::ClosedOrSnoozed | Sign::Assigned | Sign::RuleAssigned | Sign::Stopped => {}
        }
        self.state.teammate = Some(sign);
    }

    /// A teammate closed or snoozed the conversation.
    pub(super) fn note_closed_or_snoozed(&mut self, at: UnixSeconds, part: Option<PartId>) {
        if self.state.closed_or_snoozed.is_some_and(|known| known > at) {
            return;
        }
        let is_new = self.state.closed_or_snoozed != Some(at);
        if is_new {
            self.state.closed_or_snoozed = Some(at);
            self.state.closed_or_snoozed_by.clear();
        }
        let known = &mut self.state.closed_or_snoozed_by;
        let new = part.as_ref().filter(|part| !known.contains(part));
        known.extend(new.cloned());
        if is_new && self.state.handed_over_at.is_some() {
            self.note_sign(TeammateSign { at, sign: Sign::ClosedOrSnoozed, part }, None);
        }
    }

    /// The conversation is the bot's again, and so is what waits in it. A read is needed to see what that is.
    pub(super) fn note_given_back(&mut self, given: GivenBack, thread: Option<&Thread>) {
        let shown = |part: &PartId| thread.is_none_or(|thread| thread.shows(part));
        let is_new = self.state.given_back.as_ref().is_none_or(|known| {
            known.at < given.at
                || known.at == given.at && known.part != given.part && known.part.as_ref().is_none_or(shown)
        });
        if !is_new {
            return;
        }
        self.announce(Announcement::GivenBack(given.by));
        if !self.is_handed_over_since(given.at, thread) {
            self.state.handed_over_at = None;
            // A later closing no longer attends to the hand-over.
            self.state.teammate.take_if(|sign| sign.sign == Sign::ClosedOrSnoozed);
        }
        self.state.know_instead(PartKind::GiveBack, given.part.clone());
        self.state.given_back = Some(given);
        self.end_sign_given_back(thread);
        if self.state.reopening == Reopening::No {
            self.state.reopening = Reopening::GivenBack;
        }
    }

    /// Whether the hand-over's messages were written after this, which is reported late.
    fn is_handed_over_since(&self, at: UnixSeconds, thread: Option<&Thread>) -> bool {
        let Some(thread) = thread else { return false };
        let mut turns = self.state.settled.iter().rev();
        let turn = turns.find(|turn| matches!(turn.outcome, Outcome::HandedOver(_)));
        let Some(handed_over_at) = self.state.handed_over_at.or(turn.map(|turn| turn.at)) else { return false };
        let parts = turn.map_or(&[][..], |turn| &turn.parts);
        let asked = thread.entries.iter().filter(|entry| parts.contains(&entry.id)).map(|entry| entry.at).max();
        match asked {
            Some(asked) => at < asked,
            // The conversation could not be read.
            None => at.to_millis().after(CLOCKS_DIFFER) < handed_over_at,
        }
    }

    /// The operator wants the last turn to be tried again, whatever it ended as.
    pub(super) fn reopen_by_operator(&mut self) {
        self.state.handed_over_at = None;
        self.state.reopening = Reopening::Retry;
        self.begin_turn_if_needed();
    }

    /// Opens again, by a read that can be trusted, what was left to teammates.
    pub(super) fn reopen(&mut self, thread: &Thread) {
        if self.state.reopening == Reopening::No {
            return;
        }
        let reopened = self.view(thread).reopened();
        self.state.reopening = Reopening::No;
        for entry in reopened {
            let turn = self.state.settled.iter_mut().rev().find(|turn| turn.parts.contains(&entry.id));
            if let Some(turn) = turn.filter(|turn| turn.reopened_at.is_none()) {
                turn.reopened_at = Some(self.now);
                let key = turn.key.clone();
                self.announce(Announcement::Reopened(key));
            }
            self.await_message(&entry.id, entry.at);
        }
    }

    fn end_sign_given_back(&mut self, thread: Option<&Thread>) {
        let given = self.state.given_back.as_ref();
        self.state.teammate.take_if(|sign| given.is_some_and(|given| ends(given, sign, thread)));
    }

    /// An assignee of whose assignment no part tells (the conversation was born assigned, or the part fell out of Intercom's
    /// window) has it since they were first seen. Nobody knows who assigned them, so it counts as a rule's.
    /// A teammate who gave it back in the read that first shows the messages knew of them.
    fn learn_unexplained_assignee(&mut self, thread: &Thread, given_back: Option<&GivenBack>) {
        let assignee = thread.admin_assignee.as_ref().filter(|admin| **admin != self.policy.ourselves);
        let Some(admin) = assignee.filter(|admin| !is_explained(thread, admin)) else { return };
        let newest = thread.entries.last().map_or(thread.created_at, |entry| entry.at);
        let new = given_back.filter(|given| self.state.given_back.as_ref() != Some(*given));
        let seen = match &self.state.unexplained_assignee {
            Some(seen) if seen.admin == *admin => seen.at,
            Some(_) | None => new.map_or(newest, |given| UnixSeconds(given.at.0.saturating_sub(1))),
        };
        self.state.unexplained_assignee = Some(SeenAssignee { admin: admin.clone(), at: seen });
        if self.policy.rule_assignments == RuleAssignments::Count {
            self.note_sign(TeammateSign { at: seen, sign: Sign::RuleAssigned, part: None }, None);
        }
    }
}

fn is_explained(thread: &Thread, admin: &AdminId) -> bool {
    thread.entries.iter().any(|entry| match &entry.kind {
        EntryKind::Assignment(Some(Assignee::Teammate(to)))
        | EntryKind::RuleAssignment(Some(Assignee::Teammate(to))) => to == admin,
        EntryKind::Comment
        | EntryKind::Note
        | EntryKind::Open
        | EntryKind::Close
        | EntryKind::Snooze
        | EntryKind::Assignment(_)
        | EntryKind::RuleAssignment(_)
        | EntryKind::Automatic => false,
    })
}
