//! Organisations, data sets, grants and tasks on chain: a command each for what the contracts' callers can do.

mod account;
mod describe;
mod node;
mod registry;
mod tasks;

pub use self::tasks::task;
pub use account::Account;
pub use node::{Chain, failed};
pub use registry::{data, grant, org};
