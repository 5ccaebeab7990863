//! Who is connected where, and what waits for whom.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use bytes::Bytes;
use protocol::{
    Address,
    relay::{HEAD, Notice, Room},
};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc};
use tokio_util::sync::CancellationToken;

use crate::{
    counts::{Counting, Counts, add},
    limits::Limits,
};

/// A relay. Clones are one.
#[derive(Clone)]
pub struct Relay(Arc<Inside>);

struct Inside {
    limits: Limits,
    rooms: Mutex<Rooms>,
    /// Bytes that may still wait in all, beside those of `Joined::own`.
    memory: Arc<Semaphore>,
    counting: Counting,
}

#[derive(Default)]
struct Rooms {
    /// Seats that are connected.
    rooms: HashMap<Room, Seats>,
    /// How many of them are each account's.
    by_account: HashMap<Address, usize>,
    next: u64,
}

/// Seats of one room that are connected.
struct Seats {
    members: BTreeMap<u8, Member>,
    /// Bytes that may still wait between them.
    space: Arc<Semaphore>,
}

/// A connected seat.
struct Member {
    account: Address,
    /// Tells this connection from another one of the same seat.
    number: u64,
    outbox: mpsc::UnboundedSender<Waiting>,
    /// Bytes that may still wait, by the seat that they come from.
    links: BTreeMap<u8, Arc<Semaphore>>,
    replaced: CancellationToken,
}

/// Something for a receiver, and the space that it takes until it is written.
pub(crate) struct Waiting {
    pub bytes: Bytes,
    _space: Option<Space>,
}

struct Space {
    relay: Relay,
    size: usize,
    /// Of the link, of the room, and of the sender's own or of all.
    _permits: [OwnedSemaphorePermit; 3],
}

impl Drop for Space {
    fn drop(&mut self) {
        self.relay.0.counting.waiting.fetch_sub(self.size as u64, Ordering::Relaxed);
    }
}

/// No place for another connection. Whoever asked may ask again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    #[error(
        "This account has as many connections to the relay as one may have. Close another tab or program, or try again later."
    )]
    OfAccount,
    #[error("The relay has no place for another connection. Use another relay of the task, or try again later.")]
    InAll,
}

/// A seat's place; given up when dropped.
pub struct Joined {
    pub(crate) relay: Relay,
    pub(crate) room: Room,
    pub(crate) seat: u8,
    /// Number of seats of the task.
    pub(crate) seats: u8,
    number: u64,
    /// Bytes that may still wait from this connection whatever waits from others.
    own: Arc<Semaphore>,
    pub(crate) waiting: mpsc::UnboundedReceiver<Waiting>,
    pub(crate) replaced: CancellationToken,
}

impl Relay {
    pub fn new(limits: Limits) -> Self {
        let memory = space(limits.memory);
        Self(Arc::new(Inside { limits, rooms: Mutex::default(), memory, counting: Counting::default() }))
    }

    /// What it has done.
    pub fn counts(&self) -> Counts {
        self.0.counting.read()
    }

    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Takes a place for `seat` of a room with `seats` seats. The caller has made sure that `account` has that seat. An earlier
    /// connection of the seat loses its place: a tab that was loaded anew must not wait for the old one to time out. It is not
    /// counted any more, so that an account with as many as it may have can connect all of them again after a cut.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn join(&self, at: Room, seat: u8, seats: u8, account: Address) -> Result<Joined, TooMany> {
        let mut rooms = self.rooms();
        let earlier = rooms.rooms.get(&at).and_then(|room| room.members.get(&seat)).map(|member| member.account);
        let theirs = rooms.by_account.get(&account).copied().unwrap_or_default();
        if theirs - usize::from(earlier == Some(account)) >= self.0.limits.per_account {
            return Err(TooMany::OfAccount);
        }
        let all: usize = rooms.by_account.values().sum();
        if all - usize::from(earlier.is_some()) >= self.0.limits.connections {
            return Err(TooMany::InAll);
        }
        *rooms.by_account.entry(account).or_default() += 1;
        if let Some(earlier) = earlier {
            rooms.uncount(earlier);
        }
        rooms.next += 1;
        let number = rooms.next;
        let (outbox, waiting) = mpsc::unbounded_channel();
        let replaced = CancellationToken::new();
        let most = self.0.limits.room;
        let seats_of = || Seats { members: BTreeMap::new(), space: space(most) };
        let room = &mut rooms.rooms.entry(at).or_insert_with(seats_of).members;
        for other in room.keys().filter(|other| **other != seat) {
            // Its receiver is in this function.
            let _ = outbox.send(Waiting::notice(Notice::Came(*other)));
        }
        let member = Member { account, number, outbox, links: BTreeMap::new(), replaced: replaced.clone() };
        if let Some(earlier) = room.insert(seat, member) {
            earlier.close();
            add(&self.0.counting.replaced, 1);
        }
        tell(room, seat, Notice::Came(seat));
        add(&self.0.counting.connections, 1);
        let own = space(self.0.limits.own);
        Ok(Joined { relay: self.clone(), room: at, seat, seats, number, own, waiting, replaced })
    }

    pub(crate) fn counting(&self) -> &Counting {
        &self.0.counting
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Joined {
    /// Passes so many envelopes on to `to`, once there is space for them.
    pub(crate) async fn pass(&self, to: u8, bytes: Bytes, envelopes: usize) {
        let inside = &self.relay.0;
        let (outbox, link, room) = {
            let mut rooms = self.relay.rooms();
            let seats = rooms.rooms.get_mut(&self.room);
            let found = seats.and_then(|seats| Some((seats.members.get_mut(&to)?, seats.space.clone())));
            let Some((member, room)) = found else {
                add(&inside.counting.dropped, envelopes);
                return;
            };
            let link = member.links.entry(self.seat).or_insert_with(|| space(inside.limits.link));
            (member.outbox.clone(), link.clone(), room)
        };
        let size = bytes.len();
        let space = match self.space_for(size, link, room).await {
            Ok(space) => space,
            // The receiver left while this waited.
            Err(_) => return add(&inside.counting.dropped, envelopes),
        };
        add(&inside.counting.envelopes, envelopes);
        add(&inside.counting.bytes, size - envelopes * HEAD);
        // A receiver that leaves now takes what waits with it.
        let _ = outbox.send(Waiting { bytes, _space: Some(space) });
    }

    async fn space_for(&self, size: usize, link: Arc<Semaphore>, room: Arc<Semaphore>) -> Result<Space, AcquireError> {
        let counting = &self.relay.0.counting;
        // A message has far fewer bytes than fit.
        let permits = size as u32;
        let mut held_back = false;
        let mut take = async |semaphore: Arc<Semaphore>| match semaphore.clone().try_acquire_many_owned(permits) {
            Ok(permit) => Ok(permit),
            Err(TryAcquireError::Closed | TryAcquireError::NoPermits) => {
                held_back = true;
                semaphore.acquire_many_owned(permits).await
            }
        };
        let of_link = take(link).await?;
        let of_room = take(room).await?;
        // Strangers who fill what is there for all hold nobody up: what is this connection's own stays free for it.
        let (all, own) = (self.relay.0.memory.clone(), self.own.clone());
        let at_once = all.clone().try_acquire_many_owned(permits);
        let of_all = match at_once.or_else(|_| own.clone().try_acquire_many_owned(permits)) {
            Ok(permit) => permit,
            Err(_) => {
                held_back = true;
                tokio::select! {
                    permit = all.acquire_many_owned(permits) => permit?,
                    permit = own.acquire_many_owned(permits) => permit?,
                }
            }
        };
        add(&counting.held_back, usize::from(held_back));
        add(&counting.waiting, size);
        Ok(Space { relay: self.relay.clone(), size, _permits: [of_link, of_room, of_all] })
    }
}

impl Joined {
    /// Gives the place up, unless another connection has it.
    fn leave(&self, rooms: &mut Rooms) {
        let Some(Seats { members, .. }) = rooms.rooms.get_mut(&self.room) else { return };
        if members.get(&self.seat).is_none_or(|member| member.number != self.number) {
            return;
        }
        let left = members.remove(&self.seat);
        tell(members, self.seat, Notice::Left(self.seat));
        if members.is_empty() {
            rooms.rooms.remove(&self.room);
        }
        if let Some(left) = left {
            left.close();
            rooms.uncount(left.account);
        }
    }
}

impl Rooms {
    /// A connection of this account has no place any more.
    fn uncount(&mut self, account: Address) {
        if let Some(theirs) = self.by_account.get_mut(&account) {
            *theirs -= 1;
            if *theirs == 0 {
                self.by_account.remove(&account);
            }
        }
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.leave(&mut self.relay.rooms());
        self.relay.0.counting.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Member {
    /// Whoever waits for space in it waits no longer.
    fn close(&self) {
        self.replaced.cancel();
        self.links.values().for_each(|link| link.close());
    }
}

impl Waiting {
    fn notice(notice: Notice) -> Self {
        Self { bytes: notice.envelope().into(), _space: None }
    }
}

fn space(bytes: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS)))
}

fn tell(room: &BTreeMap<u8, Member>, about: u8, notice: Notice) {
    for (_, member) in room.iter().filter(|(seat, _)| **seat != about) {
        // One that has just left needs no notice.
        let _ = member.outbox.send(Waiting::notice(notice));
    }
}
