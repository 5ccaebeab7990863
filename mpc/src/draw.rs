//! Where random numbers come from, and that none is drawn twice.
//!
//! Random words are named: by the matrix that they hide, or by the step of the plan and what they are for in it. The same name in
//! another task, attempt or epoch gives other words.

mod registry;
mod seeded;
mod seen;

pub use registry::Registry;
pub use seeded::{Seed, Seeded, Shown};
pub use seen::SeenSeeds;

use serde::{Deserialize, Serialize};

use crate::{
    Hidden, MatrixName, Plane, Ring,
    fault::{self, Fault},
};

/// One run of a task: what random words belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    pub task: [u8; 32],
    pub attempt: u32,
    /// The hash of the handshake of both seats. It is another one after every reload and with every new helper.
    pub epoch: [u8; 32],
}

/// What random words are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// Hides a matrix of its owner, as long as the epoch lasts.
    Mask(MatrixName),
    /// Used once, at this step of the plan.
    Step(u32, Use),
}

/// What random words are for in their step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Use {
    /// Hides this seat's share of the right side of a product with an owned matrix.
    Vector,
    /// Half of what hides the left side of a product of shares.
    Left,
    /// Half of what hides its right side.
    Right,
    /// Half of what hides a number that is opened to be rounded or compared.
    Round,
    /// Half of what hides bits.
    Inputs,
    /// This seat's half of what the helper adds up for the other.
    Output,
}

/// A source of named random numbers. The same name gives the same numbers.
pub trait Draws {
    /// Numbers uniform over the whole ring.
    fn words<R: Ring>(&self, at: At, count: usize) -> Vec<R>;
    /// Uniform bits: `count` planes of `bits` bits.
    fn planes(&self, at: At, count: usize, bits: usize) -> Vec<Plane>;
}

impl<D: Draws> Draws for &D {
    fn words<R: Ring>(&self, at: At, count: usize) -> Vec<R> {
        (**self).words(at, count)
    }

    fn planes(&self, at: At, count: usize, bits: usize) -> Vec<Plane> {
        (**self).planes(at, count, bits)
    }
}

/// What hides a matrix.
pub(crate) fn mask<R: Ring>(draws: &impl Draws, matrix: &Hidden) -> Vec<R> {
    let words = draws.words(At::Mask(matrix.name), matrix.shape.len());
    if fault::has(Fault::ShortMask) {
        words.into_iter().map(|word: R| word.low((R::BITS / 8).max(1))).collect()
    } else {
        words
    }
}

/// What a seat draws for a step.
pub(crate) fn drawn<R: Ring>(draws: &impl Draws, step: u32, for_what: Use, count: usize) -> Vec<R> {
    let reused = fault::has(Fault::VectorReused) && for_what == Use::Vector
        || fault::has(Fault::OutputReused) && for_what == Use::Output;
    if fault::has(Fault::OutputZero) && for_what == Use::Output {
        return vec![R::default(); count];
    }
    draws.words(At::Step(if reused { 0 } else { step }, for_what), count)
}
