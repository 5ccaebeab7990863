//! What all seats of an attempt know of it, and what a link between two of them is bound to.

use protocol::{Address, Digest};

/// Number of a seat, from 0.
pub type SeatNumber = u8;

/// An attempt of a task.
#[derive(Debug, Clone)]
pub struct Terms {
    pub chain_id: u64,
    /// The contract that has the task.
    pub contract: Address,
    pub task: u64,
    pub attempt: u16,
    pub plan: Digest,
    pub spec: Digest,
    pub seats: Vec<Seat>,
    /// Reads a confirmation's call data. The contract's own crate knows how.
    pub confirmed: fn(&[u8]) -> Option<Confirmed>,
}

/// A seat, as this side's node tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub address: Address,
    pub roles: u16,
    /// X25519 key of the seat for this task, as it stands in its confirmation.
    pub key: [u8; 32],
    pub proof: Proof,
}

/// How a seat shows that its key is its account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By the signed transaction that confirmed it.
    Transaction,
    /// Smart accounts sign no transactions. Whoever makes these terms has compared what two nodes say of the seat.
    TwoNodes,
}

/// What a confirmation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    pub task: u64,
    pub key: [u8; 32],
}

impl Terms {
    /// What both sides of a link must agree on before they agree on keys: chain, contract, task, attempt, both seats with
    /// their roles and keys, plan and spec. Lower seat first; integers are big-endian.
    pub(crate) fn prologue(&self, one: SeatNumber, other: SeatNumber) -> Option<Vec<u8>> {
        let (low, high) = (one.min(other), one.max(other));
        let mut text = b"ModelMarket link 1".to_vec();
        text.extend(self.chain_id.to_be_bytes());
        text.extend(self.contract.0);
        text.extend(self.task.to_be_bytes());
        text.extend(self.attempt.to_be_bytes());
        for number in [low, high] {
            let seat = self.seats.get(usize::from(number))?;
            text.push(number);
            text.extend(seat.address.0);
            text.extend(seat.roles.to_be_bytes());
            text.extend(seat.key);
        }
        text.extend(self.plan.0);
        text.extend(self.spec.0);
        (low != high).then_some(text)
    }
}
