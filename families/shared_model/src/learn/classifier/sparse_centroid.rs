//! Sparse nearest centroid: features are there or not, and the mean of a feature is its count by the samples.
//!
//! |x − c/n|² = |x| − 2·D/n + q/n² with D = Σ c over the features of x and q = Σ c² over all; |x| is the same for every
//! class and left out.

use crate::{Sample, Shape, lanes};

use super::{Learner, NEVER, weights::Weights};

/// Counts of each feature in each class, and how many samples they are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SparseCentroid {
    counts: Weights,
    samples: Vec<u32>,
    /// Σ c² of a class.
    squares: Vec<u64>,
    features: u32,
}

impl SparseCentroid {
    /// As created: nothing is loaded yet.
    pub fn new(shape: &Shape) -> Self {
        Self {
            counts: Weights::new(shape),
            samples: shape.headers.iter().map(|n| *n as u32).collect(),
            squares: vec![0; shape.headers.len()],
            features: shape.features,
        }
    }
}

impl Learner for SparseCentroid {
    fn classes(&self) -> usize {
        self.samples.len()
    }

    /// D.
    fn part(&self, sample: &Sample, class: usize) -> i128 {
        let Sample::Sparse(features) = sample else { return 0 };
        features.iter().map(|feature| i128::from(self.counts.get(*feature, class))).sum()
    }

    fn score(&self, part: i128, _: &Sample, class: usize) -> i128 {
        let samples = i128::from(self.samples[class]);
        if samples == 0 {
            return NEVER;
        }
        // q < 2^63 and n·D < 2^65; division rounds toward zero.
        -(((i128::from(self.squares[class]) - 2 * samples * part) << 32) / (samples * samples))
    }

    fn learn(&mut self, sample: &Sample, label: usize, _: usize) {
        let Sample::Sparse(features) = sample else { return };
        for feature in features {
            let count = self.counts.get_mut(*feature, label);
            if *count < lanes::MAX {
                // (c + 1)² − c²
                self.squares[label] += 2 * *count as u64 + 1;
                *count += 1;
            }
        }
        self.samples[label] = self.samples[label].saturating_add(1);
    }

    fn add_class(&mut self) {
        self.samples.push(0);
        self.squares.push(0);
    }

    fn weights(&self) -> &Weights {
        &self.counts
    }

    fn weights_mut(&mut self) -> &mut Weights {
        &mut self.counts
    }

    fn loaded(&mut self) {
        for (class, squares) in self.squares.iter_mut().enumerate() {
            let square = |feature| (self.counts.get(feature, class) as u64).pow(2);
            *squares = (0..self.features).map(square).sum();
        }
    }

    fn headers(&self) -> Vec<i64> {
        self.samples.iter().map(|n| i64::from(*n)).collect()
    }

    fn sums(&self) -> Vec<u64> {
        self.squares.clone()
    }
}
