//! Coins, organisations, data sets, grants and tasks on chain: a command each for what the contracts' callers can do.

mod account;
mod coins;
mod describe;
mod node;
mod registry;
mod server;
mod tasks;
mod view;

pub use self::tasks::task;
pub use account::Account;
pub use coins::coins;
pub use node::{Chain, Unsent, failed, refusals};
pub use registry::{data, grant, org};
pub use server::{Connector, Server};
pub use view::{Seated, View, deals, is_played};
