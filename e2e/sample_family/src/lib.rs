//! Thanks: one account gives another some MDC, with a note. A whole family of contracts in one small crate, which
//! CONTRIBUTING.md walks through.
//!
//! | file | what it does |
//! |---|---|
//! | `solidity/Thanks.sol` | the contract, on `Escrow` |
//! | [`event`] | what it emits, and how a log is read |
//! | [`fold`] | what an event does to a thanks: the one place that says so |
//! | [`calls`] | call data, creation bytecode, and the sentences for its errors |
//! | [`api`] | what the server answers |
//! | [`index`] | the family in the server: its table and its route |
//! | [`devchain`] | the family on a development chain: its contract |

pub mod api;
pub mod calls;
mod contract;
pub mod devchain;
pub mod event;
pub mod fold;
pub mod index;

pub use calls::REFUSALS;
pub use event::Event;
pub use fold::{FoldError, State, Thanks};
pub use index::SampleFamily;

/// The name that the family's subjects carry, and its name in paths of the API.
pub const NAME: &str = "thanks";
/// Its contract in a deployment.
pub const THANKS: &str = "Thanks";
