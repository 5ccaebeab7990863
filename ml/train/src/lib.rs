//! Trains models on tables and writes them as ONNX, natively and in wasm.
//!
//! | module | what it does |
//! |---|---|
//! | `table` | columns of numbers and texts; medians, standardisation, categories |
//! | `network` | logistic regression and MLPs: Adam, on the CPU or on WebGPU |
//! | `trees` | gradient-boosted trees on histograms |
//! | `export` | all of it, with the preparation, as ONNX |
//! | `watch` | who looks on, and may stop it |
//!
//! What is promised by a seed: trees come out with the same bytes on every machine, natively and in wasm, since all of
//! their arithmetic is IEEE additions, products, divisions and square roots in a fixed order. Networks do so on one
//! kind of processor whatever the number of its threads; another (or wasm, which has no fused multiply-add) rounds its
//! matrix products differently. Where the options leave the engine to a measurement, it may be another one each time.

mod curve;
mod draw;
mod error;
mod export;
mod fit;
mod math;
mod network;
mod options;
mod table;
mod trees;
mod watch;

pub use error::TrainError;
pub use fit::{Trained, train, train_blocking, train_table};
pub use table::prepare::Dropped;
pub use table::{Cells, Column, Table};
pub use watch::{Unwatched, Watch};

#[cfg(feature = "gpu")]
pub use ml_gpu::Gpu;

/// Without the feature `gpu` there is none.
#[cfg(not(feature = "gpu"))]
pub enum Gpu {}
