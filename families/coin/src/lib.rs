//! ModelCoin (MDC, 18 decimals), the token that rewards, stakes and deposits are paid in.
//!
//! | module | what it does |
//! |---|---|
//! | [`calls`] | call data of the functions that are used; results are read with [`contracts::returns`] |
//! | [`permit`] | the signature of an EIP-2612 permit, for calls that take one |
//! | [`REFUSALS`] | sentences for reverts |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |

pub mod calls;
mod contract;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod permit;
mod refusals;

#[cfg(test)]
mod tests;

pub use permit::{PermitSignature, PermitSignatureError};
pub use refusals::{REFUSALS, tokens_are_missing};

/// Name of the contract in a deployment.
pub const MODEL_COIN: &str = "ModelCoin";
