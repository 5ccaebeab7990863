//! What both sides of an association remember, whatever becomes of their connections.

use protocol::Digest;

use super::{
    frame::{Fragment, Frame, Standing},
    heads::Head,
    ring::Ring,
};
use crate::{error::LinkError, terms::SeatNumber};

/// Bytes of payload that may be under way to a program that has not taken them. What is under way, and what waits behind it, is
/// kept to be sent again.
pub const WINDOW: u64 = 16 << 20;
/// Bytes after which the other side is told how many were taken.
const TELL: u64 = 1 << 20;

#[derive(Debug, Clone)]
pub(crate) struct History {
    pub association: Digest,
    out: Head,
    back: Head,
    ring: Ring,
    /// Fragments that were sealed in this session, or came in an earlier one.
    sealed: u64,
    /// Bytes of payload pushed here, and taken by the program there.
    pushed: u64,
    they_took: u64,
    they_have: u64,
    /// Bytes of payload that came, were taken by the program here, and how many of them the other side knows.
    came: u64,
    took: u64,
    told: u64,
    /// A head that the other side said it has, further on than what came.
    expected: Option<(u64, Digest)>,
}

impl History {
    pub(super) fn new(association: Digest, out: Head, back: Head) -> Self {
        Self {
            association,
            out,
            back,
            ring: Ring::default(),
            sealed: 0,
            pushed: 0,
            they_took: 0,
            they_have: 0,
            came: 0,
            took: 0,
            told: 0,
            expected: None,
        }
    }

    pub(super) fn head_out(&self) -> Head {
        self.out
    }

    pub(super) fn head_in(&self) -> Head {
        self.back
    }

    pub(super) fn standing(&self) -> Standing {
        Standing {
            association: self.association,
            received: self.back.count,
            head_in: self.back.hash,
            sent: self.out.count,
            head_out: self.out.hash,
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        self.they_have == self.out.count
    }

    /// Whether what was pushed is about to be taken, so that another message may follow.
    pub(super) fn has_room(&self) -> bool {
        self.pushed - self.they_took < WINDOW
    }

    /// Adds a fragment: hashed once, kept until the other side has it.
    pub(crate) fn push(&mut self, operation: u32, last: bool, payload: &[u8]) {
        self.pushed += payload.len() as u64;
        let fragment = Fragment::frame(self.out.count, operation, last, payload);
        let before = self.out;
        self.out = self.out.with(&fragment);
        self.ring.keep(fragment, before, self.pushed - payload.len() as u64);
    }

    /// The next fragment to be sealed, once it may be under way.
    pub(super) fn next_to_seal(&self) -> Option<&[u8]> {
        let (fragment, before) = self.ring.fragment(self.sealed)?;
        (before.saturating_sub(self.they_took) < WINDOW).then_some(fragment)
    }

    pub(super) fn sealed(&mut self) {
        self.sealed += 1;
    }

    /// Whether a fragment is the next one, and an honest side may have sent it.
    pub(super) fn takes(&self, fragment: &Fragment) -> bool {
        let full = self.came - self.took >= WINDOW;
        fragment.sequence == self.back.count && !full
    }

    /// A fragment came. The error: the other side's head was another one here.
    pub(super) fn came(&mut self, fragment: &Fragment) -> Result<(), ()> {
        self.came += fragment.size() as u64;
        self.back = self.back.with(fragment.whole());
        match self.expected {
            Some((count, hash)) if count == self.back.count => {
                self.expected = None;
                if hash == self.back.hash { Ok(()) } else { Err(()) }
            }
            _ => Ok(()),
        }
    }

    /// The program took so many bytes; answers what the other side should be told, if it should.
    pub(super) fn took(&mut self, bytes: usize) -> Option<Frame> {
        self.took += bytes as u64;
        (self.took - self.told >= TELL).then(|| self.taken())
    }

    pub(super) fn taken(&mut self) -> Frame {
        self.told = self.took;
        Frame::Taken { fragments: self.back.count, bytes: self.took }
    }

    /// The other side has so many fragments, and its program took so many bytes. `false` where that cannot be.
    pub(super) fn they_took(&mut self, fragments: u64, bytes: u64) -> bool {
        let known =
            (self.they_have..=self.sealed).contains(&fragments) && (self.they_took..=self.pushed).contains(&bytes);
        if known {
            (self.they_have, self.they_took) = (fragments, bytes);
            self.ring.forget_before(fragments);
        }
        known
    }

    /// Goes on where the other side stands.
    pub(super) fn go_on(&mut self, theirs: &Standing, seat: SeatNumber) -> Result<(), LinkError> {
        // What they have of this side's fragments.
        let known = if theirs.received == self.out.count {
            self.out.hash
        } else {
            // Everything is kept that they have not said to have: whoever asks for more was set back.
            self.ring.head_at(theirs.received).ok_or(LinkError::Fork { seat })?
        };
        // What they sent: they may be further on, and never behind.
        let behind = theirs.sent < self.back.count;
        let differs = theirs.sent == self.back.count && theirs.head_out != self.back.hash;
        if known != theirs.head_in || behind || differs {
            return Err(LinkError::Fork { seat });
        }
        self.expected = (theirs.sent > self.back.count).then_some((theirs.sent, theirs.head_out));
        self.they_have = theirs.received;
        self.ring.forget_before(theirs.received);
        self.sealed = theirs.received;
        Ok(())
    }

    /// Sends more than the other side has room for, as no honest side does.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(crate) fn believe_all_taken(&mut self) {
        self.they_took = self.pushed;
    }

    /// Takes back the last fragment, as no honest side can.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(crate) fn forget_last(&mut self) {
        if let Some(before) = self.ring.forget_last() {
            self.out = before;
        }
    }
}
