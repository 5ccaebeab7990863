//! What a seed promises in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "promise/mod.rs"]
mod promise;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn trees_come_out_with_the_bytes_they_have_elsewhere() {
    promise::trees_have_the_bytes_of_their_seed();
}

#[wasm_bindgen_test]
fn networks_come_out_as_they_do_elsewhere_but_for_rounding() {
    promise::networks_are_those_of_their_seed();
}
