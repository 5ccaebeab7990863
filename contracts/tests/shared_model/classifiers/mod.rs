//! The five classifiers on chain (revm, Osaka) against their twins in `ml`: the same samples must give the same
//! weights, headers, scores, predictions and errors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../harness/chain.rs"]
#[allow(dead_code, unfulfilled_lint_expectations, reason = "other tests use the rest of it")]
mod chain;

mod agree;
mod draw;
mod expected;
mod pair;
mod rules;

/// The seed of a random test, printed so that a failure can be repeated: `MODELMARKET_SEED=… cargo test`.
fn seed(test: &str) -> u64 {
    let given = std::env::var("MODELMARKET_SEED").ok().map(|text| text.parse().expect("MODELMARKET_SEED is a number"));
    let seed = given.unwrap_or_else(rand::random);
    println!("{test}: MODELMARKET_SEED={seed}");
    seed
}
