//! The error of each row by the model that has not seen it: the row's error divided by 1 − h, where h is the row's own
//! weight in its prediction.

use mpc::{Arithmetic, Form, MpcError, OwnedProduct, Shared, SharedProduct, Wrap};

use crate::{
    gram::{Matrices, Scaling},
    metrics::{ROW, row_errors, weighted_rows},
    solve::{INVERSE, below, only, squares, two},
    task::Task,
};

/// Bits behind the point of h.
const SHARE: u32 = 30;
/// 1 / (1 − h) is the product of 1 + h^(2^k): so many factors are enough where 1 − h is above 2^−10.
const FACTORS: usize = 16;
/// At this factor h^(2^k) tells whether a row decides the model alone: it is above 2^−8 where 1 − h is below 2^−10.5.
const TOLD: usize = 13;
/// The inverse is below 2^12 where the check has passed.
const INVERSE_BITS: u32 = 12;

/// The errors, one a row, or nothing where a row decides the model alone.
pub(crate) async fn errors<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    matrices: &Matrices<'_>,
    weights: &Shared<A::Ring>,
    inverse: &Shared<A::Ring>,
    scaling: Scaling,
) -> Result<Option<Shared<A::Ring>>, MpcError> {
    // The fitted model explains at least what the mean does, so that the squared errors add up to at most the rows.
    let root_of_rows = (usize::BITS - task.rows.leading_zeros()).div_ceil(2);
    let residuals = row_errors(a, task, matrices, weights).await?.claim(ROW + root_of_rows + 1);
    let shares = row_weights(a, matrices, inverse, scaling).await?;
    let Some(inverse) = inverses(a, &shares).await? else { return Ok(None) };
    let errors = only(a.products(&[SharedProduct { form: Form::Each, left: &residuals, right: &inverse }]).await?)?;
    Ok(Some(a.round(&errors, SHARE).await?.claim(ROW + root_of_rows + INVERSE_BITS)))
}

/// Each row times the inverse times the row. 4 rounds.
async fn row_weights<A: Arithmetic>(
    a: &mut A,
    matrices: &Matrices<'_>,
    inverse: &Shared<A::Ring>,
    scaling: Scaling,
) -> Result<Shared<A::Ring>, MpcError> {
    let inverse = inverse.read_with(INVERSE + scaling.halvings);
    let unknowns = inverse.shape().rows;
    // The label's column takes part in no weight.
    let none = a.constant(mpc::Shape::matrix(1, unknowns), &vec![0; unknowns], inverse.frac(), 0)?;
    let inverse = Shared::below(&[&inverse, &none])?;
    let half = weighted_rows(a, matrices, &inverse, Form::Product).await?;
    let half = a.round(&half, half.frac() - ROW).await?;
    let rows = half.shape().rows;
    let cut = matrices.other.shape().columns;
    let none = a.constant(mpc::Shape::matrix(rows, 1), &vec![0; rows], ROW, 0)?;
    let labelled = Shared::beside(&[&half.block(0..rows, cut..unknowns)?, &none])?;
    let [above, below] = two(a
        .owned_products(&[
            OwnedProduct { form: Form::Rows, left: matrices.other, right: &half.block(0..rows, 0..cut)? },
            OwnedProduct { form: Form::Rows, left: matrices.labelled, right: &labelled },
        ])
        .await?)?;
    let sum = above.plus(&below)?;
    // h is between 0 and 1.
    Ok(a.round(&sum, sum.frac() - SHARE).await?.claim(SHARE + 1))
}

/// 1 / (1 − h), or nothing where some h is nearly 1: a bit that is opened.
async fn inverses<A: Arithmetic>(a: &mut A, shares: &Shared<A::Ring>) -> Result<Option<Shared<A::Ring>>, MpcError> {
    let shape = shares.shape();
    let one = a.constant(shape, &vec![1 << SHARE; shape.len()], SHARE, SHARE + 1)?;
    let mut inverse = one.plus(shares)?;
    let mut power = shares.clone();
    let mut told = None;
    for factor in 1..FACTORS {
        power = squares(a, &power).await?.claim(2 * SHARE + 1);
        power = a.truncate(&power, SHARE, Wrap::Caught)?.claim(SHARE + 1);
        if factor == TOLD {
            told = Some(power.clone());
        }
        let product = only(a.products(&[SharedProduct { form: Form::Each, left: &inverse, right: &power }]).await?)?;
        let bits = INVERSE_BITS.min(1 << factor);
        let product = a.truncate(&product.claim(2 * SHARE + bits), SHARE, Wrap::Caught)?;
        inverse = inverse.plus(&product)?.claim(SHARE + bits + 1);
    }
    let Some(told) = told else { return Ok(None) };
    let product =
        only(a.products(&[SharedProduct { form: Form::Each, left: &inverse, right: &one.minus(shares)? }]).await?)?;
    let product = a.truncate(&product.claim(2 * SHARE + 2), SHARE, Wrap::Caught)?;
    let wrong = one.minus(&product)?.claim(SHARE + 2);
    let both = squares(a, &Shared::below(&[&told, &wrong])?).await?.sums()?;
    let good = below(a, &both, 1 << (2 * SHARE - 16)).await?;
    Ok(good.then_some(inverse))
}
