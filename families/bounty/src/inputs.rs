//! Reads revealed files back from the call data of the transaction that revealed them, so that anyone can re-check a
//! score from the chain alone.
//!
//! A trainer who reveals through a contract wallet calls the market from inside another call; then the files are to
//! be had by their CIDs only.

use contracts::abi::{DecodeError, arguments, digest, narrow};

use crate::{Commitment, contract::BountyMarket};

/// Why revealed files could not be read from a transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(
        "This transaction does not call {expected} of BountyMarket itself; the files it revealed cannot be read from it."
    )]
    OtherCall { expected: &'static str },
}

/// What `revealTruth` was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealedTruth {
    /// Number of the bounty.
    pub bounty: u64,
    /// The ground-truth file.
    pub truth_file: Vec<u8>,
}

/// What `revealPrediction` was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealedPrediction {
    /// Number of the bounty.
    pub bounty: u64,
    /// What was committed to.
    pub committed: Commitment,
    /// The ground-truth file.
    pub truth_file: Vec<u8>,
    /// The prediction file.
    pub prediction_file: Vec<u8>,
    /// A text from a stranger.
    pub model_cid: String,
}

/// # Errors
/// [`InputError`] when this is not the call data of `revealTruth`.
pub fn reveal_truth(call_data: &[u8]) -> Result<RevealedTruth, InputError> {
    let Some((bounty, truth_file)) = arguments::<BountyMarket::revealTruthCall>(call_data)? else {
        return Err(InputError::OtherCall { expected: "revealTruth" });
    };
    Ok(RevealedTruth { bounty: narrow(bounty)?, truth_file: truth_file.into() })
}

/// # Errors
/// [`InputError`] when this is not the call data of `revealPrediction`.
pub fn reveal_prediction(call_data: &[u8]) -> Result<RevealedPrediction, InputError> {
    let Some((bounty, prediction_superhash, model_superhash, truth, prediction, model_cid)) =
        arguments::<BountyMarket::revealPredictionCall>(call_data)?
    else {
        return Err(InputError::OtherCall { expected: "revealPrediction" });
    };
    Ok(RevealedPrediction {
        bounty: narrow(bounty)?,
        committed: Commitment {
            prediction_superhash: digest(prediction_superhash),
            model_superhash: digest(model_superhash),
        },
        truth_file: truth.into(),
        prediction_file: prediction.into(),
        model_cid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;
    use protocol::Digest;

    #[test]
    fn revealed_files_are_read_back_from_their_call() {
        let (truth, prediction) = (vec![1; 37], vec![2; 57]);
        assert_eq!(
            reveal_truth(&calls::reveal_truth(9, &truth)),
            Ok(RevealedTruth { bounty: 9, truth_file: truth.clone() })
        );
        let committed = Commitment { prediction_superhash: Digest([3; 32]), model_superhash: Digest([4; 32]) };
        let call = calls::reveal_prediction(9, &committed, &truth, &prediction, "bafybei");
        assert_eq!(
            reveal_prediction(&call),
            Ok(RevealedPrediction {
                bounty: 9,
                committed,
                truth_file: truth,
                prediction_file: prediction,
                model_cid: "bafybei".into()
            })
        );
        for len in 4..call.len() - 31 {
            assert_eq!(
                reveal_prediction(&call[..len]).err(),
                Some(InputError::Decode(DecodeError::Malformed)),
                "{len} bytes"
            );
        }
    }

    #[test]
    fn other_calls_are_named() {
        let other = InputError::OtherCall { expected: "revealTruth" };
        for data in [&[][..], &[1, 2, 3], &calls::settle(1)] {
            assert_eq!(reveal_truth(data), Err(other.clone()));
        }
    }
}
