//! Prints what each action costs as JSON, for `cargo xtask bench gas`. Bounties: the same measurement as
//! `gas.snapshot`; shared models: `sum`, beside what the original system takes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/harness/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod harness;

use serde_json::json;

fn main() {
    let mut table = serde_json::to_value(harness::gas::measure()).unwrap();
    let line = |line: harness::sum::Line| {
        json!({
            "model": line.model,
            "action": line.action,
            "gas": line.gas,
            "original": line.original,
            "ratio": (line.gas as f64 / line.original as f64 * 1_000.0).round() / 1_000.0,
        })
    };
    table["sum"] = harness::sum::measure().into_iter().map(line).collect();
    println!("{}", serde_json::to_string_pretty(&table).unwrap());
}
