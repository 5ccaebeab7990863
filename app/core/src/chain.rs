//! What the page reads from the chain itself. The only authority: nothing here asks the server.

mod clock;
mod clone;
mod models;
mod reader;
mod refusals;
mod rpc;
mod trained;

pub use clock::Clock;
pub use models::{InvalidModel, ModelError, ModelHistory};
pub use reader::{Balances, ChainError, History, Reader, Receipt};
pub use rpc::{Rpc, RpcError, refusal};
