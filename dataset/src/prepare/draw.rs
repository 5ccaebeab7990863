//! Which rows go to the test, and in which order they are published.

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

/// Streams of the seed, so that neither use learns from the other.
const SELECTION: u64 = 0;
const ORDER: u64 = 1;

/// Test rows of `rows` rows that share one fate (a class, or all of them): the nearest to the share that leaves at
/// least one row on each side.
pub fn test_rows_of(rows: u64, share_percent: u8) -> u64 {
    let nearest = (rows * u64::from(share_percent) + 50) / 100;
    nearest.clamp(1, rows.saturating_sub(1).max(1))
}

/// A number below `bound`, each equally likely (Lemire 2019, with the rejection that makes it exact).
fn below(rng: &mut ChaCha20Rng, bound: u32) -> u32 {
    loop {
        let product = u64::from(rng.next_u32()) * u64::from(bound);
        let low = product as u32;
        if low >= bound || low >= bound.wrapping_neg() % bound {
            return (product >> 32) as u32;
        }
    }
}

/// Decides row by row. Selection sampling (Knuth, TAOCP 3.4.2, algorithm S): exact numbers, no list of rows.
pub struct Selection {
    rng: ChaCha20Rng,
    /// Rows and test rows still to come, one entry a group.
    left: Vec<(u32, u32)>,
}

impl Selection {
    /// `groups`: rows and test rows of each group; [`crate::MAX_ROWS`] fits.
    pub fn new(seed: [u8; 32], groups: Vec<(u32, u32)>) -> Self {
        let mut rng = ChaCha20Rng::from_seed(seed);
        rng.set_stream(SELECTION);
        Self { rng, left: groups }
    }

    /// Whether the next row, of this group, is a test row; none if the group has no rows left.
    pub fn next(&mut self, group: usize) -> Option<bool> {
        let (rows, tests) = self.left.get_mut(group)?;
        if *rows == 0 {
            return None;
        }
        let chosen = below(&mut self.rng, *rows) < *tests;
        *rows -= 1;
        *tests -= u32::from(chosen);
        Some(chosen)
    }

    /// Whether every row that was announced has come.
    pub fn is_done(&self) -> bool {
        self.left.iter().all(|&(rows, _)| rows == 0)
    }
}

/// A random order: `order[k]` is the position of the `k`th test row.
///
/// Test rows are published in this order and not in the file's. In a sorted file the place of a row tells its
/// label, and even in an unsorted one neighbours often belong together; and since the training rows keep the
/// file's order, the gaps between them would show where each test row stood.
pub fn order(seed: [u8; 32], rows: u32) -> Vec<u32> {
    let mut rng = ChaCha20Rng::from_seed(seed);
    rng.set_stream(ORDER);
    let mut order: Vec<u32> = (0..rows).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, below(&mut rng, last as u32 + 1) as usize);
    }
    order
}
