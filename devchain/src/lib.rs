//! A development chain for `cargo xtask start`, tests and benchmarks: starts Anvil, deploys the contracts of every
//! family, and plays samples through them with the well-known development keys.
//!
//! | module | what it does |
//! |---|---|
//! | [`agents`] | programs of organisations that learn together |
//! | [`anvil`] | the process, and what only Anvil can do: letting time pass |
//! | [`chain`] | sending, calling, reading and signing with unlocked accounts |
//! | [`family`] | what a family of contracts adds: the trait [`Family`] |
//! | [`families`] | the families, a line and a module each: deploying, the moves of people, samples |
//! | [`deploy`] | all families on a fresh or a known chain |
//! | [`kept`] | what a network keeps between runs, and what `--fresh` forgets |
//! | [`publish`] | putting files on a server, signed in |

pub mod agents;
pub mod anvil;
pub mod chain;
pub mod deploy;
pub mod families;
pub mod family;
pub mod kept;
pub mod publish;

pub use agents::Agents;
pub use anvil::{Anvil, Options};
pub use chain::{Chain, Receipt};
pub use families::{bounty, shared_model, trained};
pub use family::{Families, Family, Samples};
