//! Taking stacks apart and putting them together.

use std::ops::Range;

use super::{Shape, Shared};
use crate::{PlanError, Ring};

/// The numbers of all parts, the first part, and the largest bound and deviation.
type Joined<'a, R> = (Vec<R>, &'a Shared<R>, (u32, f64));

impl<R: Ring> Shared<R> {
    /// The same numbers in the same order as another shape of equal size.
    pub fn reshaped(mut self, shape: Shape) -> Result<Self, PlanError> {
        if shape.len() != self.shape.len() {
            return Err(PlanError::Shape { what: "another arrangement", left: self.shape, right: shape });
        }
        self.shape = shape;
        Ok(self)
    }

    /// Rows and columns of every matrix.
    pub fn block(&self, rows: Range<usize>, columns: Range<usize>) -> Result<Self, PlanError> {
        let shape = Shape::stack(self.shape.count, rows.len(), columns.len());
        if rows.end > self.shape.rows || columns.end > self.shape.columns {
            return Err(PlanError::Shape { what: "a block", left: self.shape, right: shape });
        }
        let mut words = Vec::with_capacity(shape.len());
        for index in 0..shape.count {
            for row in rows.clone() {
                let start = self.shape.start(index, row);
                words.extend_from_slice(&self.words[start + columns.start..start + columns.end]);
            }
        }
        Ok(Self { shape, words, ..*self })
    }

    /// Rows and columns swapped.
    pub fn transposed(&self) -> Self {
        let shape = Shape::stack(self.shape.count, self.shape.columns, self.shape.rows);
        let mut words = Vec::with_capacity(shape.len());
        for index in 0..shape.count {
            for row in 0..shape.rows {
                words.extend((0..shape.columns).map(|column| self.words[self.shape.start(index, column) + row]));
            }
        }
        Self { shape, words, ..*self }
    }

    /// The matrices at `indices`, in that order; one may come often.
    pub fn chosen(&self, indices: impl IntoIterator<Item = usize>) -> Result<Self, PlanError> {
        let each = self.shape.rows * self.shape.columns;
        let (mut count, mut words) = (0, Vec::new());
        for index in indices {
            if index >= self.shape.count {
                let wanted = Shape { count: index + 1, ..self.shape };
                return Err(PlanError::Shape { what: "a matrix of a stack", left: self.shape, right: wanted });
            }
            words.extend_from_slice(&self.words[index * each..(index + 1) * each]);
            count += 1;
        }
        Ok(Self { shape: Shape { count, ..self.shape }, words, ..*self })
    }

    /// Stacks one upon another.
    pub fn stacked(parts: &[&Self]) -> Result<Self, PlanError> {
        Self::joined("a stack", parts, |first, part| (first.rows, first.columns) == (part.rows, part.columns)).map(
            |(words, first, (bound, deviation))| {
                let count = parts.iter().map(|part| part.shape.count).sum();
                Self { shape: Shape { count, ..first.shape }, words, bound, deviation, ..*first }
            },
        )
    }

    /// The matrices below one another, stack by stack.
    pub fn below(parts: &[&Self]) -> Result<Self, PlanError> {
        let flipped: Vec<Self> = parts.iter().map(|part| part.transposed()).collect();
        Ok(Self::beside(&flipped.iter().collect::<Vec<_>>())?.transposed())
    }

    /// The matrices beside one another, stack by stack.
    pub fn beside(parts: &[&Self]) -> Result<Self, PlanError> {
        let (_, first, (bound, deviation)) = Self::joined("matrices side by side", parts, |first, part| {
            (first.count, first.rows) == (part.count, part.rows)
        })?;
        let columns = parts.iter().map(|part| part.shape.columns).sum();
        let shape = Shape { columns, ..first.shape };
        let mut words = Vec::with_capacity(shape.len());
        for index in 0..shape.count {
            for row in 0..shape.rows {
                for part in parts {
                    let start = part.shape.start(index, row);
                    words.extend_from_slice(&part.words[start..start + part.shape.columns]);
                }
            }
        }
        Ok(Self { shape, words, bound, deviation, ..*first })
    }

    /// The diagonal of every matrix, as columns.
    pub fn diagonal(&self) -> Result<Self, PlanError> {
        let Shape { count, rows, columns } = self.shape;
        if rows != columns {
            return Err(PlanError::Shape { what: "a diagonal", left: self.shape, right: self.shape });
        }
        let at = |index: usize| (0..rows).map(move |row| (index * rows + row) * columns + row);
        let words = (0..count).flat_map(at).map(|place| self.words[place]).collect();
        Ok(Self { shape: Shape::stack(count, rows, 1), words, ..*self })
    }

    fn joined<'a>(
        what: &'static str,
        parts: &[&'a Self],
        alike: fn(Shape, Shape) -> bool,
    ) -> Result<Joined<'a, R>, PlanError> {
        let Some(&first) = parts.first() else { return Err(PlanError::Nothing { what }) };
        let mut words = Vec::new();
        for part in parts {
            if !alike(first.shape, part.shape) {
                return Err(PlanError::Shape { what, left: first.shape, right: part.shape });
            }
            if first.frac != part.frac {
                return Err(PlanError::Scale { what, left: first.frac, right: part.frac });
            }
            words.extend_from_slice(&part.words);
        }
        let bound = parts.iter().map(|part| part.bound).max().unwrap_or_default();
        Ok((words, first, (bound, parts.iter().map(|part| part.deviation).fold(0.0, f64::max))))
    }
}
