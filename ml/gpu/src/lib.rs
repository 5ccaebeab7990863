//! Runs ONNX models on WebGPU.
