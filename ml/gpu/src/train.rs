//! Kernels for training a multi-layer perceptron.
