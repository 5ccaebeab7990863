//! How frames reach the others. Who carries them is the caller's business; one in memory is for tests and examples.

mod frame;
mod memory;
mod party;
mod traffic;

pub use memory::{Memory, Recorded, network};
pub use party::{Party, Seat};
pub use traffic::{Counted, Flow, Traffic};

pub(crate) use frame::{bytes, low_bytes, low_words, read, words, write};

use crate::MpcError;

/// Carries frames to and from the other seats of a task: whole, in order, each once, and readable by nobody else.
///
/// `send` must not wait until the other side receives: both seats send before they receive. Futures may be bound to
/// one thread.
#[expect(async_fn_in_trait, reason = "a browser's futures are not Send")]
pub trait Link {
    async fn send(&mut self, to: Party, frame: Vec<u8>) -> Result<(), MpcError>;
    async fn receive(&mut self, from: Party) -> Result<Vec<u8>, MpcError>;
}

impl<L: Link> Link for &mut L {
    async fn send(&mut self, to: Party, frame: Vec<u8>) -> Result<(), MpcError> {
        (**self).send(to, frame).await
    }

    async fn receive(&mut self, from: Party) -> Result<Vec<u8>, MpcError> {
        (**self).receive(from).await
    }
}
