//! One connection, from its first message to its close.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::BytesMut;
use futures::{SinkExt, StreamExt, stream::SplitSink, stream::SplitStream};
use protocol::relay::{HEAD, close, envelopes};
use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{error::Elapsed, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::{
    counts::add,
    room::{Joined, Waiting},
};

/// How long a client may take to hear why it is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Envelopes that are written before the socket is flushed.
const AT_ONCE: usize = 16;

/// Envelopes to one seat, by their sizes.
struct Piece {
    to: u8,
    sizes: Vec<usize>,
    /// All of them together.
    size: usize,
}

/// Why a connection ends.
enum End {
    /// The client left, or its connection broke.
    Left,
    Replaced,
    Idle,
    /// It takes in nothing, or too slowly.
    Stuck,
    Unreadable(&'static str),
    Stopping,
}

impl Joined {
    /// Serves the connection until it ends or `stop`.
    pub async fn serve(mut self, socket: WebSocket, stop: CancellationToken) {
        let (mut sink, stream) = socket.split();
        let (_nobody, nothing) = tokio::sync::mpsc::unbounded_channel();
        let waiting = std::mem::replace(&mut self.waiting, nothing);
        let end = tokio::select! {
            end = self.read(stream) => end,
            end = write(&mut sink, waiting, self.relay.limits().stuck) => end,
            () = self.replaced.cancelled() => End::Replaced,
            () = stop.cancelled() => End::Stopping,
        };
        self.count(&end);
        debug!(room = %self.room, seat = self.seat, code = end.code(), "a connection to the relay ended");
        // The place is free before the client hears of it.
        drop(self);
        if let Some(code) = end.code() {
            let reason = Utf8Bytes::from_static(end.sentence());
            let last = sink.send(Message::Close(Some(CloseFrame { code, reason })));
            let _ = timeout(LAST_WORDS, last).await;
        }
    }

    /// Reads and passes on; where a receiver is slow, reads no further.
    async fn read(&self, mut stream: SplitStream<WebSocket>) -> End {
        loop {
            let message = match timeout(self.relay.limits().idle, stream.next()).await {
                Err(_) => return End::Idle,
                Ok(None | Some(Err(_))) => return End::Left,
                Ok(Some(Ok(message))) => message,
            };
            let bytes = match message {
                Message::Binary(bytes) => bytes,
                Message::Close(_) => return End::Left,
                Message::Ping(_) | Message::Pong(_) => continue,
                Message::Text(_) => return End::Unreadable("This relay passes binary messages only."),
            };
            let pieces = match self.pieces(&bytes) {
                Ok(pieces) => pieces,
                Err(end) => return end,
            };
            // Usually nobody else has it, and nothing is copied.
            let mut rest = bytes.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
            for Piece { to, sizes, size } in pieces {
                let mut passed = rest.split_to(size);
                let mut at = 0;
                for size in &sizes {
                    passed[at] = self.seat;
                    at += size;
                }
                self.pass(to, passed.freeze(), sizes.len()).await;
            }
        }
    }

    /// Envelopes of a message that follow each other to the same seat: they are passed on as they came, but for whom they are
    /// from.
    fn pieces(&self, message: &[u8]) -> Result<Vec<Piece>, End> {
        let mut pieces: Vec<Piece> = Vec::new();
        // More than ever fits at once would wait for ever.
        let limits = self.relay.limits();
        let most = limits.link.min(limits.room).min(limits.memory.max(limits.own));
        for envelope in envelopes(message) {
            let Ok((to, body)) = envelope else {
                return Err(End::Unreadable("A message is not made of envelopes. Use the same version as the relay."));
            };
            if to >= self.seats || to == self.seat {
                return Err(End::Unreadable("A message is for a seat that there is not."));
            }
            let size = HEAD + body.len();
            match pieces.last_mut() {
                Some(piece) if piece.to == to && piece.size + size <= most => {
                    piece.sizes.push(size);
                    piece.size += size;
                }
                _ => pieces.push(Piece { to, sizes: vec![size], size }),
            }
        }
        Ok(pieces)
    }

    fn count(&self, end: &End) {
        let counting = self.relay.counting();
        match end {
            End::Idle => add(&counting.idle, 1),
            End::Stuck => add(&counting.stuck, 1),
            End::Unreadable(_) => add(&counting.unreadable, 1),
            End::Left | End::Replaced | End::Stopping => {}
        }
    }
}

/// Writes what waits, until the connection breaks or its client takes nothing in for `patience`: what waits for it takes
/// space from others.
async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    mut waiting: UnboundedReceiver<Waiting>,
    patience: Duration,
) -> End {
    let mut batch = Vec::with_capacity(AT_ONCE);
    while waiting.recv_many(&mut batch, AT_ONCE).await > 0 {
        for envelope in &batch {
            let fed = timeout(patience, sink.feed(Message::Binary(envelope.bytes.clone()))).await;
            if let Some(end) = ending(fed) {
                return end;
            }
        }
        if let Some(end) = ending(timeout(patience, sink.flush()).await) {
            return end;
        }
        // Its space is free once it is written.
        batch.clear();
    }
    // Its sender is gone: this seat was replaced, which the caller hears too.
    std::future::pending().await
}

fn ending<E>(written: Result<Result<(), E>, Elapsed>) -> Option<End> {
    match written {
        Err(_) => Some(End::Stuck),
        Ok(Err(_)) => Some(End::Left),
        Ok(Ok(())) => None,
    }
}

impl End {
    fn code(&self) -> Option<u16> {
        match self {
            Self::Left => None,
            Self::Replaced => Some(close::REPLACED),
            Self::Idle => Some(close::IDLE),
            Self::Stuck => Some(close::STUCK),
            Self::Unreadable(_) => Some(close::UNREADABLE),
            Self::Stopping => Some(close::STOPPING),
        }
    }

    fn sentence(&self) -> &'static str {
        match self {
            Self::Left => "",
            Self::Replaced => "This seat was opened in another tab or program.",
            Self::Idle => "Nothing came for too long.",
            Self::Stuck => "What was sent was not taken in for too long. Connect again.",
            Self::Unreadable(why) => why,
            Self::Stopping => "The relay stops. Connect again.",
        }
    }
}
