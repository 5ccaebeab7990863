//! Chance from one seed, in whole numbers: the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// A source of chance.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// One of several independent sources of a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 0 to `count` − 1, each as likely within 2^-32 · count; 0 for a count of 0.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(count)) >> 64) as u64
    }

    /// Whether something that happens so many times in a million happens.
    pub(crate) fn happens(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < u64::from(per_million)
    }

    /// A normally distributed number, not below `least`. The sum of twelve uniform numbers stands for the normal
    /// distribution: its mean and spread are exact, and no logarithm is needed, which not all machines round alike.
    pub(crate) fn normal(&mut self, mean: u128, spread: u128, least: u128) -> u128 {
        let sum: i128 = (0..12).map(|_| i128::from(self.0.next_u32())).sum();
        // Standard deviations in units of 2^-32.
        let deviations = sum - 6 * i128::from(u32::MAX);
        let distance = (spread.min(1 << 90) as i128 * deviations) >> 32;
        (mean.min(1 << 126) as i128 + distance).max(least.min(1 << 126) as i128) as u128
    }

    /// Puts items into any order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_their_mean_and_spread() {
        let mut chance = Chance::new(7, 0);
        let numbers: Vec<f64> = (0..20_000).map(|_| chance.normal(1_000, 100, 0) as f64).collect();
        let mean = numbers.iter().sum::<f64>() / 20_000.0;
        let deviation = (numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        // Four standard errors of each.
        assert!((mean - 1_000.0).abs() < 3.0, "{mean}");
        assert!((deviation - 100.0).abs() < 2.5, "{deviation}");
        let within = numbers.iter().filter(|n| (**n - 1_000.0).abs() < 100.0).count() as f64 / 20_000.0;
        assert!((within - 0.683).abs() < 0.02, "{within}");
        assert_eq!(Chance::new(7, 0).normal(5, 1_000_000, 5).max(5), Chance::new(7, 0).normal(5, 1_000_000, 5));
    }

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |seed, stream| (0..8).map(|_| Chance::new(seed, stream).below(u64::MAX)).collect::<Vec<_>>();
        assert_eq!(draw(1, 0), draw(1, 0));
        assert_ne!(draw(1, 0), draw(1, 1));
        assert_ne!(draw(1, 0), draw(2, 0));
    }

    #[test]
    fn a_shuffle_loses_nothing() {
        let mut items: Vec<u32> = (0..100).collect();
        Chance::new(3, 0).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
