//! Runs ONNX models on the CPU with SIMD.
//!
//! | module | what it does |
//! |---|---|
//! | [`model`] | [`CpuModel`]: checks what it is given, runs the steps of a plan, gives back what the model promises |
//! | `plan` | from a model to steps: runs of neural nodes, and single nodes of our own |
//! | `types` | which type of element each value of a model has |
//! | `neural` | runs of `ai.onnx` nodes, by rten |
//! | `classical` | `ai.onnx.ml`: trees, linear models, support vectors, encoders, scalers |
//! | `control` | `If`, `Loop` and `Scan`: models in a model |
//! | `lanes` | eight numbers or 128 bits at once, where time is spent |
//! | `plain` | `ai.onnx` nodes whose types or variants rten lacks (texts, doubles, long integers, old softmax), and some that are faster so |
//!
//! Models are untrusted. What is given is checked before anything is computed; natively a panic becomes a
//! [`CpuError::Broken`] (a browser's worker ends instead, and the page says so).

pub mod error;
pub mod model;

mod classical;
mod control;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod coverage;
mod kernel;
mod lanes;
mod neural;
mod plain;
mod plan;
mod types;

pub use error::CpuError;
pub use model::CpuModel;
