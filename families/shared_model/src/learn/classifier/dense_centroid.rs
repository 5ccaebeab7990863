//! Dense nearest centroid: the class whose mean is nearest.

use crate::{Sample, Shape, lanes};

use super::{Learner, NEVER, weights::Weights};

/// Means of each class, and how many samples they are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DenseCentroid {
    centroids: Weights,
    samples: Vec<u32>,
}

impl DenseCentroid {
    /// As created: nothing is loaded yet.
    pub fn new(shape: &Shape) -> Self {
        Self { centroids: Weights::new(shape), samples: shape.headers.iter().map(|n| *n as u32).collect() }
    }
}

/// (c·n + x) / (n + 1), rounded to the nearest; halves away from zero. It lies between c and x, so it fits a lane.
pub(crate) fn mean(centroid: i32, samples: u32, value: i32) -> i32 {
    let sum = i64::from(centroid) * i64::from(samples) + i64::from(value);
    let count = i64::from(samples) + 1;
    let magnitude = (2 * sum.abs() + count) / (2 * count);
    lanes::clamp(if sum < 0 { -magnitude } else { magnitude })
}

impl Learner for DenseCentroid {
    fn classes(&self) -> usize {
        self.samples.len()
    }

    /// −Σ (x − c)².
    fn part(&self, sample: &Sample, class: usize) -> i128 {
        let Sample::Dense(values) = sample else { return 0 };
        // Each difference is below 2^24, and there are at most 2^12 of them.
        let square = |(c, x): (&i32, &i32)| {
            let difference = i64::from(x - c);
            difference * difference
        };
        -i128::from(self.centroids.vector(class).iter().zip(values).map(square).sum::<i64>())
    }

    fn score(&self, part: i128, _: &Sample, class: usize) -> i128 {
        if self.samples[class] == 0 { NEVER } else { part }
    }

    fn learn(&mut self, sample: &Sample, label: usize, _: usize) {
        let Sample::Dense(values) = sample else { return };
        let samples = self.samples[label];
        for (centroid, value) in self.centroids.vector_mut(label).iter_mut().zip(values) {
            *centroid = mean(*centroid, samples, *value);
        }
        self.samples[label] = samples.saturating_add(1);
    }

    fn add_class(&mut self) {
        self.samples.push(0);
    }

    fn weights(&self) -> &Weights {
        &self.centroids
    }

    fn weights_mut(&mut self) -> &mut Weights {
        &mut self.centroids
    }

    fn loaded(&mut self) {}

    fn headers(&self) -> Vec<i64> {
        self.samples.iter().map(|n| i64::from(*n)).collect()
    }

    fn sums(&self) -> Vec<u64> {
        Vec::new()
    }
}
