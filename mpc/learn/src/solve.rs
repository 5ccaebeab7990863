//! Linear equations on shares: Newton's iteration for the inverse, in the form that mends its own rounding, then two
//! corrections of the solution.
//!
//! Y ← Y + Y·R with R = I − G·Y, from Y = I. No eigenvalue of G is above 1, so that R shrinks, whatever G is: with every
//! step, what is left of an eigenvalue λ is squared, (1 − λ)^(2^steps) in the end. Only every fourth R is made anew from
//! G·Y; between, R is squared, in the same round in which Y is changed: 5 rounds for 4 steps, and the next R made anew
//! mends what roundings have done. The steps are as many as a condition
//! number of 10^6 needs, whatever the data; one bit says whether that was enough.

use mpc::{Arithmetic, Form, MpcError, Shape, Shared, SharedProduct, Wrap};

use crate::gram::{EQUATIONS, Equations};

/// Bits behind the point of the inverse.
pub(crate) const INVERSE: u32 = 30;
/// Bits behind the point of coefficients.
pub(crate) const COEFFICIENTS: u32 = 48;
/// The squares of all entries of R together must be below 2^−16: each is then below 2^−8.
const SOLVED: u32 = 16;
/// Most bits behind the point of R.
const RESIDUAL: u32 = 44;
/// Doublings of the steps for each time that R is made anew.
const DOUBLINGS: u32 = 4;

/// What was solved.
#[derive(Clone, Debug)]
pub(crate) struct Solved<R> {
    /// A stack of columns.
    pub coefficients: Shared<R>,
    /// Inverses of the equations' left sides.
    pub inverse: Shared<R>,
}

/// Steps for matrices of `unknowns` rows whose condition number is at most 10^6: since the trace is at least a half, the
/// smallest eigenvalue is then above 1 / (2 · unknowns · 10^6), and 2^steps times it at least 8.
pub(crate) fn steps(unknowns: usize) -> u32 {
    24 + usize::BITS - unknowns.leading_zeros()
}

/// Twice 2^(steps / 2) is more than a coefficient can be where the check has passed: the inverse has no eigenvalue above
/// 2^(steps + 1), and the right side is that of a regression on a label of mean square 1.
pub(crate) fn coefficient_bits(unknowns: usize) -> u32 {
    steps(unknowns).div_ceil(2) + 2
}

/// Solves each of the equations, or says that some have no clear solution. The number of rounds up to that answer, and
/// after it, is the same for all data.
pub(crate) async fn solve<A: Arithmetic>(
    a: &mut A,
    equations: &Equations<A::Ring>,
) -> Result<Option<Solved<A::Ring>>, MpcError> {
    let Equations { left, right } = equations;
    let Shape { count, rows: unknowns, .. } = left.shape();
    let steps = steps(unknowns);
    let cells = usize::BITS - (count * unknowns * unknowns).leading_zeros();
    // As fine as the roundings that a bit tells of allow.
    let residual = RESIDUAL.min((83 - steps).saturating_sub(cells));
    let one = |frac: u32| {
        let cells = (0..count * unknowns * unknowns)
            .map(|place| if place / unknowns % unknowns == place % unknowns { 1 << frac } else { 0 });
        (cells.collect::<Vec<i128>>(), frac)
    };
    let identity = |a: &A, (cells, frac): (Vec<i128>, u32)| a.constant(left.shape(), &cells, frac, frac + 1);
    let fine = identity(a, one(residual))?;
    let mut inverse = identity(a, one(INVERSE))?;
    let mut step = 0;
    while step < steps {
        let mut power = rest(a, left, &inverse, &fine).await?;
        let doublings = DOUBLINGS.min(steps - step);
        for doubling in 1..=doublings {
            // The norm of Y doubles at most; that of R is at most 1.
            let bound = INVERSE + residual + step + 1;
            let form = Form::Product;
            let change = SharedProduct { form: form.clone(), left: &inverse, right: &power };
            let (change, squared) = if doubling < doublings {
                let square = SharedProduct { form, left: &power, right: &power };
                let [change, square] = two(a.products(&[change, square]).await?)?;
                let square = a.truncate(&square.claim(2 * residual + 2), residual, Wrap::Caught)?;
                (change, Some(square.claim(residual + 2)))
            } else {
                (only(a.products(&[change]).await?)?, None)
            };
            let change = a.truncate(&change.claim(bound), residual, Wrap::Caught)?;
            inverse = inverse.plus(&change)?.claim(INVERSE + step + 2);
            step += 1;
            power = squared.unwrap_or(power);
        }
    }
    let rest = rest(a, left, &inverse, &fine).await?;
    if !small(a, &rest, residual).await? {
        return Ok(None);
    }
    let most = coefficient_bits(unknowns);
    let by = EQUATIONS + INVERSE - COEFFICIENTS;
    let first = product(a, &inverse, right).await?.claim(EQUATIONS + INVERSE + most);
    let mut coefficients = a.round(&first, by).await?;
    for _ in 0..2 {
        let reached = product(a, left, &coefficients).await?;
        let reached = a.round(&reached, COEFFICIENTS).await?;
        // b − G·Y·b is R·b.
        let missing = right.minus(&reached)?.claim(EQUATIONS + 1);
        let change = product(a, &inverse, &missing).await?.claim(EQUATIONS + INVERSE + most);
        coefficients = coefficients.plus(&a.round(&change, by).await?)?.claim(COEFFICIENTS + most);
    }
    Ok(Some(Solved { coefficients, inverse }))
}

async fn product<A: Arithmetic>(
    a: &mut A,
    left: &Shared<A::Ring>,
    right: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let form = Form::Product;
    only(a.products(&[SharedProduct { form, left, right }]).await?)
}

/// I − G·Y. Its norm is at most 1, whatever G.
async fn rest<A: Arithmetic>(
    a: &mut A,
    left: &Shared<A::Ring>,
    inverse: &Shared<A::Ring>,
    fine: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    let product = product(a, left, inverse).await?.claim(EQUATIONS + INVERSE + 2);
    let product = a.truncate(&product, EQUATIONS + INVERSE - fine.frac(), Wrap::Caught)?;
    Ok(fine.minus(&product)?.claim(fine.frac() + 2))
}

/// Whether the squares of all numbers are below 2^−16 together: a bit that is opened.
async fn small<A: Arithmetic>(a: &mut A, numbers: &Shared<A::Ring>, frac: u32) -> Result<bool, MpcError> {
    let squares = squares(a, numbers).await?.sums()?.total()?;
    below(a, &squares, 1 << (2 * frac - SOLVED)).await
}

/// The square of each number. One round.
pub(crate) async fn squares<A: Arithmetic>(a: &mut A, numbers: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    only(a.products(&[SharedProduct { form: Form::Each, left: numbers, right: numbers }]).await?)
}

/// Whether a single number is below `limit`, in its own last bits: a bit that is opened.
pub(crate) async fn below<A: Arithmetic>(a: &mut A, number: &Shared<A::Ring>, limit: i128) -> Result<bool, MpcError> {
    let bits = 128 - limit.unsigned_abs().leading_zeros();
    let limit = a.constant(number.shape(), &[limit], number.frac(), bits)?;
    let below = a.negative(&number.minus(&limit)?).await?;
    Ok(a.open_bits(&below).await?.iter().all(|bit| *bit))
}

/// The two things that a wave of two gives.
pub(crate) fn two<T>(list: Vec<T>) -> Result<[T; 2], MpcError> {
    list.try_into().map_err(|_| MpcError::Input { what: "A step gave too little. This is a fault of the program." })
}

/// The one thing that a wave of one gives.
pub(crate) fn only<T>(list: Vec<T>) -> Result<T, MpcError> {
    list.into_iter().next().ok_or(MpcError::Input { what: "A step gave nothing. This is a fault of the program." })
}
