use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

/// In which order rows are cut into parts. Everybody knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As they come.
    Given,
    /// Shuffled by this seed.
    Shuffled([u8; 32]),
}

impl Order {
    /// The row that comes first, second, … of `rows`.
    pub fn rows(&self, rows: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..rows).collect();
        if let Self::Shuffled(seed) = self {
            let mut stream = ChaCha20Rng::from_seed(*seed);
            for last in (1..rows).rev() {
                order.swap(last, below(&mut stream, last as u64 + 1) as usize);
            }
        }
        order
    }
}

/// A number below `limit`, every one as likely.
fn below(stream: &mut ChaCha20Rng, limit: u64) -> u64 {
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let number = stream.next_u64();
        if number < fair {
            return number % limit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_is_a_permutation_that_its_seed_alone_decides() {
        let seeded = |byte| Order::Shuffled([byte; 32]).rows(1000);
        let mut sorted = seeded(1);
        assert_eq!(sorted, seeded(1));
        assert_ne!(sorted, seeded(2));
        sorted.sort_unstable();
        assert_eq!(sorted, Order::Given.rows(1000));
    }
}
