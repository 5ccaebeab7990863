//! Linear models.

use ml_onnx::{Data, Node, Tensor};

use super::labels::Labels;
use super::rows::Rows;
use super::scores::{Second, Transform};
use crate::kernel::{Kernel, Reason, elements, input, one};

/// One weighted sum of the features for each target.
struct Linear {
    targets: usize,
    /// Target by target.
    coefficients: Vec<f32>,
    intercepts: Vec<f32>,
}

impl Linear {
    fn new(targets: usize, coefficients: &[f32], intercepts: Option<&[f32]>) -> Result<Self, Reason> {
        if targets == 0 || coefficients.is_empty() || !coefficients.len().is_multiple_of(targets) {
            return Err(Reason(format!("its {} coefficients do not fit {targets} targets.", coefficients.len())));
        }
        let intercepts = intercepts.filter(|values| values.len() == targets);
        let intercepts = intercepts.map_or_else(|| vec![0.0; targets], <[f32]>::to_vec);
        Ok(Self { targets, coefficients: coefficients.to_vec(), intercepts })
    }

    fn features(&self) -> usize {
        self.coefficients.len() / self.targets
    }

    /// Row by row, a sum for each target.
    fn sums(&self, rows: &Rows<'_>) -> Result<Vec<f32>, Reason> {
        let features = self.features();
        if rows.features != features {
            return Err(Reason(format!(
                "its input has {} features, but it has weights for {features}.",
                rows.features
            )));
        }
        let mut sums = Vec::with_capacity(elements(&[rows.count, self.targets])?);
        for row in rows.values.chunks_exact(features) {
            for (weights, intercept) in self.coefficients.chunks_exact(features).zip(&self.intercepts) {
                sums.push(dot(row, weights) + intercept);
            }
        }
        Ok(sums)
    }
}

/// A dot product in eight partial sums, which the compiler turns into vectors.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

struct Classifier {
    linear: Linear,
    labels: Labels,
    transform: Transform,
}

pub(super) fn classifier(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let labels = Labels::read(node, "classlabels_ints")?;
    let coefficients = node.floats("coefficients").ok_or("its coefficients are missing.")?;
    // As many as intercepts; without any, as many as labels.
    let intercepts = node.floats("intercepts").filter(|values| !values.is_empty());
    let targets = intercepts.map_or(labels.len(), <[f32]>::len);
    let linear = Linear::new(targets, coefficients, intercepts)?;
    if targets > labels.len() {
        return Err(Reason(format!("it has scores for {targets} classes, but {} labels.", labels.len())));
    }
    Ok(Box::new(Classifier { linear, labels, transform: Transform::read(node)? }))
}

impl Kernel for Classifier {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let rows = Rows::read(input(inputs, 0)?)?;
        let sums = self.linear.sums(&rows)?;
        let targets = self.linear.targets;
        let two = targets == 1 && self.labels.len() == 2;
        let mut chosen = Vec::with_capacity(rows.count);
        let mut scores = Vec::with_capacity(sums.len() * if two { 2 } else { 1 });
        for row in sums.chunks_exact(targets) {
            if let [score] = row {
                chosen.push(usize::from(*score > 0.0 && self.labels.len() == 2));
                if two {
                    scores.extend(self.transform.two(*score, Second::Complement));
                    continue;
                }
            } else {
                chosen.push(first_largest(row));
            }
            let start = scores.len();
            scores.extend_from_slice(row);
            if targets > 1 || self.transform == Transform::Probit {
                self.transform.apply(scores.get_mut(start..).unwrap_or_default());
            }
        }
        let width = if two { 2 } else { targets };
        Ok(vec![self.labels.name(&chosen)?, Tensor::new(vec![rows.count, width], Data::F32(scores))?])
    }
}

/// Position of the largest score, the first of equals.
pub(super) fn first_largest(scores: &[f32]) -> usize {
    let mut best = 0;
    for (position, score) in scores.iter().enumerate() {
        if scores.get(best).is_some_and(|largest| score > largest) {
            best = position;
        }
    }
    best
}

struct Regressor {
    linear: Linear,
    transform: Transform,
}

pub(super) fn regressor(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let targets = usize::try_from(node.int("targets", 1)).unwrap_or(0);
    let coefficients = node.floats("coefficients").ok_or("its coefficients are missing.")?;
    let linear = Linear::new(targets, coefficients, node.floats("intercepts"))?;
    Ok(Box::new(Regressor { linear, transform: Transform::read(node)? }))
}

impl Kernel for Regressor {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let rows = Rows::read(input(inputs, 0)?)?;
        let mut sums = self.linear.sums(&rows)?;
        let targets = self.linear.targets;
        if targets > 1 || self.transform == Transform::Probit {
            sums.chunks_exact_mut(targets).for_each(|row| self.transform.apply(row));
        }
        one(vec![rows.count, targets], Data::F32(sums))
    }
}
