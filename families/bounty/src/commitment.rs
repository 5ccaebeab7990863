//! What a trainer commits to, as one word.

use contracts::abi::hash_words;
use protocol::{Digest, cid::Cid, commitment::superhash};

/// Predictions and model by their superhashes. `BountyMarket.commitment` makes the same word of them; both are held
/// against `tests/vectors/commitments.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment {
    /// Of the prediction file.
    pub prediction_superhash: Digest,
    /// Of the model file.
    pub model_superhash: Digest,
}

impl Commitment {
    /// To a prediction file, and to the model file with this CID.
    pub fn of(prediction_file: &[u8], model: &Cid) -> Self {
        Self { prediction_superhash: superhash(prediction_file), model_superhash: model.superhash() }
    }

    /// What goes on chain.
    pub fn word(&self) -> Digest {
        hash_words(&[self.prediction_superhash, self.model_superhash])
    }
}
