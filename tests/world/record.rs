//! What the make-believe Intercom says really happened, in the words of the audit.

use crate::world::World;
use crate::world::acts::{Born, Scope};
use onereply::turn::policy::RuleAssignments;
use onereply_sandbox::gpt_trainer::RATE_LIMIT_MESSAGE;
use onereply_sandbox::intercom::{AuthorKind, plain_text};

pub struct Record {
    pub id: String,
    pub deleted: bool,
    pub assigned: Born,
    pub scope: Scope,
    /// What Fin did in it, at last.
    pub fin: Fin,
    pub parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fin {
    Absent,
    /// It takes part; whether it has answered or handed off is another matter.
    Present,
}

/// A part; the first of a conversation is its source.
pub struct Part {
    pub id: String,
    pub by: By,
    pub kind: String,
    pub words: Option<String>,
    /// In milliseconds, by Intercom's clock.
    pub at: u64,
    /// Whether it assigns, and to whom.
    pub assigned: Option<Assigned>,
    pub redacted: bool,
    /// What it said before it was taken back.
    pub taken_back: Option<String>,
    pub by_api: bool,
    /// Whether Fin made it up.
    pub ai_answer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Customer,
    Ourselves,
    Teammate,
    Bot,
}

/// `HANDOVER_MESSAGE`, where nothing else is set.
const HAND_OVER_MESSAGE: &str =
    "Thank you for your message. I am passing it on to a teammate, who will answer you here.";
/// Stands above an answer in a note.
const ANSWER_IN_NOTE: &str = "The customer has not seen this answer.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    Teammate,
    Ourselves,
    Other,
}

impl World {
    /// Every conversation, with everything in it.
    pub fn records(&self) -> Vec<Record> {
        let ourselves = self.far_side.intercom.workspace.admin_id.to_string();
        let all = self.far_side.intercom.records().into_iter().map(|record| {
            let parts = record.parts.into_iter().map(|part| Part {
                by: match part.author.kind {
                    AuthorKind::Admin if part.author.id == ourselves => By::Ourselves,
                    AuthorKind::Admin => By::Teammate,
                    AuthorKind::Bot => By::Bot,
                    AuthorKind::User | AuthorKind::Lead | AuthorKind::Contact | AuthorKind::Visitor => By::Customer,
                },
                assigned: part.assigned_to.map(|to| match to.id {
                    Some(id) if to.kind == "admin" && id == ourselves => Assigned::Ourselves,
                    Some(_) if to.kind == "admin" => Assigned::Teammate,
                    _nobody_or_a_team => Assigned::Other,
                }),
                taken_back: self.taken_back.get(&part.id).cloned(),
                id: part.id,
                kind: part.part_type,
                words: part.body.as_deref().map(plain_text),
                at: part.created_ms,
                redacted: part.redacted,
                by_api: part.by_api,
                ai_answer: part.author.is_ai_answer,
            });
            let parts = parts.collect();
            let begun = self.begun.iter().find(|begun| begun.id == record.id).unwrap();
            let fin = if record.ai_agent.participated { Fin::Present } else { Fin::Absent };
            Record { id: record.id, deleted: record.deleted, assigned: begun.assigned, scope: begun.scope, fin, parts }
        });
        all.collect()
    }
}

impl Part {
    /// Something that a customer wrote.
    pub fn is_message(&self) -> bool {
        self.by == By::Customer && self.words.is_some() && !self.redacted
    }

    /// Words that the customer sees.
    pub fn is_public(&self) -> bool {
        self.words.is_some() && self.kind != "note"
    }

    /// A public answer that the worker posted; another program's is not made by this token.
    pub fn is_reply(&self) -> bool {
        self.by == By::Ourselves && self.by_api && self.is_public() && !self.is_hand_over_message()
    }

    /// The line that tells the customer of a hand-over.
    pub fn is_hand_over_message(&self) -> bool {
        self.by == By::Ourselves && self.by_api && self.is_public() && self.text() == HAND_OVER_MESSAGE
    }

    /// What the chatbot says in place of an answer, posted as if it were one.
    pub fn is_refusal(&self) -> bool {
        (self.is_reply() || self.is_answer_in_note()) && self.text().contains(RATE_LIMIT_MESSAGE)
    }

    /// An answer that only teammates see.
    pub fn is_answer_in_note(&self) -> bool {
        self.by == By::Ourselves && self.by_api && self.kind == "note" && self.text().contains(ANSWER_IN_NOTE)
    }

    /// The worker tells teammates that they are needed: by a note, or an assignment.
    pub fn tells_teammates(&self) -> bool {
        let note = self.kind == "note" && !self.is_answer_in_note();
        self.by == By::Ourselves && self.by_api && (note || self.assigned.is_some())
    }

    /// A teammate has the conversation from here on. An assignment by a rule may not count.
    pub fn takes_over(&self, rules: RuleAssignments) -> bool {
        let assigned = self.assigned == Some(Assigned::Teammate);
        let counts = self.by != By::Bot || rules == RuleAssignments::Count;
        !self.gives_back()
            && (self.by == By::Teammate && self.is_public() || assigned && counts || self.says("/bot off"))
    }

    /// A teammate gives it back to the bot.
    pub fn gives_back(&self) -> bool {
        self.says("/bot on") || self.by == By::Teammate && self.assigned == Some(Assigned::Ourselves)
    }

    /// A teammate commands it in a note.
    fn says(&self, command: &str) -> bool {
        self.by == By::Teammate && self.kind == "note" && self.text() == command
    }

    /// A teammate is done with what was said before.
    pub fn closes_or_snoozes(&self) -> bool {
        self.by == By::Teammate && ["close", "snoozed"].contains(&self.kind.as_str())
    }

    /// A teammate sees to it: from here on their word counts, and runs out.
    pub fn attends(&self) -> bool {
        self.by == By::Teammate && self.is_public() || self.closes_or_snoozes()
    }

    pub fn text(&self) -> String {
        self.words.clone().unwrap_or_default()
    }

    /// Something that a customer wrote, taken back since or not.
    pub fn was_message(&self) -> bool {
        self.is_message() || self.taken_back.is_some()
    }

    /// Whether this reply answers that message, by its word.
    pub fn answers(&self, message: &Self) -> bool {
        let word = message.taken_back.clone().unwrap_or_else(|| message.text());
        self.text().split(|c: char| !c.is_alphanumeric()).any(|said| said == word)
    }

    /// One line, for tests that show a whole conversation.
    pub fn line(&self) -> String {
        let who = match self.by {
            By::Customer => "customer",
            By::Ourselves => "bot",
            By::Teammate => "teammate",
            By::Bot => "other bot",
        };
        match (self.kind.as_str(), &self.words) {
            ("note", _) => format!("{who} notes"),
            (_, Some(words)) => format!("{who}: {words}"),
            (act, None) => format!("{who} <{act}>"),
        }
    }
}
