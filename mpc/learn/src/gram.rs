//! Sums of products of columns: each owner's own, and those across owners.
//!
//! Columns are in the order: features of the owner without the label, features of the label owner, a column of ones, the
//! label.

use mpc::{Arithmetic, Form, MpcError, Owned, PlanError, Ring, Shape, Shared, Wrap};

use crate::{
    prepare::{FEATURE, log2_up},
    task::Task,
};

/// Bits behind the point of the products.
const EXACT: u32 = 2 * FEATURE;
/// Bits behind the point of the equations that are solved.
pub(crate) const EQUATIONS: u32 = 50;
/// Bits behind the point of the sums of which errors are made.
pub(crate) const ERRORS: u32 = 40;

/// Most odds of going wrong of one of the four roundings here, which nobody would notice: together half of what the planner
/// takes for all of a task.
const RARE: f64 = 1.0 / (1_u64 << 43) as f64;

/// By which the sums are divided: so that no eigenvalue is above 1, and no entry above 1 / coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaling {
    /// They are divided by 2^`halvings`.
    pub halvings: u32,
    coefficients: u32,
}

impl Scaling {
    pub(crate) fn of(task: &Task) -> Self {
        let coefficients = task.coefficients();
        // The mean square of a rounded column may be above 1 by what rounding adds.
        let trace = (task.rows as f64 + task.ridge) * coefficients as f64 * (1.0 + 2_f64.powi(-20));
        Self { halvings: log2_up(trace).max(0) as u32, coefficients: coefficients as u32 }
    }

    /// The bound of an entry with `frac` bits behind the point: at most 1 / coefficients, which is at most
    /// 2^−(bits of coefficients − 1).
    fn bound(&self, frac: u32) -> u32 {
        frac + 1 - self.coefficients.ilog2()
    }
}

/// The two matrices of a task.
pub(crate) struct Matrices<'a> {
    /// Features of the owner without the label.
    pub other: &'a Owned,
    /// Features of the label owner, ones, the label.
    pub labelled: &'a Owned,
}

/// For each part of the rows, the sums of products of all columns, divided by the scaling; exact. Needs both matrices
/// hidden; no round.
pub(crate) async fn parts<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    matrices: &Matrices<'_>,
    scaling: Scaling,
) -> Result<Shared<A::Ring>, MpcError> {
    let parts = task.parts();
    // By Cauchy and Schwarz, since mean squares are at most 1.
    let bound = EXACT + usize::BITS - task.rows.leading_zeros() + 1;
    let own = |matrix: &Owned| {
        let columns = matrix.shape().columns;
        let shape = Shape::stack(parts.len(), columns, columns);
        a.own(matrix, shape, EXACT, bound, |values| own_sums(values, columns, &parts))
    };
    let (other, labelled) = (own(matrices.other)?, own(matrices.labelled)?);
    let across = a.cross(Form::Groups(parts.clone()), matrices.other, matrices.labelled).await?.claim(bound);
    let above = Shared::beside(&[&other, &across])?;
    let below = Shared::beside(&[&across.transposed(), &labelled])?;
    let all = Shared::below(&[&above, &below])?.read_with(EXACT + scaling.halvings);
    Ok(all.claim(scaling.bound(EXACT + scaling.halvings)))
}

/// The matrix turned, times itself, over each group of rows.
fn own_sums(values: &[i64], columns: usize, parts: &[usize]) -> Vec<i128> {
    let mut rows = values.chunks_exact(columns);
    let mut all = Vec::with_capacity(parts.len() * columns * columns);
    for &part in parts {
        let mut sums = vec![0_i128; columns * columns];
        for row in rows.by_ref().take(part) {
            for (index, &left) in row.iter().enumerate() {
                for (&right, sum) in row[index..].iter().zip(&mut sums[index * columns + index..(index + 1) * columns])
                {
                    *sum += i128::from(left) * i128::from(right);
                }
            }
        }
        for row in 1..columns {
            for column in 0..row {
                sums[row * columns + column] = sums[column * columns + row];
            }
        }
        all.extend(sums);
    }
    all
}

/// The numbers with `by` bits fewer behind the point. Each seat rounds its own share where that goes wrong rarely enough;
/// where there are too many numbers, or too large ones, they are rounded with dealt numbers, which takes a round. Which of
/// both follows from sizes alone, so that all seats do the same.
pub(crate) async fn coarser<A: Arithmetic>(
    a: &mut A,
    numbers: &Shared<A::Ring>,
    by: u32,
) -> Result<Shared<A::Ring>, MpcError> {
    let bits = numbers.bound() as i32 - <A::Ring as Ring>::BITS as i32;
    if numbers.shape().len() as f64 * 2_f64.powi(bits) > RARE {
        a.round(numbers, by).await
    } else {
        a.truncate(numbers, by, Wrap::Silent)
    }
}

/// A stack of equations G·β = b.
pub(crate) struct Equations<R> {
    pub left: Shared<R>,
    pub right: Shared<R>,
}

/// The equations of the model of all rows, then of those that have not seen their part. At most 2 rounds.
pub(crate) async fn equations<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    parts: &Shared<A::Ring>,
    scaling: Scaling,
) -> Result<Equations<A::Ring>, MpcError> {
    let frac = parts.frac();
    let entry = scaling.bound(frac);
    let total = parts.total()?.claim(entry);
    let mut all = vec![total.clone()];
    match task.evaluation {
        crate::Evaluation::Training | crate::Evaluation::LeaveOneOut => {}
        crate::Evaluation::Split { .. } => all.push(parts.chosen([0])?),
        crate::Evaluation::Folds(folds) => {
            let totals = total.chosen((0..folds).map(|_| 0))?;
            all.push(totals.minus(parts)?.claim(entry));
        }
    }
    if task.metrics.is_empty() {
        all.truncate(1);
    }
    let all = Shared::stacked(&all.iter().collect::<Vec<_>>())?;
    let (count, unknowns) = (all.shape().count, task.coefficients());
    let mut left = all.block(0..unknowns, 0..unknowns)?;
    if task.ridge > 0.0 {
        let penalty = (task.ridge * 2_f64.powi(EXACT as i32)).round() as i128;
        // The intercept is not punished.
        let diagonal: Vec<i128> = (0..count * unknowns * unknowns)
            .map(|place| {
                let (row, column) = (place / unknowns % unknowns, place % unknowns);
                if row == column && row + 1 < unknowns { penalty } else { 0 }
            })
            .collect();
        left = left.plus(&a.constant(left.shape(), &diagonal, frac, frac)?)?.claim(entry);
    }
    let right = all.block(0..unknowns, unknowns..unknowns + 1)?;
    let by = frac - EQUATIONS;
    Ok(Equations { left: coarser(a, &left, by).await?, right: coarser(a, &right, by).await? })
}

/// The sums of which squared errors are made, for each part that is tested. At most 1 round.
pub(crate) async fn tested<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    parts: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let tested = match task.evaluation {
        crate::Evaluation::Split { .. } => parts.chosen([1])?,
        _ => parts.clone(),
    };
    coarser(a, &tested, parts.frac().saturating_sub(ERRORS)).await
}

/// Refuses columns whose mean square is above 1: nothing would overflow for the owner, but for the others.
pub(crate) fn check_mean_squares(matrix: &Owned) -> Result<(), MpcError> {
    let (Some(values), columns) = (matrix.values(), matrix.shape().columns) else { return Ok(()) };
    let most = (matrix.shape().rows as i128) * ((1 << EXACT) + (1 << (EXACT - 21)));
    let square = |column: usize| {
        values.iter().skip(column).step_by(columns).map(|&value| i128::from(value) * i128::from(value)).sum::<i128>()
    };
    if (0..columns).any(|column| square(column) > most) {
        return Err(
            PlanError::Task { what: "A column is not standardised. This is a fault of the program.".into() }.into()
        );
    }
    Ok(())
}
