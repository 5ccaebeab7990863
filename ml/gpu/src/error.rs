//! What can go wrong.

use ml_onnx::shapes::ShapeError;

/// Why a model does not run on this device; each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    #[error("There is no WebGPU adapter here. Models run on the CPU instead.")]
    NoAdapter { why: String },
    #[error("The WebGPU device could not be opened: {why}. Models run on the CPU instead.")]
    NoDevice { why: String },
    #[error("The WebGPU device was lost ({why}). Open it again, or run the model on the CPU.")]
    Lost { why: String },
    #[error("Node \"{node}\" ({operator}) has no kernel for the GPU: {why}. Run the model on the CPU.")]
    Unsupported { node: String, operator: String, why: String },
    #[error("The value \"{name}\" cannot be used on the GPU: {why}. Run the model on the CPU.")]
    Value { name: String, why: String },
    #[error("The GPU's memory is not enough: {why}. Run fewer rows at once, or run the model on the CPU.")]
    OutOfMemory { why: String },
    #[error("The GPU refused a command: {why}. Run the model on the CPU.")]
    Refused { why: String },
    #[error(transparent)]
    Shape(#[from] ShapeError),
}
