//! Bodies that come bit by bit, or break off.

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

use super::connection::Cut;

/// Sends the bits of a body. Dropping it ends the body well; [`Bits::cut`] closes the connection.
pub(super) struct Bits(mpsc::Sender<Result<Bytes, Cut>>);

/// The client has gone.
pub(super) struct Gone;

impl Bits {
    /// Sends a bit.
    pub(super) async fn send(&self, bit: impl Into<Bytes>) -> Result<(), Gone> {
        self.0.send(Ok(bit.into())).await.map_err(|_| Gone)
    }

    /// Breaks the body off.
    pub(super) async fn cut(self) {
        // A client that has gone already is cut off as well.
        let _ = self.0.send(Err(Cut)).await;
    }
}

/// A body and the end into which its bits are put.
pub(super) fn body_in_bits() -> (Bits, Body) {
    let (sender, receiver) = mpsc::channel(1);
    (Bits(sender), Body::new(Received(receiver)))
}

struct Received(mpsc::Receiver<Result<Bytes, Cut>>);

impl HttpBody for Received {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.0.poll_recv(context).map(|bit| bit.map(|bit| bit.map(Frame::data)))
    }
}
