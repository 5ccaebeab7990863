//! Runs ONNX models on the CPU with SIMD.
