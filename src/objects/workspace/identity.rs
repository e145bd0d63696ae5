//! Which workspace the token opens, and what the chatbot is known to say: asked once for all conversations.

use super::object::WorkspaceCore;
use super::rows::CRON_AWAITED;
use crate::fault::{Fault, Owner};
use crate::gpt_trainer::answers::parse_chatbot;
use crate::intercom::answers::parse_me;
use crate::intercom::ids::AppId;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::Identify;
use crate::objects::host::{Host, Result, Storage, Value, text};
use crate::objects::outbound::to_gpt_trainer;
use crate::settings::Settings;
use crate::time::{Millis, UnixMillis};
use crate::workspace::trouble::Trouble;

/// Intercom is not asked more often than this after a failure.
const ASK_AGAIN: Millis = Millis::from_seconds(5);

/// The chatbot is looked at so often.
const READ_CHATBOT_AGAIN: Millis = Millis::from_hours(24);

/// A chatbot that could not be read is left alone so long.
const ASK_CHATBOT_AGAIN: Millis = Millis::from_minutes(10);

impl<H: Host> Answers<Identify> for WorkspaceCore<H> {
    async fn answer(&self, _identify: Identify) -> Result<std::result::Result<AppId, Fault>> {
        self.identity().await
    }
}

impl<H: Host> WorkspaceCore<H> {
    pub(super) async fn identity(&self) -> Result<std::result::Result<AppId, Fault>> {
        // Conversations ask only with valid settings; these may have become invalid since.
        let Ok(settings) = self.host.settings() else { return Ok(Err(Fault::NotFound)) };
        let credentials = settings.policy.credentials.0.as_str();
        let known =
            self.host.storage()?.rows("SELECT app_id FROM identity WHERE credentials = ?", &[credentials.into()])?;
        if let Some(row) = known.into_iter().next() {
            return Ok(AppId::new(text(row)?).ok_or(Fault::NotFound));
        }
        let refusal = self.refusal.borrow().clone();
        if let Some((at, fault)) = refusal
            && self.host.now().since(at) < ASK_AGAIN
        {
            return Ok(Err(fault));
        }
        let response = self.host.send(&settings.intercom.me()).await.map_err(Fault::Unanswered);
        let identity = response.and_then(|response| parse_me(&response));
        match &identity {
            Ok(app) => self.remember_identity(&settings, app)?,
            Err(fault) => {
                self.refusal.replace(Some((self.host.now(), fault.clone())));
                if fault.owner() == Owner::Operator {
                    self.note(Trouble::IntercomRefusesCredentials)?;
                }
            }
        }
        Ok(identity)
    }

    /// What the chatbot says in place of an answer when it is asked too often, where that is known.
    pub(super) async fn rate_limit_message(&self) -> Result<Option<String>> {
        let Ok(settings) = self.host.settings() else { return Ok(None) };
        let chatbot = settings.gpt_trainer.chatbot.0.as_str();
        let since = Value::number(self.host.now().0.saturating_sub(READ_CHATBOT_AGAIN.0))?;
        let query = "SELECT rate_limit_message FROM chatbot WHERE uuid = ? AND at_ms > ?";
        let known = self.host.storage()?.rows(query, &[chatbot.into(), since])?;
        if let Some(row) = known.into_iter().next() {
            return text(row).map(|message| Some(message).filter(|message| !message.is_empty()));
        }
        if self.chatbot_unread.get().is_some_and(|at| self.host.now().since(at) < ASK_CHATBOT_AGAIN) {
            return Ok(None);
        }
        // Others who ask meanwhile need not wait.
        self.chatbot_unread.set(Some(self.host.now()));
        let response = to_gpt_trainer(&self.host, &settings.gpt_trainer.chatbot()).await;
        let Ok(found) = response.and_then(|response| parse_chatbot(&response)) else { return Ok(None) };
        let message = found.rate_limit_message.unwrap_or_default();
        let row = [chatbot.into(), message.as_str().into(), Value::number(self.host.now().0)?];
        let statement = "INSERT OR REPLACE INTO chatbot (uuid, rate_limit_message, at_ms) VALUES (?, ?, ?)";
        self.host.storage()?.run(statement, &row)?;
        Ok(Some(message).filter(|message| !message.is_empty()))
    }

    fn remember_identity(&self, settings: &Settings, app: &AppId) -> Result<()> {
        let row = [settings.policy.credentials.0.as_str().into(), app.as_str().into()];
        let statement = "INSERT OR REPLACE INTO identity (credentials, app_id) VALUES (?, ?)";
        self.host.storage()?.run(statement, &row)?;
        self.strike(Trouble::IntercomRefusesCredentials)?;
        if self.last_tick()?.is_none() && self.kept::<UnixMillis>(CRON_AWAITED)?.is_none() {
            self.keep(CRON_AWAITED, &self.host.now())?;
        }
        Ok(())
    }
}
