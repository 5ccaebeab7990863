//! What an owner brings: its table, and whether it is fit for a task.

mod finding;
mod preflight;
mod rank;
mod table;

pub use finding::Finding;
pub use preflight::{Report, preflight};
pub use table::Table;
