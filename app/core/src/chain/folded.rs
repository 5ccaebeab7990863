//! What is folded from all events of some contracts, and goes on with each block: who learns together, who computes.

mod computing;
mod following;
mod learning;

pub use computing::{Computing, OwnJob, jobs_listed};
pub(super) use following::Following;
pub(super) use learning::Own;
pub use learning::{Learning, OwnTask, tasks_listed};
