//! A task from its matrices to its results.

mod checkpoint;

pub use checkpoint::Checkpoint;

use std::future::Future;

use mpc::{Arithmetic, Form, MatrixName, MpcError, Owned, Plan, PlanError, Planner, Seat, Shape, Shared};

use sha2::{Digest as _, Sha256};

use crate::{
    Metric, Receiver,
    gram::{self, Matrices, Scaling},
    leave_one_out,
    metrics::{self, FACTOR, MOST_BITS, ROOT},
    prepare::{self, Prepared},
    sealed::{Part, What},
    solve::{self, INVERSE, Solved},
    task::{Evaluation, Fact, Task},
};

/// Bits behind the point of a model's coefficients.
const COEFFICIENT_GRID: u32 = 30;

/// How a run ended. Everything but `Fitted` is an answer, not an error: both owners know it, and nothing else is told.
#[derive(Clone, Debug)]
pub enum Answer<R> {
    Fitted(Fitted<R>),
    /// Some columns say the same, or nearly so.
    NotSolvable,
    /// A row decides the model alone, so that no model without it can be judged.
    RowAlone,
    /// Some predictions are so far off that their errors cannot be counted.
    OutOfRange,
}

impl<R> Answer<R> {
    /// What a person is told.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Fitted(_) => "The model is fitted.",
            Self::NotSolvable => {
                "Two columns say the same, or nearly so. Use ridge (a penalty of a millionth of the rows is enough), or leave one of them out."
            }
            Self::RowAlone => {
                "A row decides a coefficient alone, so that no model without it can be judged. Use parts instead of leaving one row out, or leave out the column that has its value in that row only."
            }
            Self::OutOfRange => "Some predictions are far outside the label's range. Use fewer features, or ridge.",
        }
    }
}

/// A fitted model as this seat holds it, and its parts of the results.
#[derive(Clone, Debug)]
pub struct Fitted<R> {
    pub model: Model<R>,
    pub parts: Vec<Part>,
}

/// The shares of a model's standardised coefficients: features of the owner without the label, those of the label
/// owner, the intercept.
#[derive(Clone, Debug, PartialEq)]
pub struct Model<R> {
    pub(crate) coefficients: Shared<R>,
}

impl<R: mpc::Ring> Model<R> {
    /// This seat's shares.
    pub fn coefficients(&self) -> &Shared<R> {
        &self.coefficients
    }

    /// A model from shares that were kept.
    pub fn kept(task: &Task, words: Vec<R>) -> Result<Self, PlanError> {
        let unknowns = task.coefficients();
        let bound = COEFFICIENT_GRID + solve::coefficient_bits(unknowns) + 1;
        Ok(Self { coefficients: Shared::new(Shape::vector(unknowns), words, COEFFICIENT_GRID, bound)? })
    }

    /// What the chain is told of this seat's shares: nobody can guess them from it without `salt`, 32 secret bytes from
    /// the operating system.
    pub fn commitment(&self, salt: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(b"model share");
        hash.update(salt);
        for word in self.coefficients.words() {
            hash.update(word.bits().to_le_bytes());
        }
        hash.finalize().into()
    }
}

/// The plan of a task: the same at both seats and at the helper.
pub fn plan(task: &Task) -> Result<Plan, MpcError> {
    let mut planner = Planner::<128>::new();
    at_once(fit(&mut planner, task, &[]))?;
    Ok(planner.finish())
}

/// The plan of what is left of a task after its checkpoint.
pub fn plan_rest(task: &Task) -> Result<Plan, MpcError> {
    let mut planner = Planner::<128>::new();
    at_once(fit_rest(&mut planner, task, &[], &Checkpoint::planned(task)?))?;
    Ok(planner.finish())
}

/// The planner waits for nobody.
pub(crate) fn at_once<T>(run: impl Future<Output = Result<T, MpcError>>) -> Result<T, MpcError> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(run).poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => Err(MpcError::Input { what: "A plan waited. This is a fault of the program." }),
    }
}

/// Runs a task. `prepared` has what is known here: of this seat, of both in the plain twin, of none in the planner.
pub async fn fit<A: Arithmetic>(a: &mut A, task: &Task, prepared: &[&Prepared]) -> Result<Answer<A::Ring>, MpcError> {
    fit_keeping(a, task, prepared, &mut |_| ()).await
}

/// The same; `keep` is handed what the run can go on from once the equations are solved.
pub async fn fit_keeping<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    prepared: &[&Prepared],
    keep: &mut impl FnMut(&Checkpoint<A::Ring>),
) -> Result<Answer<A::Ring>, MpcError> {
    let inputs = Inputs::new(task, prepared)?;
    inputs.hide(a).await?;
    let Some(checkpoint) = solve_equations(a, task, &inputs).await? else { return Ok(Answer::NotSolvable) };
    keep(&checkpoint);
    tell(a, task, &inputs, &checkpoint).await
}

/// What is left of a task after its checkpoint: in a new epoch, under new masks. It gives what the whole run would have
/// given, but for the roundings of the rest.
pub async fn fit_rest<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    prepared: &[&Prepared],
    checkpoint: &Checkpoint<A::Ring>,
) -> Result<Answer<A::Ring>, MpcError> {
    let inputs = Inputs::new(task, prepared)?;
    inputs.hide(a).await?;
    tell(a, task, &inputs, checkpoint).await
}

/// Everything that owners put in.
struct Inputs {
    other: Owned,
    labelled: Owned,
    label: LabelMatrices,
}

impl Inputs {
    fn new(task: &Task, prepared: &[&Prepared]) -> Result<Self, MpcError> {
        task.check()?;
        let of = |seat: Seat| prepared.iter().find(|prepared| prepared.seat == seat).copied();
        let matrix = |seat: Seat| prepare::matrix(task, seat, of(seat));
        let (other, labelled) = (matrix(task.label.other())?, matrix(task.label)?);
        gram::check_mean_squares(&other)?;
        gram::check_mean_squares(&labelled)?;
        Ok(Self { other, labelled, label: LabelMatrices::new(task, of(task.label))? })
    }

    async fn hide<A: Arithmetic>(&self, a: &mut A) -> Result<(), MpcError> {
        a.hide(&[&self.other, &self.labelled, &self.label.unit, &self.label.precision]).await
    }

    fn matrices(&self) -> Matrices<'_> {
        Matrices { other: &self.other, labelled: &self.labelled }
    }
}

async fn solve_equations<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    inputs: &Inputs,
) -> Result<Option<Checkpoint<A::Ring>>, MpcError> {
    let scaling = Scaling::of(task);
    let sums = gram::parts(a, task, &inputs.matrices(), scaling).await?;
    let equations = gram::equations(a, task, &sums, scaling)?;
    Ok(solve::solve(a, &equations).await?.map(|solved| Checkpoint { sums, solved }))
}

async fn tell<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    inputs: &Inputs,
    Checkpoint { sums, solved }: &Checkpoint<A::Ring>,
) -> Result<Answer<A::Ring>, MpcError> {
    let mut parts = Vec::new();
    if !task.metrics.is_empty() {
        match judge(a, task, &inputs.matrices(), sums, solved, Scaling::of(task)).await? {
            Ok(errors) => parts.extend(tell_metrics(a, task, &inputs.label, errors).await?),
            Err(answer) => return Ok(answer),
        }
    }
    // What is kept, told and committed to is one model, under shares drawn anew.
    let model = Model { coefficients: a.release(&solved.coefficients.chosen([0])?, COEFFICIENT_GRID).await? };
    parts.extend(tell_coefficients(a, task, &model, solved, sums).await?);
    Ok(Answer::Fitted(Fitted { model, parts }))
}

/// Single numbers that only the label owner knows.
struct LabelMatrices {
    /// The label's deviation, in units of 2^label_exponent.
    unit: Owned,
    /// For each tested part, 1 / the variance of its labels, in units of the variance of all.
    precision: Owned,
}

impl LabelMatrices {
    fn new(task: &Task, prepared: Option<&Prepared>) -> Result<Self, MpcError> {
        let (unit_shape, precision_shape) = (Shape::matrix(1, 1), Shape::vector(metrics::tested_sizes(task).len()));
        let unit_name = MatrixName::of(&["label", "deviation"]);
        let precision_name = MatrixName::of(&["label", "1 / variance of parts"]);
        let (frac, seat) = (FACTOR, task.label);
        let Some((label, scale)) = prepared.and_then(|own| own.label.as_ref().zip(own.label_scale)) else {
            return Ok(Self {
                unit: Owned::elsewhere(unit_name, seat, unit_shape, frac, frac + 1),
                precision: Owned::elsewhere(precision_name, seat, precision_shape, frac, frac + 10),
            });
        };
        let one = 2_f64.powi(frac as i32);
        let unit = (scale.deviation * 2_f64.powi(-task.label_exponent) * one).round() as i64;
        let mut start = if let Evaluation::Split { test } = task.evaluation { task.rows - test } else { 0 };
        let mut precisions = Vec::new();
        for size in metrics::tested_sizes(task) {
            let part: Vec<f64> = label[start..start + size]
                .iter()
                .map(|&value| value as f64 / 2_f64.powi(prepare::FEATURE as i32))
                .collect();
            start += size;
            let mean = part.iter().sum::<f64>() / size as f64;
            let variance = part.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / size as f64;
            if task.metrics.contains(&Metric::R2) && variance < 1.0 / 512.0 {
                return Err(MpcError::Input {
                    what: "The label is nearly constant in one part of the rows, so that R² means nothing there. Use fewer parts, shuffle the rows, or leave R² out.",
                });
            }
            precisions.push(if variance < 1.0 / 512.0 { 0 } else { (one / variance).round() as i64 });
        }
        Ok(Self {
            unit: Owned::here(unit_name, seat, unit_shape, frac, frac + 1, vec![unit])?,
            precision: Owned::here(precision_name, seat, precision_shape, frac, frac + 10, precisions)?,
        })
    }
}

/// The errors of each tested part, in units of the label's deviation.
struct Errors<R> {
    squares: Shared<R>,
    absolute: Option<Shared<R>>,
}

async fn judge<A: Arithmetic>(
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
        let tested = gram::tested(a, task, sums)?;
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

async fn tell_metrics<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    label: &LabelMatrices,
    errors: Errors<A::Ring>,
) -> Result<Vec<Part>, MpcError> {
    let mut parts = Vec::new();
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
        let part = |fact, from: usize, to: usize| {
            Ok::<_, MpcError>(Part::new(
                Receiver::Requester,
                What::Fact(fact),
                &released.block(0..1, from..to)?,
                exponent,
            ))
        };
        parts.push(part(Fact::Metric(metric), 0, 1)?);
        if task.reveals.each_part {
            parts.push(part(Fact::EachPart(metric), 1, count + 1)?);
        }
    }
    Ok(parts)
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

async fn tell_coefficients<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    model: &Model<A::Ring>,
    solved: &Solved<A::Ring>,
    sums: &Shared<A::Ring>,
) -> Result<Vec<Part>, MpcError> {
    let receivers = task.coefficient_receivers();
    if receivers.is_empty() {
        return Ok(Vec::new());
    }
    let coefficients = &model.coefficients;
    let errors = if task.reveals.standard_errors {
        let weights = metrics::weights(a, &solved.coefficients.chosen([0])?).await?;
        let total = sums.total()?.claim(sums.bound());
        let total = a.truncate(&total, sums.frac() - gram::ERRORS, mpc::Wrap::Silent)?;
        let squares = metrics::squared_sums(a, &total, &weights).await?;
        Some(standard_errors(a, task, solved, &squares).await?)
    } else {
        None
    };
    let mut parts = Vec::new();
    for (to, seat) in receivers {
        let cut = task.features_of(task.label.other());
        let rows = if seat == task.label { cut..task.coefficients() } else { 0..cut };
        let own = coefficients.block(rows.clone(), 0..1)?;
        parts.push(Part::new(to, What::Fact(Fact::Coefficients(seat)), &own, 0));
        if let Some(errors) = &errors {
            parts.push(Part::new(to, What::Fact(Fact::StandardErrors(seat)), &errors.block(rows, 0..1)?, 0));
        }
    }
    Ok(parts)
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
