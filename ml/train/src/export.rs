//! Trained models as ONNX (opset 17, `ai.onnx.ml` 3), with the preparation of their columns inside.
//!
//! Inputs: one matrix `features` where all columns are numbers, else one input a column, named as the column.
//! Outputs: `label`, the name of the class, and `probabilities`.

pub mod graph;
pub mod metadata;
pub mod network;
pub mod trees;
