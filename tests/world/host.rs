//! The runtime around one object of this world: virtual time, a make-believe network, and SQLite in memory.

use crate::world::disk::WorldStorage;
use crate::world::program::{Configured, wrong_settings};
use crate::world::shared::Lent;
use crate::world::waits::{Heard, StorageWait, Wish};
use onereply::fault::Silence;
use onereply::http::{HttpRequest, HttpResponse};
use onereply::intercom::pace::Window;
use onereply::objects::ask::{Address, Asker};
use onereply::objects::host::{Host, Result};
use onereply::settings::{Problem, Settings};
use onereply::time::{Millis, UnixMillis};
use onereply::turn::trail::Level;
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
    rate_limit: Cell<Option<Window>>,
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
pub async fn wait(lent: &Lent, wish: Wish) -> Heard {
    let wait = lent.borrow_mut().waits.begin(wish);
    let heard = || lent.borrow_mut().waits.heard.remove(&wait);
    poll_fn(|_| heard().map_or(Poll::Pending, Poll::Ready)).await
}

impl Asker for WorldHost {
    async fn call(&self, to: &Address, call: String, limit: Millis) -> Result<Vec<u8>> {
        match wait(&self.lent, Wish::Call { to: to.clone(), call, limit }).await {
            Heard::Answer(answer) => answer,
            Heard::Response(_) | Heard::Time => unreachable!("a call has an answer"),
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
        wait(&self.lent, Wish::Storage(StorageWait::Wipe)).await;
        wiped
    }

    async fn send(&self, request: &HttpRequest) -> std::result::Result<HttpResponse, Silence> {
        match wait(&self.lent, Wish::Send(request.clone())).await {
            Heard::Response(response) => response,
            Heard::Answer(_) | Heard::Time => unreachable!("a request has a response"),
        }
    }

    fn rate_limit(&self) -> &Cell<Option<Window>> {
        &self.process.rate_limit
    }

    async fn sleep(&self, length: Millis) {
        wait(&self.lent, Wish::Sleep(length)).await;
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
