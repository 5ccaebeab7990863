//! The real bytecode of all contracts in an EVM (revm, Osaka): one file per action, then what must hold for all of
//! them together.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actions;
mod checks;
mod escrow;
mod harness;
mod model;
mod shared;
mod trained;
