//! Trains models on tables and writes them as ONNX.
