use super::Shape;
use crate::{PlanError, Ring};

/// Numbers of which each seat holds one share: the shares' sum is the number times 2^`frac`, modulo 2^BITS.
///
/// In the plain twin `words` are the numbers themselves, in the planner nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared<R> {
    pub(crate) shape: Shape,
    pub(crate) words: Vec<R>,
    pub(crate) frac: u32,
    pub(crate) bound: u32,
    pub(crate) deviation: f64,
}

impl<R: Ring> Shared<R> {
    /// `words` as they stand in a checkpoint. `frac`: bits behind the point. `bound`: every number is below 2^`bound`
    /// in absolute value, the bits behind the point counted.
    pub fn new(shape: Shape, words: Vec<R>, frac: u32, bound: u32) -> Result<Self, PlanError> {
        if words.len() != shape.len() {
            return Err(PlanError::Shape { what: "shares", left: shape, right: Shape::vector(words.len()) });
        }
        let shared = Self { shape, words, frac, bound, deviation: 0.0 };
        shared.fits("a value")?;
        Ok(shared)
    }

    pub(crate) fn zero(shape: Shape, frac: u32, bound: u32) -> Self {
        Self { shape, words: vec![R::default(); shape.len()], frac, bound, deviation: 0.0 }
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Bits behind the point.
    pub fn frac(&self) -> u32 {
        self.frac
    }

    /// Every number is below 2^`bound` in absolute value, the bits behind the point counted.
    pub fn bound(&self) -> u32 {
        self.bound
    }

    /// By how many units of the last bit the protocol may differ from its plain twin; 0 if they are equal. It counts
    /// what every rounding may do at worst, so that over long iterations it says nothing.
    pub fn deviation(&self) -> f64 {
        self.deviation
    }

    /// This seat's shares.
    pub fn words(&self) -> &[R] {
        &self.words
    }

    /// The same, with a smaller bound that the caller can prove.
    pub fn claim(mut self, bound: u32) -> Self {
        self.bound = self.bound.min(bound);
        self
    }

    /// Refuses numbers that the ring cannot hold with their sign.
    pub(crate) fn fits(&self, what: &'static str) -> Result<(), PlanError> {
        self.free(what, 1)
    }

    /// The same with a bit more, which sums in roundings and comparisons need.
    pub(crate) fn has_room(&self, what: &'static str) -> Result<(), PlanError> {
        self.free(what, 2)
    }

    fn free(&self, what: &'static str, bits: u32) -> Result<(), PlanError> {
        if self.bound + bits > R::BITS {
            return Err(PlanError::Overflow { what, bits: self.bound + bits, ring: R::BITS });
        }
        Ok(())
    }
}
