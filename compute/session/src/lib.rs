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
//! | [`Audit`] | what a client runs again, to see whether the provider told the truth |
//! | [`Shared`] | speaks for either over a link |

mod audits;
mod client;
mod deal;
mod files;
mod liar;
mod meeting;
mod message;
mod provider;
mod talk;

pub use audits::{Audit, Judged, Reached, Until, is_audited};
pub use client::{Client, News};
pub use deal::{Deal, Signer, limit};
pub use files::{BadFile, Details, Input, Manifest, SEALED_RESULT};
pub use liar::Liar;
pub use meeting::{CLIENT, Meeting, PROVIDER, delivery};
pub use message::{Announced, Lines, Shown, Signature, SignedQuote, ToClient, ToProvider, Voucher};
pub use provider::{Provider, Wish};
pub use talk::{Shared, Side};

/// Why a provider ends a job without a result, as it is told on chain.
pub mod code {
    /// The client has stopped it.
    pub const STOPPED: u16 = 1;
    /// The machine cannot go on: no memory, or a fault of the engine.
    pub const CANNOT: u16 = 2;
    /// The client has promised too little for the provider to go on, or to submit.
    pub const UNPAID: u16 = 3;
    /// The provider leaves.
    pub const LEAVES: u16 = 4;
    /// The time is over.
    pub const LATE: u16 = 5;

    /// What a provider says by it. It is its word alone; nothing where it gives no reason.
    pub fn sentence(number: u16) -> Option<&'static str> {
        Some(match number {
            0 => return None,
            STOPPED => "The provider gave it up because its client stopped it.",
            CANNOT => "The provider gave it up because its machine could not go on.",
            UNPAID => "The provider gave it up because too little pay was promised.",
            LEAVES => "The provider gave it up because it was leaving.",
            LATE => "The provider gave it up because the time was over.",
            _ => "The provider gave it up for a reason that this version does not know.",
        })
    }
}
