//! Sparse perceptron: the features of a sample count 1 each.

use crate::{Sample, Shape, lanes};

use super::{Learner, weights::Weights};

/// Weights and biases of each vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SparsePerceptron {
    weights: Weights,
    biases: Vec<i32>,
    /// Learning rate in units of 10⁻⁶.
    rate: i64,
    binary: bool,
}

impl SparsePerceptron {
    /// As created: nothing is loaded yet.
    pub fn new(shape: &Shape) -> Self {
        Self {
            weights: Weights::new(shape),
            biases: shape.headers.iter().map(|bias| lanes::clamp(*bias)).collect(),
            rate: i64::from(shape.setting),
            binary: shape.is_binary(),
        }
    }

    fn shift(&mut self, vector: usize, features: &[u32], sign: i64) {
        let step = sign * self.rate;
        for feature in features {
            let weight = self.weights.get_mut(*feature, vector);
            *weight = lanes::clamp(i64::from(*weight) + step);
        }
        self.biases[vector] = lanes::clamp(i64::from(self.biases[vector]) + step);
    }
}

impl Learner for SparsePerceptron {
    fn classes(&self) -> usize {
        if self.binary { 2 } else { self.biases.len() }
    }

    fn part(&self, sample: &Sample, class: usize) -> i128 {
        let Sample::Sparse(features) = sample else { return 0 };
        let sum = |vector| features.iter().map(|f| i128::from(self.weights.get(*f, vector))).sum::<i128>();
        match (self.binary, class) {
            (true, 0) => -sum(0),
            (true, _) => sum(0),
            (false, _) => sum(class),
        }
    }

    fn score(&self, part: i128, _: &Sample, class: usize) -> i128 {
        match (self.binary, class) {
            (true, 0) => part - i128::from(self.biases[0]),
            (true, _) => part + i128::from(self.biases[0]),
            (false, _) => part + i128::from(self.biases[class]),
        }
    }

    fn learn(&mut self, sample: &Sample, label: usize, predicted: usize) {
        let Sample::Sparse(features) = sample else { return };
        if label == predicted {
            return;
        }
        if self.binary {
            self.shift(0, features, if label == 1 { 1 } else { -1 });
        } else {
            self.shift(label, features, 1);
            self.shift(predicted, features, -1);
        }
    }

    fn add_class(&mut self) {
        self.biases.push(0);
    }

    fn weights(&self) -> &Weights {
        &self.weights
    }

    fn weights_mut(&mut self) -> &mut Weights {
        &mut self.weights
    }

    fn loaded(&mut self) {}

    fn headers(&self) -> Vec<i64> {
        self.biases.iter().map(|bias| i64::from(*bias)).collect()
    }

    fn sums(&self) -> Vec<u64> {
        Vec::new()
    }
}
