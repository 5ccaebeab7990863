//! What can go wrong, as sentences. `PlanError` before any data is touched, `MpcError` while a plan runs.

use crate::{Party, tensor::Shape};

/// Why a task cannot be planned as it stands.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    #[error(
        "The task needs numbers of {bits} bits ({what}), and there are {ring}. Use fewer rows or columns, or coarser numbers."
    )]
    Overflow { what: &'static str, bits: u32, ring: u32 },
    #[error(
        "Rounding would go wrong about once in 2^{odds} runs of this task, which is too often. Use fewer columns or folds."
    )]
    Rounding { odds: u32 },
    #[error("The sizes of {what} do not fit each other ({left} and {right}). This is a fault of the program.")]
    Shape { what: &'static str, left: Shape, right: Shape },
    #[error("The numbers of {what} have different scales ({left} and {right} bits). This is a fault of the program.")]
    Scale { what: &'static str, left: u32, right: u32 },
    #[error("There is nothing to make {what} of. This is a fault of the program.")]
    Nothing { what: &'static str },
    #[error("{what}")]
    Task { what: String },
}

/// Why a run has ended without a result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MpcError {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error("The connection to {with} has ended: {cause}. The run can go on from its last checkpoint.")]
    Link { with: Party, cause: String },
    #[error(
        "{from} has sent something that the plan does not have at step {step} ({got} bytes, {wanted} expected). The run has ended; nothing was revealed."
    )]
    Frame { from: Party, step: u32, wanted: usize, got: usize },
    #[error("{from} is at step {got} of the plan, this side at step {step}. The run has ended; nothing was revealed.")]
    OutOfStep { from: Party, step: u32, got: u32 },
    #[error("The program has left the plan at step {step}. The run has ended; nothing was revealed.")]
    OffPlan { step: u32 },
    #[error(
        "The same columns were to be hidden a second time with other numbers in them. Nothing was sent. Start the run again; it then hides them anew."
    )]
    MaskReused,
    #[error("These random numbers were used before. Nothing was sent. Start the run again.")]
    SeedSeen,
    #[error("The helper has other random numbers than this side gave it. Nothing was sent. Choose another helper.")]
    OtherSeed,
    #[error("{from} has shown other random numbers than it said it had. The run has ended; nothing was revealed.")]
    OtherLeaf { from: Party },
    #[error(
        "The helper has dealt wrong numbers (slot {slot}). The run has ended; nothing was revealed, and the helper is not to be paid."
    )]
    WronglyDealt { slot: u32 },
    #[error("{what}")]
    Input { what: &'static str },
}
