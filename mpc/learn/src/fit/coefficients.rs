//! What a model says, and how sure.

use mpc::{Arithmetic, Form, MpcError, Shared};

use super::Model;
use crate::{
    gram, metrics,
    sealed::{Half, What},
    solve::{self, INVERSE, Solved},
    task::{Fact, Task},
};

/// The coefficients, for those who get them.
pub(super) async fn tell_coefficients<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    model: &Model<A::Ring>,
    solved: &Solved<A::Ring>,
    sums: &Shared<A::Ring>,
) -> Result<Vec<Half>, MpcError> {
    let receivers = task.coefficient_receivers();
    if receivers.is_empty() {
        return Ok(Vec::new());
    }
    let coefficients = &model.coefficients;
    let errors = if task.reveals.standard_errors {
        let weights = metrics::weights(a, &solved.coefficients.chosen([0])?).await?;
        let total = sums.total()?.claim(sums.bound());
        let total = gram::coarser(a, &total, sums.frac() - gram::ERRORS).await?;
        let squares = metrics::squared_sums(a, &total, &weights).await?;
        Some(standard_errors(a, task, solved, &squares).await?)
    } else {
        None
    };
    let mut halves = Vec::new();
    for (to, seat) in receivers {
        let cut = task.features_of(task.label.other());
        let rows = if seat == task.label { cut..task.coefficients() } else { 0..cut };
        let own = coefficients.block(rows.clone(), 0..1)?;
        halves.push(Half::new(to, What::Fact(Fact::Coefficients(seat)), &own, 0));
        if let Some(errors) = &errors {
            halves.push(Half::new(to, What::Fact(Fact::StandardErrors(seat)), &errors.block(rows, 0..1)?, 0));
        }
    }
    Ok(halves)
}

/// Squared standard errors of the standardised coefficients, on a grid of three digits of what they are at most for
/// columns that have nothing in common. 3 rounds.
async fn standard_errors<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    solved: &Solved<A::Ring>,
    squares: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let diagonal = solved.inverse.chosen([0])?.diagonal()?;
    // The fitted model explains at least what the mean does.
    let squares = squares.clone().claim(metrics::SUMS + 1);
    let product = only_row(a, &diagonal, &squares).await?;
    let rows_bits = usize::BITS - task.rows.leading_zeros();
    let coarse = a.round(&product, INVERSE - 6).await?;
    let degrees = (task.rows - task.coefficients()) as f64;
    let factor_bits = rows_bits + 20;
    let factor = (2_f64.powi(factor_bits as i32) / degrees).round() as i128;
    let variance = coarse.times(factor)?.read_with(coarse.frac() + factor_bits);
    a.release(&variance, 10 + task.digits.min(20) + rows_bits.min(20)).await
}

/// A column times a single number.
async fn only_row<A: Arithmetic>(
    a: &mut A,
    column: &Shared<A::Ring>,
    number: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let product = mpc::SharedProduct { form: Form::Product, left: column, right: number };
    solve::only(a.products(&[product]).await?)
}
