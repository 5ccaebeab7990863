//! Faults for tests that must find them. Without the feature `faults` there are none, and nothing here does
//! anything.

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

    thread_local! {
        static LAST_SEED: Cell<[u8; 32]> = const { Cell::new([0; 32]) };
    }

    /// Keeps a seed for the fault that writes it down.
    pub fn remember(seed: [u8; 32]) {
        LAST_SEED.set(seed);
    }

    /// The last seed of this thread.
    pub fn last_seed() -> [u8; 32] {
        LAST_SEED.get()
    }
}

#[cfg(feature = "faults")]
pub use planted::{has, last_seed, remember, with};

/// Whether this build has the fault.
#[cfg(not(feature = "faults"))]
pub const fn has(_: Fault) -> bool {
    false
}
