//! What an owner brings: its table, and whether it is fit for a task.

mod preflight;
mod rank;
mod table;

pub use preflight::{Finding, Report, preflight};
pub use table::Table;
