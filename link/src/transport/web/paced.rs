//! Sending with pauses in which the browser gets its turn: it passes nothing on while a program runs, so that a program which
//! seals and sends for long would leave the line idle, and then wait for it.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures::{Sink, task::AtomicWaker};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{MessageChannel, MessagePort};

use crate::error::TransportError;

/// Bytes that are sent at once.
const AT_ONCE: usize = 256 << 10;

/// A sink that pauses after every [`AT_ONCE`] bytes.
pub(super) struct Paced<S> {
    sink: Pin<Box<S>>,
    since: usize,
    /// None in a browser without message channels.
    turn: Option<Turn>,
}

impl<S> Paced<S> {
    pub fn new(sink: S) -> Self {
        Self { sink: Box::pin(sink), since: 0, turn: Turn::new().ok() }
    }
}

impl<S: Sink<Bytes, Error = TransportError>> Sink<Bytes> for Paced<S> {
    type Error = TransportError;

    fn poll_ready(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        if self.since >= AT_ONCE
            && let Some(turn) = &mut self.turn
        {
            ready!(turn.poll(context));
            self.since = 0;
        }
        self.sink.as_mut().poll_ready(context)
    }

    fn start_send(mut self: Pin<&mut Self>, bytes: Bytes) -> Result<(), TransportError> {
        self.since += bytes.len();
        self.sink.as_mut().start_send(bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.sink.as_mut().poll_flush(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.sink.as_mut().poll_close(context)
    }
}

/// A turn of the browser, asked for by a message to oneself: timers come late, and in a hidden page later still.
struct Turn {
    asks: MessagePort,
    hears: MessagePort,
    asked: bool,
    came: Rc<Cell<bool>>,
    waits: Rc<AtomicWaker>,
    _on_message: Closure<dyn Fn()>,
}

impl Turn {
    fn new() -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let (came, waits) = (Rc::new(Cell::new(false)), Rc::new(AtomicWaker::new()));
        let (comes, wakes) = (Rc::clone(&came), Rc::clone(&waits));
        let on_message = Closure::<dyn Fn()>::new(move || {
            comes.set(true);
            wakes.wake();
        });
        let (asks, hears) = (channel.port1(), channel.port2());
        hears.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { asks, hears, asked: false, came, waits, _on_message: on_message })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.came.take() {
            self.asked = false;
            return Poll::Ready(());
        }
        self.waits.register(context.waker());
        if !self.asked {
            self.asked = true;
            // Null can always be posted.
            let _ = self.asks.post_message(&JsValue::NULL);
        }
        Poll::Pending
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.hears.set_onmessage(None);
        self.asks.close();
        self.hears.close();
    }
}
