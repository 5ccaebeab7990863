//! Counts what goes over the relay.

use std::{cell::Cell, rc::Rc};

use bytes::Bytes;
use futures::{FutureExt as _, SinkExt as _, StreamExt as _, future};
use link::{Connect, transport::Transport};

/// Bytes that went and came so far.
#[derive(Clone, Default)]
pub struct Counted(Rc<Cell<(u64, u64)>>);

impl Counted {
    pub fn so_far(&self) -> (u64, u64) {
        self.0.get()
    }

    /// The same connections, counted.
    pub fn connect(&self, mut connect: Box<dyn Connect>) -> Box<dyn Connect> {
        let counted = self.clone();
        Box::new(move || {
            let (connecting, counted) = (connect.connect(), counted.clone());
            async move { Ok(counted.over(connecting.await?)) }.boxed_local()
        })
    }

    fn over(&self, transport: Transport) -> Transport {
        let (went, came) = (self.0.clone(), self.0.clone());
        let sink = transport.sink.with(move |bytes: Bytes| {
            let (sent, received) = went.get();
            went.set((sent + bytes.len() as u64, received));
            future::ok(bytes)
        });
        let stream = transport.stream.inspect(move |message| {
            let bytes = message.as_ref().map_or(0, Bytes::len);
            let (sent, received) = came.get();
            came.set((sent, received + bytes as u64));
        });
        Transport { sink: Box::pin(sink), stream: Box::pin(stream) }
    }
}
