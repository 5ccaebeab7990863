//! WebSocket of a browser, in a page or a worker.

mod paced;

use std::time::Duration;

use bytes::Bytes;
use futures::{
    FutureExt, SinkExt, StreamExt,
    future::{self, LocalBoxFuture},
};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
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

/// Connects to `address` under a session of the server. A browser tells nobody why a server refused a WebSocket, so ask for the
/// session first (`GET /api/session` and what the task says of the seat).
///
/// # Errors
/// [`TransportError::Refused`] for an address that is none.
pub fn connect(address: &str, token: &str) -> Result<Transport, TransportError> {
    let socket = WebSocket::open_with_protocol(address, &format!("{TOKEN_PROTOCOL}{token}"))
        .map_err(|error| TransportError::Refused(format!("{address} cannot be used: {error}.")))?;
    let (sink, stream) = socket.split();
    let sink = sink.sink_map_err(lost).with(|bytes: Bytes| future::ok(Message::Bytes(bytes.into())));
    let stream = stream.map(|message| match message {
        Ok(Message::Bytes(bytes)) => Ok(bytes.into()),
        Ok(Message::Text(_)) => Err(TransportError::Unreadable),
        Err(error) => Err(lost(error)),
    });
    Ok(Transport { sink: Box::pin(Paced::new(sink)), stream: Box::pin(stream) })
}

/// Connects to one address as often as it takes.
pub fn connector(address: String, token: String) -> impl Connect {
    move || future::ready(connect(&address, &token)).boxed_local()
}

fn lost(error: WebSocketError) -> TransportError {
    match error {
        WebSocketError::ConnectionClose(event) => closed(event.code, &event.reason),
        other => TransportError::Lost(other.to_string()),
    }
}
