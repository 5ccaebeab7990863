//! Both engines against onnxruntime, and training against scikit-learn.
