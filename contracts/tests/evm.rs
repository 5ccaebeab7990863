//! The real bytecode of all contracts in an EVM (revm, Osaka): a folder for each family, then what must hold for all of
//! them together.
//!
//! All of it is one program, and stands here and not in the families' crates: what must hold for all contracts needs all
//! of them. The EVM is `in_memory`.
//!
//! | folder | what it holds to the bytecode |
//! |---|---|
//! | `coin` | airdrops |
//! | `bounty` | an action or a concern each; `reference`: random bounties against a model of the rules |
//! | `shared_model` | the entry and its incentives; `classifiers`: the five of them against their replicas in Rust |
//! | `directory` | organisations, data sets and grants against the rules of the family |
//! | `jobs` | compute jobs against the rules of the family; who gains by what |
//! | `tasks` | tasks of private learning against the rules of the family; who gains by what |
//! | `trained` | reproductions and published models |
//! | `escrow` | what every contract that holds tokens inherits |
//! | `stored` | what can be known of bounties, models and tasks by calls alone, and what node or server leave out |
//! | `checks` | what is committed beside the sources: artifacts, documentation, names, gas |
//! | `attacks` | what the audit found: each attack succeeds against the bytecode of then and fails now |
//! | `harness` | what these share: a chain in memory, contracts deployed on it, people, measurements |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attacks;
mod bounty;
mod checks;
mod coin;
mod directory;
mod escrow;
mod harness;
mod jobs;
mod shared_model;
mod stored;
mod tasks;
mod trained;
