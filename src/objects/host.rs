//! What an object needs of the runtime around it. Cloudflare's is `src/edge/host.rs`, the simulation's `tests/world/host.rs`.

use super::ask::Asker;
use crate::fault::Silence;
use crate::http::{HttpRequest, HttpResponse};
use crate::intercom::pace::Window;
use crate::json::Unreadable;
use crate::settings::{Problem, Settings};
use crate::time::{Millis, UnixMillis};
use crate::turn::trail::Level;
use std::cell::Cell;
use std::rc::Rc;

/// The runtime around one object.
#[allow(async_fn_in_trait, reason = "objects live on one thread")]
pub trait Host: Asker {
    /// The object's storage.
    type Storage: Storage;

    /// The name under which others reach the object.
    fn name(&self) -> &str;

    /// The present time. It may stand still between two waits.
    fn now(&self) -> UnixMillis;

    /// The settings, or everything that is wrong with them. A change of settings starts new objects.
    fn settings(&self) -> std::result::Result<Rc<Settings>, Rc<Vec<Problem>>>;

    /// A variable or secret as it is set.
    fn variable(&self, name: &str) -> Option<String>;

    /// Opens the storage. An object outlives a storage that cannot be opened, so it is opened anew wherever it is needed.
    fn storage(&self) -> Result<Self::Storage>;

    /// Deletes everything, the alarm too. The object begins anew when it is called again.
    async fn wipe(&self) -> Result<()>;

    /// Makes a request outside, and waits for the whole answer at most as long as the request allows.
    async fn send(&self, request: &HttpRequest) -> std::result::Result<HttpResponse, Silence>;

    /// What Intercom's last answer told of its rate limit; all objects of one process share it.
    fn rate_limit(&self) -> &Cell<Option<Window>>;

    /// Waits.
    async fn sleep(&self, length: Millis);

    /// Bytes that nobody can guess.
    fn random(&self) -> Result<[u8; 32]>;

    /// Writes one line. `fields` is a JSON object: ids, phases, durations, outcomes and error codes.
    fn log(&self, level: Level, event: &str, fields: serde_json::Value);
}

/// The storage of one object: tables, and one alarm.
#[allow(async_fn_in_trait, reason = "objects live on one thread")]
pub trait Storage: Clone {
    /// The rows of a query, or of a statement that returns none.
    fn rows(&self, query: &str, arguments: &[Value]) -> Result<Vec<Row>>;

    /// Sets the alarm, or takes it away. One in the past goes off at once.
    fn set_alarm(&self, at: Option<UnixMillis>) -> Result<()>;

    /// When the alarm goes off, if one is set. It is none while its own handler runs, unless that has set one.
    async fn alarm(&self) -> Result<Option<UnixMillis>>;

    /// Runs `work` as one transaction: all its rows and its alarm are stored, or none. It cannot wait, so nothing comes in between.
    fn transact<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T>;

    /// Runs a statement for its effect.
    fn run(&self, statement: &str, arguments: &[Value]) -> Result<()> {
        self.rows(statement, arguments).map(drop)
    }
}

/// A row, in the order of the selected columns.
pub type Row = Vec<Value>;

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number. Cloudflare stores numbers up to 2^53 exactly.
    Integer(i64),
    /// A text.
    Text(String),
}

impl Value {
    /// A number as it is bound to a statement.
    ///
    /// # Errors
    /// It is beyond 2^53.
    pub fn number(value: u64) -> Result<Self> {
        let exact = i64::try_from(value).ok().filter(|value| *value <= 1 << 53);
        exact.map(Self::Integer).ok_or_else(|| Error::new("a number beyond what can be stored"))
    }

    /// A number that may be absent.
    ///
    /// # Errors
    /// It is beyond 2^53.
    pub fn number_or_null(value: Option<u64>) -> Result<Self> {
        value.map_or(Ok(Self::Null), Self::number)
    }

    /// The number, unless it is negative or none.
    pub fn as_number(&self) -> Option<u64> {
        match self {
            Self::Integer(value) => u64::try_from(*value).ok(),
            Self::Null | Self::Text(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The text in a row's only column.
///
/// # Errors
/// It holds none.
pub fn text(row: Row) -> Result<String> {
    match row.into_iter().next() {
        Some(Value::Text(text)) => Ok(text),
        Some(Value::Null | Value::Integer(_)) | None => Err(Error::new("the column holds no text")),
    }
}

/// Storage failed, or another object could not be asked. It names no content, so it may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// What an object does may fail in this way.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// With these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(_holds_content: serde_json::Error) -> Self {
        Self::new("it cannot be written as JSON")
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::new(unreadable.to_string())
    }
}
