//! Random choices that a seed repeats.

/// SplitMix64: the same numbers from the same seed on every machine.
pub struct Draw(u64);

impl Draw {
    pub fn new(test: &str) -> Self {
        let given = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed: u64 = given.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos() as u64);
        println!("{test}: MODELMARKET_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// One of these, or as often none.
    pub fn maybe<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (self.below(2) == 0).then(|| self.one(of))
    }
}
