//! Any CSV into rows, in pieces of any size.

pub mod format;
pub mod reader;
pub mod records;
pub mod row;
pub mod separator;
