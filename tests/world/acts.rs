//! What people do. Every customer message is one word of its own, by which a reply shows that it answers it.

use crate::world::World;
use crate::world::record::{By, Part};
use onereply_sandbox::intercom::{ActError, Acted, CustomerWords, Start, StartedBy, TeammateAct, plain_text};
use serde_json::json;

/// What is known of a conversation from its beginning, and no part of it tells.
pub struct Begun {
    pub id: String,
    /// By which a plan knows it.
    pub number: usize,
    pub assigned: Born,
    pub scope: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Born {
    Unassigned,
    AssignedToTeammate,
}

/// Whether the operator's settings want it answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Ours,
    /// The operator leaves it to people.
    Left,
    /// It belongs to another workspace, which sends its webhooks here too.
    AnotherWorkspace,
}

/// A teammate of the make-believe workspace other than the one who usually acts.
pub const ANA_LIMA: u64 = 9_608_801;

impl World {
    /// A customer begins a conversation.
    pub fn begins(&mut self, word: &str) {
        self.begins_as(self.begun.len(), word, Start::default(), Scope::Ours);
    }

    /// A conversation of a special kind begins. Its id comes back.
    pub fn begins_as(&mut self, number: usize, word: &str, start: Start, scope: Scope) -> String {
        let assigned = start.assigned_to.map_or(Born::Unassigned, |_| Born::AssignedToTeammate);
        let start = Start { body: format!("<p>{word}</p>"), ..start };
        let started_by = start.started_by;
        let acted = self.far_side.intercom.start(start, self.intercom_now()).unwrap();
        let id = acted.conversation_id.clone();
        self.note(|| format!("{started_by:?} begins {id}: {word}"));
        self.begun.push(Begun { id: id.clone(), number, assigned, scope });
        if scope == Scope::AnotherWorkspace {
            self.webhooks.foreign.insert(id.clone());
        }
        match started_by {
            StartedBy::Customer => self.tells_of_message(acted),
            StartedBy::Teammate | StartedBy::Bot => self.dispatch_webhooks(),
        }
        id
    }

    /// The customer goes on writing in the only conversation.
    pub fn writes(&mut self, word: &str) {
        self.writes_in(&self.conversation(), word).unwrap();
    }

    /// The customer goes on writing in this conversation, unless it was deleted.
    pub fn writes_in(&mut self, id: &str, word: &str) -> Result<(), ActError> {
        let words = CustomerWords { body: Some(format!("<p>{word}</p>")), ..CustomerWords::default() };
        let acted = self.far_side.intercom.customer_says(id, words, self.intercom_now())?;
        self.note(|| format!("customer in {id}: {word}"));
        self.tells_of_message(acted);
        Ok(())
    }

    /// The n-th message (from 0) of this conversation is taken back. Only the judge still knows what it said.
    pub fn takes_back(&mut self, id: &str, nth: usize) {
        let record = self.far_side.intercom.record(id).unwrap();
        let mut messages = record.parts.into_iter().filter(|part| part.author.kind.is_customer());
        let Some(part) = messages.nth(nth) else { return };
        self.note(|| format!("message {nth} of {id} is taken back"));
        if !part.redacted {
            self.taken_back.insert(part.id.clone(), part.body.as_deref().map(plain_text).unwrap_or_default());
        }
        let now = self.intercom_now();
        // Of one that was deleted nothing can be taken back any more.
        let _ = self.far_side.intercom.redact(id, &part.id, now);
    }

    fn tells_of_message(&mut self, acted: Acted) {
        self.webhooks.message_of.insert(acted.notification_id.unwrap(), acted.part_id);
        self.stir();
        self.dispatch_webhooks();
    }

    /// A teammate acts in the only conversation (`reply`, `note`, `assign`, `close`, `snooze`; `stop` and `give back` are notes).
    pub fn teammate(&mut self, action: &str) {
        let mut act = json!({"action": action});
        match action {
            "reply" | "note" => act["body"] = json!("<p>I will look into it myself.</p>"),
            "assign" => act["assignee_id"] = json!(ANA_LIMA),
            "stop" => act = json!({"action": "note", "body": "<p>/bot off</p>"}),
            "give back" => act = json!({"action": "note", "body": "<p>/bot on</p>"}),
            _without_words => {}
        }
        let act: TeammateAct = serde_json::from_value(act).unwrap();
        self.teammate_in(&self.conversation(), act).unwrap();
    }

    /// Another program that writes as the same teammate answers in the only conversation.
    pub fn another_program_answers(&mut self) {
        let words = json!({"action": "reply", "admin_id": 3_156_780, "body": "<p>The another program answers.</p>"});
        self.teammate_in(&self.conversation(), serde_json::from_value(words).unwrap()).unwrap();
    }

    /// A teammate acts in this conversation, unless it was deleted.
    pub fn teammate_in(&mut self, id: &str, act: TeammateAct) -> Result<(), ActError> {
        self.note(|| format!("teammate in {id}: {act:?}"));
        self.far_side.intercom.teammate_acts(id, act, self.intercom_now())?;
        self.dispatch_webhooks();
        Ok(())
    }

    /// The only conversation.
    pub fn conversation(&self) -> String {
        self.begun.first().unwrap().id.clone()
    }

    /// The conversation as a reader of the inbox sees it: who did what, in order.
    pub fn seen(&self) -> Vec<String> {
        self.records()
            .into_iter()
            .next()
            .map(|record| record.parts.iter().map(Part::line).collect())
            .unwrap_or_default()
    }

    /// The words of our public answers.
    pub fn replies(&self) -> Vec<String> {
        let record = self.records().into_iter().next();
        let parts = record.map(|record| record.parts).unwrap_or_default();
        parts
            .iter()
            .filter(|part| part.by == By::Ourselves && part.is_public() && !part.is_hand_over_message())
            .map(Part::text)
            .collect()
    }

    /// How often the customer was told of a hand-over.
    pub fn hand_over_messages(&self) -> usize {
        self.records().iter().flat_map(|record| &record.parts).filter(|part| part.is_hand_over_message()).count()
    }

    /// What Fin does in the only conversation, and perhaps says.
    pub fn fin(&mut self, resolution: Option<&str>, answer: Option<&str>) {
        let (id, now) = (self.conversation(), self.intercom_now());
        let agent = json!({"participated": true, "resolution_state": resolution});
        self.far_side.intercom.ai_agent(&id, serde_json::from_value(agent).unwrap(), now).unwrap();
        if let Some(answer) = answer {
            let words = json!({"body": format!("<p>{answer}</p>"), "is_ai_answer": true, "from_ai_agent": true});
            self.far_side.intercom.bot_says(&id, serde_json::from_value(words).unwrap(), now).unwrap();
        }
        self.dispatch_webhooks();
    }
}
