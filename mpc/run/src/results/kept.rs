//! A model that stayed shared: what one owner keeps of it.

use mpc::Seat;
use mpc_learn::{Model, Prepared, Scale, Task};
use protocol::{Digest, keccak};
use serde::{Deserialize, Serialize};

use crate::error::RunError;

const WORD: usize = 16;

/// One owner's half of a model and how its columns were scaled. Whoever has those of both owners has the model: keep it
/// encrypted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Number of the task that trained it.
    pub task: u64,
    pub owner: Seat,
    /// Columns of this owner, in their order.
    pub columns: Vec<String>,
    pub learned: Task,
    pub scales: Vec<Scale>,
    pub label_scale: Option<Scale>,
    /// Words of the share, the lowest byte first.
    share: Vec<u8>,
    /// Without it, nobody can try shares against the commitment on chain.
    salt: [u8; 32],
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept(task {}, {:?})", self.task, self.owner)
    }
}

impl Kept {
    pub(crate) fn new(
        task: u64,
        owner: Seat,
        columns: &[String],
        learned: &Task,
        prepared: &Prepared,
        model: &Model<u128>,
        salt: [u8; 32],
    ) -> Self {
        Self {
            task,
            owner,
            columns: columns.to_vec(),
            learned: learned.clone(),
            scales: prepared.scales.clone(),
            label_scale: prepared.label_scale,
            share: model.coefficients().words().iter().flat_map(|word| word.to_le_bytes()).collect(),
            salt,
        }
    }

    /// What the result says of it.
    pub fn commitment(&self) -> Digest {
        keccak(&[b"ModelMarket share 1", &self.salt, &self.share])
    }

    pub(crate) fn model(&self) -> Result<Model<u128>, RunError> {
        let words = self.share.as_chunks::<WORD>().0.iter().map(|word| u128::from_le_bytes(*word)).collect();
        Ok(Model::kept(&self.learned, words)?)
    }
}
