//! A relay in memory, for tests and examples: it passes envelopes between the seats of one program, and does to them whatever
//! a test wants.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use bytes::Bytes;
use futures::{FutureExt, SinkExt, StreamExt, channel::mpsc, future};
use protocol::relay::{Notice, envelope, envelopes};

use super::{Connect, Transport};
use crate::{error::TransportError, terms::SeatNumber};

/// What becomes of an envelope on its way: the bodies that arrive instead of it.
pub type Change = Box<dyn FnMut(SeatNumber, SeatNumber, &[u8]) -> Vec<Vec<u8>>>;

/// Clones share one relay.
#[derive(Clone, Default)]
pub struct Hub(Rc<RefCell<Inside>>);

#[derive(Default)]
struct Inside {
    seats: BTreeMap<SeatNumber, mpsc::UnboundedSender<Result<Bytes, TransportError>>>,
    change: Option<Change>,
    closed: bool,
}

impl Hub {
    /// Does `change` to every envelope from now on.
    pub fn change(&self, change: impl FnMut(SeatNumber, SeatNumber, &[u8]) -> Vec<Vec<u8>> + 'static) {
        self.0.borrow_mut().change = Some(Box::new(change));
    }

    /// Breaks the connection of a seat.
    pub fn cut(&self, seat: SeatNumber) {
        let mut inside = self.0.borrow_mut();
        if let Some(sender) = inside.seats.remove(&seat) {
            let _ = sender.unbounded_send(Err(TransportError::Lost("cut".to_string())));
        }
        inside.tell(seat, Notice::Left(seat));
    }

    /// Lets nobody in until it is opened again.
    pub fn close(&self, closed: bool) {
        self.0.borrow_mut().closed = closed;
    }

    /// Connects a seat.
    pub fn join(&self, seat: SeatNumber) -> Result<Transport, TransportError> {
        let (sender, stream) = mpsc::unbounded();
        let mut inside = self.0.borrow_mut();
        if inside.closed {
            return Err(TransportError::Lost("closed".to_string()));
        }
        for other in inside.seats.keys().copied().filter(|other| *other != seat) {
            let _ = sender.unbounded_send(Ok(Notice::Came(other).envelope().into()));
        }
        inside.seats.insert(seat, sender);
        inside.tell(seat, Notice::Came(seat));
        let hub = self.clone();
        let sink = futures::sink::drain().sink_map_err(|never| match never {}).with(move |message: Bytes| {
            hub.0.borrow_mut().pass(seat, &message);
            future::ok::<_, TransportError>(())
        });
        Ok(Transport { sink: Box::pin(sink), stream: stream.boxed_local() })
    }

    /// Connects a seat as often as it takes.
    pub fn connector(&self, seat: SeatNumber) -> impl Connect + use<> {
        let hub = self.clone();
        move || future::ready(hub.join(seat)).boxed_local()
    }
}

impl Inside {
    fn tell(&self, about: SeatNumber, notice: Notice) {
        for (_, sender) in self.seats.iter().filter(|(seat, _)| **seat != about) {
            let _ = sender.unbounded_send(Ok(notice.envelope().into()));
        }
    }

    fn pass(&mut self, from: SeatNumber, message: &[u8]) {
        for (to, body) in envelopes(message).flatten() {
            let bodies = match &mut self.change {
                Some(change) => change(from, to, body),
                None => vec![body.to_vec()],
            };
            if let Some(sender) = self.seats.get(&to) {
                for body in bodies {
                    let _ = sender.unbounded_send(Ok(envelope(from, &body).into()));
                }
            }
        }
    }
}
