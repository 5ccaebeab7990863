//! What both sides know of an intersection before it begins.

use curve25519_dalek::ristretto::RistrettoPoint;
use protocol::Address;
use sha2::{Digest as _, Sha512};

use crate::error::IdError;

/// Ids that one side may declare.
pub const MOST: u32 = 1 << 20;

/// What is told at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Both learn which of their rows are common, in one order.
    Exact,
    /// Both learn how many are common.
    Size,
}

/// Which of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The first computing seat. It tells its order before the other one does.
    First,
    Second,
}

impl Role {
    /// The other side.
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}

/// The attempt of a task, and the sizes that the task declares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Terms {
    pub chain_id: u64,
    /// The contract that has the task.
    pub contract: Address,
    pub task: u64,
    pub attempt: u16,
    /// Entries of each side's list, of the first and the second: real ids and fillers together.
    pub declared: [u32; 2],
    pub mode: Mode,
}

impl Terms {
    /// # Errors
    /// [`IdError::Declared`] where a side declares none or more than [`MOST`].
    pub fn check(&self) -> Result<(), IdError> {
        match self.declared.iter().find(|declared| !(1..=MOST).contains(declared)) {
            Some(&declared) => Err(IdError::Declared { declared, most: MOST }),
            None => Ok(()),
        }
    }

    pub(crate) fn declared(&self, role: Role) -> usize {
        self.declared[role.index()] as usize
    }

    /// Where an id lands in the group, in this attempt: nobody knows its logarithm.
    pub(crate) fn point(&self, id: &str) -> RistrettoPoint {
        RistrettoPoint::from_uniform_bytes(&self.preimage(id))
    }

    /// SHA-512(domain ‖ chain ‖ contract ‖ task ‖ attempt ‖ length ‖ id); integers are big-endian.
    pub(crate) fn preimage(&self, id: &str) -> [u8; 64] {
        let hash = Sha512::new()
            .chain_update(b"ModelMarket intersection 1")
            .chain_update(self.chain_id.to_be_bytes())
            .chain_update(self.contract.0)
            .chain_update(self.task.to_be_bytes())
            .chain_update(self.attempt.to_be_bytes())
            .chain_update((id.len() as u32).to_be_bytes())
            .chain_update(id.as_bytes());
        hash.finalize().into()
    }
}
