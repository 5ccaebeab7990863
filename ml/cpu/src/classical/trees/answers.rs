//! From sums to labels and scores.

use ml_onnx::{Data, ElementType, Tensor};

use super::walk::Sums;
use crate::classical::labels::Labels;
use crate::classical::scores::{Second, Transform};
use crate::kernel::{Reason, elements, one};

/// `base_values`: what is added to the sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Base(Vec<f32>);

impl Base {
    pub(super) fn new(values: Vec<f64>) -> Self {
        Self(values.into_iter().map(|v| v as f32).collect())
    }
}

/// What a classifier's classes are.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    pub labels: Labels,
    /// Two labels, and all weights are for one of them.
    pub binary: bool,
    /// No weight is negative.
    pub positive: bool,
}

pub(super) enum Answers {
    Numbers { base: Base, transform: Transform },
    Classes { classes: Classes, base: Base, transform: Transform },
}

impl Answers {
    pub(super) fn give(&self, sums: Sums, element: ElementType) -> Result<Vec<Tensor>, Reason> {
        match self {
            Self::Numbers { base, transform } => {
                let targets = sums.targets;
                let mut values = sums.values;
                let rows = values.len() / targets.max(1);
                for row in values.chunks_exact_mut(targets.max(1)) {
                    if base.0.len() == targets {
                        row.iter_mut().zip(&base.0).for_each(|(sum, base)| *sum += base);
                    }
                    // onnxruntime transforms a single target by PROBIT alone.
                    if targets > 1 || *transform == Transform::Probit {
                        transform.apply(row);
                    }
                }
                let data = match element {
                    ElementType::F64 => Data::F64(values.into_iter().map(f64::from).collect()),
                    _ => Data::F32(values),
                };
                one(vec![rows, targets], data)
            }
            Self::Classes { classes, base, transform } => classes.give(&sums, &base.0, *transform),
        }
    }
}

impl Classes {
    fn give(&self, sums: &Sums, base: &[f32], transform: Transform) -> Result<Vec<Tensor>, Reason> {
        let width = self.labels.len();
        let rows = sums.values.len() / width.max(1);
        let mut chosen = Vec::with_capacity(rows);
        let mut scores = Vec::with_capacity(elements(&[rows, width])?);
        for (row, values) in sums.values.chunks_exact(width.max(1)).enumerate() {
            let start = scores.len();
            scores.extend_from_slice(values);
            let row_scores = scores.get_mut(start..).unwrap_or_default();
            chosen.push(match row_scores {
                [score] => {
                    *score += base.first().copied().unwrap_or(0.0);
                    if transform == Transform::Probit {
                        transform.apply(row_scores);
                    }
                    0
                }
                [first, second] => {
                    let scored = (sums.scored(row, 0), sums.scored(row, 1));
                    let (class, pair) = self.two([*first, *second], scored, base, transform);
                    row_scores.copy_from_slice(&pair);
                    class
                }
                many => {
                    let class = largest(many, base, |target| sums.scored(row, target));
                    transform.apply(many);
                    class
                }
            });
        }
        Ok(vec![self.labels.name(&chosen)?, Tensor::new(vec![rows, width], Data::F32(scores))?])
    }

    /// The class and scores of a row of two classes.
    fn two(
        &self,
        [mut first, mut second]: [f32; 2],
        scored: (bool, bool),
        base: &[f32],
        transform: Transform,
    ) -> (usize, [f32; 2]) {
        let mut single = !scored.1;
        match base {
            [_, base] if scored.1 => {
                second = base + first;
                first = -second;
            }
            [base_first, base_second] => {
                first += base_first;
                second += base_second;
                single = false;
            }
            [base] => first += base,
            _ => {}
        }
        // What no leaf spoke of is zero, whatever its base.
        first = if scored.0 { first } else { 0.0 };
        second = if scored.1 { second } else { 0.0 };
        let weight = if scored.1 { second } else { first };
        let (class, how) = if self.binary && self.positive {
            (usize::from(weight > 0.5), Second::Complement)
        } else {
            (usize::from(weight > 0.0), Second::Opposite)
        };
        if single {
            return (class, transform.two(first, how));
        }
        let mut pair = [first, second];
        transform.apply(&mut pair);
        (class, pair)
    }
}

/// Adds the base and gives the position of the largest score among those that are there.
fn largest(scores: &mut [f32], base: &[f32], scored: impl Fn(usize) -> bool) -> usize {
    let mut best: Option<(usize, f32)> = None;
    for (position, score) in scores.iter_mut().enumerate() {
        let there = scored(position) || position < base.len();
        *score += base.get(position).copied().unwrap_or(0.0);
        if there && best.is_none_or(|(_, largest)| *score > largest) {
            best = Some((position, *score));
        }
    }
    best.map_or(0, |(position, _)| position)
}
