//! How good a model is.

use mpc::{Arithmetic, Form, MpcError, Shape, Shared};

use super::{Answer, inputs::LabelMatrices};
use crate::{
    Metric, Receiver,
    gram::{self, Matrices, Scaling},
    leave_one_out,
    metrics::{self, FACTOR, MOST_BITS, ROOT},
    sealed::{Half, What},
    solve::Solved,
    task::{Evaluation, Fact, Task},
};

/// The errors of each tested part, in units of the label's deviation.
pub(super) struct Errors<R> {
    squares: Shared<R>,
    absolute: Option<Shared<R>>,
}

/// Counts the errors, or says why they cannot be.
pub(super) async fn judge<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    matrices: &Matrices<'_>,
    sums: &Shared<A::Ring>,
    solved: &Solved<A::Ring>,
    scaling: Scaling,
) -> Result<Result<Errors<A::Ring>, Answer<A::Ring>>, MpcError> {
    let models = solved.coefficients.shape().count;
    // The first model is that of all rows; where there are others, they are judged.
    let judged = if models == 1 { solved.coefficients.clone() } else { solved.coefficients.chosen(1..models)? };
    let weights = metrics::weights(a, &judged).await?;
    let sizes = metrics::tested_sizes(task);
    let wants_absolute = task.metrics.contains(&Metric::Mae);
    let (squares, rows) = if task.evaluation == Evaluation::LeaveOneOut {
        let errors = leave_one_out::errors(a, task, matrices, &weights, &solved.inverse, scaling).await?;
        let Some(errors) = errors else { return Ok(Err(Answer::RowAlone)) };
        (metrics::pooled(a, &errors).await?, Some(errors))
    } else {
        let tested = gram::tested(a, task, sums).await?;
        let squares = metrics::mean_squares(a, task, &tested, &weights, scaling).await?;
        (squares, if wants_absolute { Some(metrics::row_errors(a, task, matrices, &weights).await?) } else { None })
    };
    if !metrics::in_range(a, &squares).await? {
        return Ok(Err(Answer::OutOfRange));
    }
    let absolute = match rows {
        Some(rows) if wants_absolute => {
            let rows = metrics::absolute(a, &rows).await?;
            Some(metrics::part_means(a, &rows, &sizes).await?)
        }
        _ => None,
    };
    Ok(Ok(Errors { squares: squares.claim(ROOT + MOST_BITS), absolute }))
}

/// The task's metrics, for the requester.
pub(super) async fn tell_metrics<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    label: &LabelMatrices,
    errors: Errors<A::Ring>,
) -> Result<Vec<Half>, MpcError> {
    let mut halves = Vec::new();
    for &metric in &task.metrics {
        let each = match metric {
            Metric::Rmse => metrics::root(a, &errors.squares).await?,
            Metric::Mae => errors.absolute.clone().ok_or(MpcError::Input { what: "There are no absolute errors." })?,
            Metric::R2 => unexplained(a, label, &errors.squares).await?,
        };
        let count = each.shape().count;
        let each = each.reshaped(Shape::matrix(1, count))?;
        let (factor, frac) = metrics::one_of(count, count);
        let mean = each.sums()?.times(factor)?.read_with(each.frac() + frac);
        let mean = a.round(&mean, frac).await?;
        let all = Shared::beside(&[&mean, &each])?;
        let (all, exponent) = if metric == Metric::R2 {
            let one = a.constant(all.shape(), &vec![1 << all.frac(); all.shape().len()], all.frac(), all.frac() + 1)?;
            (one.minus(&all)?, 0)
        } else {
            (metrics::by_owned(a, Form::Product, &label.unit, &all).await?, task.label_exponent)
        };
        let told = if task.reveals.each_part { count + 1 } else { 1 };
        let released = a.release(&all.block(0..1, 0..told)?, task.digits).await?;
        let half = |fact, from: usize, to: usize| {
            Ok::<_, MpcError>(Half::new(
                Receiver::Requester,
                What::Fact(fact),
                &released.block(0..1, from..to)?,
                exponent,
            ))
        };
        halves.push(half(Fact::Metric(metric), 0, 1)?);
        if task.reveals.each_part {
            halves.push(half(Fact::EachPart(metric), 1, count + 1)?);
        }
    }
    Ok(halves)
}

/// The share of each part's variance that is not explained. 2 rounds.
async fn unexplained<A: Arithmetic>(
    a: &mut A,
    label: &LabelMatrices,
    squares: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let count = squares.shape().count;
    let squares = squares.clone().reshaped(Shape::vector(count))?;
    let shares = metrics::by_owned(a, Form::Each, &label.precision, &squares).await?;
    a.round(&shares, FACTOR).await?.reshaped(Shape::stack(count, 1, 1)).map_err(Into::into)
}
