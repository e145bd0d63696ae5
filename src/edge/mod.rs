//! The only place that knows Cloudflare.

// `#[durable_object]` adds public methods without documentation.
#![allow(missing_docs)]

mod api;
mod classes;
mod clock;
mod console;
mod conversations;
mod door;
mod environment;
mod fetch;
mod health;
mod host;
mod log;
mod objects;
mod reads;
mod request;
mod routes;
mod steering;
mod storage;
mod webhook;

pub use classes::{ConversationObject, WorkspaceObject};

use self::log::line;
use self::objects::Objects;
use crate::objects::ask::{Asker, TheWorkspace};
use crate::objects::calls::workspace::Tick;
use crate::turn::trail::Level;
use serde_json::json;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

/// A panic says where, with the stack. `worker`'s own hook follows: where a panic aborts, it marks the instance as broken.
#[event(start)]
fn start() {
    let workers = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        console_error_panic_hook::hook(panic);
        workers(panic);
    }));
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    routes::answer(request, &env, &context).await
}

/// Runs every minute. Where a round takes longer, the Workspace object goes on by itself.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = Objects(&env).ask(&TheWorkspace, Tick).await {
        line(Level::Error, "round_failed", json!({ "error": error.to_string() }));
    }
}
