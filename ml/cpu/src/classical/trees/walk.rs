//! One row down one tree: every mode, every aggregate, doubles. What [`super::flat`] does faster has to agree with it.

use super::forest::{Aggregate, Branch, Forest, Mode, Part};
use crate::kernel::{Reason, elements};

/// What the trees say to each row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    pub targets: usize,
    /// Row by row.
    pub values: Vec<f32>,
    pub scored: Scored,
}

/// For which targets a leaf was reached that has a weight for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scored {
    /// The same for every row.
    Targets(Vec<bool>),
    /// Row by row.
    Each(Vec<bool>),
}

impl Sums {
    pub(super) fn scored(&self, row: usize, target: usize) -> bool {
        match &self.scored {
            Scored::Targets(targets) => targets.get(target).copied().unwrap_or(false),
            Scored::Each(each) => each.get(row * self.targets + target).copied().unwrap_or(false),
        }
    }
}

/// A number that rows are made of.
pub(super) trait Number: Copy {
    fn wide(self) -> f64;
    /// A threshold or weight as this type has it.
    fn rounded(value: f64) -> f64;
}

impl Number for f32 {
    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn rounded(value: f64) -> f64 {
        f64::from(value as f32)
    }
}

impl Number for f64 {
    fn wide(self) -> f64 {
        self
    }

    fn rounded(value: f64) -> f64 {
        value
    }
}

/// Sums, means, minima or maxima over the trees, in their order, in the precision of the rows.
pub(super) fn sums<T: Number>(forest: &Forest, count: usize, features: usize, values: &[T]) -> Result<Sums, Reason> {
    let targets = forest.targets;
    let size = elements(&[count, targets])?;
    let mut sums = Vec::with_capacity(size);
    let mut scored = Vec::with_capacity(size);
    let mut row_sums = vec![0.0_f64; targets];
    let mut row_scored = vec![false; targets];
    for row in values.chunks_exact(features.max(1)).chain(std::iter::repeat_n(&values[..0], count)).take(count) {
        row_sums.fill(0.0);
        row_scored.fill(false);
        for &root in &forest.roots {
            for &(target, weight) in leaf(forest, root, row) {
                let target = target as usize;
                let weight = T::rounded(weight);
                let sum = row_sums[target];
                row_sums[target] = match forest.aggregate {
                    Aggregate::Sum | Aggregate::Average => T::rounded(sum + weight),
                    Aggregate::Min if row_scored[target] => sum.min(weight),
                    Aggregate::Max if row_scored[target] => sum.max(weight),
                    Aggregate::Min | Aggregate::Max => weight,
                };
                row_scored[target] = true;
            }
        }
        if forest.aggregate == Aggregate::Average {
            let trees = forest.roots.len().max(1) as f64;
            row_sums.iter_mut().for_each(|sum| *sum = T::rounded(*sum / trees));
        }
        sums.extend(row_sums.iter().map(|&sum| sum as f32));
        scored.extend_from_slice(&row_scored);
    }
    Ok(Sums { targets, values: sums, scored: Scored::Each(scored) })
}

/// The weights of the leaf that a row ends in.
fn leaf<'a, T: Number>(forest: &'a Forest, root: u32, row: &[T]) -> &'a [(u32, f64)] {
    let mut at = root as usize;
    loop {
        match forest.parts.get(at) {
            Some(Part::Leaf(weights)) => return weights,
            Some(Part::Branch(branch)) => {
                let value = row.get(branch.feature as usize).copied().map_or(f64::NAN, T::wide);
                at = if goes::<T>(branch, value) { branch.yes } else { branch.no } as usize;
            }
            None => return &[],
        }
    }
}

fn goes<T: Number>(branch: &Branch, value: f64) -> bool {
    let threshold = T::rounded(branch.threshold);
    let answer = match branch.mode {
        Mode::LessOrEqual => value <= threshold,
        Mode::Less => value < threshold,
        Mode::GreaterOrEqual => value >= threshold,
        Mode::Greater => value > threshold,
        Mode::Equal => value == threshold,
        Mode::NotEqual => value != threshold,
        Mode::Member => branch.members.iter().any(|&member| T::rounded(member) == value),
    };
    answer || (branch.missing_true && value.is_nan())
}
