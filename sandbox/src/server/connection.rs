//! Connections, which a fault may close without an answer.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::fmt;
use tokio::net::{TcpListener, TcpStream};

/// Marks a response that must not be sent: the connection is closed instead, before any byte of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut;

impl Cut {
    pub(super) fn response() -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Self);
        response
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the connection is cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// Serves until it is aborted.
pub(super) async fn serve(listener: TcpListener, router: Router) {
    loop {
        // An accept can fail for one connection (it is gone already); the next one may be fine.
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve_one(stream, router.clone()));
        }
    }
}

async fn serve_one(stream: TcpStream, router: Router) {
    // Small chunks of a streamed answer are to go out as they come.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |request| {
        let answering = hyper::service::Service::call(&router, request);
        async move {
            let response: Response = answering.await.unwrap_or_else(|never| match never {});
            if response.extensions().get::<Cut>().is_some() { Err(Cut) } else { Ok(response) }
        }
    });
    // The error is a client that went, or a cut on purpose: nothing to do about either.
    let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
}
