//! What `sol!` makes of the committed ABIs.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(Reproductions, "artifacts/Reproductions.json");
alloy_sol_types::sol!(PublishedModels, "artifacts/PublishedModels.json");
