//! Models of kinds that people bring, as onnxruntime predicts them. Few of them run on a GPU.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::engine::Cpu;
use ml_conformance::suite;

#[test]
fn cpu() -> anyhow::Result<()> {
    suite::run("brought", &Cpu).map(drop)
}
