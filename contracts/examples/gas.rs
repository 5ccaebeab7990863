//! Prints what each action costs as JSON, for `cargo xtask bench gas`. The same measurement as `gas.snapshot`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/harness/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod harness;

fn main() {
    println!("{}", serde_json::to_string_pretty(&harness::gas::measure()).unwrap());
}
