//! What a task waits for. A host registers its wish and is polled again when the world has answered it.

use crate::world::far_side::Response;
use onereply::http::HttpRequest;
use onereply::objects::ask::Address;
use onereply::objects::host::Result;
use onereply::time::Millis;
use std::collections::BTreeMap;

/// Names a wait.
pub type Wait = u64;

/// What somebody waits for.
pub enum Request {
    /// A request outside.
    Send(HttpRequest),
    /// A call to another object, as JSON.
    Call { to: Address, call: String, limit: Millis },
    /// That time passes.
    Sleep(Millis),
    /// Storage, which answers at once.
    Storage(StorageWait),
}

/// What of storage cannot be done without a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageWait {
    ReadAlarm,
    Wipe,
}

/// What they hear.
pub enum WaitResult {
    Response(Response),
    Answer(Result<Vec<u8>>),
    Time,
}

/// Wishes on their way out, and answers on their way in.
#[derive(Default)]
pub struct Waits {
    begun: Wait,
    pub requests: Vec<(Wait, Request)>,
    pub results: BTreeMap<Wait, WaitResult>,
}

impl Waits {
    pub fn begin(&mut self, request: Request) -> Wait {
        self.begun += 1;
        self.requests.push((self.begun, request));
        self.begun
    }
}
