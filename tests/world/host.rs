//! The runtime around one object of this world: virtual time, a make-believe network, and SQLite in memory.

use crate::world::disk::WorldStorage;
use crate::world::program::{Configured, wrong_settings};
use crate::world::shared::Lent;
use crate::world::waits::{Request, StorageWait, WaitResult};
use onereply::fault::Silence;
use onereply::http::{HttpRequest, HttpResponse};
use onereply::intercom::pace::PaceWindow;
use onereply::objects::ask::{Address, Asker};
use onereply::objects::host::{Host, Result};
use onereply::settings::{Problem, Settings};
use onereply::time::{Millis, UnixMillis};
use onereply::turn::history::Level;
use serde_json::Value;
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

/// An object's name.
pub type Name = Rc<str>;

/// The name of the Workspace object.
pub const WORKSPACE: &str = "workspace";

/// What all objects of one process share, and what ends with it.
#[derive(Default)]
pub struct Process {
    rate_limit: Cell<Option<PaceWindow>>,
    /// When the webhook's door told the workspace of a delivery last.
    pub noted_at: Cell<Option<u64>>,
}

/// An object's host. It lives as long as the object.
pub struct WorldHost {
    name: Name,
    process: Rc<Process>,
    lent: Lent,
    /// Whether its tables are known to be there.
    is_open: Cell<bool>,
}

impl WorldHost {
    pub fn new(name: Name, process: Rc<Process>, lent: Lent) -> Self {
        Self { name, process, lent, is_open: Cell::new(false) }
    }
}

/// Waits until the world has answered.
pub async fn wait(lent: &Lent, request: Request) -> WaitResult {
    let wait = lent.borrow_mut().waits.begin(request);
    let result = || lent.borrow_mut().waits.results.remove(&wait);
    poll_fn(|_| result().map_or(Poll::Pending, Poll::Ready)).await
}

impl Asker for WorldHost {
    async fn call(&self, to: &Address, call: String, limit: Millis) -> Result<Vec<u8>> {
        match wait(&self.lent, Request::Call { to: to.clone(), call, limit }).await {
            WaitResult::Answer(answer) => answer,
            WaitResult::Response(_) | WaitResult::Time => unreachable!("a call has an answer"),
        }
    }
}

impl Host for WorldHost {
    type Storage = WorldStorage;

    fn name(&self) -> &str {
        &self.name
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.lent.borrow().now)
    }

    fn settings(&self) -> std::result::Result<Rc<Settings>, Rc<Vec<Problem>>> {
        let shared = self.lent.borrow();
        match shared.configured {
            Configured::Right => Ok(Rc::clone(&shared.settings)),
            Configured::Wrong => Err(wrong_settings()),
        }
    }

    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn storage(&self) -> Result<WorldStorage> {
        let storage = WorldStorage::new(Rc::clone(&self.name), Rc::clone(&self.lent));
        if !self.is_open.get() {
            storage.open()?;
            self.is_open.set(true);
        }
        Ok(storage)
    }

    async fn wipe(&self) -> Result<()> {
        let storage = self.storage()?;
        self.is_open.set(false);
        let wiped = storage.wipe();
        wait(&self.lent, Request::Storage(StorageWait::Wipe)).await;
        wiped
    }

    async fn send(&self, request: &HttpRequest) -> std::result::Result<HttpResponse, Silence> {
        match wait(&self.lent, Request::Send(request.clone())).await {
            WaitResult::Response(response) => response,
            WaitResult::Answer(_) | WaitResult::Time => unreachable!("a request has a response"),
        }
    }

    fn rate_limit(&self) -> &Cell<Option<PaceWindow>> {
        &self.process.rate_limit
    }

    async fn sleep(&self, length: Millis) {
        wait(&self.lent, Request::Sleep(length)).await;
    }

    fn random(&self) -> Result<[u8; 32]> {
        let mut shared = self.lent.borrow_mut();
        shared.randoms += 1;
        Ok([shared.randoms; 32])
    }

    fn log(&self, level: Level, event: &str, fields: Value) {
        self.lent.borrow_mut().log(&self.name, level, event, &fields);
    }
}
