//! The count, what is decided about it, and the common rows.

use std::collections::{HashMap, HashSet};

use protocol::Digest;
use tiny_keccak::{Hasher, Keccak};

use super::{Aligned, Psi, repeated};
use crate::{
    error::PsiError,
    group::Image,
    terms::{Mode, Role},
};

impl Psi {
    /// How many ids both have, once all images were exchanged.
    pub fn count(&self) -> Option<u32> {
        self.common.as_ref().map(|common| common.len() as u32)
    }

    /// What the signed result says of the common rows: keccak256(domain ‖ count ‖ double images in their order). It tells
    /// nobody an id, and is the same on both sides.
    pub fn digest(&self) -> Option<Digest> {
        let common = self.common.as_ref()?;
        let (mut keccak, mut digest) = (Keccak::v256(), [0; 32]);
        keccak.update(b"ModelMarket common rows 1");
        keccak.update(&(common.len() as u64).to_be_bytes());
        common.iter().for_each(|image| keccak.update(image));
        keccak.finalize(&mut digest);
        Some(Digest(digest))
    }

    /// In exact mode: whether to go on, now that the count is known. The common rows are told to nobody who has not
    /// accepted.
    ///
    /// # Errors
    /// [`PsiError::TooEarly`] where there is no count yet, or nothing to decide.
    pub fn decide(&mut self, accept: bool) -> Result<(), PsiError> {
        self.alive()?;
        if self.common.is_none() || self.terms.mode == Mode::Size || self.accepted.is_some() {
            return Err(PsiError::TooEarly);
        }
        self.accepted = Some(accept);
        Ok(())
    }

    /// Whether this side has said all and knows all.
    pub fn is_finished(&self) -> bool {
        self.failed.is_none()
            && self.images_exchanged()
            && match self.terms.mode {
                Mode::Size => true,
                Mode::Exact => self.their_order.len() == self.mine.len() && self.sent.order == self.doubled.len(),
            }
    }

    /// The common rows, in exact mode, once the other side told its order.
    pub fn aligned(&self) -> Option<Aligned> {
        if !self.is_finished() || self.terms.mode == Mode::Size {
            return None;
        }
        let rows_of = self.rows_by_image();
        let rows = self.common.as_ref()?.iter().filter_map(|image| rows_of.get(image).copied()).collect();
        Some(Aligned { rows, digest: self.digest()? })
    }

    /// Finds the common images once both lists of images are whole.
    pub(super) fn compare(&mut self) -> Result<(), PsiError> {
        let whole = self.returned.len() == self.terms.declared(self.role)
            && self.doubled.len() == self.terms.declared(self.role.other());
        if !whole || self.common.is_some() {
            return Ok(());
        }
        if repeated(&self.returned).is_some() {
            return Err(PsiError::RepeatedImage);
        }
        if self.their_images != Some(self.images_commitment(self.role.other(), &self.returned)) {
            return Err(PsiError::Images);
        }
        let theirs: HashSet<&Image> = self.doubled.iter().collect();
        let mut common: Vec<Image> = self.returned.iter().filter(|image| theirs.contains(image)).copied().collect();
        common.sort_unstable();
        self.common = Some(common);
        Ok(())
    }

    /// Refuses an order that is none, or that makes a filler common.
    pub(super) fn check_order(&self) -> Result<(), PsiError> {
        if self.their_order.len() < self.mine.len() {
            return Ok(());
        }
        let below = |place: &u32| (*place as usize) < self.mine.len();
        if !self.their_order.iter().all(below) || repeated(&self.their_order).is_some() {
            return Err(PsiError::Order);
        }
        let (rows_of, filler) = (self.rows_by_image(), self.ids.count() as u32);
        let common = self.common.iter().flatten();
        if common.filter_map(|image| rows_of.get(image)).any(|&row| row >= filler) {
            return Err(PsiError::Filler);
        }
        Ok(())
    }

    /// Own rows by their double images; fillers have numbers beyond the rows.
    fn rows_by_image(&self) -> HashMap<Image, u32> {
        let told = self.their_order.iter().zip(&self.returned);
        told.map(|(&place, &image)| (image, self.draws.list[place as usize])).collect()
    }

    /// Which side this is.
    pub fn role(&self) -> Role {
        self.role
    }
}
