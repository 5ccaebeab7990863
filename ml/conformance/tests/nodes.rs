//! The node tests of the package `onnx` for every operator of the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::engine::{Cpu, Gpu};
use ml_conformance::expectation::List;
use ml_conformance::{case, peer, suite};

/// Of all node tests that onnxruntime passes, this share passes on our CPU; why the others do not is on a list: for each
/// case that is refused in `unsupported/read.txt`, for each operator in `unsupported/operators.txt`.
const SHARE: f64 = 0.91;

#[test]
fn cpu() -> anyhow::Result<()> {
    let passed = suite::run("nodes", &Cpu)?;
    let folder = peer::cases("nodes")?;
    let (cases, others) = (case::all(&folder)?, case::others(&folder)?);
    let counting: Vec<_> = cases.iter().filter(|case| case.counts).collect();
    let right = counting.iter().filter(|case| passed.contains(&case.name)).count();
    let share = right as f64 / (counting.len() + others.len()) as f64;
    println!("{right} of {} node tests that onnxruntime passes: {share:.3}", counting.len() + others.len());
    let list = List::read("operators")?;
    for other in &others {
        let known =
            other.operators.is_empty() || other.operators.iter().any(|operator| list.entry(&last(operator)).is_some());
        assert!(known, "{} uses {:?}, for which there is no reason", other.name, other.operators);
    }
    for entry in list.entries() {
        let used = others.iter().flat_map(|other| &other.operators).any(|operator| entry.matches(&last(operator)));
        assert!(used, "{} is on the list of operators in vain", entry.pattern);
    }
    assert!(share >= SHARE, "{share}");
    Ok(())
}

/// The name of an operator without its domain.
fn last(operator: &str) -> String {
    operator.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn gpu() -> anyhow::Result<()> {
    suite::run("nodes", &Gpu::open()?).map(drop)
}
