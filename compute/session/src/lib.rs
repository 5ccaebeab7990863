//! What the client and the provider of a compute job say to each other, over a link that reads nothing of it (`link`): quotes,
//! the live log, checkpoints and the vouchers that pay for them, the result. Both sides are state machines without I/O and
//! without a clock, so that a native program and a tab can be either of them.
//!
//! Every message stands for itself: it may come twice, late or not at all, and whoever misses something says so and is told
//! again. What cannot come from an honest side is a [`Liar`].
//!
//! | module | what it says |
//! |---|---|
//! | [`Manifest`], [`Details`] | files that a job and an offer name, of strangers |
//! | [`Meeting`] | where the two meet, and under which keys |
//! | [`Deal`] | what both know of a job before they talk; what is paid |
//! | [`ToClient`], [`ToProvider`] | the messages |
//! | [`Client`], [`Provider`] | the two sides |

mod client;
mod deal;
mod files;
mod liar;
mod meeting;
mod message;
mod provider;

pub use client::{Client, News};
pub use deal::{Deal, Signer};
pub use files::{BadFile, Details, Input, Manifest};
pub use liar::Liar;
pub use meeting::{CLIENT, Meeting, PROVIDER, room};
pub use message::{Announced, Lines, Shown, Signature, SignedQuote, ToClient, ToProvider, Voucher};
pub use provider::{Provider, Wish};
