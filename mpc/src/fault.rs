//! Faults for tests that must find them. Without the feature `faults` there are none, and nothing here does more than
//! draw.

use crate::{
    Hidden, Ring,
    draw::{At, Draws, Part},
};

/// A fault that a build with the feature can be told to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What hides a share is the same at every step.
    VectorReused,
    /// The halves that a seat draws are the same at every step.
    OutputReused,
    /// They are zero.
    OutputZero,
    /// Two roundings of the same columns have one mask.
    MaskOnTwoRoundings,
    /// Every attempt has the masks of the first.
    MaskOverAttempts,
    /// A mask has an eighth of the bits.
    ShortMask,
    /// What leaves the shares keeps them.
    NoReshare,
    /// Sums of rows are opened.
    RowSums,
    /// A checkpoint holds the seed.
    SeedInCheckpoint,
}

#[cfg(feature = "faults")]
mod planted {
    use std::cell::Cell;

    use super::Fault;

    thread_local! {
        static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Runs `run` with a fault in this thread.
    pub fn with<T>(fault: Fault, run: impl FnOnce() -> T) -> T {
        PLANTED.set(Some(fault));
        let done = run();
        PLANTED.set(None);
        done
    }

    pub fn has(fault: Fault) -> bool {
        PLANTED.get() == Some(fault)
    }
}

#[cfg(feature = "faults")]
pub use planted::{has, with};

/// Whether this build has the fault.
#[cfg(not(feature = "faults"))]
pub const fn has(_: Fault) -> bool {
    false
}

/// What hides a matrix.
pub(crate) fn mask<R: Ring>(draws: &impl Draws, matrix: &Hidden) -> Vec<R> {
    let words = draws.words(At::Mask(matrix.name), matrix.shape.len());
    if has(Fault::ShortMask) {
        words.into_iter().map(|word: R| word.low((R::BITS / 8).max(1))).collect()
    } else {
        words
    }
}

/// What a seat draws for a step.
pub(crate) fn drawn<R: Ring>(draws: &impl Draws, step: u32, part: Part, count: usize) -> Vec<R> {
    let reused = has(Fault::VectorReused) && part == Part::Vector || has(Fault::OutputReused) && part == Part::Output;
    if has(Fault::OutputZero) && part == Part::Output {
        return vec![R::default(); count];
    }
    draws.words(At::Step(if reused { 0 } else { step }, part), count)
}
