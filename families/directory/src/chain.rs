//! The contracts: calls, answers, logs, errors.

pub mod calls;
mod contract;
#[cfg(feature = "deploy")]
pub mod deploy;
mod key;
pub mod logs;
mod refusals;
pub mod returns;

pub use key::key_request;
pub use refusals::REFUSALS;
