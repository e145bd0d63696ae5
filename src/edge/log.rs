//! One JSON line per event: ids, phases, durations, outcomes and error codes, never words, names or secrets.

use crate::turn::history::Level;
use serde_json::{Map, Value, json};
use worker::{console_error, console_log, console_warn};

/// Writes one line. `fields` is a JSON object.
pub(super) fn line(level: Level, event: &str, fields: Value) {
    let name = match level {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    };
    let mut all = Map::new();
    all.insert("event".into(), json!(event));
    all.insert("level".into(), json!(name));
    if let Value::Object(fields) = fields {
        all.extend(fields);
    }
    let text = Value::Object(all).to_string();
    match level {
        Level::Info => console_log!("{text}"),
        Level::Warn => console_warn!("{text}"),
        Level::Error => console_error!("{text}"),
    }
}
