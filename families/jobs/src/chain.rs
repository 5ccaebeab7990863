//! The contract: calls, answers, logs, errors.

pub mod calls;
mod contract;
mod convert;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod logs;
mod refusals;
pub mod returns;

pub use refusals::REFUSALS;
