//! What the search knows of a conversation: its index lags behind what a read shows.

use super::model::{AiAgent, Conversation, State};
use crate::clock::Millis;
use std::borrow::Cow;

/// What can change about a conversation, as it was from a moment on.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    at: Millis,
    parts: usize,
    updated_at: Millis,
    waiting_since: Option<Millis>,
    snoozed_until: Option<u64>,
    state: State,
    admin_assignee: Option<u64>,
    team_assignee: Option<u64>,
    ai_agent: AiAgent,
    deleted: bool,
}

impl Conversation {
    /// Enters the conversation as it is now; to be called when something has changed.
    pub(super) fn enter(&mut self, at: Millis) {
        self.entries.push(Entry {
            at,
            parts: self.parts.len(),
            updated_at: self.updated_at,
            waiting_since: self.waiting_since,
            snoozed_until: self.snoozed_until,
            state: self.state,
            admin_assignee: self.admin_assignee,
            team_assignee: self.team_assignee,
            ai_agent: self.ai_agent.clone(),
            deleted: self.deleted,
        });
    }

    /// The conversation as it was; nothing when it had not begun. What is told to have happened longer ago than what came
    /// before it is entered after that all the same.
    pub(super) fn as_of(&self, at: Millis) -> Option<Cow<'_, Self>> {
        let entered = self.entries.iter().take_while(|entry| entry.at <= at).count();
        if entered == self.entries.len() {
            return Some(Cow::Borrowed(self));
        }
        let entry = self.entries.get(entered.checked_sub(1)?)?;
        Some(Cow::Owned(Self {
            parts: self.parts[..entry.parts].to_vec(),
            updated_at: entry.updated_at,
            waiting_since: entry.waiting_since,
            snoozed_until: entry.snoozed_until,
            state: entry.state,
            admin_assignee: entry.admin_assignee,
            team_assignee: entry.team_assignee,
            ai_agent: entry.ai_agent.clone(),
            deleted: entry.deleted,
            entries: Vec::new(),
            ..self.clone()
        }))
    }
}
