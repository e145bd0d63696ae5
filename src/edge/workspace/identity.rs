//! Which workspace the token opens, and what the chatbot is known to say: asked once for all conversations.

use super::WorkspaceObject;
use super::rows::CRON_AWAITED;
use crate::edge::storage::{number, text};
use crate::edge::trouble::Trouble;
use crate::edge::{clock, environment, outbound};
use crate::fault::{Fault, Whose};
use crate::gpt_trainer::answers::parse_chatbot;
use crate::intercom::answers::parse_me;
use crate::intercom::ids::AppId;
use crate::settings::Settings;
use crate::time::{Millis, UnixMillis};
use worker::Result;

/// Intercom is not asked more often than this after a failure.
const ASK_AGAIN: Millis = Millis::from_seconds(5);

/// The chatbot is looked at so often.
const READ_CHATBOT_AGAIN: Millis = Millis::from_hours(24);

/// A chatbot that could not be read is left alone so long.
const ASK_CHATBOT_AGAIN: Millis = Millis::from_minutes(10);

impl WorkspaceObject {
    pub(super) async fn identity(&self) -> Result<std::result::Result<AppId, Fault>> {
        // Conversations ask only with valid settings; these may have become invalid since.
        let Ok(settings) = environment::settings(&self.env) else { return Ok(Err(Fault::NotFound)) };
        let credentials = settings.policy.credentials.0.clone();
        let known =
            self.storage()?.rows("SELECT app_id FROM identity WHERE credentials = ?", vec![credentials.into()])?;
        if let Some(row) = known.into_iter().next() {
            return Ok(AppId::new(text(row)?).ok_or(Fault::NotFound));
        }
        let refusal = self.refusal.borrow().clone();
        if let Some((at, fault)) = refusal
            && clock::now().since(at) < ASK_AGAIN
        {
            return Ok(Err(fault));
        }
        let identity = ask_intercom(&settings).await;
        match &identity {
            Ok(app) => self.remember(&settings, app)?,
            Err(fault) => {
                *self.refusal.borrow_mut() = Some((clock::now(), fault.clone()));
                if fault.whose() == Whose::Operator {
                    self.note(Trouble::IntercomRefusesCredentials)?;
                }
            }
        }
        Ok(identity)
    }

    pub(super) async fn rate_limit_message(&self) -> Result<Option<String>> {
        let Ok(settings) = environment::settings(&self.env) else { return Ok(None) };
        let chatbot = settings.gpt_trainer.chatbot.0.as_str();
        let since = number(clock::now().0.saturating_sub(READ_CHATBOT_AGAIN.0))?;
        let query = "SELECT rate_limit_message FROM chatbot WHERE uuid = ? AND at_ms > ?";
        let known = self.storage()?.rows(query, vec![chatbot.into(), since])?;
        if let Some(row) = known.into_iter().next() {
            return text(row).map(|message| Some(message).filter(|message| !message.is_empty()));
        }
        if self.chatbot_unread.get().is_some_and(|at| clock::now().since(at) < ASK_CHATBOT_AGAIN) {
            return Ok(None);
        }
        let response = outbound::send(&settings.gpt_trainer.chatbot()).await.map_err(Fault::Unanswered);
        let Ok(chatbot_seen) = response.and_then(|response| parse_chatbot(&response)) else {
            self.chatbot_unread.set(Some(clock::now()));
            return Ok(None);
        };
        let message = chatbot_seen.rate_limit_message.unwrap_or_default();
        let row = vec![chatbot.into(), message.as_str().into(), number(clock::now().0)?];
        let statement = "INSERT OR REPLACE INTO chatbot (uuid, rate_limit_message, at_ms) VALUES (?, ?, ?)";
        self.storage()?.run(statement, row)?;
        Ok(Some(message).filter(|message| !message.is_empty()))
    }

    fn remember(&self, settings: &Settings, app: &AppId) -> Result<()> {
        let row = vec![settings.policy.credentials.0.as_str().into(), app.as_str().into()];
        self.storage()?.run("INSERT OR REPLACE INTO identity (credentials, app_id) VALUES (?, ?)", row)?;
        self.strike(Trouble::IntercomRefusesCredentials)?;
        if self.last_tick()?.is_none() && self.kept::<UnixMillis>(CRON_AWAITED)?.is_none() {
            self.keep(CRON_AWAITED, &clock::now())?;
        }
        Ok(())
    }
}

async fn ask_intercom(settings: &Settings) -> std::result::Result<AppId, Fault> {
    let response = outbound::send(&settings.intercom.me()).await.map_err(Fault::Unanswered)?;
    parse_me(&response).map(|me| me.app_id)
}
