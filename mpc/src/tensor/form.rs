//! Products of two stacks, linear in each: all that needs dealt randomness to be computed on shares.

use serde::{Deserialize, Serialize};

use super::{Shape, bits};
use crate::{PlanError, Ring};

/// How left and right become a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Matrix times matrix, stack by stack.
    Product,
    /// The left matrix turned, times the right one, stack by stack.
    Turned,
    /// Number times number.
    Each,
    /// Row times row, added up: one number a row.
    Rows,
    /// The left matrix turned, times the right one, over consecutive groups of rows of these sizes: a stack with one
    /// matrix a group.
    Groups(Vec<usize>),
    /// Each consecutive group of rows of the left matrix times a matrix of the right stack of its own.
    ByGroup(Vec<usize>),
}

impl Form {
    /// The shape of the product.
    pub fn shape(&self, left: Shape, right: Shape) -> Result<Shape, PlanError> {
        let same_count = left.count == right.count;
        let (fits, shape) = match self {
            Self::Product => {
                (same_count && left.columns == right.rows, Shape::stack(left.count, left.rows, right.columns))
            }
            Self::Turned => {
                (same_count && left.rows == right.rows, Shape::stack(left.count, left.columns, right.columns))
            }
            Self::Each => (left == right, left),
            Self::Rows => (left == right, Shape::stack(left.count, left.rows, 1)),
            Self::Groups(sizes) => (
                same_count && left.count == 1 && left.rows == right.rows && sizes.iter().sum::<usize>() == left.rows,
                Shape::stack(sizes.len(), left.columns, right.columns),
            ),
            Self::ByGroup(sizes) => (
                left.count == 1
                    && sizes.len() == right.count
                    && left.columns == right.rows
                    && sizes.iter().sum::<usize>() == left.rows,
                Shape::matrix(left.rows, right.columns),
            ),
        };
        if fits { Ok(shape) } else { Err(PlanError::Shape { what: "a product", left, right }) }
    }

    /// Bits by which a number of the product may be longer than the product of two numbers.
    pub(crate) fn growth(&self, left: Shape) -> u32 {
        bits(match self {
            Self::Product | Self::ByGroup(_) | Self::Rows => left.columns,
            Self::Turned => left.rows,
            Self::Each => 1,
            Self::Groups(sizes) => sizes.iter().copied().max().unwrap_or(1),
        })
    }

    /// The product. The shapes are those that [`Self::shape`] has accepted.
    pub(crate) fn apply<R: Ring>(&self, left: &[R], at: Shape, right: &[R], to: Shape) -> Vec<R> {
        match self {
            Self::Product => stack(left, at.rows * at.columns, right, to.rows * to.columns, |left, right| {
                product(left, at.columns, right, to.columns)
            }),
            Self::Turned => stack(left, at.rows * at.columns, right, to.rows * to.columns, |left, right| {
                turned(left, at.columns, right, to.columns)
            }),
            Self::Each => left.iter().zip(right).map(|(&a, &b)| a.times(b)).collect(),
            Self::Rows => left
                .chunks_exact(at.columns)
                .zip(right.chunks_exact(at.columns))
                .map(|(a, b)| a.iter().zip(b).fold(R::default(), |sum, (&a, &b)| sum.plus(a.times(b))))
                .collect(),
            Self::Groups(sizes) => {
                let mut start = 0;
                let mut all = Vec::with_capacity(sizes.len() * at.columns * to.columns);
                for &size in sizes {
                    let end = start + size;
                    all.extend(turned(
                        &left[start * at.columns..end * at.columns],
                        at.columns,
                        &right[start * to.columns..end * to.columns],
                        to.columns,
                    ));
                    start = end;
                }
                all
            }
            Self::ByGroup(sizes) => {
                let mut start = 0;
                let mut all = Vec::with_capacity(at.rows * to.columns);
                for (index, &size) in sizes.iter().enumerate() {
                    let end = start + size;
                    let each = to.rows * to.columns;
                    let own = &right[index * each..(index + 1) * each];
                    all.extend(product(&left[start * at.columns..end * at.columns], at.columns, own, to.columns));
                    start = end;
                }
                all
            }
        }
    }
}

fn stack<R: Ring>(
    left: &[R],
    left_each: usize,
    right: &[R],
    right_each: usize,
    apply: impl Fn(&[R], &[R]) -> Vec<R>,
) -> Vec<R> {
    left.chunks_exact(left_each).zip(right.chunks_exact(right_each)).flat_map(|(a, b)| apply(a, b)).collect()
}

/// Rows of `inner` numbers, times a matrix of `inner` rows of `columns` numbers.
fn product<R: Ring>(left: &[R], inner: usize, right: &[R], columns: usize) -> Vec<R> {
    let mut all = vec![R::default(); left.len() / inner * columns];
    for (row, out) in left.chunks_exact(inner).zip(all.chunks_exact_mut(columns)) {
        for (&a, row) in row.iter().zip(right.chunks_exact(columns)) {
            for (sum, &b) in out.iter_mut().zip(row) {
                *sum = sum.plus(a.times(b));
            }
        }
    }
    all
}

/// The left matrix turned, times the right one; both have the same rows.
fn turned<R: Ring>(left: &[R], left_columns: usize, right: &[R], columns: usize) -> Vec<R> {
    let mut all = vec![R::default(); left_columns * columns];
    for (a, b) in left.chunks_exact(left_columns).zip(right.chunks_exact(columns)) {
        for (&a, out) in a.iter().zip(all.chunks_exact_mut(columns)) {
            for (sum, &b) in out.iter_mut().zip(b) {
                *sum = sum.plus(a.times(b));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every form against sums written out by hand.
    #[test]
    fn products_are_what_their_names_say() {
        let left: Vec<u64> = (1..=6).collect();
        let right: Vec<u64> = (7..=12).collect();
        let (three, two) = (Shape::matrix(3, 2), Shape::matrix(2, 3));
        assert_eq!(Form::Product.apply(&left, three, &right, two)[..4], [27, 30, 33, 61]);
        assert_eq!(Form::Turned.apply(&left, three, &right, three), [7 + 3 * 9 + 5 * 11, 98, 116, 128]);
        assert_eq!(Form::Each.apply(&left, three, &right, three)[5], 72);
        assert_eq!(Form::Rows.apply(&left, three, &right, three), [23, 67, 127]);
        let groups = Form::Groups(vec![1, 2]);
        assert_eq!(groups.shape(three, three), Ok(Shape::stack(2, 2, 2)));
        assert_eq!(groups.apply(&left, three, &right, three), [7, 8, 14, 16, 82, 90, 102, 112]);
        let by_group = Form::ByGroup(vec![2, 1]);
        let weights = Shape::stack(2, 2, 1);
        assert_eq!(by_group.apply(&left, three, &right[..4], weights), [7 + 2 * 8, 3 * 7 + 4 * 8, 5 * 9 + 6 * 10]);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        let (three, two) = (Shape::matrix(3, 2), Shape::matrix(2, 2));
        for form in [Form::Turned, Form::Each, Form::Rows, Form::Groups(vec![3]), Form::ByGroup(vec![1, 1])] {
            assert!(form.shape(three, two).is_err(), "{form:?}");
        }
        assert!(Form::Groups(vec![2]).shape(three, three).is_err());
        assert!(Form::Product.shape(two, three).is_err());
    }
}
