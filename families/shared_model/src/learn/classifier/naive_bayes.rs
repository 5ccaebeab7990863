//! Multinomial naive Bayes, in logarithms: a product of many small likelihoods would be zero.

use crate::{
    Sample, Shape,
    lanes::{self, ONE},
};

use super::{Learner, NEVER, weights::Weights};
use crate::learn::log2::{Product, log2};

/// Counts of each feature in each class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaiveBayes {
    counts: Weights,
    samples: Vec<u32>,
    /// Σ of the counts of a class.
    totals: Vec<u64>,
    features: u32,
    /// α in units of 10⁻⁶.
    smoothing: u32,
    /// Logarithms of `samples` and of the denominators, kept since every prediction asks for them.
    logs: Vec<[i128; 2]>,
}

impl NaiveBayes {
    /// As created: nothing is loaded yet.
    pub fn new(shape: &Shape) -> Self {
        Self {
            counts: Weights::new(shape),
            samples: shape.headers.iter().map(|n| *n as u32).collect(),
            totals: vec![0; shape.headers.len()],
            features: shape.features,
            smoothing: shape.setting,
            logs: vec![[0; 2]; shape.headers.len()],
        }
    }

    fn take_logs(&mut self, class: usize) {
        let denominator =
            u128::from(self.totals[class]) * ONE as u128 + u128::from(self.smoothing) * u128::from(self.features);
        self.logs[class] = [u128::from(self.samples[class]), denominator].map(|value| i128::from(log2(value)));
    }
}

impl Learner for NaiveBayes {
    fn classes(&self) -> usize {
        self.samples.len()
    }

    /// L(Π (c·A + α)), the numerators.
    fn part(&self, sample: &Sample, class: usize) -> i128 {
        let Sample::Sparse(features) = sample else { return 0 };
        let product = features.iter().fold(Product::ONE, |product, feature| {
            // A count is never negative, and below 2^23; times 10^6 and plus at most 10^9 it is below 2^44.
            product.times(self.counts.get(*feature, class) as u64 * ONE as u64 + u64::from(self.smoothing))
        });
        i128::from(product.log2())
    }

    fn score(&self, part: i128, sample: &Sample, class: usize) -> i128 {
        let Sample::Sparse(features) = sample else { return 0 };
        if self.samples[class] == 0 {
            return NEVER;
        }
        let [samples, denominator] = self.logs[class];
        samples + part - features.len() as i128 * denominator
    }

    fn learn(&mut self, sample: &Sample, label: usize, _: usize) {
        let Sample::Sparse(features) = sample else { return };
        for feature in features {
            let count = self.counts.get_mut(*feature, label);
            if *count < lanes::MAX {
                *count += 1;
                self.totals[label] += 1;
            }
        }
        self.samples[label] = self.samples[label].saturating_add(1);
        self.take_logs(label);
    }

    fn add_class(&mut self) {
        self.samples.push(0);
        self.totals.push(0);
        self.logs.push([0; 2]);
    }

    fn weights(&self) -> &Weights {
        &self.counts
    }

    fn weights_mut(&mut self) -> &mut Weights {
        &mut self.counts
    }

    fn loaded(&mut self) {
        for class in 0..self.totals.len() {
            self.totals[class] = (0..self.features).map(|feature| self.counts.get(feature, class) as u64).sum();
            self.take_logs(class);
        }
    }

    fn headers(&self) -> Vec<i64> {
        self.samples.iter().map(|n| i64::from(*n)).collect()
    }

    fn sums(&self) -> Vec<u64> {
        self.totals.clone()
    }
}
