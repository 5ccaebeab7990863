//! Models of kinds that people bring, as onnxruntime predicts them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::engine::{Cpu, Gpu};
use ml_conformance::suite;

#[test]
fn cpu() -> anyhow::Result<()> {
    suite::run("brought", &Cpu).map(drop)
}

#[test]
fn gpu() -> anyhow::Result<()> {
    suite::run("brought", &Gpu::open()?).map(drop)
}
