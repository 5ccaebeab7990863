//! What `sol!` makes of the committed ABI.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(BountyMarket, "artifacts/BountyMarket.json");

contracts::in_range!(IBountyMarket::Terms, IBountyMarket::BountyInfo, IBountyMarket::SubmissionInfo);
