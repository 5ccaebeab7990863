//! Runs ONNX models on WebGPU: one plan per model and input shapes, few kernels, one submission and one read-back.
//!
//! In browsers nothing blocks: every wait is a future that also ends when the device is lost. Elsewhere [`GpuModel::run`]
//! drives the device itself.
//!
//! Integers are 32 bits on the device: larger ones given or in constants are an error, and a computation of 64-bit ones that
//! may leave them is refused. There are no doubles, and texts are positions among them until they are read back.
//!
//! | module | what it does |
//! |---|---|
//! | [`device`] | an adapter opened, its limits, its loss, pipelines by source |
//! | [`error`] | what can go wrong |
//! | `device::buffer` | memory on the device, given back when dropped |
//! | `device::lost` | waiting that ends with the device |
//! | `graph` | values as buffers or as expressions that are not computed yet |
//! | `index` | positions of elements as WGSL expressions |
//! | `lower::supports` | which models have kernels for all their nodes |
//! | `lower::whole` | whole numbers that may not fit, and positions that may lie outside |
//! | `lower::fold` | batch normalisation folded into the convolution before it |
//! | `lower` | from nodes to kernels, fusing on the way |
//! | `tile` | matrix products and convolutions, register-blocked |
//! | `lower::trees` | tree ensembles |
//! | `prelude` | functions that WGSL does not have |
//! | `plan` | kernels with their buffers, shared by liveness |
//! | `model` | a model on the device |
//! | [`bench`] | matrix products for measuring |
//! | [`train`] | kernels for training a multi-layer perceptron |

// Devices may be sent between threads everywhere but in browsers, which have one thread here.
#![cfg_attr(target_arch = "wasm32", allow(clippy::arc_with_non_send_sync))]

pub mod bench;
pub mod device;
pub mod error;
mod graph;
mod index;
mod lower;
mod model;
mod plan;
mod prelude;
mod tile;
pub mod train;

pub use device::Gpu;
pub use error::GpuError;
pub use model::GpuModel;
