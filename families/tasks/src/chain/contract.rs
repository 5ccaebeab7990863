//! What `sol!` makes of the committed ABI.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(Tasks, "artifacts/Tasks.json");

contracts::in_range!(
    ITaskTypes::State,
    ITaskTypes::Draft,
    ITaskTypes::Outcome,
    ITaskTypes::Failure,
    ITaskTypes::TaskInfo,
    ITaskTypes::SeatInfo,
    ITaskTypes::HelperInfo,
);
