//! What one side sends, and when.

use super::Psi;
use crate::{
    group::Image,
    message::{Message, PORTION},
    terms::{Mode, Role},
};

/// What was handed out to be sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub commitment: bool,
    /// Entries of this side's list.
    pub points: usize,
    pub images_commitment: bool,
    /// Images of the other side's list.
    pub images: usize,
    pub verdict: bool,
    /// Entries of the order.
    pub order: usize,
}

impl Psi {
    pub(super) fn outgoing(&mut self) -> Option<Message> {
        if !self.sent.commitment {
            if self.mine.len() < self.terms.declared(self.role) {
                return None;
            }
            self.sent.commitment = true;
            return Some(Message::Commitment(self.commitment(self.role, &self.mine)));
        }
        // A list is shown to nobody who could still choose its own by it.
        self.their_commitment?;
        if self.sent.points < self.mine.len() {
            let (first, to) = next(&mut self.sent.points, self.mine.len());
            return Some(Message::Points(first as u32, self.mine[first..to].to_vec()));
        }
        // Images go back once the whole list was looked at.
        if self.doubled.len() < self.terms.declared(self.role.other()) {
            return None;
        }
        if !self.sent.images_commitment {
            self.sent.images_commitment = true;
            return Some(Message::ImagesCommitment(
                self.images_commitment(self.role, self.shuffled(0..self.doubled.len())),
            ));
        }
        // Nor are images: who knew them could send them back as its own, and have any row for common.
        self.their_images?;
        if self.sent.images < self.doubled.len() {
            let (first, to) = next(&mut self.sent.images, self.doubled.len());
            return Some(Message::Images(first as u32, self.shuffled(first..to).copied().collect()));
        }
        if let (Some(accept), false) = (self.accepted, self.sent.verdict) {
            self.sent.verdict = true;
            return Some(Message::Verdict(accept));
        }
        if self.both_accepted() && self.sent.order < self.doubled.len() && self.may_tell_order() {
            let (first, to) = next(&mut self.sent.order, self.doubled.len());
            return Some(Message::Order(first as u32, self.draws.back[first..to].to_vec()));
        }
        None
    }

    /// Images of the other side's list in the order in which they travel.
    fn shuffled(&self, part: std::ops::Range<usize>) -> impl Iterator<Item = &Image> {
        self.draws.back[part].iter().map(|&place| &self.doubled[place as usize])
    }

    /// All images were handed out and came back: what follows is about the count.
    pub(super) fn images_exchanged(&self) -> bool {
        self.common.is_some() && self.sent.images == self.doubled.len()
    }

    pub(super) fn both_accepted(&self) -> bool {
        self.terms.mode == Mode::Exact && self.accepted == Some(true) && self.sent.verdict && self.they_accepted
    }

    /// The first side tells its order first.
    fn may_tell_order(&self) -> bool {
        self.role == Role::First || self.their_order.len() == self.mine.len()
    }

    pub(super) fn may_be_told_order(&self) -> bool {
        self.both_accepted() && (self.role == Role::Second || self.sent.order == self.doubled.len())
    }
}

/// The next part of a list of `count` entries.
fn next(sent: &mut usize, count: usize) -> (usize, usize) {
    let first = *sent;
    *sent = count.min(first + PORTION);
    (first, *sent)
}
