//! Dense perceptron: one vector tells two classes apart; with more classes each has its own.

use crate::{
    Sample, Shape,
    lanes::{self, ONE},
};

use super::{Learner, weights::Weights};

/// Weights and biases of each vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DensePerceptron {
    weights: Weights,
    biases: Vec<i32>,
    /// Learning rate in units of 10⁻⁶.
    rate: i64,
    binary: bool,
}

impl DensePerceptron {
    /// As created: nothing is loaded yet.
    pub fn new(shape: &Shape) -> Self {
        Self {
            weights: Weights::new(shape),
            biases: shape.headers.iter().map(|bias| lanes::clamp(*bias)).collect(),
            rate: i64::from(shape.setting),
            binary: shape.is_binary(),
        }
    }

    fn shift(&mut self, vector: usize, values: &[i32], sign: i64) {
        for (weight, value) in self.weights.vector_mut(vector).iter_mut().zip(values) {
            // Division of integers rounds toward zero here as in Solidity.
            let step = self.rate * i64::from(*value) / i64::from(ONE);
            *weight = lanes::clamp(i64::from(*weight) + sign * step);
        }
        self.biases[vector] = lanes::clamp(i64::from(self.biases[vector]) + sign * self.rate);
    }
}

impl Learner for DensePerceptron {
    fn classes(&self) -> usize {
        if self.binary { 2 } else { self.biases.len() }
    }

    fn part(&self, sample: &Sample, class: usize) -> i128 {
        let Sample::Dense(values) = sample else { return 0 };
        // Below 2^46 each, and there are at most 2^12 of them.
        let dot = |vector| -> i64 {
            self.weights.vector(vector).iter().zip(values).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum()
        };
        match (self.binary, class) {
            (true, 0) => -i128::from(dot(0)),
            (true, _) => i128::from(dot(0)),
            (false, _) => i128::from(dot(class)),
        }
    }

    fn score(&self, part: i128, _: &Sample, class: usize) -> i128 {
        let bias = |vector: usize| i128::from(self.biases[vector]) * i128::from(ONE);
        match (self.binary, class) {
            (true, 0) => part - bias(0),
            (true, _) => part + bias(0),
            (false, _) => part + bias(class),
        }
    }

    fn learn(&mut self, sample: &Sample, label: usize, predicted: usize) {
        let Sample::Dense(values) = sample else { return };
        if label == predicted {
            return;
        }
        if self.binary {
            self.shift(0, values, if label == 1 { 1 } else { -1 });
        } else {
            self.shift(label, values, 1);
            self.shift(predicted, values, -1);
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
