//! A result that is wrong: challenged under a bond, and seen through to its end.

use compute_session::Liar;
use jobs::{Job, Step, calls};

use super::Hiring;
use crate::failure::Failure;

/// Challenges what was submitted, if the rules allow it still.
///
/// # Errors
/// [`Failure`]
pub async fn challenge(hiring: &Hiring, id: u64, job: &Job, why: &Liar) -> Result<(), Failure> {
    let result = job.run.as_ref().map(|run| run.result).unwrap_or_default();
    let steps = hiring.view.as_caller(hiring.me, |book, call| book.steps(call, id));
    let bond = steps.iter().find_map(|step| match step {
        Step::Challenge { bond, .. } => Some(*bond),
        _ => None,
    });
    let Some(bond) = bond else { return Ok(()) };
    let contract = hiring.view.contract;
    let permit = hiring.chain.permit(contract, bond).await?;
    hiring.chain.send(contract, calls::challenge(id, result, permit.as_ref())).await?;
    let said = format!("the result is challenged under a bond of {bond} MDC: {why}");
    hiring.printer.job(id, "challenged", &said);
    Ok(())
}

/// Does what anybody can do to bring a dispute to its end.
pub async fn move_on(hiring: &Hiring, id: u64) {
    let steps = hiring.view.as_caller(hiring.me, |book, call| book.steps(call, id));
    let due = steps.iter().find_map(|step| match step {
        Step::Draw { .. } => Some(("drew the jurors", calls::draw(id))),
        Step::Conclude => Some(("concluded", calls::conclude(id))),
        _ => None,
    });
    if let Some((done, call)) = due {
        // Somebody else may have done it meanwhile: what stands on chain is seen at the next look.
        if hiring.chain.send(hiring.view.contract, call).await.is_ok() {
            hiring.printer.job(id, "moved", done);
        }
    }
}
