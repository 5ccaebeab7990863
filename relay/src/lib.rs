//! A relay: passes what the seats of a task send each other, and understands nothing of it.
//!
//! What travels is sealed between the seats, so the relay can only delay. It keeps nothing: what is for a seat that is not
//! there is dropped, and the two say it again when they meet. It never holds more than [`Limits`] say: where a receiver is slow, its
//! sender is no longer read, and TCP makes the sender wait. Who may take which seat is decided by whoever calls
//! [`Relay::join`].
//!
//! How clients talk to it is in [`protocol::relay`].

mod counts;
mod limits;
mod room;
mod serve;

pub use counts::Counts;
pub use limits::Limits;
pub use room::{Joined, Relay, TooMany};
