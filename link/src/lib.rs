//! Links between the seats of a task, over any way that carries bytes: usually a relay that nobody needs to trust.
//!
//! [`Line`] is one side of one link: a Noise handshake under the keys that both seats confirmed on chain, sealed frames in
//! order, one head a direction over all that was said, and going on after a lost connection without saying anything twice. It
//! has no I/O and no clock. [`Links`] drives the lines of one seat over a [`Transport`]: native programs, browsers and
//! tests differ in nothing else.
//!
//! Whoever carries the records can delay them, and see who talks when and how much. Everything else ends in a
//! [`LinkError`], and never in a result.
//!
//! | module | what it says |
//! |---|---|
//! | [`terms`] | what an attempt's seats agree on, and what a link is bound to |
//! | [`confirmation`] | whose key it is: the signed transaction |
//! | [`line`] | one link |
//! | [`links`] | all links of a seat |
//! | [`transport`] | the way: in memory, WebSocket of tokio, WebSocket of a browser |
//! | [`sealing`] | what is delivered later, sealed to a key |
//! | [`environment`] | time |
//! | [`error`] | why it ended, and what to do |

pub mod confirmation;
pub mod environment;
pub mod error;
pub mod line;
pub mod links;
pub mod sealing;
pub mod terms;
pub mod transport;

pub use environment::Environment;
pub use error::{LinkError, TransportError};
pub use line::{Line, Own, Presence, public_key};
pub use links::{Links, Message};
pub use terms::{Confirmed, Proof, Seat, SeatNumber, Terms};
pub use transport::{Connect, Transport};

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
