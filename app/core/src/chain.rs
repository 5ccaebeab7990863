//! What the page reads from the chain itself. The only authority: nothing here asks the server.

mod attention;
mod clock;
mod clone;
mod history;
mod kept;
mod models;
mod reader;
mod refusals;
mod rpc;
mod trained;

/// The chain on which the development wallet is offered.
pub const DEVELOPMENT_CHAIN: u64 = 31337;

pub use clock::Clock;
pub use history::Progress;
pub use models::{InvalidModel, ModelError, ModelHistory};
pub use reader::{Balances, ChainError, History, Reader, Receipt, urls};
pub use rpc::{AskNode, Rpc, RpcError};
