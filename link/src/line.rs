//! One side of a link between two seats: handshakes, sessions, fragments, heads. No I/O and no clock; records go in and come out,
//! and the caller says what time it is.
//!
//! A *session* lasts as long as a connection. An *association* lasts as long as both sides remember it: over a new connection the two
//! say how far they are and go on there. Where one of them has forgotten (a tab was loaded anew), a new association begins.

mod cipher;
mod frame;
mod heads;
pub(crate) mod history;
mod noise;
mod opening;
mod presence;
mod record;
mod ring;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use protocol::Digest;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use zeroize::Zeroizing;

pub use frame::FRAGMENT;
pub use history::WINDOW;
pub use noise::public_key;
pub use presence::{PAUSED, PING, Presence, WAITING};

use crate::{
    error::LinkError,
    terms::{SeatNumber, Terms},
};
use frame::{Fragment, Frame};
use history::History;
use noise::{Session, Unopened};
use opening::{Offered, Pending};
use record::Record;

/// Sessions that are remembered as over, so that what comes late is not taken for an attack.
const RETIRED: usize = 16;

/// What one side has and knows when it begins.
pub struct Own {
    pub seat: SeatNumber,
    /// X25519 secret of the key that this side confirmed the task with.
    pub secret: Zeroizing<[u8; 32]>,
    /// The raw signed transaction that confirmed it; empty for smart accounts.
    pub confirmation: Vec<u8>,
}

/// See the module.
pub struct Line {
    terms: Arc<Terms>,
    own: Arc<Own>,
    peer: SeatNumber,
    prologue: Vec<u8>,
    chance: ChaCha20Rng,
    connected: bool,
    /// The other side was asked for a handshake since then.
    asked: bool,
    offered: Option<Offered>,
    pending: Option<Pending>,
    open: Option<Session>,
    retired: VecDeque<[u8; 8]>,
    pub(crate) history: Option<History>,
    /// The other side began anew, and the caller does not know yet.
    restarted: bool,
    /// Fragments that the program has not taken.
    inbox: VecDeque<Fragment>,
    /// Records that go out before anything else is sealed.
    outbox: VecDeque<Vec<u8>>,
    heard: Duration,
    pinged: Duration,
    pub(crate) failed: Option<LinkError>,
}

impl Line {
    /// A link from this side to `peer`. `seed`: 32 bytes from the operating system.
    ///
    /// # Errors
    /// [`LinkError::NoSuchSeat`], [`LinkError::OwnKey`].
    pub fn new(
        terms: Arc<Terms>,
        own: Arc<Own>,
        peer: SeatNumber,
        seed: [u8; 32],
        now: Duration,
    ) -> Result<Self, LinkError> {
        let prologue = terms.prologue(own.seat, peer).ok_or(LinkError::NoSuchSeat { seat: peer })?;
        let said = terms.seats.get(usize::from(own.seat)).map(|seat| seat.key);
        if noise::public_key(&own.secret) != said {
            return Err(LinkError::OwnKey { what: "it does not belong to the key that was confirmed" });
        }
        Ok(Self {
            terms,
            own,
            peer,
            prologue,
            chance: ChaCha20Rng::from_seed(seed),
            connected: false,
            asked: false,
            offered: None,
            pending: None,
            open: None,
            retired: VecDeque::new(),
            history: None,
            restarted: false,
            inbox: VecDeque::new(),
            outbox: VecDeque::new(),
            heard: now,
            pinged: now,
            failed: None,
        })
    }

    /// The seat on the other side.
    pub fn peer(&self) -> SeatNumber {
        self.peer
    }

    /// A way to the other side exists, or exists anew. What was under way on the old one may be lost.
    pub fn connect(&mut self, now: Duration) {
        self.part();
        (self.connected, self.asked) = (true, false);
        self.offer(now);
    }

    /// There is no way to the other side.
    pub fn part(&mut self) {
        self.connected = false;
        self.offered = None;
        self.outbox.clear();
        let over = [self.open.take(), self.pending.take().map(|pending| pending.session)];
        over.into_iter().flatten().for_each(|session| self.retire(&session));
    }

    /// Forgets the association: the next session begins a new one, and the other side is told.
    pub fn begin_anew(&mut self, now: Duration) {
        self.history = None;
        self.restarted = false;
        self.inbox.clear();
        if self.connected {
            self.connect(now);
        }
    }

    /// Whether messages go both ways now.
    pub fn is_open(&self) -> bool {
        self.open.is_some() && self.pending.is_none()
    }

    /// Name of the association: the hash of its first handshake, the same on both sides.
    pub fn association(&self) -> Option<Digest> {
        self.history.as_ref().map(|history| history.association)
    }

    /// Whether the other side has begun anew. Messages go again once the caller has asked.
    pub fn take_restarted(&mut self) -> bool {
        std::mem::take(&mut self.restarted)
    }

    /// Heads of both directions, that of the lower seat's messages first. Both sides have the same once all has come.
    pub fn heads(&self) -> Option<[Digest; 2]> {
        let history = self.history.as_ref()?;
        let (out, back) = (history.head_out().hash, history.head_in().hash);
        Some(if self.is_lower() { [out, back] } else { [back, out] })
    }

    /// Whether the other side has all that was sent.
    pub fn is_settled(&self) -> bool {
        self.history.as_ref().is_none_or(History::is_settled)
    }

    /// Whether something was said that has not been taken by the connection.
    pub(crate) fn has_unsent(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Tells the other side what came.
    pub fn tell(&mut self) {
        if let (Some(taken), true) = (self.history.as_mut().map(History::taken), self.is_open()) {
            self.say(&taken);
        }
    }

    /// Asks the other side to say what it has.
    pub fn ask(&mut self) {
        self.say(&Frame::Ping);
    }

    /// Whether the other side is there.
    pub fn presence(&self, now: Duration) -> Presence {
        Presence::after(now.saturating_sub(self.heard))
    }

    /// What is due by time: another handshake, or a ping. To be called every second or so.
    pub fn tick(&mut self, now: Duration) {
        let due = now.saturating_sub(self.heard.max(self.pinged)) >= PING;
        if !self.connected || !due || self.failed.is_some() {
            return;
        }
        self.pinged = now;
        if self.open.is_some() {
            self.say(&Frame::Ping);
        }
        if self.open.is_none() {
            self.offer(now);
        }
    }

    /// Takes a record that came from the other side.
    ///
    /// # Errors
    /// [`LinkError`]; the link is over then.
    pub fn take(&mut self, record: &[u8], now: Duration) -> Result<(), LinkError> {
        self.alive()?;
        let taken = match Record::read(record) {
            _ if !self.connected => Ok(()),
            None => Err(self.unreadable("a message of no known form")),
            Some(Record::Offer(message)) => self.take_offer(message),
            Some(Record::Answer { offer, message }) => self.take_answer(offer, message),
            Some(Record::Sealed { session, number, sealed }) => self.take_sealed(session, number, sealed, now),
            // Anybody on the way can say so: it costs a handshake, and nothing that was said.
            Some(Record::Again) => {
                if self.is_lower() && self.open.is_some() {
                    self.connect(now);
                }
                Ok(())
            }
        };
        taken.inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// The next record to be sent.
    pub fn next_record(&mut self) -> Option<Vec<u8>> {
        let mut record = Vec::new();
        self.put_record(&mut record).then_some(record)
    }

    /// Puts the next record behind what `message` holds, and answers whether there was one. A fragment is sealed where it is
    /// sent from.
    pub fn put_record(&mut self, message: &mut Vec<u8>) -> bool {
        if let Some(record) = self.outbox.pop_front() {
            message.extend(record);
            return true;
        }
        if !self.is_open() || self.failed.is_some() {
            return false;
        }
        let (Some(session), Some(history)) = (&mut self.open, &mut self.history) else { return false };
        let is_sealed = history.next_to_seal().is_some_and(|fragment| seal(session, fragment, message));
        if is_sealed {
            history.sealed();
        }
        is_sealed
    }

    /// Whether another message may be pushed: there is an association, and the other side keeps up. A message that has begun is pushed
    /// whole: two sides that send each other large messages at once must not wait for each other.
    pub fn has_room(&self) -> bool {
        self.history.as_ref().is_some_and(History::has_room)
    }

    /// Adds a fragment of at most [`FRAGMENT`] bytes to what is to be sent. Ask [`Self::has_room`] before the first of a message.
    ///
    /// # Errors
    /// [`LinkError::Restarted`] where the other side began anew; any earlier error.
    pub fn push(&mut self, operation: u32, last: bool, payload: &[u8]) -> Result<(), LinkError> {
        self.usable()?;
        let history = self.history.as_mut().ok_or(LinkError::Restarted { seat: self.peer })?;
        history.push(operation, last, payload);
        Ok(())
    }

    /// The next fragment that came, once the program wants it.
    ///
    /// # Errors
    /// [`LinkError::Restarted`] where the other side began anew; any earlier error.
    pub fn pop(&mut self) -> Result<Option<(u32, bool, Bytes)>, LinkError> {
        self.usable()?;
        let Some(fragment) = self.inbox.pop_front() else { return Ok(None) };
        let tell = self.history.as_mut().and_then(|history| history.took(fragment.size()));
        if let (Some(taken), true) = (tell, self.is_open()) {
            self.say(&taken);
        }
        Ok(Some((fragment.operation, fragment.last, fragment.into_payload())))
    }

    fn take_sealed(&mut self, tag: [u8; 8], number: u64, sealed: &[u8], now: Duration) -> Result<(), LinkError> {
        if self.pending.as_ref().is_some_and(|pending| pending.session.tag == tag) {
            return self.take_hello(number, sealed, now);
        }
        let Some(session) = self.open.as_mut().filter(|session| session.tag == tag) else {
            return self.take_strange(tag, number);
        };
        let opened = session.open(number, sealed);
        let plain = opened.map_err(|unopened| self.unopened(unopened))?;
        // The other side still uses this session: the offer of a later one was repeated by somebody on the way.
        if let Some(pending) = self.pending.take() {
            self.retire(&pending.session);
        }
        self.heard = now;
        match Frame::decode(plain) {
            Some(Frame::Fragment(fragment)) => self.take_fragment(fragment),
            Some(Frame::Taken { fragments, bytes }) => {
                let known = self.history.as_mut().is_some_and(|history| history.they_took(fragments, bytes));
                if known { Ok(()) } else { Err(self.unreadable("it has more than was sent")) }
            }
            Some(Frame::Ping) => {
                self.tell();
                Ok(())
            }
            Some(Frame::Hello(_)) | None => Err(self.unreadable("a frame of no known form")),
        }
    }

    /// A message of a session that this side does not have.
    fn take_strange(&mut self, tag: [u8; 8], number: u64) -> Result<(), LinkError> {
        let waits = self.open.is_none() && self.pending.is_none();
        if waits && !self.is_lower() && !self.asked {
            // The other side goes on in a session that was lost here.
            self.asked = true;
            self.outbox.push_back(record::again());
        }
        // It comes late: of a session that is over, or the first of one whose handshake another one has overtaken.
        let late = self.open.is_none() || number == 0 || self.retired.contains(&tag);
        if late { Ok(()) } else { Err(LinkError::Foreign { seat: self.peer }) }
    }

    fn take_fragment(&mut self, fragment: Fragment) -> Result<(), LinkError> {
        let seat = self.peer;
        let unreadable = self.unreadable("fragments out of order, or more of them than there is room for");
        let history = self.history.as_mut().ok_or(LinkError::Restarted { seat })?;
        if !history.takes(&fragment) {
            return Err(unreadable);
        }
        history.came(&fragment).map_err(|()| LinkError::Fork { seat })?;
        self.inbox.push_back(fragment);
        Ok(())
    }

    /// Seals a frame behind what waits already.
    fn say(&mut self, frame: &Frame) {
        let mut record = Vec::new();
        if self.open.as_mut().is_some_and(|session| seal(session, &frame.encode(), &mut record)) {
            self.outbox.push_back(record);
        }
    }

    fn is_lower(&self) -> bool {
        self.own.seat < self.peer
    }

    fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.chance.fill_bytes(&mut seed);
        seed
    }

    fn retire(&mut self, session: &Session) {
        self.retired.push_back(session.tag);
        if self.retired.len() > RETIRED {
            self.retired.pop_front();
        }
    }

    fn alive(&self) -> Result<(), LinkError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn usable(&self) -> Result<(), LinkError> {
        self.alive()?;
        if self.restarted { Err(LinkError::Restarted { seat: self.peer }) } else { Ok(()) }
    }

    fn unreadable(&self, what: &'static str) -> LinkError {
        LinkError::Unreadable { seat: self.peer, what }
    }

    fn unopened(&self, unopened: Unopened) -> LinkError {
        let seat = self.peer;
        match unopened {
            Unopened::Altered { number } => LinkError::Altered { seat, number },
            Unopened::Dropped { expected, found } => LinkError::Dropped { seat, expected, found },
            Unopened::Replayed { found } => LinkError::Replayed { seat, found },
        }
    }
}

/// Seals a message behind what `out` holds. `false` where a session has used up its numbers, which takes longer than anybody
/// lives.
fn seal(session: &mut Session, plain: &[u8], out: &mut Vec<u8>) -> bool {
    out.reserve(record::HEAD + plain.len() + noise::TAG);
    let head = out.len();
    out.extend([0; record::HEAD]);
    let Ok(number) = session.seal(plain, out) else {
        out.truncate(head);
        return false;
    };
    out[head..head + record::HEAD].copy_from_slice(&record::head(session.tag, number));
    true
}
