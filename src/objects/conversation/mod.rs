//! The object of one conversation. Its name is `{app_id}:{conversation_id}`.
//!
//! | stored | what |
//! | --- | --- |
//! | `conversation` | one row: the [`State`](crate::turn::state::State), the history, and the [outbox](crate::workspace::outbox) |
//! | `held` | events that could not be taken in yet, because settings are wrong or the state is a newer version's |
//! | the alarm | the least of what is due: the turn's next step, a report to the workspace, the day on which all this is deleted |
//!
//! [`calls::conversation`](super::calls::conversation) lists what it can be asked. Events change the state and the alarm and
//! nothing else. Everything outward happens inside the alarm's handler (`wake`): the state is persisted (`take_in`), the command
//! carried out (`carry_out`), and its result is the next event. Two alarm handlers never run together, and whatever comes in
//! meanwhile finds the state on disk.

mod announce;
mod carry_out;
mod keep;
mod mode;
mod object;
mod receive;
mod rows;
mod show;
mod steer;
mod take_in;
mod wake;

pub use object::ConversationCore;
pub use rows::SCHEMA;
