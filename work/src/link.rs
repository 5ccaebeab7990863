//! One running worker: brings every message to the request that it is for, until the worker is gone.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use serde::Serialize;

use crate::{
    envelope::{Envelope, Kind, Parts},
    error::WorkError,
    host::{Event, Host, Running},
    program::Program,
};

/// What is heard of one request: any number of [`Kind::Working`] and [`Kind::Progress`], then [`Kind::Answer`],
/// [`Kind::Failed`] or [`Kind::Stopped`]; an error where the worker is gone.
pub type Incoming<P> = UnboundedReceiver<Result<Envelope<P>, WorkError>>;
type Listener<P> = UnboundedSender<Result<Envelope<P>, WorkError>>;

/// A running worker. Several requests may be under way: it carries them out in the order in which they are sent.
/// Dropping the link ends the worker.
pub struct Link<H: Host> {
    worker: H::Worker,
    exchange: Rc<Exchange<H::Part>>,
    /// Of the last request.
    number: Cell<u32>,
}

/// What the worker's events and the requests share.
struct Exchange<P> {
    program: Program,
    ready: Cell<bool>,
    ended: RefCell<Option<WorkError>>,
    waiting: RefCell<BTreeMap<u32, Listener<P>>>,
}

impl<H: Host> Link<H> {
    /// Starts a worker. What is heard first is how much of its program is here, then [`Kind::Ready`]; a request that is sent
    /// earlier would be lost.
    ///
    /// # Errors
    /// [`WorkError::NotLoaded`] where the browser has no workers.
    pub fn start(host: &H, program: &Program) -> Result<(Self, Incoming<H::Part>), WorkError> {
        let exchange = Rc::new(Exchange {
            program: program.clone(),
            ready: Cell::new(false),
            ended: RefCell::new(None),
            waiting: RefCell::default(),
        });
        let ready = exchange.wait_for(0);
        let heard = {
            let exchange = Rc::clone(&exchange);
            Box::new(move |event| exchange.heard(event))
        };
        let worker = host.start(program, heard).map_err(|cause| WorkError::not_loaded(program, cause))?;
        Ok((Self { worker, exchange, number: Cell::new(0) }, ready))
    }

    /// Starts a worker and waits, for any time, until it listens.
    ///
    /// # Errors
    /// [`WorkError::NotLoaded`] where its program does not come.
    pub async fn started(host: &H, program: &Program) -> Result<Self, WorkError> {
        let (link, mut ready) = Self::start(host, program)?;
        while !link.is_ready() {
            ready.next().await.unwrap_or(Err(WorkError::Stopped))?;
        }
        Ok(link)
    }

    /// Sends a request at once; its number, and what is heard of it.
    ///
    /// # Errors
    /// [`WorkError`] where the worker is gone, or the message cannot be sent.
    pub fn send(&self, body: String, parts: Parts<H::Part>) -> Result<(u32, Incoming<H::Part>), WorkError> {
        if let Some(error) = self.exchange.ended.borrow().clone() {
            return Err(error);
        }
        let number = self.number.get() + 1;
        self.number.set(number);
        let incoming = self.exchange.wait_for(number);
        let posted = self.worker.post(&Envelope { kind: Kind::Request, number, body, parts });
        posted.map_err(|cause| WorkError::lost(&self.exchange.program, cause))?;
        Ok((number, incoming))
    }

    /// Sends a request at once, and waits for its answer for any time; what stands beside the answer. For a worker that is
    /// asked several things at once and trusted to answer, as one that another worker starts for itself.
    ///
    /// # Errors
    /// [`WorkError`], as for [`crate::Channel::ask`].
    pub fn ask<Q: Serialize>(
        &self,
        request: &Q,
        parts: Parts<H::Part>,
    ) -> impl Future<Output = Result<Parts<H::Part>, WorkError>> + use<H, Q> {
        let sent = serde_json::to_string(request)
            .map_err(|e| WorkError::misunderstood(&self.exchange.program, e.to_string()))
            .and_then(|body| self.send(body, parts));
        async move {
            let (_, mut incoming) = sent?;
            loop {
                let envelope = incoming.next().await.unwrap_or(Err(WorkError::Stopped))?;
                match envelope.kind {
                    Kind::Answer => return Ok(envelope.parts),
                    Kind::Failed => return Err(WorkError::Failed(envelope.body)),
                    Kind::Stopped => return Err(WorkError::Stopped),
                    _ => {}
                }
            }
        }
    }

    /// Asks the request of this number to end.
    pub fn stop(&self, number: u32) {
        // A worker that cannot be told is ended when its time is over.
        let _ = self.worker.post(&Envelope::bare(Kind::Stop, number));
    }

    /// Whether it has said that it listens.
    pub fn is_ready(&self) -> bool {
        self.exchange.ready.get()
    }

    /// Whether it can be asked.
    pub fn is_alive(&self) -> bool {
        self.exchange.ended.borrow().is_none()
    }
}

impl<P> Exchange<P> {
    fn wait_for(&self, number: u32) -> Incoming<P> {
        let (sender, incoming) = unbounded();
        self.waiting.borrow_mut().insert(number, sender);
        incoming
    }

    fn heard(&self, event: Event<P>) {
        match event {
            Event::Message(envelope) => self.message(envelope),
            Event::Unreadable(cause) => self.end(WorkError::misunderstood(&self.program, cause)),
            Event::Error(cause) if self.ready.get() => {
                self.end(WorkError::lost(&self.program, cause.unwrap_or_else(|| "no reason is known".into())));
            }
            Event::Error(cause) => {
                let cause = cause.unwrap_or_else(|| "its program could not be fetched".into());
                self.end(WorkError::not_loaded(&self.program, cause));
            }
        }
    }

    fn message(&self, envelope: Envelope<P>) {
        match envelope.kind {
            Kind::Crashed => return self.end(WorkError::Crashed(envelope.body)),
            Kind::Request | Kind::Stop => {
                return self.end(WorkError::misunderstood(&self.program, "it asks instead of answering".into()));
            }
            Kind::Ready => self.ready.set(true),
            Kind::Working | Kind::Progress | Kind::Answer | Kind::Stopped | Kind::Failed => {}
        }
        let goes_on = matches!(envelope.kind, Kind::Working | Kind::Progress);
        let number = envelope.number;
        let mut waiting = self.waiting.borrow_mut();
        let listener = if goes_on { waiting.get(&number).cloned() } else { waiting.remove(&number) };
        drop(waiting);
        if let Some(listener) = listener {
            // A request that was given up is told nothing.
            let _ = listener.unbounded_send(Ok(envelope));
        }
    }

    /// The worker is gone: all who wait are told why, and so are those who ask from now on.
    fn end(&self, error: WorkError) {
        // The first reason is the best: an error event follows the worker's own last sentence.
        self.ended.borrow_mut().get_or_insert(error.clone());
        for listener in self.waiting.take().into_values() {
            let _ = listener.unbounded_send(Err(error.clone()));
        }
    }
}
