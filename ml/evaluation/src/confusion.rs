//! Rows counted by true and predicted class, and the measures that follow. What would divide by no rows is 0, as with
//! scikit-learn's `zero_division=0`.

use dataset::likely_shares;

use crate::baseline::{Majority, majority};

/// Classes of a matrix at most: 256 of a bounty, and as many that a table adds.
pub const MOST_CLASSES: usize = 512;

/// How many rows of each class were predicted as which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// Row by row of the matrix: true class times `classes` plus predicted class.
    counts: Vec<u64>,
    left_out: u64,
}

/// Measures of one class, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassMeasures {
    /// Of the rows predicted as this class, the share that are of it; 0 where none is predicted.
    pub precision: f64,
    /// Of the rows of this class, the share predicted as it; 0 where there are none.
    pub recall: f64,
    /// Harmonic mean of both; 0 where both are.
    pub f1: f64,
    /// Rows of this class.
    pub support: u64,
    /// Rows predicted as it.
    pub predicted: u64,
}

/// Means over classes, in which each class counts the same. Classes that neither are nor were predicted are left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Confusion {
    /// No rows yet. Of more than [`MOST_CLASSES`] the rest counts as unknown: a matrix has its square.
    pub fn new(classes: usize) -> Self {
        let classes = classes.min(MOST_CLASSES);
        Self { classes, counts: vec![0; classes * classes], left_out: 0 }
    }

    /// Counts rows, each with its true and its predicted class.
    pub fn of(classes: usize, rows: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut counted = Self::new(classes);
        for (truth, predicted) in rows {
            counted.add(truth, predicted);
        }
        counted
    }

    /// Counts a row. One of no known class, or predicted as none, is left out and counted apart.
    pub fn add(&mut self, truth: usize, predicted: usize) {
        if truth < self.classes && predicted < self.classes {
            self.counts[truth * self.classes + predicted] += 1;
        } else {
            self.left_out += 1;
        }
    }

    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Rows of class `truth` that were predicted as `predicted`; 0 for classes that do not exist.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        if predicted >= self.classes {
            return 0;
        }
        self.counts.get(truth * self.classes + predicted).copied().unwrap_or(0)
    }

    /// Rows that were counted.
    pub fn rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Rows that were left out.
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Rows that were predicted as what they are.
    pub fn right(&self) -> u64 {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// Share of rows that were predicted right, 0 to 1; 0 of no rows.
    pub fn accuracy(&self) -> f64 {
        share(self.right(), self.rows())
    }

    /// From which to which share of many rows like these the model may be right, in 95 of 100 cases.
    pub fn interval(&self) -> (f64, f64) {
        likely_shares(self.accuracy(), self.rows())
    }

    /// Rows of a class.
    pub fn support(&self, class: usize) -> u64 {
        (0..self.classes).map(|predicted| self.count(class, predicted)).sum()
    }

    /// Rows predicted as a class.
    pub fn predicted(&self, class: usize) -> u64 {
        (0..self.classes).map(|truth| self.count(truth, class)).sum()
    }

    pub fn class(&self, class: usize) -> ClassMeasures {
        let (support, predicted, right) = (self.support(class), self.predicted(class), self.count(class, class));
        ClassMeasures {
            precision: share(right, predicted),
            recall: share(right, support),
            f1: share(2 * right, support + predicted),
            support,
            predicted,
        }
    }

    /// Means over the classes that are, or were predicted (scikit-learn's `macro avg`).
    pub fn means(&self) -> Means {
        let there: Vec<ClassMeasures> = (0..self.classes)
            .map(|class| self.class(class))
            .filter(|class| class.support + class.predicted > 0)
            .collect();
        let mean = |of: fn(&ClassMeasures) -> f64| mean(there.iter().map(of));
        Means {
            precision: mean(|class| class.precision),
            recall: mean(|class| class.recall),
            f1: mean(|class| class.f1),
        }
    }

    /// What always saying the class with the most rows scores: [`crate::majority`] for rows that were kept aside with the
    /// same share of each class as those trained on.
    pub fn majority(&self) -> Option<Majority> {
        let rows: Vec<u64> = (0..self.classes).map(|class| self.support(class)).collect();
        let found = majority(&rows, [])?;
        Some(Majority { right: rows[found.class], rows: self.rows(), ..found })
    }

    /// Mean recall of the classes that have rows: what counts where classes are of unequal size. Of one that always
    /// says the same class it is 1 over their number.
    pub fn balanced_accuracy(&self) -> f64 {
        let classes = (0..self.classes).map(|class| self.class(class));
        mean(classes.filter(|class| class.support > 0).map(|class| class.recall))
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// 0 of none.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}
