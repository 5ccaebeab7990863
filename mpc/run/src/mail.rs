//! Messages of several kinds over the links of a seat.
//!
//! Whoever waits for one seat takes in what the others send meanwhile, and nobody has more than [`AHEAD`] bytes under way
//! that the other has not taken in. So seats may send each other as much as they like before they receive, in any order,
//! without waiting for each other in a circle.

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
mod wire;

use std::{
    cell::Cell,
    collections::{BTreeMap, VecDeque},
    future::{Future as _, poll_fn},
    pin::pin,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use futures::future::{Either, select};
use link::{Environment, Links, Message, SeatNumber};
use protocol::Digest;

use crate::error::RunError;
pub(crate) use wire::Wire;

/// Bytes of a message that go at once: links of a task take no more in one message of theirs.
pub const PIECE: usize = 1 << 20;
/// Bytes that may be under way to a seat that has not taken them in; below the window of a link.
const AHEAD: usize = 8 << 20;
/// Bytes after which the sender is told.
const TELL: usize = 1 << 20;
/// Bytes that may wait of one seat, what holds them counted: no message is larger. Everybody knows from the plan what comes
/// next, so that no more than a step's messages ever wait.
const MOST: usize = (1 << 30) + AHEAD;
/// Bytes that hold a message that waits, also an empty one.
const HOLDING: usize = 64;
/// Rounds by which another seat may be ahead: who begins anew joins those that went on without it.
const FURTHER: u32 = 1_000;
/// How long a seat stays when all is said, so that others hear its last words.
const LINGER: Duration = Duration::from_secs(2);
/// Characters of another seat's sentence that are shown.
const LONGEST_REASON: usize = 300;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Subject {
    /// The intersection.
    Rows = 1,
    /// What the rows came to, and the seed for the helper.
    Opening = 2,
    /// Shares.
    Numbers = 3,
    /// How the computation ended.
    Answer = 4,
    /// Sealed results.
    File = 5,
    /// Everything so far was said.
    Said = 6,
    /// Everything so far was heard.
    Heard = 7,
    /// What a seat says of its results.
    Statement = 8,
    Signature = 9,
    /// Keys of sealed results.
    Key = 10,
    Farewell = 11,
    /// The sender has ended the run, and why.
    Ended = 12,
    /// So many bytes were taken in.
    Taken = 13,
    /// The sender begins a round, and where it stands.
    Round = 14,
    /// The sender's signature that it is there.
    Begin = 15,
    /// The helper's signature under what it says that it dealt; a seat's, that it was dealt this.
    Dealt = 16,
    /// The sender's signature that it goes on with the next helper.
    Advance = 17,
}

impl Subject {
    const ALL: [Self; 17] = [
        Self::Rows,
        Self::Opening,
        Self::Numbers,
        Self::Answer,
        Self::File,
        Self::Said,
        Self::Heard,
        Self::Statement,
        Self::Signature,
        Self::Key,
        Self::Farewell,
        Self::Ended,
        Self::Taken,
        Self::Round,
        Self::Begin,
        Self::Dealt,
        Self::Advance,
    ];
}

/// Set in a message that goes on in the next one.
const MORE: u32 = 1 << 8;

/// What is known of one other seat.
#[derive(Default)]
struct Peer {
    came: BTreeMap<Subject, VecDeque<Vec<u8>>>,
    partial: BTreeMap<Subject, Vec<u8>>,
    /// Bytes that came and wait.
    waiting: usize,
    /// Bytes under way that were not taken in there.
    ahead: usize,
    /// Bytes taken in here that were not told.
    untold: usize,
    /// The round that it is in, and where it stood when it began. What it said before is of an earlier one.
    round: u32,
    standing: Vec<u8>,
    /// The round that it was told of last.
    told_round: u32,
}

impl Peer {
    /// The first message that waits.
    fn take(&mut self, subject: Subject) -> Option<Vec<u8>> {
        let message = self.came.get_mut(&subject)?.pop_front()?;
        self.waiting = self.waiting.saturating_sub(message.len() + HOLDING);
        Some(message)
    }

    /// Takes in a message, or a piece of one that goes on; answers how much waits now.
    fn put(&mut self, subject: Subject, payload: Vec<u8>, goes_on: bool) -> usize {
        self.waiting += payload.len();
        let whole = match self.partial.remove(&subject) {
            Some(mut before) => {
                before.extend(payload);
                before
            }
            None => payload,
        };
        if goes_on {
            self.partial.insert(subject, whole);
        } else {
            self.came.entry(subject).or_default().push_back(whole);
            self.waiting += HOLDING;
        }
        self.waiting
    }

    /// Forgets what was said in an earlier round.
    fn forget(&mut self) {
        self.came.clear();
        self.partial.clear();
        self.waiting = 0;
    }
}

/// What comes while a handshake is waited for.
enum Opened {
    Association(Digest),
    /// A message of another seat; nothing where the helper is to be given up.
    GoesOn(Option<(SeatNumber, Message)>),
}

/// All that a seat says and hears.
pub struct Mail {
    links: Links,
    environment: Rc<dyn Environment>,
    peers: BTreeMap<SeatNumber, Peer>,
    /// The round that this seat is in; see [`Self::gather`].
    round: u32,
    stop: Option<Rc<Cell<bool>>>,
    /// Set where the helper is given up.
    gone: Option<Rc<Cell<bool>>>,
    /// What this owner says to the other one then.
    advance: Option<Advance>,
    /// Bytes that may wait of one seat.
    most: usize,
}

struct Advance {
    to: SeatNumber,
    signature: Vec<u8>,
    said: bool,
}

impl Mail {
    /// `peers` are those of [`crate::Spec::peers`], to which `links` goes.
    pub fn new(links: Links, peers: &[SeatNumber], environment: Rc<dyn Environment>) -> Self {
        let peers = peers.iter().map(|peer| (*peer, Peer::default())).collect();
        Self { links, environment, peers, round: 0, stop: None, gone: None, advance: None, most: MOST }
    }

    /// The run ends here within a second of when this is set, and the others are told.
    pub fn stops_with(&mut self, stop: Rc<Cell<bool>>) {
        self.stop = Some(stop);
    }

    /// When this is set the helper is given up, as soon as the other owner has given it up too.
    pub fn gives_helper_up_with(&mut self, gone: Rc<Cell<bool>>) {
        self.gone = Some(gone);
    }

    /// What is said to the other owner when the helper is given up.
    pub(crate) fn would_advance(&mut self, to: SeatNumber, signature: Vec<u8>) {
        self.advance = Some(Advance { to, signature, said: false });
    }

    /// The other owner's signature, once it has given the helper up.
    pub(crate) fn advanced(&mut self) -> Option<Vec<u8>> {
        let to = self.advance.as_ref()?.to;
        self.peers.get(&to)?.came.get(&Subject::Advance)?.front().cloned()
    }

    /// Begins a round with all seats: the first one, or another one after a seat has begun anew. Each says where it stands;
    /// what anybody said before that is forgotten. Answers where the others stand, once all are in the same round. Rounds
    /// only go up, and whoever hears of a later one joins it, so that all meet however many begin anew at once.
    pub(crate) async fn gather(&mut self, standing: &[u8]) -> Result<BTreeMap<SeatNumber, Vec<u8>>, RunError> {
        loop {
            let Self { links, peers, round, advance, .. } = self;
            let mut anew = *round == 0;
            for (seat, peer) in peers.iter_mut() {
                if links.take_restarted(*seat) {
                    *peer = Peer::default();
                    anew = true;
                }
            }
            let known = peers.values().map(|peer| peer.round).max().unwrap_or_default();
            let before = *round;
            *round = known.max(round.saturating_add(u32::from(anew)));
            // What was said in an earlier round is forgotten there.
            if let (Some(advance), true) = (advance, *round > before) {
                advance.said = false;
            }
            match self.meet(standing).await {
                Err(error) if error.is_anew() => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(self.peers.iter().map(|(seat, peer)| (*seat, peer.standing.clone())).collect()),
            }
        }
    }

    /// The next call of [`Self::gather`] begins another round, although no seat began anew.
    pub(crate) fn again(&mut self) {
        self.round = self.round.saturating_add(1);
    }

    /// The round that this seat is in.
    pub(crate) fn round(&self) -> u32 {
        self.round
    }

    async fn meet(&mut self, standing: &[u8]) -> Result<(), RunError> {
        let said = [&self.round.to_be_bytes(), standing].concat();
        for peer in self.peers() {
            self.opened(peer).await?;
            self.send(peer, Subject::Round, &said).await?;
            self.peer(peer)?.told_round = self.round;
        }
        while self.peers.values().any(|peer| peer.round < self.round) {
            self.take_in().await?;
        }
        Ok(())
    }

    /// Takes in what comes, for who waits for something else. Ends only with an error.
    pub(crate) async fn listen(&mut self) -> RunError {
        loop {
            if let Err(error) = self.take_in().await {
                return error;
            }
        }
    }

    pub(crate) fn peers(&self) -> Vec<SeatNumber> {
        self.peers.keys().copied().collect()
    }

    /// Waits for the handshake with a seat; answers the name of the association.
    pub(crate) async fn opened(&mut self, peer: SeatNumber) -> Result<Digest, RunError> {
        loop {
            self.give_helper_up().await?;
            let may_advance = self.may_advance();
            let Self { links, peers, stop, gone, .. } = self;
            let next = poll_fn(|context| {
                if is_set(stop) {
                    return Poll::Ready(Err(RunError::Stopped));
                }
                if may_advance && is_set(gone) {
                    return Poll::Ready(Ok(Opened::GoesOn(None)));
                }
                if let Poll::Ready(opened) = pin!(links.opened(peer)).poll(context) {
                    return Poll::Ready(opened.map(Opened::Association).map_err(RunError::from));
                }
                // Meanwhile the other owner may say that it gives the helper up, which is the one that is waited for.
                for &other in peers.keys().filter(|other| **other != peer) {
                    if let Poll::Ready(message) = pin!(links.receive(other)).poll(context) {
                        let message = message.map(|message| Opened::GoesOn(Some((other, message))));
                        return Poll::Ready(message.map_err(RunError::from));
                    }
                }
                Poll::Pending
            })
            .await?;
            match next {
                Opened::Association(name) => return Ok(name),
                Opened::GoesOn(Some((from, message))) => self.sort(from, message).await?,
                Opened::GoesOn(None) => {}
            }
        }
    }

    pub(crate) async fn send(&mut self, to: SeatNumber, subject: Subject, payload: &[u8]) -> Result<(), RunError> {
        let mut rest = payload;
        loop {
            while self.peer(to)?.ahead >= AHEAD {
                self.take_in().await?;
            }
            let (piece, after) = rest.split_at(rest.len().min(PIECE));
            let more = if after.is_empty() { 0 } else { MORE };
            self.links.send(to, subject as u32 | more, piece).await?;
            self.peer(to)?.ahead += piece.len();
            if after.is_empty() {
                return Ok(());
            }
            rest = after;
        }
    }

    pub(crate) async fn receive(&mut self, from: SeatNumber, subject: Subject) -> Result<Vec<u8>, RunError> {
        loop {
            if let Some(message) = self.peer(from)?.take(subject) {
                return Ok(message);
            }
            self.take_in().await?;
        }
    }

    /// The same, for at most so long; nothing where it has not come until then.
    pub(crate) async fn receive_within(
        &mut self,
        from: SeatNumber,
        subject: Subject,
        limit: Duration,
    ) -> Result<Option<Vec<u8>>, RunError> {
        let over = self.environment.sleep(limit);
        let receiving = pin!(self.receive(from, subject));
        let came = match select(receiving, over).await {
            Either::Left((came, _)) => Some(came),
            Either::Right(_) => None,
        };
        came.transpose()
    }

    /// A message that has come already.
    pub(crate) fn came(&mut self, from: SeatNumber, subject: Subject) -> Option<Vec<u8>> {
        self.peers.get_mut(&from)?.take(subject)
    }

    /// Heads of both directions of a link.
    pub(crate) fn heads(&self, peer: SeatNumber) -> Result<[Digest; 2], RunError> {
        self.links.heads(peer).ok_or(RunError::Link(link::LinkError::NoSuchSeat { seat: peer }))
    }

    /// Moves what can be moved without waiting, for who computes in between.
    pub(crate) fn turn(&mut self) -> Result<(), RunError> {
        Ok(self.links.turn()?)
    }

    /// Says farewell to all and hears theirs.
    pub(crate) async fn part(&mut self) -> Result<(), RunError> {
        let peers = self.peers();
        for &peer in &peers {
            self.send(peer, Subject::Farewell, &[]).await?;
        }
        for &peer in &peers {
            self.receive(peer, Subject::Farewell).await?;
        }
        self.linger().await;
        Ok(())
    }

    /// Says farewell to all, for who has everything. It waits for theirs for at most so long, and what they say instead, or
    /// that one is gone, changes nothing any more.
    ///
    /// # Errors
    /// Where a seat has begun anew: it may need what was said.
    pub(crate) async fn leave(&mut self, limit: Duration) -> Result<(), RunError> {
        let over = self.environment.sleep(limit);
        let mut parted = None;
        {
            let parting = pin!(self.part());
            if let Either::Left((done, _)) = select(parting, over).await {
                parted = Some(done);
            }
        }
        match parted {
            Some(Ok(())) => return Ok(()),
            Some(Err(error)) if error.is_anew() => return Err(error),
            Some(Err(_)) | None => {}
        }
        self.linger().await;
        Ok(())
    }

    /// Tells all seats but one why this one ends, as far as they can be reached.
    pub(crate) async fn give_up(&mut self, why: &str, but: Option<SeatNumber>) {
        for peer in self.peers().into_iter().filter(|peer| Some(*peer) != but) {
            // A link that is over, or never was, says nothing more.
            if self.links.heads(peer).is_some() {
                let limit = self.environment.sleep(LINGER);
                let sending = pin!(self.links.send(peer, Subject::Ended as u32, why.as_bytes()));
                let _ = select(sending, limit).await;
            }
        }
        self.linger().await;
    }

    async fn linger(&mut self) {
        let limit = self.environment.sleep(LINGER);
        let settling = pin!(self.links.settle());
        match select(settling, limit).await {
            Either::Left(_) | Either::Right(_) => {}
        }
    }

    /// Takes in the next message of anybody.
    async fn take_in(&mut self) -> Result<(), RunError> {
        self.give_helper_up().await?;
        let may_advance = self.may_advance();
        let Self { links, peers, stop, gone, .. } = self;
        let next = poll_fn(|context| {
            if is_set(stop) {
                return Poll::Ready(Err(RunError::Stopped));
            }
            if may_advance && is_set(gone) {
                return Poll::Ready(Ok(None));
            }
            for &peer in peers.keys() {
                // A receiving that is dropped takes nothing with it.
                if let Poll::Ready(message) = pin!(links.receive(peer)).poll(context) {
                    return Poll::Ready(message.map(|message| Some((peer, message))).map_err(RunError::from));
                }
            }
            Poll::Pending
        })
        .await?;
        match next {
            Some((from, message)) => self.sort(from, message).await,
            None => self.give_helper_up().await,
        }
    }

    /// Whether the other owner knows of this round, and has not heard in it that the helper is given up.
    fn may_advance(&self) -> bool {
        let knows = |to: SeatNumber| self.peers.get(&to).is_some_and(|peer| peer.told_round == self.round);
        self.advance.as_ref().is_some_and(|advance| !advance.said && knows(advance.to))
    }

    /// Says that the helper is given up here, where it is; ends the round once the other owner has said so too.
    async fn give_helper_up(&mut self) -> Result<(), RunError> {
        if !is_set(&self.gone) {
            return Ok(());
        }
        let may_advance = self.may_advance();
        let Some(advance) = &mut self.advance else { return Ok(()) };
        if may_advance {
            advance.said = true;
            let (to, signature) = (advance.to, advance.signature.clone());
            self.links.send(to, Subject::Advance as u32, &signature).await?;
            self.peer(to)?.ahead += signature.len();
        }
        if self.advanced().is_some() { Err(RunError::HelperGone) } else { Ok(()) }
    }

    async fn sort(&mut self, from: SeatNumber, message: Message) -> Result<(), RunError> {
        let unreadable = |what| RunError::Unreadable { seat: from, what };
        let number = message.operation & (MORE - 1);
        let subject = Subject::ALL.into_iter().find(|subject| *subject as u32 == number);
        let subject = subject.ok_or(unreadable("a subject that is not known"))?;
        let (current, most) = (self.round, self.most);
        let peer = self.peer(from)?;
        match subject {
            Subject::Taken => {
                let bytes = message.payload.try_into().map_err(|_| unreadable("a count"))?;
                let taken = u32::from_be_bytes(bytes) as usize;
                peer.ahead = peer.ahead.checked_sub(taken).ok_or(unreadable("more taken in than was sent"))?;
                return Ok(());
            }
            Subject::Ended => {
                let why = String::from_utf8_lossy(&message.payload);
                let why = why.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
                return Err(RunError::Ended { seat: from, why });
            }
            _ => {}
        }
        peer.untold += message.payload.len();
        if subject == Subject::Round {
            let (number, standing) = message.payload.split_first_chunk().ok_or(unreadable("a round"))?;
            let number = u32::from_be_bytes(*number);
            // Rounds go up one by one, and there must be later ones.
            if number > current.saturating_add(FURTHER) {
                return Err(unreadable("a round far ahead of this one"));
            }
            (peer.round, peer.standing) = (number, standing.to_vec());
            peer.forget();
            return if number > current { Err(RunError::Anew) } else { Ok(()) };
        }
        if peer.round < current {
            // Of an earlier round.
            return self.tell(from).await;
        }
        if peer.put(subject, message.payload, message.operation & MORE != 0) > most {
            return Err(RunError::Link(link::LinkError::TooLarge { seat: from, most }));
        }
        self.tell(from).await
    }

    /// Says how much was taken in, if it is much.
    async fn tell(&mut self, to: SeatNumber) -> Result<(), RunError> {
        let peer = self.peer(to)?;
        if peer.untold >= TELL {
            let told = (std::mem::take(&mut peer.untold) as u32).to_be_bytes();
            self.links.send(to, Subject::Taken as u32, &told).await?;
        }
        Ok(())
    }

    fn peer(&mut self, seat: SeatNumber) -> Result<&mut Peer, RunError> {
        self.peers.get_mut(&seat).ok_or(RunError::Link(link::LinkError::NoSuchSeat { seat }))
    }
}

/// Looked at whenever links are polled, which is every second, whatever comes.
fn is_set(stop: &Option<Rc<Cell<bool>>>) -> bool {
    stop.as_ref().is_some_and(|stop| stop.get())
}
