//! From a model to the bytes of a file.
