//! What the program under test called, and what was sent to it.

use crate::call::{Api, Call};
use crate::clock::Millis;
use serde::Serialize;
use serde_json::Value;

/// One call of the program under test.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CallRecord {
    pub n: usize,
    pub at_ms: Millis,
    pub api: Api,
    pub call: Call,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// What it was answered; nothing when it was cut off, or not answered (yet).
    pub status: Option<u16>,
    /// Whether it had its effect.
    pub acted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// One webhook request to the program under test.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DeliveryRecord {
    pub n: usize,
    pub at_ms: Millis,
    pub notification_id: Option<String>,
    pub topic: &'static str,
    pub conversation_id: Option<String>,
    pub attempt: u32,
    /// What it answered; nothing when it did not within the time limit.
    pub status: Option<u16>,
    /// How long the answer took.
    pub ms: Millis,
}
