//! How a job ended, and its result as only its client reads it.

use compute_engine::Outcome;
use compute_session::{Deal, Manifest, delivery};
use link::sealing::{self, SealError};
use protocol::{Digest, cid::Cid};

use crate::End;

/// The file of the result. `seed`: 32 bytes from the operating system, never used before.
///
/// # Errors
/// [`SealError::Key`] where the client named a key that is none.
pub fn seal(deal: &Deal, manifest: &Manifest, result: &[u8], seed: [u8; 32]) -> Result<Vec<u8>, SealError> {
    sealing::seal(&manifest.link.0, &delivery(&deal.of, deal.client), result, seed)
}

/// How a job ended, as far as it is no matter of its result's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// `Outcome::hash`.
    pub hash: Digest,
    /// By its number.
    pub ended: u8,
    pub instructions: u64,
    pub log_head: Digest,
}

impl From<&Outcome> for Ending {
    fn from(outcome: &Outcome) -> Self {
        let Outcome { ended, instructions, head, .. } = outcome;
        Self { hash: outcome.hash(), ended: *ended as u8, instructions: *instructions, log_head: *head }
    }
}

/// What is remembered of it; `file` is where the sealed result is.
pub fn end(deal: &Deal, ending: Ending, file: Cid) -> End {
    let Ending { hash, ended, instructions, log_head } = ending;
    End { result: hash, units: deal.units(instructions), ended, instructions, log_head, file }
}
