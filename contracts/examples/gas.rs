//! Prints what each action costs as JSON, for `cargo xtask bench gas`. Bounties: the same measurement as
//! `gas.snapshot`; shared models: `sum`, beside what the original system takes. `findings`: what the audit's attacks
//! came to before and come to now.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/harness/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod harness;

#[path = "../tests/attacks/mod.rs"]
mod attacks;

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
    let finding = |attack: attacks::Attack| {
        let play = |rules| match (attack.play)(rules) {
            attacks::Outcome::Succeeded(what) => json!({ "succeeds": true, "outcome": what }),
            attacks::Outcome::Failed(what) => json!({ "succeeds": false, "outcome": what }),
        };
        json!({
            "id": attack.id,
            "what": attack.what,
            "attack_before": play(attacks::Rules::Audited),
            "attack_after": play(attacks::Rules::Present),
        })
    };
    table["findings"] = attacks::all().into_iter().map(finding).collect();
    println!("{}", serde_json::to_string_pretty(&table).unwrap());
}
