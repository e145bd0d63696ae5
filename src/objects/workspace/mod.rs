//! The object of the configured workspace: what concerns all its conversations together.
//!
//! | stored | what |
//! | --- | --- |
//! | `identity` | one row for each access token: the workspace that `GET /me` named |
//! | `chatbot` | what the chatbot says in place of an answer, and when that was read |
//! | `trouble` | what conversations reported, and when last |
//! | `granted` | one row for each turn that was allowed to go on in the last hour |
//! | `pause` | one row while the workspace is paused: by whom, and since when |
//! | `open` | conversations with something open, and when the watchdog looks at them |
//! | `ledger` | how turns ended in the last `RETENTION_DAYS` |
//! | `kept` | how far the sweep and the last audit are, what is known of webhooks, when the cron trigger fired and since when it is awaited, the salt of sessions, the mode, who did what, what was told |
//!
//! [`calls::workspace`](super::calls::workspace) lists what it can be asked. It never stands between a webhook and its 200.

mod alerting;
mod auditor;
mod calls;
mod console;
mod controls;
mod figures;
mod grants;
mod identity;
mod maintenance;
mod object;
mod open;
mod reports;
mod rows;
mod showing;
mod sweeping;
mod troubles;
mod views;
mod watchdog;

pub use object::WorkspaceCore;
pub use rows::SCHEMA;
