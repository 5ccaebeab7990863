//! Errors on shares.

mod root;

use mpc::{Arithmetic, Form, MpcError, Owned, OwnedProduct, Shared, SharedProduct};

use crate::{
    gram::{ERRORS, Matrices, Scaling},
    solve::{COEFFICIENTS, below, only, squares, two},
    task::{Evaluation, Task},
};
pub(crate) use root::{ROOT, root};

/// Bits behind the point of weights where errors are counted.
pub(crate) const WEIGHTS: u32 = 36;
/// Bits behind the point of a row's error.
pub(crate) const ROW: u32 = 30;
/// Bits behind the point of a public factor.
pub(crate) const FACTOR: u32 = 30;
/// Mean squared errors must be below 2^`MOST_BITS`, in units of the label's variance.
pub(crate) const MOST_BITS: u32 = 7;

/// Coefficients with −1 for the label below them: a row times this is its error. One round.
pub(crate) async fn weights<A: Arithmetic>(
    a: &mut A,
    coefficients: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let coarse = a.round(coefficients, COEFFICIENTS - WEIGHTS).await?;
    let shape = mpc::Shape { rows: 1, ..coarse.shape() };
    let label = a.constant(shape, &vec![-(1 << WEIGHTS); shape.len()], WEIGHTS, WEIGHTS + 1)?;
    Ok(Shared::below(&[&coarse, &label])?)
}

/// The mean squared error of each part: a stack of single numbers with [`ROOT`] bits behind the point, in units of the
/// label's variance. From the sums of products alone: the same traffic for any number of rows. 5 rounds.
pub(crate) async fn mean_squares<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    tested: &Shared<A::Ring>,
    weights: &Shared<A::Ring>,
    scaling: Scaling,
) -> Result<Shared<A::Ring>, MpcError> {
    let sums = squared_sums(a, tested, weights).await?;
    // Times 2^halvings / rows, of which about as many bits count for any number of rows.
    let sizes = tested_sizes(task);
    let fewest = sizes.iter().copied().min().unwrap_or(1).max(1);
    let frac = (FACTOR + 1 + fewest.ilog2()).saturating_sub(scaling.halvings);
    let factor = |rows: &usize| (2_f64.powi((scaling.halvings + frac) as i32) / *rows as f64).round() as i128;
    let factors: Vec<i128> = sizes.iter().map(factor).collect();
    let means = a.round(&multiplied(&sums, &factors, frac)?, sums.frac() + frac - ROOT).await?;
    Ok(means)
}

/// The squared errors of each part added up, divided by the scaling. 4 rounds.
pub(crate) async fn squared_sums<A: Arithmetic>(
    a: &mut A,
    tested: &Shared<A::Ring>,
    weights: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let half = only(a.products(&[SharedProduct { form: Form::Product, left: tested, right: weights }]).await?)?;
    let half = a.round(&half, WEIGHTS).await?;
    let all = only(a.products(&[SharedProduct { form: Form::Turned, left: weights, right: &half }]).await?)?;
    a.round(&all, ERRORS + WEIGHTS - SUMS).await
}

/// Bits behind the point of squared errors, added up and divided by the scaling.
pub(crate) const SUMS: u32 = 38;

/// Rows of each part on which errors are counted.
pub(crate) fn tested_sizes(task: &Task) -> Vec<usize> {
    match task.evaluation {
        Evaluation::Split { test } => vec![test],
        _ => task.parts(),
    }
}

/// Each matrix of a stack times a public number of `frac` bits behind the point.
pub(crate) fn multiplied<R: mpc::Ring>(stack: &Shared<R>, factors: &[i128], frac: u32) -> Result<Shared<R>, MpcError> {
    let each = |(index, factor): (usize, &i128)| Ok(stack.chosen([index])?.times(*factor)?);
    let all = factors.iter().enumerate().map(each).collect::<Result<Vec<_>, MpcError>>()?;
    let all = Shared::stacked(&all.iter().collect::<Vec<_>>())?;
    Ok(all.read_with(stack.frac() + frac))
}

/// Parts of which the sum of the mean squared errors is compared instead of each: it is large only where one of them is.
const FEW: usize = 32;

/// Whether all mean squared errors are in the range in which they are counted rightly: a bit that is opened.
pub(crate) async fn in_range<A: Arithmetic>(a: &mut A, means: &Shared<A::Ring>) -> Result<bool, MpcError> {
    let (parts, bits) = (means.shape().len(), means.frac() + MOST_BITS);
    if parts <= FEW {
        return below(a, &means.total()?, 1 << bits).await;
    }
    // Of many parts the sum is large although none of them is: each is compared, and how many are below is.
    let most = a.constant(means.shape(), &vec![1 << bits; parts], means.frac(), bits + 1)?;
    let each = a.negative(&means.minus(&most)?).await?;
    let inside = a.numbers(&each).await?.sums()?;
    let all = a.constant(inside.shape(), &[parts as i128], 0, usize::BITS - parts.leading_zeros())?;
    below(a, &all.minus(&inside)?, 1).await
}

/// The error of each tested row, in the task's order, with [`ROW`] bits behind the point. 2 rounds.
pub(crate) async fn row_errors<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    matrices: &Matrices<'_>,
    weights: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let parts = task.parts();
    let weights = weights.chosen((0..parts.len()).map(|part| part.min(weights.shape().count - 1)))?;
    let errors = weighted_rows(a, matrices, &weights, Form::ByGroup(parts.clone())).await?;
    let errors = a.round(&errors, errors.frac() - ROW).await?;
    Ok(match task.evaluation {
        Evaluation::Split { test } => errors.block(task.rows - test..task.rows, 0..1)?,
        _ => errors,
    })
}

/// Rows of both owners times weights. One round.
pub(crate) async fn weighted_rows<A: Arithmetic>(
    a: &mut A,
    Matrices { other, labelled }: &Matrices<'_>,
    weights: &Shared<A::Ring>,
    form: Form,
) -> Result<Shared<A::Ring>, MpcError> {
    let (cut, columns) = (other.shape().columns, weights.shape().columns);
    let above = weights.block(0..cut, 0..columns)?;
    let below = weights.block(cut..weights.shape().rows, 0..columns)?;
    let [above, below] = two(a
        .owned_products(&[
            OwnedProduct { form: form.clone(), left: other, right: &above },
            OwnedProduct { form, left: labelled, right: &below },
        ])
        .await?)?;
    if mpc::fault::has(mpc::fault::Fault::RowSums) {
        a.open(&above).await?;
    }
    Ok(above.plus(&below)?)
}

/// The absolute value of each number.
pub(crate) async fn absolute<A: Arithmetic>(a: &mut A, numbers: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    let signs = a.negative(numbers).await?;
    let signs = a.numbers(&signs).await?.reshaped(numbers.shape())?;
    let below = only(a.products(&[SharedProduct { form: Form::Each, left: &signs, right: numbers }]).await?)?;
    Ok(numbers.minus(&below.claim(numbers.bound()).times(2)?)?.claim(numbers.bound()))
}

/// The mean of the numbers of each part, as a stack of single numbers. One round.
pub(crate) async fn part_means<A: Arithmetic>(
    a: &mut A,
    numbers: &Shared<A::Ring>,
    sizes: &[usize],
) -> Result<Shared<A::Ring>, MpcError> {
    let mut start = 0;
    let mut sums = Vec::with_capacity(sizes.len());
    for &size in sizes {
        sums.push(numbers.block(start..start + size, 0..1)?.sums()?);
        start += size;
    }
    let most = sizes.iter().copied().max().unwrap_or(1);
    let factors: Vec<i128> = sizes.iter().map(|&size| one_of(size, most).0).collect();
    let frac = one_of(most, most).1;
    let sums = Shared::stacked(&sums.iter().collect::<Vec<_>>())?;
    a.round(&multiplied(&sums, &factors, frac)?, numbers.frac() + frac - ROOT).await
}

/// The mean squared error over all rows, from each row's error. 2 rounds.
pub(crate) async fn pooled<A: Arithmetic>(a: &mut A, errors: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    let rows = errors.shape().len();
    let sum = squares(a, errors).await?.sums()?;
    let frac = sum.frac();
    let coarse = a.round(&sum, frac - SUMS).await?;
    let (factor, frac) = one_of(rows, rows);
    a.round(&multiplied(&coarse, &[factor], frac)?, SUMS + frac - ROOT).await
}

/// 1 / `size` as a whole number and its bits behind the point: [`FACTOR`] of them count where `size` is `most`.
pub(crate) fn one_of(size: usize, most: usize) -> (i128, u32) {
    let frac = FACTOR + usize::BITS - most.leading_zeros();
    ((2_f64.powi(frac as i32) / size as f64).round() as i128, frac)
}

/// The numbers of an owner's little matrix times shares that have one row for each of its columns. One round.
pub(crate) async fn by_owned<A: Arithmetic>(
    a: &mut A,
    form: Form,
    left: &Owned,
    right: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    only(a.owned_products(&[OwnedProduct { form, left, right }]).await?)
}
