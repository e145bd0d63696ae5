//! OneReply answers Intercom conversations with a GPT Trainer chatbot, one reply per customer turn.
//!
//! Everything that decides is pure and tested natively; `edge` alone knows Cloudflare. Start reading at [`turn`].

pub mod audit;
pub mod console;
pub mod fault;
pub mod gpt_trainer;
pub mod html;
pub mod http;
pub mod intercom;
pub mod json;
pub mod objects;
pub mod secret;
pub mod settings;
pub mod text;
pub mod time;
pub mod turn;
pub mod workspace;

#[cfg(target_arch = "wasm32")]
mod edge;

#[cfg(target_arch = "wasm32")]
pub use edge::{ConversationObject, WorkspaceObject};

/// The doors: what Cloudflare calls.
#[cfg(target_arch = "wasm32")]
mod doors {
    use crate::edge::{cron, routes};
    use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

    #[event(fetch)]
    async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
        routes::answer(request, &env, &context).await
    }

    /// Runs every minute.
    #[event(scheduled)]
    async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
        cron::tick(&env).await;
    }
}
