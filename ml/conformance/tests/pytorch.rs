//! Models exported by PyTorch: batches of 1 and 7 as onnxruntime predicts them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::engine::{Cpu, Gpu};
use ml_conformance::suite;

#[test]
fn cpu() -> anyhow::Result<()> {
    suite::run("pytorch", &Cpu).map(drop)
}

#[test]
fn gpu() -> anyhow::Result<()> {
    suite::run("pytorch", &Gpu::open()?).map(drop)
}
