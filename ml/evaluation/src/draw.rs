//! Randomness: everything is drawn from a seed, by ChaCha8, each use from a stream of its own.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// The numbers 0 to `count` - 1 in an order drawn from stream `stream` of the seed (Fisher and Yates; the bias of the
/// product is below one in 2³² a swap).
pub fn order(count: usize, seed: u64, stream: u64) -> Vec<u32> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    source.set_stream(stream);
    let mut list: Vec<u32> = (0..count as u32).collect();
    for last in (1..list.len()).rev() {
        let other = (u64::from(source.next_u32()) * (last as u64 + 1)) >> 32;
        list.swap(last, other as usize);
    }
    list
}
