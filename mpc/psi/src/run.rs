//! One side of an intersection, step by step.

mod outgoing;
mod result;

use std::collections::HashSet;

use curve25519_dalek::ristretto::RistrettoPoint;
use protocol::Digest;
use sha2::{Digest as _, Sha256};

use crate::{
    draws::Draws,
    error::{IdError, PsiError},
    group::{Blinding, Encoded, Image, decode, image},
    ids::Ids,
    message::Message,
    terms::{Mode, Role, Terms},
};
use outgoing::Sent;

/// One side of an attempt. Whoever drives it
/// - gives it what the other side sent ([`Psi::receive`]),
/// - sends what it has to say ([`Psi::next_message`]),
/// - lets it work in portions ([`Psi::work`]) and may drop it between any two of them,
/// - asks for the count, and in exact mode decides about it ([`Psi::count`], [`Psi::decide`]),
/// - asks for the common rows ([`Psi::aligned`]).
///
/// After an error it sends nothing more and answers with the same error.
pub struct Psi {
    terms: Terms,
    role: Role,
    ids: Ids,
    pub(crate) draws: Draws,
    pub(crate) blinding: Blinding,
    /// This side's list by places, as far as it is blinded.
    pub(crate) mine: Vec<Encoded>,
    /// The other side's list as it came.
    theirs: Vec<Encoded>,
    their_commitment: Option<[u8; 32]>,
    /// To the images of this side's list.
    their_images: Option<[u8; 32]>,
    /// Images of the other side's list by its places, as far as they are made.
    doubled: Vec<Image>,
    /// Images of this side's list, in the order in which they came back.
    pub(crate) returned: Vec<Image>,
    /// Images that both have, in their order, once they are known.
    pub(crate) common: Option<Vec<Image>>,
    accepted: Option<bool>,
    they_accepted: bool,
    their_order: Vec<u32>,
    sent: Sent,
    failed: Option<PsiError>,
}

/// How far the work is, in entries of both lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
    /// Nothing can be done before another message has come.
    pub waits: bool,
}

/// The rows that both have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aligned {
    /// Rows of this side's data, from 0; the entry at a place is the same subject as the other side's at that place.
    pub rows: Vec<u32>,
    /// What the signed result says of them; the same on both sides.
    pub digest: Digest,
}

impl Psi {
    /// Begins an attempt. `seed`: 32 bytes from the operating system, never used before.
    ///
    /// # Errors
    /// [`IdError`] where the ids do not fit what the task declares.
    pub fn new(terms: Terms, role: Role, ids: Ids, seed: [u8; 32]) -> Result<Self, IdError> {
        // Before anything of that size is made.
        terms.check()?;
        let draws = Draws::new(seed, terms.declared(role), terms.declared(role.other()));
        Self::with(terms, role, ids, draws)
    }

    /// As [`Self::new`], with draws that a test has changed.
    pub(crate) fn with(terms: Terms, role: Role, ids: Ids, draws: Draws) -> Result<Self, IdError> {
        if ids.count() > terms.declared(role) {
            return Err(IdError::TooMany { found: ids.count(), declared: terms.declared[role.index()] });
        }
        Ok(Self {
            blinding: Blinding::by(draws.scalar()),
            mine: Vec::with_capacity(terms.declared(role)),
            theirs: Vec::new(),
            their_commitment: None,
            their_images: None,
            doubled: Vec::new(),
            returned: Vec::new(),
            common: None,
            accepted: None,
            they_accepted: false,
            their_order: Vec::new(),
            sent: Sent::default(),
            failed: None,
            terms,
            role,
            ids,
            draws,
        })
    }

    /// Blinds at most `entries` entries of one of the two lists. A hundred take a few milliseconds.
    ///
    /// # Errors
    /// [`PsiError::Point`] for what is no point; any earlier error.
    pub fn work(&mut self, entries: usize) -> Result<Progress, PsiError> {
        self.alive()?;
        let worked = if self.mine.len() < self.terms.declared(self.role) {
            self.blind_own(entries);
            Ok(())
        } else {
            self.double_theirs(entries)
        };
        self.ending(worked)?;
        Ok(self.progress())
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let blinding = self.terms.declared(self.role) - self.mine.len();
        let total = self.terms.declared(Role::First) + self.terms.declared(Role::Second);
        let waits = blinding == 0 && self.doubled.len() == self.theirs.len();
        Progress { done: self.mine.len() + self.doubled.len(), total, waits }
    }

    /// Takes a message from the other side.
    ///
    /// # Errors
    /// [`PsiError`] for what an honest side does not send.
    pub fn receive(&mut self, message: &[u8]) -> Result<(), PsiError> {
        self.alive()?;
        let taken = Message::decode(message).and_then(|message| self.take(message));
        self.ending(taken)
    }

    /// What is to be sent next; `None` where it waits for work or for the other side.
    ///
    /// # Errors
    /// Any earlier error.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, PsiError> {
        self.alive()?;
        let message = self.outgoing();
        if message == Some(Message::Verdict(false)) {
            self.failed = Some(PsiError::RefusedHere { count: self.count().unwrap_or_default() });
        }
        Ok(message.map(|message| message.encode()))
    }

    fn take(&mut self, message: Message) -> Result<(), PsiError> {
        let turn = |what| Err(PsiError::Turn { what });
        match message {
            Message::Commitment(_) if self.their_commitment.is_some() => turn("a second commitment"),
            Message::Commitment(hash) => {
                self.their_commitment = Some(hash);
                Ok(())
            }
            // They know this side's commitment by then.
            Message::Points(..) if self.their_commitment.is_none() || !self.sent.commitment => {
                turn("a list before the commitments")
            }
            Message::Points(first, points) => {
                append(&mut self.theirs, first, points, self.terms.declared(self.role.other()), "list")?;
                self.check_list()
            }
            Message::ImagesCommitment(_) | Message::Images(..)
                if self.sent.points < self.mine.len() || self.mine.is_empty() =>
            {
                turn("images before the list")
            }
            Message::ImagesCommitment(_) if self.their_images.is_some() => turn("a second commitment to images"),
            Message::ImagesCommitment(hash) => {
                self.their_images = Some(hash);
                Ok(())
            }
            Message::Images(..) if self.their_images.is_none() => turn("images before their commitment"),
            Message::Images(first, images) => {
                append(&mut self.returned, first, images, self.mine.len(), "images")?;
                self.compare()
            }
            Message::Verdict(_) if !self.images_exchanged() || self.terms.mode == Mode::Size || self.they_accepted => {
                turn("a verdict before the count")
            }
            Message::Verdict(true) => {
                self.they_accepted = true;
                Ok(())
            }
            Message::Verdict(false) => Err(PsiError::Refused { count: self.count().unwrap_or_default() }),
            Message::Order(..) if !self.may_be_told_order() => turn("an order before both accepted"),
            Message::Order(first, places) => {
                append(&mut self.their_order, first, places, self.mine.len(), "order")?;
                self.check_order()
            }
        }
    }

    fn blind_own(&mut self, entries: usize) {
        let from = self.mine.len();
        let to = self.terms.declared(self.role).min(from + entries);
        let rows = self.ids.count() as u32;
        let mut points = Vec::with_capacity(to - from);
        for place in from..to {
            let row = self.draws.list[place];
            points.push(if row < rows {
                self.terms.point(self.ids.get(row))
            } else {
                RistrettoPoint::from_uniform_bytes(&self.draws.filler())
            });
        }
        self.mine.extend(self.blinding.encode(&points));
    }

    fn double_theirs(&mut self, entries: usize) -> Result<(), PsiError> {
        let from = self.doubled.len();
        let to = self.theirs.len().min(from + entries);
        let mut points = Vec::with_capacity(to - from);
        for place in from..to {
            points.push(decode(&self.theirs[place]).ok_or(PsiError::Point { place: place + 1 })?);
        }
        self.doubled.extend(self.blinding.encode(&points).iter().map(image));
        self.compare()
    }

    /// Holds a whole list against its commitment, and refuses what no honest list has.
    fn check_list(&self) -> Result<(), PsiError> {
        if self.theirs.len() < self.terms.declared(self.role.other()) {
            return Ok(());
        }
        if self.their_commitment != Some(self.commitment(self.role.other(), &self.theirs)) {
            return Err(PsiError::Commitment);
        }
        if let Some(place) = repeated(&self.theirs) {
            return Err(PsiError::RepeatedPoint { place: place + 1 });
        }
        let mine: HashSet<&Encoded> = self.mine.iter().collect();
        if self.theirs.iter().any(|point| mine.contains(point)) {
            return Err(PsiError::Reflected);
        }
        Ok(())
    }

    /// SHA-256(domain ‖ a point that stands for task and attempt ‖ side ‖ list). The side is in it, so that nobody can send
    /// back what it was sent.
    pub(crate) fn commitment(&self, role: Role, list: &[Encoded]) -> [u8; 32] {
        self.committed(b"ModelMarket list 1", role, list)
    }

    /// The same of the images that a side sends, in the order in which they travel.
    fn images_commitment<'i>(&self, role: Role, images: impl IntoIterator<Item = &'i Image>) -> [u8; 32] {
        self.committed(b"ModelMarket images 1", role, images)
    }

    fn committed<B: AsRef<[u8]>>(&self, domain: &[u8], role: Role, items: impl IntoIterator<Item = B>) -> [u8; 32] {
        let mut hash =
            Sha256::new().chain_update(domain).chain_update(self.terms.preimage("")).chain_update([role.index() as u8]);
        items.into_iter().for_each(|item| hash.update(item));
        hash.finalize().into()
    }

    fn alive(&self) -> Result<(), PsiError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn ending<T>(&mut self, done: Result<T, PsiError>) -> Result<T, PsiError> {
        done.inspect_err(|error| self.failed = Some(error.clone()))
    }
}

/// Appends a part of a list that must go on where the last one ended.
fn append<T>(list: &mut Vec<T>, first: u32, part: Vec<T>, most: usize, what: &'static str) -> Result<(), PsiError> {
    if first as usize != list.len() || list.len() + part.len() > most {
        return Err(PsiError::Turn { what });
    }
    list.extend(part);
    Ok(())
}

/// The first place whose entry stood before.
fn repeated<T: Eq + std::hash::Hash>(list: &[T]) -> Option<usize> {
    let mut seen = HashSet::with_capacity(list.len());
    list.iter().position(|entry| !seen.insert(entry))
}
