//! A run gives the same result natively and in a browser: `CHROMEDRIVER=… cargo test -p simulation --target
//! wasm32-unknown-unknown --target-dir target/wasm --test same_everywhere`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generated;

use std::ops::ControlFlow;

use generated::generated;
use protocol::{Amount, Digest};
use simulation::{Config, Dataset, IncentivePlan, gallery::Attack, run};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// SHA-256 of the results as JSON and of the trained models. They change with whatever changes a result; then the test
/// says the new ones.
const EXPECTED: [&str; 2] = [
    "0x097b05cfe0eb77110852926212a454b96471755c3670f83dba1cbfe78dd9bf3e",
    "0x8725bf3fbd582b23452a5215d6cd2a38322797777d0e9e0e2adce47117a3e8e0",
];

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn results_are_those_recorded() {
    let deposit = Config { days: 2, join_rows: 1, start_percent: 10, ..Attack::FlipLabels.config() };
    let incentive = IncentivePlan::Market { bounty: Amount::mdc(1_000), min_stake: Amount::mdc(1), limit: 50 };
    let market = Config { incentive, ..deposit.clone() };
    let found = [deposit, market].map(|config| {
        let dataset = Dataset::new(&config, &generated(300)).unwrap();
        let (outcome, model) = run(config, dataset, |_| ControlFlow::Continue(())).unwrap();
        assert!(outcome.contributions >= 50);
        Digest::of(&[outcome.to_json().as_bytes(), &model.to_bytes()].concat()).to_string()
    });
    assert_eq!(found, EXPECTED);
}
