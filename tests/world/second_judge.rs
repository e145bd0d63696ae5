//! The second judge: the product's own audit. It sees the conversations as Intercom's API returns them in the end, and what the ledger
//! of their workspace tells.

use crate::world::World;
use crate::world::accounts::nobody_knows_of_its_lost_alarm;
use crate::world::acts::Scope;
use crate::world::excuses::excuse_of;
use crate::world::record::{By, Record};
use onereply::audit::{AuditWindow, Disagreement, Finding, FindingKind, audit};
use onereply::intercom::conversation::decode_conversation;
use onereply::intercom::ids::{ConversationId, PartId};
use onereply::intercom::requests::LIMIT;
use onereply::intercom::thread::Thread;
use onereply::time::UnixSeconds;
use onereply::turn::outcome::{Outcome, RepliedBy, Settled};
use onereply::workspace::ledger::LedgerEntry;
use onereply_sandbox::http::Request;
use onereply_sandbox::intercom::Intercom;

/// Everything that it finds, in conversations that can still be read and are this workspace's.
pub fn findings(world: &World) -> Vec<Finding> {
    // Asking changes what is counted.
    let mut intercom = world.far_side.intercom.clone();
    let ledger = world.ledger();
    let window = AuditWindow { since: UnixSeconds(0), until: UnixSeconds(u64::MAX) };
    let is_ours = |scope| match scope {
        Scope::Ours | Scope::Left => true,
        Scope::AnotherWorkspace => false,
    };
    let read = world.records().into_iter().filter(|record| !record.deleted && is_ours(record.scope));
    let found = read.flat_map(|record| {
        let thread = thread(world, &mut intercom, &record.id);
        let own: Vec<LedgerEntry> = ledger.iter().filter(|entry| entry.conversation == thread.id).cloned().collect();
        audit(&thread, &own, &world.settings.policy, &window).findings
    });
    found.collect()
}

/// What it finds in a world in which the first judge found nothing.
pub fn unexplained(world: &World) -> Vec<Finding> {
    let records = world.records();
    let mut findings = findings(world);
    findings.retain(|finding| {
        let record = records.iter().find(|record| record.id == finding.conversation.as_str()).unwrap();
        !Difference { world, record, finding }.is_legitimate()
    });
    findings
}

/// Something that only this judge finds.
struct Difference<'a> {
    world: &'a World,
    record: &'a Record,
    finding: &'a Finding,
}

impl Difference<'_> {
    fn is_legitimate(&self) -> bool {
        match self.finding.kind {
            FindingKind::Unanswered => {
                self.is_excused()
                    || self.is_given_back_unheard()
                    || self.is_behind_an_answer()
                    || self.is_opened_again_and_lost()
            }
            FindingKind::AnsweredTwice => {
                self.is_another_programs() || self.is_behind_another_programs() || self.is_named_wrongly()
            }
            FindingKind::OverAHuman => self.is_another_programs() || self.landed_late() || self.was_not_shown(),
            FindingKind::LedgerDisagrees if self.has_reported_nothing() => true,
            FindingKind::LedgerDisagrees => match self.finding.about.unwrap() {
                Disagreement::NotEntered => {
                    self.is_another_programs() || self.may_be_given_up() || self.is_named_wrongly()
                }
                Disagreement::MessageNotEntered => self.is_excused(),
                Disagreement::NotThere | Disagreement::RepliedTwice | Disagreement::NobodyTold => false,
            },
        }
    }

    /// Whether nobody could wake its object for its report.
    fn has_reported_nothing(&self) -> bool {
        nobody_knows_of_its_lost_alarm(self.world, &self.record.id)
    }

    /// No part tells that a webhook was lost, what Fin said of itself then, or that Intercom refused the note.
    fn is_excused(&self) -> bool {
        let message = self.record.parts.iter().find(|part| is(&part.id, &self.finding.message));
        message.is_some_and(|message| excuse_of(self.world, self.record, message).is_some())
    }

    /// Whether it was given back, and no webhook and no read has told the object of that yet.
    fn is_given_back_unheard(&self) -> bool {
        let given = self.record.parts.iter().rfind(|part| part.gives_back()).map(|part| part.id.as_str());
        let state = self.world.state_of(&self.record.id);
        let heard = state.and_then(|state| state.given_back).and_then(|given| given.part);
        given.is_some() && given != heard.as_ref().map(PartId::as_str)
    }

    /// Whether a post was given up and its object has not seen it yet. Where people took the conversation meanwhile, or where it
    /// is a line, no entry tells of it.
    fn may_be_given_up(&self) -> bool {
        self.world.state_of(&self.record.id).is_some_and(|state| state.unknown_post.is_some())
    }

    /// Whether Intercom carried our post out when its time was over, so that it was begun long before it appeared.
    fn landed_late(&self) -> bool {
        let Some(part) = self.record.parts.iter().find(|part| is(&part.id, &self.finding.part)) else { return false };
        let post = self.world.far_side.calls.iter().find(|call| call.made.as_ref() == Some(&part.id));
        let sent_at = post.map(|post| post.sent_at.saturating_add_signed(self.world.skew));
        sent_at.is_some_and(|sent_at| part.at > sent_at + LIMIT.0)
    }

    /// Whether the read before our post lagged behind a teammate's act that was there before it. Intercom keeps no record of reads.
    fn was_not_shown(&self) -> bool {
        let parts = &self.record.parts;
        let Some(place) = parts.iter().position(|part| is(&part.id, &self.finding.part)) else { return false };
        let calls = &self.world.far_side.calls;
        let Some(post) = calls.iter().find(|call| call.made.as_ref() == Some(&parts[place].id)) else { return false };
        let reads = calls.iter().filter(|call| call.target.conversation_id.as_ref() == Some(&self.record.id));
        let heard = reads.filter(|read| read.answered_at.is_some_and(|answered| answered <= post.sent_at));
        let Some((shown, sent_at)) = heard.filter_map(|read| Some((read.shown?, read.sent_at))).next_back() else {
            return false;
        };
        let read_at = sent_at.saturating_add_signed(self.world.skew);
        parts[shown.min(place)..place].iter().any(|part| part.by == By::Teammate && part.at <= read_at)
    }

    /// Whether it was opened again, and its alarm was lost together with the word that would have put it on the list. No sweep
    /// finds that: nobody wrote.
    fn is_opened_again_and_lost(&self) -> bool {
        let settled = self.world.state_of(&self.record.id).map(|state| state.settled).unwrap_or_default();
        let ended = settled.iter().rfind(|turn| self.finding.message.iter().any(|it| turn.parts.contains(it)));
        ended.is_some_and(|turn| turn.reopened_at.is_some())
            && nobody_knows_of_its_lost_alarm(self.world, &self.record.id)
    }

    /// Whether another program's word was taken for this reply of ours, of which no answer of Intercom's has reached the object. By
    /// its words the reply tells whose place that is; the audit can only guess what it is for.
    fn is_named_wrongly(&self) -> bool {
        let parts = &self.record.parts;
        let Some(state) = self.world.state_of(&self.record.id) else { return false };
        let Some(reply) = parts.iter().find(|part| part.is_reply() && is(&part.id, &self.finding.part)) else {
            return false;
        };
        let is_unreported = !state.sent.iter().any(|part| part.as_str() == reply.id);
        let answered = parts.iter().filter(|part| part.was_message() && reply.answers(part));
        let answered: Vec<&str> = answered.map(|part| part.id.as_str()).collect();
        let is_its = |turn: &&Settled| turn.parts.iter().any(|part| answered.contains(&part.as_str()));
        let is_ours = |named: &PartId| parts.iter().any(|part| part.id == named.as_str() && part.by_api);
        let named = state.settled.iter().rfind(is_its).map(|turn| &turn.outcome);
        let names_another =
            matches!(named, Some(Outcome::Replied { part, by: RepliedBy::Us | RepliedBy::UsLate }) if !is_ours(part));
        is_unreported && names_another
    }

    /// Whether it was left to people and given back while a later message was being answered. The machine opens nothing again
    /// behind an answer.
    fn is_behind_an_answer(&self) -> bool {
        let settled = self.world.state_of(&self.record.id).map(|state| state.settled).unwrap_or_default();
        let left = settled.iter().rposition(|turn| self.finding.message.iter().any(|it| turn.parts.contains(it)));
        left.is_some_and(|left| {
            let was_left = matches!(settled[left].outcome, Outcome::StoodDown(_) | Outcome::HandedOver(_));
            let answered = |turn: &Settled| matches!(turn.outcome, Outcome::Replied { .. });
            was_left && settled[left].reopened_at.is_none() && settled[left + 1..].iter().any(answered)
        })
    }

    /// Whether another program answered the message first, in the moment of our own post.
    fn is_behind_another_programs(&self) -> bool {
        let place = |told: &Option<PartId>| self.record.parts.iter().position(|part| is(&part.id, told));
        let (Some(message), Some(part)) = (place(&self.finding.message), place(&self.finding.part)) else {
            return false;
        };
        self.record.parts[message..part].iter().any(|part| part.by == By::Ourselves && part.is_public() && !part.by_api)
    }

    /// Whether it is about the words of another program under our name. Intercom's API does not tell them from ours.
    fn is_another_programs(&self) -> bool {
        let part = self.record.parts.iter().find(|part| is(&part.id, &self.finding.part));
        part.is_some_and(|part| !part.by_api)
    }
}

fn is(id: &str, told: &Option<PartId>) -> bool {
    told.as_ref().is_some_and(|told| told.as_str() == id)
}

fn thread(world: &World, intercom: &mut Intercom, id: &str) -> Thread {
    let path = format!("/conversations/{id}");
    let authorization = format!("Bearer {}", crate::world::settings::ACCESS_TOKEN);
    let request = Request {
        method: "GET",
        path: &path,
        query: "",
        authorization: Some(&authorization),
        intercom_version: Some("2.16"),
        body: &[],
    };
    let answer = intercom.handle(&request, world.intercom_now());
    let id = ConversationId::new(id).unwrap();
    decode_conversation(&answer.body, &id, &world.settings.policy.ourselves).unwrap()
}
