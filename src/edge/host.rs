//! The runtime around an object, as Cloudflare has it.

use super::clock::now;
use super::log::line;
use super::objects::Objects;
use super::storage::DurableStorage;
use super::{environment, fetch};
use crate::fault::Silence;
use crate::http::{HttpRequest, HttpResponse};
use crate::intercom::pace::Window;
use crate::objects::ask::{Address, Asker};
use crate::objects::host::{Error, Host, Result};
use crate::settings::{Problem, Settings};
use crate::time::{Millis, UnixMillis};
use crate::turn::trail::Level;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use worker::{Delay, Env};

pub(super) struct Cloudflare {
    state: worker::State,
    env: Env,
    name: String,
    schema: &'static str,
    storage: RefCell<Option<DurableStorage>>,
    settings: OnceCell<std::result::Result<Rc<Settings>, Rc<Vec<Problem>>>>,
}

thread_local! {
    /// For all objects of this isolate, which lives longer than any of them.
    static RATE_LIMIT: &'static Cell<Option<Window>> = Box::leak(Box::default());
}

impl Cloudflare {
    pub(super) fn new(state: worker::State, env: Env, schema: &'static str) -> Self {
        let name = state.id().name().unwrap_or_default();
        Self { state, env, name, schema, storage: RefCell::default(), settings: OnceCell::new() }
    }
}

impl Asker for Cloudflare {
    async fn call(&self, to: &Address, call: String, limit: Millis) -> Result<Vec<u8>> {
        Objects(&self.env).call(to, call, limit).await
    }
}

impl Host for Cloudflare {
    type Storage = DurableStorage;

    fn name(&self) -> &str {
        &self.name
    }

    fn now(&self) -> UnixMillis {
        now()
    }

    fn settings(&self) -> std::result::Result<Rc<Settings>, Rc<Vec<Problem>>> {
        self.settings.get_or_init(|| environment::settings(&self.env).map(Rc::new).map_err(Rc::new)).clone()
    }

    fn variable(&self, name: &str) -> Option<String> {
        environment::variable(&self.env, name)
    }

    fn storage(&self) -> Result<DurableStorage> {
        if let Some(opened) = self.storage.borrow().as_ref() {
            return Ok(opened.clone());
        }
        let opened = DurableStorage::open(&self.state, self.schema)?;
        self.storage.replace(Some(opened.clone()));
        Ok(opened)
    }

    async fn wipe(&self) -> Result<()> {
        let storage = self.storage()?;
        // The tables go too, and are made anew when they are needed.
        self.storage.replace(None);
        storage.delete_all().await
    }

    async fn send(&self, request: &HttpRequest) -> std::result::Result<HttpResponse, Silence> {
        fetch::send(request).await
    }

    fn rate_limit(&self) -> &Cell<Option<Window>> {
        RATE_LIMIT.with(|shared| *shared)
    }

    async fn sleep(&self, length: Millis) {
        Delay::from(Duration::from_millis(length.0)).await;
    }

    fn random(&self) -> Result<[u8; 32]> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|error| Error::new(error.to_string()))?;
        Ok(random)
    }

    fn log(&self, level: Level, event: &str, fields: serde_json::Value) {
        line(level, event, fields);
    }
}
