//! Reading a chain over JSON-RPC, as nodes on the open internet have to be read.
//!
//! [`Client`] asks one or more [`Endpoint`]s. It alone knows how to
//! - read logs in pieces that the node takes ([`Client::logs`], [`Client::piece`]),
//! - wait when a node asks for it, and never to ask faster than that,
//! - go on with another endpoint where one fails, and compare what they say ([`Client::verify`]),
//! - tell a node that is behind from a chain that was reorganised: a missing block is the former, only another hash at
//!   the same height is the latter,
//! - count what was asked, and keep to an [`Allowance`].
//!
//! HTTP is behind [`Transport`], time and chance behind [`Environment`]: `native` and `web` have those of servers and
//! browsers, `testing` a scripted node and a clock that no test waits for.

mod allowance;
mod block;
mod client;
mod endpoint;
mod environment;
mod error;
mod failure;
mod filter;
mod log;
mod pieces;
mod reading;
mod retry_after;
mod span;
mod status;
mod transport;
pub mod value;
mod verify;
mod whole;

#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "web")]
pub mod web;

pub use allowance::Allowance;
pub use block::{Bloom, Header};
pub use client::{Client, Options};
pub use endpoint::Endpoint;
pub use environment::{BoxFuture, Environment};
pub use error::RpcError;
pub use failure::{Refusal, refusal_of};
pub use filter::Filter;
pub use log::RawLog;
pub use pieces::Piece;
pub use status::{Status, Verdict};
pub use transport::{Reply, Transport, Unreachable};
