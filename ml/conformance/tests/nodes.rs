//! The node tests of the package `onnx` for every operator of the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::engine::{Cpu, Gpu};
use ml_conformance::suite;

#[test]
fn cpu() -> anyhow::Result<()> {
    suite::run("nodes", &Cpu)
}

#[test]
fn gpu() -> anyhow::Result<()> {
    suite::run("nodes", &Gpu::open()?)
}
