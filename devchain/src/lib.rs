//! A development chain for `cargo xtask start`, tests and benchmarks: starts Anvil, deploys the contracts, and plays
//! bounties through them with the well-known development keys.
//!
//! | module | what it does |
//! |---|---|
//! | [`anvil`] | the process |
//! | [`chain`] | sending, reading, letting time pass, deploying |
//! | [`bounty`] | a bounty from rows or from a CSV file, and the moves of requester and trainers |
//! | [`publish`] | putting files on a server, signed in |
//! | [`shared`] | shared models: making, loading, teaching, claiming |
//! | [`trained`] | models as files: attesting, publishing, withdrawing |
//! | [`samples`], [`shared_samples`], [`trained_samples`] | the bounties and models that a newcomer finds |
//! | [`model`] | small models, so that samples have real predictions and model files |

pub mod anvil;
pub mod bounty;
pub mod chain;
pub mod model;
pub mod publish;
pub mod samples;
pub mod shared;
pub mod shared_samples;
pub mod trained;
pub mod trained_samples;

pub use anvil::{Anvil, Options};
pub use chain::{Chain, Receipt};
