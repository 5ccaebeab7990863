//! Any CSV into rows, in pieces of any size.

pub mod format;
pub mod header;
pub mod mend;
pub mod options;
pub mod peek;
pub mod quotes;
pub mod reader;
pub mod recognise;
pub mod records;
pub mod row;
pub mod separator;
