//! The make-believe services on one local port: both APIs, webhooks, a control API for tests, and a page for people.

mod act;
mod alerts;
mod api;
mod body;
mod connection;
mod control;
mod control_acts;
mod control_faults;
mod delivery;
mod events;
mod log;
mod options;
mod page;
mod shared;
mod worker;

pub use options::Options;

use axum::Router;
use shared::Shared;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running sandbox; it stops when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Listens on 127.0.0.1, and nowhere else.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let router = router(Arc::new(Shared::new(options)));
        Ok(Self { address, serving: tokio::spawn(connection::serve(listener, router)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it stops, which it does not by itself.
    pub async fn serve(mut self) -> io::Result<()> {
        (&mut self.serving).await.map_err(io::Error::other)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .merge(page::routes())
        .merge(control::routes())
        .merge(control_acts::routes())
        .merge(control_faults::routes())
        .merge(worker::routes())
        .merge(alerts::routes())
        .merge(events::routes())
        .merge(api::routes())
        .fallback(control::not_found)
        .with_state(shared)
}
