//! WebSocket of a browser, in a page or a worker.

mod paced;

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use futures::{
    FutureExt, Sink, SinkExt, StreamExt,
    future::{self, LocalBoxFuture},
};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use protocol::relay::TOKEN_PROTOCOL;
use web_time::Instant;

use super::{Connect, Transport, closed};
use crate::{environment::Environment, error::TransportError};
use paced::Paced;

/// Time of a page or a worker.
#[derive(Debug, Clone, Copy)]
pub struct Time(Instant);

impl Default for Time {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Environment for Time {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        gloo_timers::future::sleep(duration).boxed_local()
    }
}

/// A session of the server that is asked for, by its token.
pub type Session = LocalBoxFuture<'static, Result<String, TransportError>>;

/// Connects to `address` under a session of the server, and is done once the server has let this side in. A browser tells nobody
/// why a server refused a WebSocket, so ask for the session first (`GET /api/session` and what the task says of the seat).
///
/// # Errors
/// [`TransportError::Refused`] for an address that is none, [`TransportError::Lost`] where the server refuses or is not there.
pub async fn connect(address: &str, token: &str) -> Result<Transport, TransportError> {
    let mut socket = WebSocket::open_with_protocol(address, &format!("{TOKEN_PROTOCOL}{token}"))
        .map_err(|error| TransportError::Refused(format!("{address} cannot be used: {error}.")))?;
    // A socket that was never open counts as a failed try, so that the next one waits longer.
    future::poll_fn(|context| Pin::new(&mut socket).poll_ready(context)).await.map_err(lost)?;
    if !matches!(socket.state(), State::Open) {
        return Err(TransportError::Lost("it could not be opened".to_string()));
    }
    let (sink, stream) = socket.split();
    let sink = sink.sink_map_err(lost).with(|bytes: Bytes| future::ok(Message::Bytes(bytes.into())));
    let stream = stream.map(|message| match message {
        Ok(Message::Bytes(bytes)) => Ok(bytes.into()),
        Ok(Message::Text(_)) => Err(TransportError::Unreadable),
        Err(error) => Err(lost(error)),
    });
    Ok(Transport { sink: Box::pin(Paced::new(sink)), stream: Box::pin(stream) })
}

/// Connects to one address as often as it takes: at first under the session of `token`, later under that which `again` has
/// then. A link lasts longer than a session, and who is refused for a session that is over is not told so.
pub fn connector(address: String, token: String, mut again: impl FnMut() -> Session) -> impl Connect {
    let mut first = Some(token);
    move || {
        let session = first.take().map_or_else(&mut again, |token| future::ready(Ok(token)).boxed_local());
        let address = address.clone();
        async move { connect(&address, &session.await?).await }.boxed_local()
    }
}

fn lost(error: WebSocketError) -> TransportError {
    match error {
        WebSocketError::ConnectionClose(event) => closed(event.code, &event.reason),
        other => TransportError::Lost(other.to_string()),
    }
}
