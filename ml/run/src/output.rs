//! From the outputs of a run to classes, numbers and files.

pub mod choice;
mod columns;
pub mod meaning;
pub mod names;
pub mod results;
mod single;
pub mod truth;
