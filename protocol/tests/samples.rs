//! The sample data sets, split with a fixed seed: the same files natively and, by `wasm.rs`, in a browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sample_vectors;

use sample_vectors::{expected, measured};

#[test]
fn the_sample_data_sets_are_split_as_recorded() {
    assert_eq!(measured(), expected());
}
