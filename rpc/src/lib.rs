//! Reading a chain over JSON-RPC, as nodes on the open internet have to be read.
//!
//! [`Client`] asks one or more [`Endpoint`]s. It alone knows how to
//! - read logs in pieces that the node takes ([`Client::logs`], [`Client::piece`]),
//! - wait when a node asks for it, and never to ask faster than that,
//! - go on with another endpoint where one fails, stands still, declines or makes no sense, and compare what they say
//!   ([`Client::verify`]),
//! - tell a node that is behind from a chain that was reorganised: a missing block is the former, only another hash at
//!   the same height is the latter,
//! - read again, narrower and ever more seldom, what a node left out ([`Client::again`], [`Mending`]),
//! - take old logs from somebody who is not believed, and compare them with the chain ([`Client::offered`]),
//! - say how far the chain is final ([`Client::finality`]); what is known of chains before is in [`KnownChain`],
//! - count what was asked, and keep to an [`Allowance`].
//!
//! HTTP is behind [`Transport`], time and chance behind [`Environment`]: `native` and `web` have those of servers and
//! browsers, `testing` a scripted node and a clock that no test waits for.

mod allowance;
mod chain;
mod chain_time;
mod chains;
mod client;
mod endpoint;
mod environment;
mod error;
mod mending;

#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "web")]
pub mod web;

pub use allowance::Allowance;
pub use chain::{Bloom, Filter, Folded, Header, RawLog, value};
pub use chain_time::ChainTime;
pub use chains::{CHAINS, DEVELOPMENT_CHAIN, KnownChain};
pub use client::{BEHIND_PAUSE, Client, Finality, Offer, Offered, Options, Piece, Status, Verdict};
pub use endpoint::{Endpoint, Refusal, Reply, Transport, Unreachable, refusal_of};
pub use environment::{BoxFuture, Environment};
pub use error::RpcError;
pub use mending::{Mending, Stretch};
