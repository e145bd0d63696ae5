//! What a person may read of a conversation: ids, reasons and times.

use super::object::ConversationCore;
use super::rows::{StoredRow, held, load};
use crate::objects::ask::Answers;
use crate::objects::calls::conversation::{ShowOpenTurn, ShowRecord, Shown};
use crate::objects::host::{Host, Result, Storage};
use crate::turn::open::{Held, OpenTurn};
use crate::turn::record::Record;
use serde_json::Value;

impl<H: Host> Answers<ShowOpenTurn> for ConversationCore<H> {
    async fn answer(&self, _show: ShowOpenTurn) -> Result<Option<Value>> {
        let (Some(turn), Ok(settings)) = (self.open_turn().await?, self.host.settings()) else { return Ok(None) };
        let name = self.name()?;
        let link = settings.intercom.inbox_link(&name.app, &name.conversation);
        Ok(Some(turn.to_json(&name.conversation, link, self.host.now())))
    }
}

impl<H: Host> Answers<ShowRecord> for ConversationCore<H> {
    async fn answer(&self, _show: ShowRecord) -> Result<Shown> {
        let storage = self.host.storage()?;
        let (state, history) = match load(&storage, self.host.now())? {
            None => {
                if held(&self.host, &storage)?.is_empty() {
                    self.leave_nothing().await?;
                }
                return Ok(Shown::Nothing);
            }
            Some(StoredRow { state: Ok(state), history, .. }) => (state, history),
            Some(StoredRow { state: Err(unreadable), .. }) => return Ok(Shown::Unreadable(unreadable.to_string())),
        };
        let Ok(settings) = self.host.settings() else {
            return Ok(Shown::Unreadable("Settings are wrong. See /healthz.".to_owned()));
        };
        let link = settings.intercom.inbox_link(&state.app, &state.conversation);
        Ok(Shown::Record(Record::new(&state, &history, link).to_json()))
    }
}

impl<H: Host> ConversationCore<H> {
    async fn open_turn(&self) -> Result<Option<OpenTurn>> {
        let storage = self.host.storage()?;
        let alarm = storage.alarm().await?;
        // After the wait: what came meanwhile must not be wiped.
        let held = held(&self.host, &storage)?;
        Ok(match load(&storage, self.host.now())? {
            None if held.is_empty() => {
                self.leave_nothing().await?;
                None
            }
            Some(StoredRow { state: Err(_), .. }) => Some(OpenTurn::held(Held::UnreadableState, held.len(), alarm)),
            Some(StoredRow { state: Ok(state), .. }) if held.is_empty() => OpenTurn::of(&state),
            Some(StoredRow { state: Ok(_), .. }) | None => Some(OpenTurn::held(Held::Settings, held.len(), alarm)),
        })
    }
}
