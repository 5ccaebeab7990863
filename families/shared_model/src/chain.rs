//! Calls, results, logs and errors of the contracts in `solidity/`.

pub mod calls;
mod contract;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod logs;
mod refusals;
pub mod returns;

#[cfg(test)]
mod abi_tests;

pub use refusals::REFUSALS;
