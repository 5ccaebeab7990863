//! From the outputs of a run to classes, numbers and files.

pub mod choice;
pub mod meaning;
pub mod names;
pub mod results;
mod single;
