//! Runs ONNX models on WebGPU: one plan per model and input shapes, few kernels, one submission and one read-back.
//!
//! In browsers nothing blocks: every wait is a future that also ends when the device is lost. Elsewhere [`GpuModel::run`]
//! drives the device itself.
//!
//! | module | what it does |
//! |---|---|
//! | [`device`] | an adapter opened, its limits, its loss, pipelines by source |
//! | [`error`] | what can go wrong |
//! | `buffer` | memory on the device, given back when dropped |
//! | `lost` | waiting that ends with the device |
//! | `graph` | values as buffers or as expressions that are not computed yet |
//! | `index` | positions of elements as WGSL expressions |
//! | `lower` | from nodes to kernels, fusing on the way |
//! | `tile` | matrix products and convolutions, register-blocked |
//! | `trees` | tree ensembles |
//! | `plan` | kernels with their buffers, shared by liveness |
//! | `model` | a model on the device |
//! | [`bench`] | matrix products for measuring |
//! | [`train`] | kernels for training a multi-layer perceptron |

pub mod bench;
mod buffer;
pub mod device;
pub mod error;
mod fold;
mod graph;
mod index;
mod lost;
mod lower;
mod model;
mod plan;
mod supports;
mod tile;
pub mod train;
mod trees;

pub use device::Gpu;
pub use error::GpuError;
pub use model::GpuModel;
