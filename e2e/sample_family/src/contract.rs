//! What `sol!` makes of the committed ABI.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(Thanks, "artifacts/Thanks.json");
