//! What a task does, step by step, before any number is known: both seats and the helper derive it from the public
//! task, and sign its hash.

mod operation;
mod planner;

pub use operation::{Group, Hidden, Operation, Use};
pub use planner::Planner;
pub(crate) use planner::{constant, release_by};

pub(crate) use operation::levels;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Whether a rounding on shares that goes wrong is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrap {
    /// A bit that is opened later says so: 2^-12 for all of them together.
    Caught,
    /// Nothing would: 2^-40 for all of them together.
    Silent,
}

/// All steps of a task in a ring of `bits` bits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    pub bits: u32,
    pub steps: Vec<Operation>,
    /// How often the seats wait for each other.
    pub rounds: u32,
    /// Bits that are opened to both seats.
    pub opened_bits: u32,
}

impl Plan {
    /// SHA-256 of the plan in its canonical form.
    pub fn hash(&self) -> [u8; 32] {
        // Only a map with keys that are no texts could fail to be written.
        Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into()
    }

    /// Bytes that the helper sends to both seats together.
    pub fn dealt_bytes(&self) -> u64 {
        let word = u64::from(self.bits.div_ceil(8));
        self.steps.iter().map(|step| step.dealt_words() as u64 * word + step.dealt_bit_bytes() as u64).sum()
    }
}
