//! The way that messages take: envelopes of [`protocol::relay`], in order, until it breaks.

pub mod memory;
#[cfg(feature = "native")]
pub mod native;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub mod web;

use std::pin::Pin;

use bytes::Bytes;
use futures::{Sink, Stream, future::LocalBoxFuture};
use protocol::relay::Room;

use crate::error::TransportError;

/// A connection: messages go into one half and come out of the other. Messages may wait in it while the other end is slow;
/// the sink is ready again once there is room.
pub struct Transport {
    pub sink: Pin<Box<dyn Sink<Bytes, Error = TransportError>>>,
    pub stream: Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>>>>,
}

/// How a connection is made, each time that one is needed.
pub trait Connect {
    fn connect(&mut self) -> LocalBoxFuture<'static, Result<Transport, TransportError>>;
}

impl<F> Connect for F
where
    F: FnMut() -> LocalBoxFuture<'static, Result<Transport, TransportError>>,
{
    fn connect(&mut self) -> LocalBoxFuture<'static, Result<Transport, TransportError>> {
        self()
    }
}

/// A seat's address at a server's relay, e.g. `ws://127.0.0.1:8080/api/relay/7/1?seat=0`. `server` is the address of the server.
pub fn address(server: &str, room: Room, seat: u8) -> String {
    let server = server.trim_end_matches('/');
    // http to ws, https to wss.
    let server = server.strip_prefix("http").map_or_else(|| server.to_string(), |rest| format!("ws{rest}"));
    format!("{server}{room}?seat={seat}")
}

/// What a close code of the relay means.
#[cfg(any(feature = "native", all(feature = "web", target_arch = "wasm32")))]
fn closed(code: u16, reason: &str) -> TransportError {
    use protocol::relay::close;
    match code {
        close::REPLACED => TransportError::Replaced,
        close::UNREADABLE => TransportError::Refused(reason.to_string()),
        _ => TransportError::Lost(format!("closed with code {code}")),
    }
}
