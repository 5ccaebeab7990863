//! What an algorithm on shared numbers is written with, once: the protocol, its plain twin and the planner do it.

use crate::{Form, MpcError, Owned, Plane, Ring, Shape, Shared, Wrap};

/// An owned matrix and shares that are to be multiplied.
pub struct OwnedProduct<'a, R> {
    pub form: Form,
    pub left: &'a Owned,
    pub right: &'a Shared<R>,
}

/// Shares that are to be multiplied.
pub struct SharedProduct<'a, R> {
    pub form: Form,
    pub left: &'a Shared<R>,
    pub right: &'a Shared<R>,
}

/// Computing on shared numbers. Sums, public multiples and rearrangements are methods of [`Shared`].
///
/// Every method that waits for others says its rounds. Which methods are called, in which order and with which shapes
/// must not depend on any number that is not public.
#[expect(async_fn_in_trait, reason = "a browser's futures are not Send")]
pub trait Arithmetic {
    type Ring: Ring;

    /// Numbers that everybody knows: `values` with `frac` bits behind the point, each below 2^`bound`.
    fn constant(&self, shape: Shape, values: &[i128], frac: u32, bound: u32) -> Result<Shared<Self::Ring>, MpcError>;

    /// Numbers computed by `make` from a matrix, at its owner, as shares.
    fn own(
        &self,
        matrix: &Owned,
        shape: Shape,
        frac: u32,
        bound: u32,
        make: impl FnOnce(&[i64]) -> Vec<i128>,
    ) -> Result<Shared<Self::Ring>, MpcError>;

    /// Sends matrices to the other seat, hidden, each by its owner. One round; needed once before products with them.
    async fn hide(&mut self, matrices: &[&Owned]) -> Result<(), MpcError>;

    /// Products of owned matrices and shares. One round for all.
    async fn owned_products(
        &mut self,
        products: &[OwnedProduct<'_, Self::Ring>],
    ) -> Result<Vec<Shared<Self::Ring>>, MpcError>;

    /// The product of two matrices with different owners. No round.
    async fn cross(&mut self, form: Form, left: &Owned, right: &Owned) -> Result<Shared<Self::Ring>, MpcError>;

    /// Products of shares. One round for all.
    async fn products(
        &mut self,
        products: &[SharedProduct<'_, Self::Ring>],
    ) -> Result<Vec<Shared<Self::Ring>>, MpcError>;

    /// The numbers with `by` bits fewer behind the point, off by less than one of the last bit. No round. A number of
    /// `bound` bits goes wrong altogether once in 2^(BITS − bound) times; `wrap` says whether that is noticed.
    fn truncate(&mut self, numbers: &Shared<Self::Ring>, by: u32, wrap: Wrap) -> Result<Shared<Self::Ring>, MpcError>;

    /// The numbers with `by` bits fewer behind the point, off by less than one of the last bit; never wrong. One round.
    async fn round(&mut self, numbers: &Shared<Self::Ring>, by: u32) -> Result<Shared<Self::Ring>, MpcError>;

    /// Shares of a bit for each number: whether it is below 0. One round, and one for each fourfold of its bits.
    async fn negative(&mut self, numbers: &Shared<Self::Ring>) -> Result<Plane, MpcError>;

    /// Shares of bits as shares of the numbers 0 and 1. One round.
    async fn numbers(&mut self, bits: &Plane) -> Result<Shared<Self::Ring>, MpcError>;

    /// Tells both seats the numbers. One round.
    async fn open(&mut self, numbers: &Shared<Self::Ring>) -> Result<Vec<i128>, MpcError>;

    /// Tells both seats the bits. One round. In a plan all are true.
    async fn open_bits(&mut self, bits: &Plane) -> Result<Vec<bool>, MpcError>;

    /// Makes numbers ready to leave the shares: on a grid of `frac` bits behind the point, under fresh shares. One round.
    async fn release(&mut self, numbers: &Shared<Self::Ring>, frac: u32) -> Result<Shared<Self::Ring>, MpcError>;
}
