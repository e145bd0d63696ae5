//! What a conversation's object has in memory.

use crate::objects::ask::ConversationName;
use crate::objects::host::{Host, Result, Storage};
use crate::objects::running::Runs;
use crate::time::{Millis, UnixMillis};
use serde_json::{Value, json};
use std::cell::Cell;

/// One conversation.
pub struct ConversationCore<H> {
    pub(super) host: H,
    /// The runs of the alarm's handler.
    pub(super) runs: Runs,
    /// The alarm, as far as this instance has set it. Setting one costs as much as writing a row.
    pub(super) alarm: Cell<Option<UnixMillis>>,
}

/// How soon to look again whether settings or program can go on with what is held.
pub(super) const HOLD_PAUSE: Millis = Millis::from_seconds(15);

impl<H: Host> ConversationCore<H> {
    /// An object that has done nothing yet.
    pub fn new(host: H) -> Self {
        Self { host, runs: Runs::default(), alarm: Cell::new(None) }
    }

    pub(super) fn name(&self) -> Result<ConversationName> {
        ConversationName::read(self.host.name())
    }

    pub(super) fn set_alarm(&self, at: UnixMillis) -> Result<()> {
        self.host.storage()?.set_alarm(Some(at))?;
        self.alarm.set(Some(at));
        Ok(())
    }

    pub(super) fn set_alarm_soon(&self) -> Result<()> {
        self.set_alarm(self.host.now().after(HOLD_PAUSE))
    }

    /// A question about a conversation that is unknown or deleted makes its tables. They are not left behind.
    pub(super) async fn leave_nothing(&self) -> Result<()> {
        // The alarm goes too, so a new beginning must set one.
        self.alarm.set(None);
        self.host.wipe().await
    }

    /// The fields of a log line about this object.
    pub(super) fn about(&self, more: Value) -> Value {
        let mut fields = json!({ "object": self.host.name() });
        if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
            fields.extend(more);
        }
        fields
    }
}
