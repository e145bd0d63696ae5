//! Who has a conversation, bot or teammate: what one read shows of it, in Intercom's order.
//!
//! Taken by: a teammate's words to the customer, an assignment to a teammate, `/bot off` or `TAKEOVER_PHRASE` in a note.
//! Given back by: `/bot on` or `RESUME_PHRASE` in a note, `RESUME_PHRASE` in a reply, a person's assignment to ourselves.
//! Only teammates command: a customer, another bot and we ourselves (whose notes quote customers) do not.

use super::policy::{Policy, RuleAssignments};
use super::state::{GiveBack, GivenBack, Sign, TeammateSign};
use crate::intercom::ids::PartId;
use crate::intercom::thread::{Assignee, Author, Entry, EntryKind, Redaction, Thread};
use crate::text::{PlainText, begins_with_command, customer_html_to_text, says};

/// The last entry that takes the conversation from the bot.
pub(super) fn last_taken(thread: &Thread, policy: &Policy) -> Option<TeammateSign> {
    thread.entries.iter().rev().find_map(|entry| {
        let sign = taken_by(entry, policy)?;
        Some(TeammateSign { at: entry.at, sign, part: Some(entry.id.clone()) })
    })
}

/// The last entry that gives it back.
pub(super) fn last_given_back(thread: &Thread, policy: &Policy) -> Option<GivenBack> {
    thread.entries.iter().rev().find_map(|entry| {
        let by = given_back_by(entry, policy)?;
        Some(GivenBack { at: entry.at, part: Some(entry.id.clone()), by })
    })
}

/// How an entry gives the conversation back, if it does.
pub(super) fn given_back_by(entry: &Entry, policy: &Policy) -> Option<GiveBack> {
    let Author::Teammate(_) = entry.author else { return None };
    if let EntryKind::Assignment(Some(Assignee::Ourselves)) = entry.kind {
        return Some(GiveBack::Assignment);
    }
    let resumes = |text: &PlainText| policy.resume_phrase.as_ref().is_some_and(|phrase| says(text, phrase));
    if entry.kind == EntryKind::Note {
        let note = words(entry)?;
        return (!stops(&note, policy) && (begins_with_command(&note, "/bot on") || resumes(&note)))
            .then_some(GiveBack::Note);
    }
    // Only where there is a phrase are words worth reading.
    policy.resume_phrase.as_ref()?;
    (entry.is_message() && resumes(&words(entry)?)).then_some(GiveBack::Reply)
}

/// Whether giving back ends what a sign began. Within one second only the order of a read tells; without one the sign stands.
pub(super) fn ends(given: &GivenBack, sign: &TeammateSign, thread: Option<&Thread>) -> bool {
    let place = |part: &Option<PartId>| {
        let part = part.as_ref()?;
        thread?.entries.iter().position(|entry| entry.id == *part)
    };
    given.at > sign.at
        || given.at == sign.at
            && (given.part.is_some() && given.part == sign.part
                || place(&given.part).zip(place(&sign.part)).is_some_and(|(given, sign)| given > sign))
}

fn taken_by(entry: &Entry, policy: &Policy) -> Option<Sign> {
    if given_back_by(entry, policy).is_some() {
        return None;
    }
    let rule = || (policy.rule_assignments == RuleAssignments::Count).then_some(Sign::RuleAssigned);
    match (&entry.author, &entry.kind) {
        (Author::Teammate(_), EntryKind::Note) => stops(&words(entry)?, policy).then_some(Sign::Stopped),
        (Author::Teammate(_), _) if entry.is_message() => Some(Sign::Spoke),
        (Author::Teammate(_) | Author::Ourselves, EntryKind::Assignment(Some(Assignee::Teammate(_)))) => {
            Some(Sign::Assigned)
        }
        (
            _,
            EntryKind::Assignment(Some(Assignee::Teammate(_))) | EntryKind::RuleAssignment(Some(Assignee::Teammate(_))),
        ) => rule(),
        (
            Author::Teammate(_) | Author::Ourselves | Author::Customer | Author::OtherBot | Author::Other,
            EntryKind::Comment
            | EntryKind::Note
            | EntryKind::Open
            | EntryKind::Close
            | EntryKind::Snooze
            | EntryKind::Assignment(_)
            | EntryKind::RuleAssignment(_)
            | EntryKind::Automatic,
        ) => None,
    }
}

/// Stopping wins where a note says both.
fn stops(note: &PlainText, policy: &Policy) -> bool {
    begins_with_command(note, "/bot off") || policy.takeover_phrase.as_ref().is_some_and(|phrase| says(note, phrase))
}

fn words(entry: &Entry) -> Option<PlainText> {
    entry.body.as_ref().filter(|_| entry.redaction == Redaction::Shown).map(customer_html_to_text)
}
