//! How a message was handled, as Intercom shows it.

use super::turns::AuditedTurn;
use super::{Case, Finding, FindingKind, was_public};
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Assignee, Author, Entry as Part, EntryKind, Thread};
use crate::text::hands_over;
use crate::turn::hindsight::{Earlier, gives_back, is_left_to_other_bot, is_other_bots_answer, ownership_of};
use crate::turn::outcome::{Outcome, StandDownReason};
use crate::turn::view::{Eligibility, View};

/// How a message was handled, as Intercom shows it.
pub(super) enum Handling<'a> {
    /// An answer of ours stands for it.
    Answered,
    /// A note or an assignment of ours hands it over, and nobody answered before.
    HandedOver(&'a PartId),
    /// A teammate or another bot answered first.
    ByOthers,
    /// A teammate owns it, or the settings leave it to teammates.
    Left,
    Unhandled,
}

impl<'a> Case<'a> {
    pub(super) fn find_unanswered(&self, turns: &[AuditedTurn], findings: &mut Vec<Finding>) {
        for turn in turns {
            let without = turn.messages.iter().rev().find(|place| match self.handling(**place) {
                Handling::Unhandled => true,
                Handling::Answered | Handling::HandedOver(_) | Handling::ByOthers | Handling::Left => false,
            });
            if let Some(place) = without {
                findings.push(Finding {
                    kind: FindingKind::Unanswered,
                    about: None,
                    conversation: self.thread.id.clone(),
                    message: Some(self.parts()[*place].id.clone()),
                    part: None,
                    turn: Some(turn.key.clone()),
                });
            }
        }
    }

    /// How the message at this place was handled.
    pub(super) fn handling(&self, place: usize) -> Handling<'a> {
        if self.is_answered(place) {
            return Handling::Answered;
        }
        let message = &self.parts()[place].id;
        let first = (place + 1..self.parts().len()).find_map(|at| {
            if self.tells(at, message) {
                Some(Handling::HandedOver(&self.parts()[at].id))
            } else {
                self.is_seen_by_others(at).then_some(Handling::ByOthers)
            }
        });
        match first {
            Some(handling) => handling,
            None if self.is_left(place) => Handling::Left,
            None => Handling::Unhandled,
        }
    }

    /// Whether a note or an assignment of ours notifies teammates of an earlier message. A note with an answer is about its own turn's
    /// messages, where an entry names them.
    fn tells(&self, at: usize, message: &PartId) -> bool {
        let part = &self.parts()[at];
        let about_others = self.entries.iter().any(|entry| {
            let names = matches!(&entry.outcome, Outcome::Noted { part: note } if *note == part.id);
            names && !entry.parts.is_empty() && !entry.parts.contains(message)
        });
        part.author == Author::Ourselves && (part.kind == EntryKind::Note && !about_others || is_assigned_away(part))
    }

    /// Whether a person, or another bot, has seen to what was written before this.
    fn is_seen_by_others(&self, at: usize) -> bool {
        let part = &self.parts()[at];
        match part.author {
            Author::Teammate(_) => {
                // Words that give the conversation back announce an answer and are none.
                was_public(part) && !gives_back(part, self.policy)
                    || matches!(part.kind, EntryKind::Close | EntryKind::Snooze)
            }
            Author::OtherBot => is_other_bots_answer(self.thread, at),
            Author::Customer | Author::Ourselves | Author::Other => false,
        }
    }

    /// Whether a message is left to teammates: by who had the conversation at the next answer of ours, or has it now, and by the
    /// settings, present or of that time.
    fn is_left(&self, place: usize) -> bool {
        let message = &self.parts()[place];
        let hand_overs = self.hand_over_places();
        let not_ours = |thread: &Thread| {
            let earlier = hand_overs.iter().filter(|at| **at < thread.entries.len()).map(|at| Earlier::HandedOver(*at));
            let earlier: Vec<Earlier> = earlier.collect();
            let state = ownership_of(thread, &earlier, self.policy);
            match (View { state: &state, thread, policy: self.policy }).eligibility(message.at, message.at.to_millis())
            {
                Eligibility::NotOurs(_) => true,
                Eligibility::Ours(_) => false,
            }
        };
        self.is_entered_as_left(&message.id)
            || not_ours(self.thread)
            || is_left_to_other_bot(self.thread, message.at, self.policy)
            || self.said.iter().find(|said| said.place > place).is_some_and(|said| not_ours(&self.cut_off(said.place)))
    }

    /// Whether an entry tells that the message was left to teammates for what no part shows: settings may have changed since, Fin's
    /// word of itself has no time, and of an assignment there may be no part.
    fn is_entered_as_left(&self, message: &PartId) -> bool {
        self.entries.iter().filter(|entry| entry.parts.contains(message)).any(|entry| match &entry.outcome {
            Outcome::StoodDown(reason) => match reason {
                StandDownReason::ModeOff
                | StandDownReason::Channel
                | StandDownReason::NotATester
                | StandDownReason::Rollout
                | StandDownReason::RuleAssigned => true,
                StandDownReason::OtherBot => self.thread.ai_agent.is_some(),
                StandDownReason::Teammate
                | StandDownReason::HandedOver
                | StandDownReason::Vanished
                | StandDownReason::ForeignWorkspace => false,
            },
            Outcome::Replied { .. } | Outcome::Noted { .. } | Outcome::HandedOver(_) | Outcome::Failed(_) => false,
        })
    }

    /// The conversation before this place. Who has it now says nothing of then.
    pub(super) fn cut_off(&self, place: usize) -> Thread {
        Thread { entries: self.parts()[..place].to_vec(), admin_assignee: None, ..self.thread.clone() }
    }

    /// The places of our hand-overs.
    pub(super) fn hand_over_places(&self) -> Vec<usize> {
        let tells = |part: &Part| {
            let hands_over = part.kind == EntryKind::Note && part.body.as_ref().is_some_and(hands_over);
            part.author == Author::Ourselves && (hands_over || is_assigned_away(part))
        };
        (0..self.parts().len()).filter(|place| tells(&self.parts()[*place])).collect()
    }
}

/// Whether this assigns the conversation to another teammate or a team.
pub(super) fn is_assigned_away(part: &Part) -> bool {
    match part.kind {
        EntryKind::Assignment(Some(Assignee::Teammate(_) | Assignee::Team | Assignee::Other)) => true,
        EntryKind::Assignment(Some(Assignee::Ourselves) | None)
        | EntryKind::RuleAssignment(_)
        | EntryKind::Comment
        | EntryKind::Note
        | EntryKind::Open
        | EntryKind::Close
        | EntryKind::Snooze
        | EntryKind::Automatic => false,
    }
}
