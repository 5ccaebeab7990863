//! Where the numbers come from that belong together across both seats, and hide what the seats send each other.

mod audit;
mod dealer;
mod helper;
mod slots;

pub use audit::{Dealt, Statement, audit};
pub use dealer::Dealer;
pub use helper::Helper;
pub use slots::{Choice, Slots};

use crate::{Hidden, Link, MpcError, Plane, Ring, plan::Group};

/// For a product with an owned matrix.
pub struct OwnedHalf<R> {
    /// At the seat that does not own the matrix: what hides its share. Empty at the owner.
    pub hides: Vec<R>,
    /// The halves add up to minus the mask of the matrix times what hides the share.
    pub output: Vec<R>,
}

/// For a product of shares: the halves of `output` add up to the product of the sums of `left` and `right`.
pub struct ProductHalf<R> {
    pub left: Vec<R>,
    pub right: Vec<R>,
    pub output: Vec<R>,
}

/// For a rounding: halves of a number, of the same moved down, and of its highest bit.
pub struct RoundHalf<R> {
    pub number: Vec<R>,
    pub moved: Vec<R>,
    pub top: Vec<R>,
}

/// For a comparison: halves of numbers, and shares of their bits, the lowest plane first.
pub struct CompareHalf<R> {
    pub numbers: Vec<R>,
    pub bits: Vec<Plane>,
}

/// For products of bits: shares of what hides the inputs, and of their products.
pub struct JoinHalf {
    pub inputs: Vec<Plane>,
    pub products: Vec<Plane>,
}

/// For bits that become numbers: shares of bits, as bits and as numbers.
pub struct NumberHalf<R> {
    pub bits: Plane,
    pub numbers: Vec<R>,
}

/// Gives a seat its halves, step by step. The helper's is [`Helper`]; one without a helper is foreseen, which makes
/// them with the other seat and therefore is handed the link.
#[expect(async_fn_in_trait, reason = "a browser's futures are not Send")]
pub trait Source<R: Ring, L: Link> {
    /// What hides a matrix of this seat, all epoch long.
    fn mask(&mut self, matrix: &Hidden) -> Vec<R>;

    /// For step `step`: a product with `left`, whose right side has `right` numbers and whose product has `product`.
    async fn owned(
        &mut self,
        link: &mut L,
        step: u32,
        left: &Hidden,
        right: usize,
        product: usize,
    ) -> Result<OwnedHalf<R>, MpcError>;

    /// The same where the right side is an owned matrix too: its mask, with its sign changed, is what hides it.
    async fn cross(
        &mut self,
        link: &mut L,
        step: u32,
        right: &Hidden,
        product: usize,
    ) -> Result<OwnedHalf<R>, MpcError>;

    async fn product(
        &mut self,
        link: &mut L,
        step: u32,
        left: usize,
        right: usize,
        product: usize,
    ) -> Result<ProductHalf<R>, MpcError>;

    async fn round(&mut self, link: &mut L, step: u32, count: usize) -> Result<RoundHalf<R>, MpcError>;

    async fn compare(&mut self, link: &mut L, step: u32, count: usize, bits: u32) -> Result<CompareHalf<R>, MpcError>;

    async fn join(&mut self, link: &mut L, step: u32, bits: usize, groups: &[Group]) -> Result<JoinHalf, MpcError>;

    async fn numbers(&mut self, link: &mut L, step: u32, count: usize) -> Result<NumberHalf<R>, MpcError>;
}

/// The seat to which the helper sends its half in a step; the other draws its own.
pub(crate) fn dealt_to(step: u32) -> crate::Seat {
    crate::Seat::BOTH[step as usize % 2]
}
