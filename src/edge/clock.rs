//! The only clock.

use crate::time::UnixMillis;

/// Now. Inside a worker it stands still between two waits for the outside.
pub fn now() -> UnixMillis {
    UnixMillis(worker::Date::now().as_millis())
}
