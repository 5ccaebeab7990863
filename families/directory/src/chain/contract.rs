//! What `sol!` makes of the committed ABIs.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(Directory, "artifacts/Directory.json");
alloy_sol_types::sol!(Datasets, "artifacts/Datasets.json");
alloy_sol_types::sol!(Grants, "artifacts/Grants.json");

contracts::in_range!(
    IDirectory::Organisation,
    IDatasets::DatasetTerms,
    IDatasets::DatasetInfo,
    IGrants::GrantTerms,
    IGrants::GrantInfo,
);
