//! Handshakes, and where two sides that meet again go on.

use std::time::Duration;

use snow::HandshakeState;
use zeroize::Zeroizing;

use super::{
    History, Line, Session,
    frame::{Frame, Hello, Standing},
    heads::Head,
    noise, record,
};
use crate::{confirmation, error::LinkError};

/// An offer that waits for its answer.
pub(super) struct Offered {
    handshake: HandshakeState,
    name: [u8; 8],
}

/// A session whose handshake is done, and of which the other side's hello has not come.
pub(super) struct Pending {
    pub session: Session,
    /// This side's half of what heads begin with.
    secret: Zeroizing<[u8; 32]>,
    /// Where this side said that it stands.
    said: Option<Standing>,
}

impl Line {
    /// The lower seat begins.
    pub(super) fn offer(&mut self, now: Duration) {
        if !self.is_lower() {
            return;
        }
        self.pinged = now;
        self.offered = self.handshake(true).and_then(|mut handshake| {
            let message = noise::write(&mut handshake).ok()?;
            let name = record::name(&message);
            self.outbox.push_back(record::offer(&message));
            Some(Offered { handshake, name })
        });
    }

    pub(super) fn take_offer(&mut self, message: &[u8]) -> Result<(), LinkError> {
        let failed = LinkError::Handshake { seat: self.peer };
        if self.is_lower() {
            return Err(self.unreadable("an offer that was not its turn"));
        }
        let mut handshake = self.handshake(false).ok_or_else(|| failed.clone())?;
        handshake.read_message(message, &mut []).map_err(|_| failed.clone())?;
        let answer = noise::write(&mut handshake).map_err(|_| failed.clone())?;
        self.outbox.push_back(record::answer(record::name(message), &answer));
        self.greet(Session::of(handshake).map_err(|_| failed)?);
        Ok(())
    }

    pub(super) fn take_answer(&mut self, offer: [u8; 8], message: &[u8]) -> Result<(), LinkError> {
        // An answer to an earlier offer comes late; a later one is under way.
        let Some(Offered { mut handshake, .. }) = self.offered.take_if(|offered| offered.name == offer) else {
            return Ok(());
        };
        let failed = LinkError::Handshake { seat: self.peer };
        handshake.read_message(message, &mut []).map_err(|_| failed.clone())?;
        self.greet(Session::of(handshake).map_err(|_| failed)?);
        Ok(())
    }

    /// Sends this side's hello under a new session.
    fn greet(&mut self, mut session: Session) {
        let secret = self.seed();
        let said = self.history.as_ref().map(History::standing);
        let hello = Hello { secret, resume: said, confirmation: self.own.confirmation.clone() };
        let mut record = Vec::new();
        if super::seal(&mut session, &Frame::Hello(hello).encode(), &mut record) {
            self.outbox.push_back(record);
        }
        if let Some(earlier) = self.pending.replace(Pending { session, secret: Zeroizing::new(secret), said }) {
            self.retire(&earlier.session);
        }
    }

    pub(super) fn take_hello(&mut self, number: u64, sealed: &[u8], now: Duration) -> Result<(), LinkError> {
        let Some(mut pending) = self.pending.take() else { return Ok(()) };
        let plain = pending.session.open(number, sealed).map_err(|unopened| self.unopened(unopened))?;
        let Some(Frame::Hello(hello)) = Frame::decode(plain) else {
            return Err(self.unreadable("no hello at the beginning"));
        };
        if hello.confirmation.len() > confirmation::LONGEST {
            return Err(self.unreadable("a confirmation that is too long"));
        }
        confirmation::check(&self.terms, self.peer, &hello.confirmation)?;
        if let Some(earlier) = self.open.take() {
            self.retire(&earlier);
        }
        self.heard = now;
        let same = |said: &Standing, theirs: &Standing| said.association == theirs.association;
        match (&pending.said, &hello.resume) {
            (Some(said), Some(theirs)) if same(said, theirs) => self.resume(theirs)?,
            _ => self.begin_association(&pending, &hello),
        }
        self.open = Some(pending.session);
        self.tell();
        Ok(())
    }

    fn begin_association(&mut self, pending: &Pending, hello: &Hello) {
        let association = protocol::Digest(pending.session.hash);
        let lower_first =
            |lower| if lower { [&*pending.secret, &hello.secret] } else { [&hello.secret, &*pending.secret] };
        let secrets = lower_first(self.is_lower());
        let [out, back] = [self.is_lower(), !self.is_lower()].map(|lower| Head::begin(&association, lower, secrets));
        self.inbox.clear();
        self.restarted |= self.history.replace(History::new(association, out, back)).is_some();
    }

    fn resume(&mut self, theirs: &Standing) -> Result<(), LinkError> {
        let seat = self.peer;
        let history = self.history.as_mut().ok_or(LinkError::Restarted { seat })?;
        history.go_on(theirs, seat)
    }

    fn handshake(&mut self, initiates: bool) -> Option<HandshakeState> {
        let seed = self.seed();
        let key = self.terms.seats.get(usize::from(self.peer))?.key;
        noise::begin(initiates, &self.own.secret, &key, &self.prologue, seed).ok()
    }
}
