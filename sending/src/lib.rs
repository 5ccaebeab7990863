//! What wallets and nodes answer when something is signed or sent, and what a transaction's answers mean.
//!
//! Everything here is a pure function of answers, so that it is tested without a browser:
//! - [`WalletError`]: why a wallet did not do what it was asked, from every shape in which wallets say it;
//! - [`chain_id`]: chain ids as wallets write them;
//! - [`Transaction`], [`Watch`]: where a transaction stands, from answers in any order ([`life`]);
//! - [`merged`]: one list of transactions for several tabs;
//! - [`fee`]: what a transaction will cost, before the wallet opens.

mod chain_id;
mod error;
pub mod fee;
mod kept;
mod life;
mod refusal;
mod transaction;

pub use chain_id::chain_id;
pub use error::{Doubt, WalletError};
pub use kept::{KEPT, merged};
pub use life::{Known, Look, Mined, Taker, Watch};
pub use refusal::{Said, said};
pub use transaction::{About, CallPrint, Stage, Transaction};
