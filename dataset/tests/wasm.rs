//! The same answers in a browser as natively: `CHROMEDRIVER=… cargo test -p dataset --target
//! wasm32-unknown-unknown --target-dir target/wasm`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sample_vectors;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn the_sample_data_sets_are_split_as_natively() {
    assert_eq!(sample_vectors::measured(), sample_vectors::expected());
}
