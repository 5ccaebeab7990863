//! A task from its matrices to its results.

mod answer;
mod checkpoint;
mod coefficients;
mod inputs;
mod judge;

pub use answer::{Answer, Fitted, Model};
pub use checkpoint::Checkpoint;

use std::future::Future;

use answer::COEFFICIENT_GRID;
use coefficients::tell_coefficients;
use inputs::Inputs;
use judge::{judge, tell_metrics};
use mpc::{Arithmetic, MpcError, Plan, Planner};

use crate::{
    LearnError,
    gram::{self, Scaling},
    prepare::Prepared,
    solve,
    task::Task,
};

/// The plan of a task: the same at both seats and at the helper.
pub fn plan(task: &Task) -> Result<Plan, MpcError> {
    let mut planner = Planner::<128>::new();
    at_once(fit(&mut planner, task, &[]))?;
    Ok(planner.finish())
}

/// Refuses the columns of one owner that a run would refuse, before it begins.
///
/// # Errors
/// [`LearnError`]
pub fn check_inputs(task: &Task, prepared: &Prepared) -> Result<(), LearnError> {
    Inputs::new(task, &[prepared])?;
    Ok(())
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
    fit_keeping(a, task, prepared, &mut async |_| ()).await
}

/// The same; `keep` is handed what the run can go on from once the equations are solved.
pub async fn fit_keeping<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    prepared: &[&Prepared],
    keep: &mut impl AsyncFnMut(&Checkpoint<A::Ring>),
) -> Result<Answer<A::Ring>, MpcError> {
    let inputs = Inputs::new(task, prepared)?;
    inputs.hide(a).await?;
    let Some(checkpoint) = solve_equations(a, task, &inputs).await? else { return Ok(Answer::NotSolvable) };
    keep(&checkpoint).await;
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

async fn solve_equations<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    inputs: &Inputs,
) -> Result<Option<Checkpoint<A::Ring>>, MpcError> {
    let scaling = Scaling::of(task);
    let sums = gram::parts(a, task, &inputs.matrices(), scaling).await?;
    let equations = gram::equations(a, task, &sums, scaling).await?;
    Ok(solve::solve(a, &equations).await?.map(|solved| Checkpoint { sums, solved }))
}

async fn tell<A: Arithmetic>(
    a: &mut A,
    task: &Task,
    inputs: &Inputs,
    Checkpoint { sums, solved }: &Checkpoint<A::Ring>,
) -> Result<Answer<A::Ring>, MpcError> {
    let mut halves = Vec::new();
    if !task.metrics.is_empty() {
        match judge(a, task, &inputs.matrices(), sums, solved, Scaling::of(task)).await? {
            Ok(errors) => halves.extend(tell_metrics(a, task, &inputs.label, errors).await?),
            Err(answer) => return Ok(answer),
        }
    }
    // What is kept, told and committed to is one model, under shares drawn anew.
    let model = Model { coefficients: a.release(&solved.coefficients.chosen([0])?, COEFFICIENT_GRID).await? };
    halves.extend(tell_coefficients(a, task, &model, solved, sums).await?);
    Ok(Answer::Fitted(Fitted { model, halves }))
}
