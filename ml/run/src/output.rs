//! From the outputs of a model to classes and files.

pub mod names;
pub mod results;
