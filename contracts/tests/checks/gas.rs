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
        // 120,000 and 55,000 a seat; a helper is one.
        ("tasks_publish_2", 230_000),
        ("tasks_publish_3", 285_000),
        ("tasks_publish_3_helped", 340_000),
        ("tasks_confirm", 75_000),
        ("tasks_confirm_last", 75_000),
        // 60,000 and 12,000 a grant.
        ("tasks_start_2_grants", 84_000),
        ("tasks_start_3_grants", 96_000),
        ("tasks_finish_3", 180_000),
        ("tasks_finish_3_helped", 180_000),
        ("jobs_submit", 90_000),
    ] {
        assert!(measured[action] < bar, "{action} costs {}, the bar is {bar}", measured[action]);
    }
    for (actions, bar) in [(["jobs_post", "jobs_lock_with_permit"], 260_000), (["jobs_accept", "jobs_claim"], 120_000)]
    {
        let sum: u64 = actions.iter().map(|action| measured[action]).sum();
        assert!(sum <= bar, "{actions:?} cost {sum}, the bar is {bar}");
    }
}
