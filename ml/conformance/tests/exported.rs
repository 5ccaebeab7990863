//! Models exported by scikit-learn and XGBoost: 1,000 rows as onnxruntime predicts them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::engine::{Cpu, Gpu};
use ml_conformance::suite;

#[test]
fn cpu() -> anyhow::Result<()> {
    suite::run("exported", &Cpu).map(drop)
}

#[test]
fn gpu() -> anyhow::Result<()> {
    suite::run("exported", &Gpu::open()?).map(drop)
}
