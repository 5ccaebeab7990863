//! Gas against the committed snapshot and against the bars of the plan.

use std::{fmt::Write, fs, path::Path};

use crate::harness::gas::measure;

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/gas.snapshot");

/// `MODELMARKET_BLESS=1 cargo test -p contracts gas` writes the snapshot anew; look at the difference before you
/// commit it.
#[test]
fn gas_is_what_the_snapshot_says() {
    let mut measured = String::new();
    for (action, gas) in measure() {
        writeln!(measured, "{action:<30} {gas:>9}").unwrap();
    }
    let path = Path::new(SNAPSHOT);
    if std::env::var_os("MODELMARKET_BLESS").is_some() {
        fs::write(path, &measured).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        measured == committed,
        "contracts/gas.snapshot says\n{committed}\nbut this is measured\n{measured}\nMODELMARKET_BLESS=1 rewrites it."
    );
}

#[test]
fn no_action_costs_more_than_the_plan_allows() {
    let measured = measure();
    for (action, bar) in [
        ("reveal_and_score_10000", 500_000),
        ("create_with_permit", 200_000),
        ("submit", 105_000),
        ("submit_with_permit", 200_000),
        ("claim_first", 200_000),
        ("claim", 200_000),
    ] {
        assert!(measured[action] < bar, "{action} costs {}, the bar is {bar}", measured[action]);
    }
}
