//! What is random in an attempt: all of it from one seed, each purpose with a stream of its own.

use curve25519_dalek::scalar::Scalar;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use zeroize::Zeroize;

/// Secret scalar, orders and fillers of one side. The scalar is erased when dropped.
pub(crate) struct Draws {
    scalar: Scalar,
    /// At place p of the list stands row `list[p]`; numbers beyond the rows are fillers.
    pub list: Vec<u32>,
    /// At place q of the images that go back stands the image of place `back[q]` of the other side's list.
    pub back: Vec<u32>,
    fillers: ChaCha20Rng,
}

impl Draws {
    /// `own` and `other`: entries of the two lists. The seed is erased.
    pub fn new(mut seed: [u8; 32], own: usize, other: usize) -> Self {
        let stream = |number| {
            let mut stream = ChaCha20Rng::from_seed(seed);
            stream.set_stream(number);
            stream
        };
        let mut wide = [0; 64];
        let mut scalars = stream(1);
        let scalar = loop {
            scalars.fill_bytes(&mut wide);
            let scalar = Scalar::from_bytes_mod_order_wide(&wide);
            if scalar != Scalar::ZERO {
                break scalar;
            }
        };
        let draws =
            Self { scalar, list: order(own, &mut stream(2)), back: order(other, &mut stream(3)), fillers: stream(4) };
        wide.zeroize();
        seed.zeroize();
        draws
    }

    /// The secret scalar.
    pub fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    /// 64 random bytes, to be mapped to a filler.
    pub fn filler(&mut self) -> [u8; 64] {
        let mut bytes = [0; 64];
        self.fillers.fill_bytes(&mut bytes);
        bytes
    }
}

impl Drop for Draws {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

/// A random order of the numbers below `count`, each order equally likely.
fn order(count: usize, random: &mut ChaCha20Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for last in (1..count).rev() {
        order.swap(last, below(last as u64 + 1, random) as usize);
    }
    order
}

/// A number below `limit`, each equally likely.
fn below(limit: u64, random: &mut ChaCha20Rng) -> u64 {
    // What is above the largest multiple of the limit is drawn again.
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let drawn = random.next_u64();
        if drawn < fair {
            return drawn % limit;
        }
    }
}
