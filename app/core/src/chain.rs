//! What the page reads from the chain itself. The only authority: what the server
//! offers of old events is compared with it (`history/offers.rs`).

mod attention;
mod bounties;
mod clock;
mod folded;
mod history;
mod kept;
mod models;
mod reader;
mod refusals;
mod rpc;
mod trained;
mod whole;

/// The chain on which the development wallet is offered.
pub use ::rpc::DEVELOPMENT_CHAIN;

pub use attention::is_hidden;
pub use bounties::bounties_listed;
pub use clock::Clock;
pub use folded::{Computing, Learning, OwnJob, OwnTask, jobs_listed, tasks_listed};
pub use history::Progress;
pub use models::{InvalidModel, ModelError, ModelHistory, models_listed};
pub use reader::{Balances, ChainError, History, Reader, Receipt, urls};
pub use rpc::{AskNode, Rpc, RpcError};
pub use trained::models_published;

/// Whether one party makes every block of a chain, so that the hash of a block is its choice.
pub fn has_one_sequencer(chain_id: u64) -> bool {
    ::rpc::KnownChain::of(chain_id).has_one_sequencer()
}
