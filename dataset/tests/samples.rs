//! The sample data sets, split with a fixed seed: the same files natively and, by `wasm.rs`, in a browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sample_vectors;

use sample_vectors::{expected, measured};

/// Which rows are drawn is part of the protocol: whoever changes this file makes wallets and files of older bounties
/// give another ground truth. `MODELMARKET_BLESS=1` rewrites it.
#[test]
fn the_sample_data_sets_are_split_as_recorded() {
    if std::env::var_os("MODELMARKET_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/samples.json");
        std::fs::write(path, serde_json::to_string_pretty(&measured()).unwrap() + "\n").unwrap();
        return;
    }
    assert_eq!(measured(), expected());
}
