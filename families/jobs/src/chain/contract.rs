//! What `sol!` makes of the committed ABI.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(Jobs, "artifacts/Jobs.json");

contracts::in_range!(
    IJobTypes::State,
    IJobTypes::Verdict,
    IJobTypes::Offer,
    IJobTypes::Terms,
    IJobTypes::ProviderInfo,
    IJobTypes::JobInfo,
    IJobTypes::DisputeInfo,
    IJobTypes::JurorInfo,
);
