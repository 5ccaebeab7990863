//! Counts test rows whose features are also in a training row, in bounded memory.

/// Different rows that can be held. Beyond it, only rows whose hash ends in ever more zero bits are compared, and
/// the count is scaled up.
const MOST: usize = 3 << 20;
const TRAIN: u16 = 1 << 15;

/// Hashes of rows seen so far.
pub struct Twins {
    /// Open-addressed; 0 is an empty slot.
    hashes: Vec<u64>,
    /// Per slot: [`TRAIN`] if a training row has this hash, and the number of test rows that have it.
    seen: Vec<u16>,
    held: usize,
    most: usize,
    /// Hashes with any of these bits are not looked at.
    skipped: u64,
}

impl Twins {
    pub fn new() -> Self {
        Self::with_room(MOST)
    }

    fn with_room(most: usize) -> Self {
        Self { hashes: vec![0; 1024], seen: vec![0; 1024], held: 0, most, skipped: 0 }
    }

    pub fn row(&mut self, hash: u64, test: bool) {
        let hash = hash.max(1);
        if hash & self.skipped != 0 {
            return;
        }
        if self.held == self.most {
            self.skipped = self.skipped << 1 | 1;
            self.rebuild(self.hashes.len());
            return self.row(hash, test);
        }
        if self.held * 4 >= self.hashes.len() * 3 {
            self.rebuild(self.hashes.len() * 2);
        }
        let slot = self.slot(hash);
        if self.hashes[slot] == 0 {
            self.hashes[slot] = hash;
            self.held += 1;
        }
        let seen = &mut self.seen[slot];
        match test {
            true if *seen & !TRAIN < TRAIN - 1 => *seen += 1,
            true => {}
            false => *seen |= TRAIN,
        }
    }

    /// Test rows with a twin in the training rows, and whether that is an estimate.
    pub fn count(&self) -> (u64, bool) {
        let twins: u64 = self.seen.iter().filter(|&&seen| seen & TRAIN != 0).map(|&seen| u64::from(seen & !TRAIN)).sum();
        (twins * (self.skipped + 1), self.skipped != 0)
    }

    /// The low bits choose what is skipped, so the place comes from the high ones.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.hashes.len() - 1;
        let mut slot = (hash >> 32) as usize & mask;
        while self.hashes[slot] != 0 && self.hashes[slot] != hash {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn rebuild(&mut self, slots: usize) {
        let hashes = std::mem::replace(&mut self.hashes, vec![0; slots]);
        let seen = std::mem::replace(&mut self.seen, vec![0; slots]);
        self.held = 0;
        for (hash, seen) in hashes.into_iter().zip(seen) {
            if hash != 0 && hash & self.skipped == 0 {
                let slot = self.slot(hash);
                self.hashes[slot] = hash;
                self.seen[slot] = seen;
                self.held += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64, to have well-mixed hashes.
    fn mixed(n: u64) -> u64 {
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    #[test]
    fn only_test_rows_with_a_training_twin_count() {
        let mut twins = Twins::new();
        for (hash, test) in [(1, false), (1, true), (1, true), (2, true), (2, true), (3, false), (3, false), (0, true)] {
            twins.row(mixed(hash), test);
        }
        assert_eq!(twins.count(), (2, false));
    }

    #[test]
    fn a_full_table_estimates() {
        let mut twins = Twins::with_room(4096);
        for n in 0..200_000 {
            twins.row(mixed(n), false);
            twins.row(mixed(if n % 4 == 0 { n } else { n + 1_000_000 }), true);
        }
        let (count, estimated) = twins.count();
        assert!(estimated);
        assert!((40_000..60_000).contains(&count), "{count} for 50,000");
    }
}
