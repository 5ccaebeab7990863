//! Counts test rows whose features are also in a training row, in bounded memory.

/// Different rows that can be held. Beyond it, only rows whose hash ends in ever more zero bits are compared, and
/// the count is scaled up.
const MOST: u64 = 3 << 20;
/// What a slot says besides the hash: whether a training row has it, and how many test rows do.
const TRAIN: u64 = 1 << 15;
const TESTS: u64 = TRAIN - 1;
const HASH: u64 = !(TRAIN | TESTS);

/// Hashes of rows seen so far, 48 bits of each.
pub struct Duplicates {
    /// Open-addressed; 0 is an empty slot.
    slots: Vec<u64>,
    held: u64,
    most: u64,
    /// Hashes with any of these bits, from bit 16 on, are not looked at.
    skipped: u64,
    /// Rows that wait to be looked up: in a row, so that the processor can wait for many places of memory at once.
    waiting: Vec<(u64, bool)>,
}

const WAITING: usize = 1024;

impl Duplicates {
    /// Room for this many rows, or for as many as can be held.
    pub fn for_rows(rows: u64) -> Self {
        Self::with_room(rows.clamp(1, MOST))
    }

    fn with_room(most: u64) -> Self {
        let slots = (most * 4 / 3 + 1).next_power_of_two() as usize;
        Self { slots: vec![0; slots], held: 0, most, skipped: 0, waiting: Vec::with_capacity(WAITING) }
    }

    /// Notes a row by the hash of its features, and whether it is a test row.
    pub fn row(&mut self, hash: u64, test: bool) {
        self.waiting.push((hash, test));
        if self.waiting.len() == WAITING {
            self.settle();
        }
    }

    fn settle(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.drain(..).for_each(|(hash, test)| self.look_up(hash, test));
        self.waiting = waiting;
    }

    fn look_up(&mut self, hash: u64, test: bool) {
        // A hash of zeros would be an empty slot.
        let hash = if hash & HASH == 0 { 1 << 63 } else { hash & HASH };
        if hash & self.skipped << 16 != 0 {
            return;
        }
        let slot = self.slot(hash);
        if self.slots[slot] == 0 {
            if self.held == self.most {
                self.skip_half();
                return self.look_up(hash, test);
            }
            self.slots[slot] = hash;
            self.held += 1;
        }
        let seen = &mut self.slots[slot];
        match test {
            true if *seen & TESTS < TESTS => *seen += 1,
            true => {}
            false => *seen |= TRAIN,
        }
    }

    /// Test rows that are training rows too, and whether that is an estimate.
    pub fn count(mut self) -> (u64, bool) {
        self.settle();
        let duplicates: u64 = self.slots.iter().filter(|&&seen| seen & TRAIN != 0).map(|&seen| seen & TESTS).sum();
        (duplicates * (self.skipped + 1), self.skipped != 0)
    }

    /// The low bits choose what is skipped, so the place comes from the high ones.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (hash >> 32) as usize & mask;
        while self.slots[slot] != 0 && self.slots[slot] & HASH != hash {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn skip_half(&mut self) {
        self.skipped = self.skipped << 1 | 1;
        let empty = vec![0; self.slots.len()];
        let slots = std::mem::replace(&mut self.slots, empty);
        self.held = 0;
        for seen in slots {
            if seen != 0 && seen & self.skipped << 16 == 0 {
                let slot = self.slot(seen & HASH);
                self.slots[slot] = seen;
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
    fn only_test_rows_that_are_training_rows_too_count() {
        let mut duplicates = Duplicates::for_rows(8);
        for (hash, test) in [(1, false), (1, true), (1, true), (2, true), (2, true), (3, false), (3, false), (0, true)]
        {
            duplicates.row(mixed(hash), test);
        }
        assert_eq!(duplicates.count(), (2, false));
    }

    #[test]
    fn a_full_table_estimates() {
        let mut duplicates = Duplicates::with_room(4096);
        for n in 0..200_000 {
            duplicates.row(mixed(n), false);
            duplicates.row(mixed(if n % 4 == 0 { n } else { n + 1_000_000 }), true);
        }
        let (count, estimated) = duplicates.count();
        assert!(estimated);
        assert!((40_000..60_000).contains(&count), "{count} for 50,000");
    }
}
