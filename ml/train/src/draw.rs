//! Randomness: everything is drawn from the seed of the options, by ChaCha8, each use from a stream of its own.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub enum Use {
    /// Which rows are kept aside for validation.
    Split = 0,
    /// Weights before the first step.
    Weights = 1,
    /// The order of rows in each epoch.
    Order = 2,
    /// Which features each tree looks at.
    Columns = 3,
}

pub fn source(seed: u64, what: Use) -> ChaCha8Rng {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    source.set_stream(what as u64);
    source
}

/// Evenly from -1 to 1, of 24 bits.
pub fn evenly(source: &mut ChaCha8Rng) -> f32 {
    (source.next_u32() >> 8) as f32 * (2.0 / 16_777_216.0) - 1.0
}

/// Fisher and Yates. The bias of the product is below one in 2³² a swap.
pub fn shuffle<T>(source: &mut ChaCha8Rng, list: &mut [T]) {
    for last in (1..list.len()).rev() {
        let other = (u64::from(source.next_u32()) * (last as u64 + 1)) >> 32;
        list.swap(last, other as usize);
    }
}
