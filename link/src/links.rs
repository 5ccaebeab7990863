//! All links of a seat, over one connection.

use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::{FutureExt, future::LocalBoxFuture};
use protocol::{
    Digest,
    relay::{self, HEAD, MOST_IN_MESSAGE, NOTICE, Notice, envelopes, put_envelope_of},
};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::{
    environment::Environment,
    error::{LinkError, TransportError},
    line::{FRAGMENT, Line, Own, Presence},
    terms::{SeatNumber, Terms},
    transport::{Connect, Transport},
};

/// How often lines are asked what is due.
const TICK: Duration = Duration::from_secs(1);
/// Waits before a broken connection is tried again: the first, and the longest.
const AGAIN: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(15)];
/// Messages that are read in one turn before what waits is written.
const READ_AT_ONCE: usize = 64;

/// Bytes that are made room for once a message has a second fragment, so that it is not moved with each doubling.
const ROOM: usize = 1 << 20;

/// What one seat sent another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub operation: u32,
    pub payload: Vec<u8>,
}

/// Told when a seat is there, is waited for, or counts as paused.
pub type Observer = Box<dyn FnMut(SeatNumber, Presence)>;

/// The links of one seat to others. Things move while one of its futures is awaited; a program that computes for long calls
/// [`Self::turn`] now and then. Every future may be dropped.
pub struct Links {
    lines: BTreeMap<SeatNumber, Line>,
    /// Bytes that a message of another seat may have. What comes of one is kept until it is whole, so that without a limit
    /// whoever sends messages without an end takes all memory.
    most: usize,
    /// What came of a message that is not whole.
    partial: BTreeMap<SeatNumber, Message>,
    way: Way,
    connect: Box<dyn Connect>,
    environment: Rc<dyn Environment>,
    tick: LocalBoxFuture<'static, ()>,
    outgoing: VecDeque<Bytes>,
    presences: BTreeMap<SeatNumber, Presence>,
    observer: Option<Observer>,
}

/// The connection.
enum Way {
    Connecting(LocalBoxFuture<'static, Result<Transport, TransportError>>, u32),
    Waiting(LocalBoxFuture<'static, ()>, u32),
    Open(Transport),
}

impl Links {
    /// Links to `peers`, whose messages have `most` bytes at most. `seed`: 32 bytes from the operating system.
    ///
    /// # Errors
    /// As [`Line::new`].
    pub fn new(
        terms: Arc<Terms>,
        own: Arc<Own>,
        peers: &[SeatNumber],
        most: usize,
        seed: [u8; 32],
        mut connect: Box<dyn Connect>,
        environment: Rc<dyn Environment>,
    ) -> Result<Self, LinkError> {
        let mut chance = ChaCha20Rng::from_seed(seed);
        let mut lines = BTreeMap::new();
        for &peer in peers {
            let mut seed = [0; 32];
            chance.fill_bytes(&mut seed);
            lines.insert(peer, Line::new(terms.clone(), own.clone(), peer, seed, environment.now())?);
        }
        Ok(Self {
            lines,
            most,
            partial: BTreeMap::new(),
            way: Way::Connecting(connect.connect(), 0),
            connect,
            tick: environment.sleep(TICK),
            environment,
            outgoing: VecDeque::new(),
            presences: BTreeMap::new(),
            observer: None,
        })
    }

    /// Is told whenever a seat's presence changes.
    pub fn observe(&mut self, observer: Observer) {
        self.observer = Some(observer);
    }

    /// Waits until there is an association with `peer`, and answers its name.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn opened(&mut self, peer: SeatNumber) -> Result<Digest, LinkError> {
        loop {
            let line = self.line(peer)?;
            if let (Some(association), true) = (line.association(), line.is_open()) {
                return Ok(association);
            }
            self.step().await?;
        }
    }

    /// Sends a message; returns once it is kept to be sent, which may be long before it has arrived. While the other side has not
    /// taken enough of the messages before, it waits.
    ///
    /// # Errors
    /// [`LinkError`]; with [`LinkError::Restarted`] see [`Self::take_restarted`].
    pub async fn send(&mut self, to: SeatNumber, operation: u32, payload: &[u8]) -> Result<(), LinkError> {
        while !self.line(to)?.has_room() {
            self.step().await?;
        }
        let mut rest = payload;
        loop {
            let (fragment, after) = rest.split_at(rest.len().min(FRAGMENT));
            let last = after.is_empty();
            self.line(to)?.push(operation, last, fragment)?;
            self.turn()?;
            if last {
                return Ok(());
            }
            rest = after;
        }
    }

    /// The next message from a seat.
    ///
    /// # Errors
    /// [`LinkError`]; with [`LinkError::Restarted`] see [`Self::take_restarted`]. [`LinkError::TooLarge`] as soon as more has
    /// come than a message may have, whether it is whole or not: the link is over, and nothing of it is kept.
    pub async fn receive(&mut self, from: SeatNumber) -> Result<Message, LinkError> {
        loop {
            while let Some((operation, last, payload)) = self.line(from)?.pop()? {
                let room = if last { payload.len() } else { self.most.min(ROOM) };
                let message = self
                    .partial
                    .entry(from)
                    .or_insert_with(|| Message { operation, payload: Vec::with_capacity(room) });
                if message.operation != operation {
                    return Err(LinkError::Unreadable { seat: from, what: "two messages in one" });
                }
                if message.payload.len() + payload.len() > self.most {
                    self.partial.remove(&from);
                    let error = LinkError::TooLarge { seat: from, most: self.most };
                    // What follows is the rest of that message, and none that can be read.
                    self.line(from)?.failed = Some(error.clone());
                    return Err(error);
                }
                message.payload.extend_from_slice(&payload);
                if last && let Some(message) = self.partial.remove(&from) {
                    return Ok(message);
                }
            }
            self.step().await?;
        }
    }

    /// Waits until all seats have all that was sent. Whoever is settled first leaves, and answers nothing any more: so each says
    /// what it has before it waits.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn settle(&mut self) -> Result<(), LinkError> {
        self.lines.values_mut().for_each(Line::tell);
        self.lines.values_mut().filter(|line| !line.is_settled()).for_each(Line::ask);
        self.turn()?;
        // What this side has said of what it took must have left too: the other side waits for it.
        while !self.lines.values().all(Line::is_settled) || self.has_unsent() {
            self.step().await?;
        }
        Ok(())
    }

    fn has_unsent(&self) -> bool {
        !self.outgoing.is_empty() || self.lines.values().any(Line::has_unsent)
    }

    /// Moves what can be moved without waiting.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn turn(&mut self) -> Result<(), LinkError> {
        while let Some(moved) = self.step().now_or_never() {
            moved?;
        }
        Ok(())
    }

    /// Whether a seat began anew, after which messages to and from it go again.
    pub fn take_restarted(&mut self, peer: SeatNumber) -> bool {
        self.partial.remove(&peer);
        self.lines.get_mut(&peer).is_some_and(Line::take_restarted)
    }

    /// Begins a new association with a seat, e.g. after going back to a checkpoint.
    ///
    /// # Errors
    /// [`LinkError::NoSuchSeat`].
    pub fn begin_anew(&mut self, peer: SeatNumber) -> Result<(), LinkError> {
        let now = self.environment.now();
        self.partial.remove(&peer);
        self.line(peer)?.begin_anew(now);
        Ok(())
    }

    /// Heads of both directions of a link; see [`Line::heads`].
    pub fn heads(&self, peer: SeatNumber) -> Option<[Digest; 2]> {
        self.lines.get(&peer)?.heads()
    }

    pub(crate) fn line(&mut self, peer: SeatNumber) -> Result<&mut Line, LinkError> {
        self.lines.get_mut(&peer).ok_or(LinkError::NoSuchSeat { seat: peer })
    }

    /// Waits until something moved.
    pub(crate) async fn step(&mut self) -> Result<(), LinkError> {
        poll_fn(|context| self.poll_step(context)).await
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Result<(), LinkError>> {
        let mut moved = self.poll_tick(context);
        moved |= match &mut self.way {
            Way::Connecting(connecting, tries) => match connecting.poll_unpin(context) {
                Poll::Pending => false,
                Poll::Ready(Ok(transport)) => {
                    self.way = Way::Open(transport);
                    true
                }
                Poll::Ready(Err(error)) => {
                    let tries = *tries;
                    self.lose(error, tries)?;
                    true
                }
            },
            Way::Waiting(waiting, tries) => {
                let over = waiting.poll_unpin(context).is_ready();
                if over {
                    self.way = Way::Connecting(self.connect.connect(), *tries);
                }
                over
            }
            Way::Open(_) => self.poll_transport(context)?,
        };
        if moved { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    fn poll_tick(&mut self, context: &mut Context<'_>) -> bool {
        if self.tick.poll_unpin(context).is_pending() {
            return false;
        }
        self.tick = self.environment.sleep(TICK);
        let now = self.environment.now();
        for (seat, line) in &mut self.lines {
            line.tick(now);
            let presence = line.presence(now);
            if self.presences.insert(*seat, presence).unwrap_or(Presence::Here) != presence
                && let Some(observer) = &mut self.observer
            {
                observer(*seat, presence);
            }
        }
        true
    }

    fn poll_transport(&mut self, context: &mut Context<'_>) -> Result<bool, LinkError> {
        match self.poll_messages(context) {
            Ok(moved) => Ok(moved),
            Err(LinkError::Transport(error)) => self.lose(error, 0).map(|()| true),
            Err(error) => Err(error),
        }
    }

    /// Reads what came and writes what waits.
    fn poll_messages(&mut self, context: &mut Context<'_>) -> Result<bool, LinkError> {
        let mut moved = false;
        for _ in 0..READ_AT_ONCE {
            let Way::Open(transport) = &mut self.way else { return Ok(moved) };
            match transport.stream.as_mut().poll_next(context) {
                Poll::Pending => break,
                Poll::Ready(Some(message)) => self.take(&message?)?,
                Poll::Ready(None) => return Err(TransportError::Lost("it was closed".to_string()).into()),
            }
            moved = true;
        }
        while let Some(message) = self.next_message() {
            let Way::Open(transport) = &mut self.way else { return Ok(moved) };
            match transport.sink.as_mut().poll_ready(context) {
                Poll::Ready(ready) => ready?,
                Poll::Pending => {
                    self.outgoing.push_front(message);
                    return Ok(moved);
                }
            }
            transport.sink.as_mut().start_send(message)?;
            moved = true;
        }
        let Way::Open(transport) = &mut self.way else { return Ok(moved) };
        if let Poll::Ready(flushed) = transport.sink.as_mut().poll_flush(context) {
            flushed?;
        }
        Ok(moved)
    }

    fn take(&mut self, message: &[u8]) -> Result<(), LinkError> {
        let now = self.environment.now();
        for read in envelopes(message) {
            let (seat, body) = read.map_err(|_| TransportError::Unreadable)?;
            match seat {
                NOTICE => match Notice::read(body) {
                    Some(Notice::Came(seat)) => {
                        self.lines.get_mut(&seat).into_iter().for_each(|line| line.connect(now))
                    }
                    Some(Notice::Left(seat)) => self.lines.get_mut(&seat).into_iter().for_each(Line::part),
                    None => {}
                },
                // Seats without a link here say nothing to this one.
                seat => self.lines.get_mut(&seat).map_or(Ok(()), |line| line.take(body, now))?,
            }
        }
        Ok(())
    }

    /// As many records as a message may hold: what a message costs besides its bytes, it costs once.
    fn next_message(&mut self) -> Option<Bytes> {
        self.outgoing.pop_front().or_else(|| {
            let mut message = Vec::new();
            for (seat, line) in &mut self.lines {
                while message.len() + HEAD + relay::MOST <= MOST_IN_MESSAGE
                    && put_envelope_of(*seat, &mut message, |message| line.put_record(message))
                {
                    // The first of several fragments.
                    if message.len() > MOST_IN_MESSAGE / 8 {
                        message.reserve_exact(MOST_IN_MESSAGE - message.len());
                    }
                }
            }
            (!message.is_empty()).then(|| message.into())
        })
    }

    /// The connection is gone: all links wait, and another one is tried, unless that is no use.
    fn lose(&mut self, error: TransportError, tries: u32) -> Result<(), LinkError> {
        self.outgoing.clear();
        self.lines.values_mut().for_each(Line::part);
        let wait = AGAIN[0].saturating_mul(1 << tries.min(10)).min(AGAIN[1]);
        self.way = Way::Waiting(self.environment.sleep(wait), tries + 1);
        if error.is_passing() { Ok(()) } else { Err(error.into()) }
    }
}
