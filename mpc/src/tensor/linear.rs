//! Sums and public multiples: each seat does them on its own shares.

use super::Shared;
use crate::{PlanError, Ring};

impl<R: Ring> Shared<R> {
    /// `self + other`; shapes and bits behind the point must be equal.
    pub fn plus(&self, other: &Self) -> Result<Self, PlanError> {
        self.both("a sum", other, R::plus)
    }

    /// `self − other`.
    pub fn minus(&self, other: &Self) -> Result<Self, PlanError> {
        self.both("a difference", other, R::minus)
    }

    fn both(&self, what: &'static str, other: &Self, apply: fn(R, R) -> R) -> Result<Self, PlanError> {
        if self.shape != other.shape {
            return Err(PlanError::Shape { what, left: self.shape, right: other.shape });
        }
        if self.frac != other.frac {
            return Err(PlanError::Scale { what, left: self.frac, right: other.frac });
        }
        let words = self.words.iter().zip(&other.words).map(|(&a, &b)| apply(a, b)).collect();
        let deviation = self.deviation + other.deviation;
        let sum = Self { words, bound: self.bound.max(other.bound) + 1, deviation, ..*self };
        sum.fits(what)?;
        Ok(sum)
    }

    /// The sum of the matrices of the stack.
    pub fn total(&self) -> Result<Self, PlanError> {
        let one = super::Shape::matrix(self.shape.rows, self.shape.columns);
        let mut words = vec![R::default(); one.len()];
        for matrix in self.words.chunks(one.len()) {
            for (sum, &word) in words.iter_mut().zip(matrix) {
                *sum = sum.plus(word);
            }
        }
        let deviation = self.deviation * self.shape.count as f64;
        let total = Self { shape: one, words, bound: self.bound + bits(self.shape.count), deviation, ..*self };
        total.fits("a sum")?;
        Ok(total)
    }

    /// The sum of all numbers of each matrix: a stack of single numbers.
    pub fn sums(&self) -> Result<Self, PlanError> {
        let each = self.shape.rows * self.shape.columns;
        let words = self.words.chunks(each).map(|matrix| matrix.iter().fold(R::default(), |sum, &w| sum.plus(w)));
        let sums = Self {
            shape: super::Shape::stack(self.shape.count, 1, 1),
            words: words.collect(),
            bound: self.bound + bits(each),
            deviation: self.deviation * each as f64,
            ..*self
        };
        sums.fits("a sum")?;
        Ok(sums)
    }

    /// Each number times the public whole number `factor`.
    pub fn times(&self, factor: i128) -> Result<Self, PlanError> {
        let by = R::of(factor);
        let product = Self {
            words: self.words.iter().map(|word| word.times(by)).collect(),
            bound: self.bound + (128 - factor.unsigned_abs().leading_zeros()),
            deviation: self.deviation * factor.unsigned_abs() as f64,
            ..*self
        };
        product.fits("a multiple")?;
        Ok(product)
    }

    /// The same numbers with `frac` bits behind the point, at least as many as now.
    pub fn finer(&self, frac: u32) -> Result<Self, PlanError> {
        let Some(by) = frac.checked_sub(self.frac) else {
            return Err(PlanError::Scale { what: "a finer scale", left: self.frac, right: frac });
        };
        let finer = Self {
            words: self.words.iter().map(|word| word.shifted_up(by)).collect(),
            bound: self.bound + by,
            deviation: self.deviation * 2_f64.powi(by as i32),
            frac,
            ..*self
        };
        finer.fits("a finer scale")?;
        Ok(finer)
    }

    /// The same integers, read with `frac` bits behind the point: the numbers are divided by 2^(`frac` − before).
    pub fn read_with(&self, frac: u32) -> Self {
        Self { frac, ..self.clone() }
    }
}

/// Bits by which a sum of `terms` numbers may be longer than each.
pub(crate) fn bits(terms: usize) -> u32 {
    usize::BITS - terms.saturating_sub(1).leading_zeros()
}
